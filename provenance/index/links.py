"""Which known pictures show a part of each other: derived, and kept beside the indexes so that it is found once.

One SQLite file, or memory where none can be written. Losing it loses nothing: investigate.joining finds it again.
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Collection
from contextlib import closing
from pathlib import Path
from typing import NamedTuple, Self, TypeVar

from provenance.errors import StorageError

Answer = TypeVar("Answer")
_OPENING_TRIES = 10

# The way links are found and what is stored of them: links found in another way are found anew.
LINKS_RULE = "links-1"
# Of one picture only so many links are looked at, the surest: a frame shared by thousands is known from a few.
LINKS_AT_MOST = 40
GROUP_AT_MOST = 500
PART, WHOLE = 1, 2
_OTHER_TABLES = sqlite3.SQLITE_ERROR  # what SQLite says of a column that is not there

_SCHEMA = """
create table if not exists about (ledger text not null, rule text not null, reaches integer not null);
create table if not exists link (
    a integer not null, b integer not null, copy integer not null, digits real not null,
    shared_a blob not null, shared_b blob not null, primary key (a, b)
) without rowid;
create index if not exists link_by_b on link (b);
"""
_TAKE = """
insert into link values (?, ?, ?, ?, ?, ?) on conflict do update
    set copy = excluded.copy, digits = excluded.digits, shared_a = excluded.shared_a, shared_b = excluded.shared_b
    where excluded.digits > digits
"""
_GROUP = """
with recursive grouped(entry) as (
    select ?
    union
    select iif(link.a = grouped.entry, link.b, link.a) from grouped
        join link on (link.a = grouped.entry or link.b = grouped.entry) and link.copy = 2
    limit ?
)
select entry from grouped
"""


class Link(NamedTuple):
    """Two known pictures, by entry, of which parts lie on each other; a < b.

    `copy` is WHOLE where they are surely one picture, PART where all that one shows is in the other, which shows more
    (a crop, or a frame without its photo), else 0. `digits` is investigate.geometry's count. `shared_a` and `shared_b`
    say which cells of each picture the other shows as well, as packed bits of rows of cells (agreement.REGION).
    """

    a: int
    b: int
    copy: int
    digits: float
    shared_a: bytes
    shared_b: bytes

    def other(self, entry: int) -> int:
        return self.b if entry == self.a else self.a

    def shared(self, entry: int) -> bytes:
        return self.shared_a if entry == self.a else self.shared_b


class Links:
    """All links of one ledger's known pictures. Safe to use from several threads and processes.

    Every method raises StorageError where the file cannot be read or written. One that turns out damaged is made anew:
    then nothing is joined any more. `joining` is for whoever joins: one thread at a time, since all need the result.
    """

    def __init__(self, file: Path | None, *, ledger_id: str) -> None:
        self.note: str | None = None  # why the file is not used, for people
        self.joining = threading.Lock()
        self._ledger_id = ledger_id
        self._file = file
        self._mutex = threading.Lock()
        self._db = self._opened()

    @classmethod
    def in_memory(cls) -> Self:
        return cls(None, ledger_id="")

    @property
    def reaches(self) -> int:
        """The number of ledger entries joined so far."""
        return self._run(lambda db: int(db.execute("select reaches from about").fetchone()[0]))

    def take(self, since: int, reaches: int, links: Collection[Link], gone: Collection[int]) -> bool:
        """Record what the entries in [since, reaches) brought, all or nothing; False where another process was first.

        Of two links of one pair the surer one stays. Links of pictures that are `gone` are forgotten.
        """

        def work(db: sqlite3.Connection) -> bool:
            with db:
                db.execute("begin immediate")
                if db.execute("select reaches from about").fetchone()[0] != since:
                    return False
                db.executemany(_TAKE, links)
                db.executemany("delete from link where a = ? or b = ?", [(entry, entry) for entry in gone])
                db.execute("update about set reaches = ?", (reaches,))
            return True

        return self._run(work)

    def rivals(self, entry: int) -> list[Link]:
        """The links of one picture to what is no copy of it, the surest first, at most LINKS_AT_MOST."""
        asked = "select * from link where (a = ? or b = ?) and not copy order by digits desc, a, b limit ?"
        return [Link(*row) for row in self._run(lambda db: db.execute(asked, (entry, entry, LINKS_AT_MOST)).fetchall())]

    def of(self, entry: int) -> list[Link]:
        """All links of one picture, the surest first."""
        asked = "select * from link where a = ? or b = ? order by digits desc, a, b"
        return [Link(*row) for row in self._run(lambda db: db.execute(asked, (entry, entry)).fetchall())]

    def group(self, entry: int) -> frozenset[int]:
        """The picture and all that are surely it as a whole, from copy to copy; at most GROUP_AT_MOST."""
        return frozenset(row[0] for row in self._run(lambda db: db.execute(_GROUP, (entry, GROUP_AT_MOST)).fetchall()))

    def forget(self) -> None:
        """Nothing is joined any more."""

        def work(db: sqlite3.Connection) -> None:
            with db:
                db.execute("begin immediate")
                self._start_anew(db)

        self._run(work)

    def close(self) -> None:
        with self._mutex:
            self._db.close()

    def _run(self, work: Callable[[sqlite3.Connection], Answer]) -> Answer:
        with self._mutex:
            try:
                return work(self._db)
            except sqlite3.OperationalError as refused:
                raise StorageError(f"the links among known pictures cannot be used: {refused}") from refused
            except sqlite3.DatabaseError:
                self._db.close()
                self._remove()
                self._db = self._opened()
                return work(self._db)

    def _opened(self) -> sqlite3.Connection:
        """The file where it can be used, made anew where it is damaged; else memory."""
        for _ in range(_OPENING_TRIES if self._file else 0):
            assert self._file is not None  # noqa: S101 - or the range is empty
            try:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                return self._prepared(str(self._file))
            except sqlite3.OperationalError as refused:
                self.note = f"the links cannot be kept, each process finds them again: {refused}"
                if refused.sqlite_errorcode == _OTHER_TABLES:
                    self._remove()
                elif refused.sqlite_errorcode == sqlite3.SQLITE_BUSY:  # others are switching it to WAL
                    time.sleep(0.1)
                else:
                    break
            except sqlite3.DatabaseError:  # damaged
                self._remove()
            except OSError as refused:
                self.note = f"the links cannot be kept, each process finds them again: {refused}"
                break
        return self._prepared(":memory:")

    def _remove(self) -> None:
        if self._file is not None:
            for part in ("", "-wal", "-shm"):
                self._file.with_name(self._file.name + part).unlink(missing_ok=True)

    def _prepared(self, where: str) -> sqlite3.Connection:
        db = sqlite3.connect(where, timeout=30, isolation_level=None, check_same_thread=False)
        try:
            db.execute("pragma synchronous = normal")
            if where != ":memory:":
                db.execute("pragma journal_mode = wal")
            with closing(db.executescript(_SCHEMA)), db:
                db.execute("begin immediate")
                if db.execute("select ledger, rule from about").fetchall() != [(self._ledger_id, LINKS_RULE)]:
                    self._start_anew(db)
        except BaseException:
            db.close()
            raise
        if where != ":memory:":
            self.note = None
        return db

    def _start_anew(self, db: sqlite3.Connection) -> None:
        db.execute("delete from about")
        db.execute("delete from link")
        db.execute("insert into about values (?, ?, 0)", (self._ledger_id, LINKS_RULE))
