"""What people read: PostgreSQL. Tables, migrations, queries, writes, and the transaction of a decision."""
