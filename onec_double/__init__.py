"""A double of 1C:Enterprise: the standard OData interface over HTTP, in a process of its own.

For `make run`, scenarios and tests. It keeps its data in SQLite, can be told to misbehave, writes a ledger of
what was done to it, and lets a person play the user of 1C at `/_double/`. Start: `python -m onec_double`.
"""
