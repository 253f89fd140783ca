"""The pieces of the page of reports."""
