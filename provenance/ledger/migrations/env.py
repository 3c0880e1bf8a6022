"""Runs the migrations on the connection it is handed; Alembic loads this file."""

from alembic import context

from provenance.ledger.tables import METADATA, REVISION_TABLE

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, version_table=REVISION_TABLE)
context.run_migrations()
