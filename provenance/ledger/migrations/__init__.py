"""How a ledger's tables came to be as they are, step by step, for Alembic."""

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from provenance.errors import StorageError
from provenance.ledger.tables import REVISION


def configuration() -> Config:
    config = Config()
    config.set_main_option("script_location", "provenance.ledger:migrations")
    return config


def upgrade(connection: Connection, revision: str | None, ledger: str) -> None:
    """Bring the tables from `revision`, None for an empty database, to the present one, in this transaction.

    Raises StorageError when the revision is of a newer version than this.
    """
    config = configuration()
    try:
        if revision is not None:
            ScriptDirectory.from_config(config).get_revision(revision)
    except CommandError as unknown:
        message = f"{ledger} was written by a newer version: revision {revision}, this one knows up to {REVISION}"
        raise StorageError(message) from unknown
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
