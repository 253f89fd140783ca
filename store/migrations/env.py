"""What Alembic runs: the connection comes from `store.migrate`, which holds the lock and the transaction."""

from alembic import context

from store.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
