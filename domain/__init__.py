"""The pure core: pipelines as data, deals as state, decisions as functions. No clock, no I/O, no Temporal."""
