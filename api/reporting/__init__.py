"""Reports: figures of `store.queries` made into tables that go out as JSON, CSV and XLSX."""
