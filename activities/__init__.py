"""What touches the world for a deal: decisions in PostgreSQL, messages, later documents and 1C."""
