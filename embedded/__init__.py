"""Real servers from wheels, for `make run`, tests and bench: PostgreSQL, Temporal, the time-skipping test
server.

Knows nothing of deals. Everything here is plain subprocess code, callable from sync and async programs
alike, and it never imports temporalio: a supervisor must not carry a runtime with threads of its own.
"""
