"""The HTTP interface: what integrations and people's screens call. It reads PostgreSQL and sends commands."""
