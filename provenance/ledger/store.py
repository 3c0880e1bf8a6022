"""The SQLite file under a ledger: opened, brought to the present revision, read and written in transactions."""

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sql
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from provenance.errors import StorageError
from provenance.ledger import tables

BUSY_S = 30  # how long to wait for another process's write; a batch of pictures takes well under a second
CHECKPOINT_BUSY_S = 2


class Store:
    """Transactions on one SQLite file. Readers see the state when they began and are never kept waiting (WAL).

    Writers of all threads and processes go one after another. Raises StorageError for whatever goes wrong.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer = threading.Lock()  # threads queue here, fairly; SQLite's own waiting is by polling
        self.writable = self._check_place()
        self._engine = self._engine_to_write() if self.writable else self._engine_to_read()
        event.listen(self._engine, "connect", _set_up)
        event.listen(self._engine, "begin", _begin)
        try:
            self._come_to_revision()
        except BaseException:
            self.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[sql.Connection]:
        """One state of the ledger, whatever others write meanwhile."""
        with self._errors(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sql.Connection]:
        """A transaction that is on disk when the block ends, or undone when it raises."""
        self.check_writable()
        # A writer takes its place at once: a reader that turns writer half-way can be refused without waiting.
        writers = self._engine.execution_options(begins_by="BEGIN IMMEDIATE")
        with self._errors(), self._writer, writers.begin() as connection:
            yield connection

    def forget_erased_pages(self) -> None:
        """Move the write-ahead log into the file and empty it, so that what was erased is in neither.

        A reader of an older state can hold it up; then the next checkpoint, or closing, does it.
        """
        with self._outside_transactions() as connection:
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {CHECKPOINT_BUSY_S * 1000}")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all()
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_S * 1000}")

    def close(self) -> None:
        self._engine.dispose()

    def check_writable(self) -> None:
        if not self.writable:
            raise StorageError(f"{self._path} cannot be written, only read")

    def _check_place(self) -> bool:
        """Whether the file is there to be written, or only to be read. Raises StorageError when it is neither."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as refused:
            raise StorageError(f"no ledger can be made at {self._path}: {refused}") from refused
        if self._path.is_dir():
            raise StorageError(f"{self._path} is a folder, not a ledger")
        exists = self._path.exists()
        writable = all(os.access(path, os.W_OK) for path in (self._path, self._path.parent) if path.exists())
        if not writable and not exists:
            raise StorageError(f"{self._path.parent} cannot be written")
        return writable

    def _engine_to_write(self) -> sql.Engine:
        url = sql.URL.create("sqlite", database=os.fspath(self._path))
        return sql.create_engine(url, pool_size=4, max_overflow=-1)

    def _engine_to_read(self) -> sql.Engine:
        """Connections that leave nothing beside the file, each made anew, because each looks for writers.

        A write-ahead log is there while somebody else writes. Without one nobody does, and SQLite must be told so:
        else it would make one in order to read (sqlite.org/wal.html#readonly).
        """

        def connect() -> sqlite3.Connection:
            log = self._path.with_name(self._path.name + "-wal")
            mode = "mode=ro" if log.exists() else "immutable=1"
            return sqlite3.connect(f"{self._path.absolute().as_uri()}?{mode}", uri=True, check_same_thread=False)

        return sql.create_engine("sqlite://", creator=connect, poolclass=sql.NullPool)

    def _come_to_revision(self) -> None:
        with self.reading() as connection:
            revision = self._revision(connection)
        if revision == tables.REVISION:
            return
        if not self.writable:
            raise StorageError(f"{self._path} cannot be written, and as it is ({revision or 'empty'}) not be read")
        if revision is None:
            self._use_write_ahead_log()
        from provenance.ledger.migrations import upgrade  # Alembic costs as much as all else; few openings need it

        with self.writing() as connection:  # whoever comes second finds the work done
            upgrade(connection, self._revision(connection), str(self._path))

    def _revision(self, connection: sql.Connection) -> str | None:
        """The revision the file is at, None for a new one. Raises StorageError for a database of something else."""
        found = set(sql.inspect(connection).get_table_names())
        if not found:
            return None
        if not {tables.REVISION_TABLE, tables.entries.name, tables.contents.name} <= found:
            raise StorageError(f"{self._path} is a database of something else, not a ledger")
        revision = connection.scalar(sql.text(f"SELECT version_num FROM {tables.REVISION_TABLE}"))  # noqa: S608
        return str(revision)

    def _use_write_ahead_log(self) -> None:
        """Set once, kept in the file. Here SQLite does not wait for another process that does the same; this does."""
        give_up_at = time.monotonic() + BUSY_S
        with self._outside_transactions() as connection:
            while True:
                try:
                    connection.exec_driver_sql("PRAGMA journal_mode = WAL").all()
                except OperationalError as failed:
                    if not _is_busy(failed) or time.monotonic() > give_up_at:
                        raise
                    time.sleep(0.01)
                else:
                    return

    @contextmanager
    def _outside_transactions(self) -> Iterator[sql.Connection]:
        with self._errors(), self._engine.execution_options(begins_by="").connect() as connection:
            yield connection

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as failed:
            raise StorageError(f"the ledger {self._path}: {failed.orig}") from failed
        except (SQLAlchemyError, OSError) as failed:
            raise StorageError(f"the ledger {self._path}: {failed}") from failed


def _set_up(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where _begin says, not where the driver guesses
    for pragma in (
        f"busy_timeout = {BUSY_S * 1000}",
        "synchronous = FULL",  # NORMAL may lose the last commits on a power cut in WAL mode (sqlite.org/pragma.html)
        "secure_delete = ON",  # what is erased is overwritten with zeros
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _is_busy(failed: OperationalError) -> bool:
    return isinstance(failed.orig, sqlite3.Error) and failed.orig.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


def _begin(connection: sql.Connection) -> None:
    if statement := connection.get_execution_options().get("begins_by", "BEGIN"):
        connection.exec_driver_sql(statement)
