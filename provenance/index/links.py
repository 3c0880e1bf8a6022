"""Which known pictures show a part of each other: derived, and kept beside the indexes so that it is found once.

One SQLite file, or memory where none can be written. Losing it loses nothing: investigate.joining finds it again.
"""

import sqlite3
import threading
from collections.abc import Collection, Iterable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple, Self

# The way links are found and what is stored of them: links found in another way are found anew.
LINKS_RULE = "links-1"
# Of one picture only so many links are looked at, the surest: a frame shared by thousands is known from a few.
LINKS_AT_MOST = 40
GROUP_AT_MOST = 500
_OTHER_TABLES = sqlite3.SQLITE_ERROR  # what SQLite says of a column that is not there

_SCHEMA = """
create table if not exists about (ledger text not null, rule text not null, reaches integer not null);
create table if not exists link (
    a integer not null, b integer not null, copy integer not null, digits real not null,
    shared_a blob not null, shared_b blob not null, primary key (a, b)
) without rowid;
create index if not exists link_by_b on link (b);
"""
_GROUP = """
with recursive grouped(entry) as (
    select ?
    union
    select iif(link.a = grouped.entry, link.b, link.a) from grouped
        join link on (link.a = grouped.entry or link.b = grouped.entry) and link.copy
    limit ?
)
select entry from grouped
"""


class Link(NamedTuple):
    """Two known pictures, by entry, of which parts lie on each other; a < b.

    `copy`: they are surely one picture. `digits` is investigate.geometry's count. `shared_a` and `shared_b` say which
    cells of each picture the other shows as well, as packed bits of rows of cells (investigate.agreement.REGION).
    """

    a: int
    b: int
    copy: bool
    digits: float
    shared_a: bytes
    shared_b: bytes

    def other(self, entry: int) -> int:
        return self.b if entry == self.a else self.a

    def shared(self, entry: int) -> bytes:
        return self.shared_a if entry == self.a else self.shared_b


class Links:
    """All links of one ledger's known pictures. Safe to use from several threads and processes."""

    def __init__(self, file: Path | None, *, ledger_id: str) -> None:
        self.note: str | None = None  # why the file is not used, for people
        self._ledger_id = ledger_id
        self._mutex = threading.Lock()
        self._db = self._opened(file)

    @classmethod
    def in_memory(cls) -> Self:
        return cls(None, ledger_id="")

    @property
    def reaches(self) -> int:
        """The number of ledger entries joined so far."""
        with self._mutex:
            return int(self._db.execute("select reaches from about").fetchone()[0])

    def take(self, since: int, reaches: int, links: Iterable[Link], gone: Collection[int]) -> bool:
        """Record what the entries in [since, reaches) brought, all or nothing; False where another process was first.

        Links of pictures that are `gone` are forgotten.
        """
        with self._mutex, self._db:
            self._db.execute("begin immediate")
            if self._db.execute("select reaches from about").fetchone()[0] != since:
                return False
            self._db.executemany("insert or replace into link values (?, ?, ?, ?, ?, ?)", links)
            self._db.executemany("delete from link where a = ? or b = ?", [(entry, entry) for entry in gone])
            self._db.execute("update about set reaches = ?", (reaches,))
        return True

    def of(self, entry: int) -> list[Link]:
        """The links of one picture, the surest first, at most LINKS_AT_MOST."""
        asked = "select * from link where a = ? or b = ? order by digits desc, a, b limit ?"
        with self._mutex:
            rows = self._db.execute(asked, (entry, entry, LINKS_AT_MOST)).fetchall()
        return [Link(a, b, bool(copy), digits, one, other) for a, b, copy, digits, one, other in rows]

    def group(self, entry: int) -> frozenset[int]:
        """The picture and all that are surely it, from copy to copy; at most GROUP_AT_MOST."""
        with self._mutex:
            return frozenset(row[0] for row in self._db.execute(_GROUP, (entry, GROUP_AT_MOST)))

    def forget(self) -> None:
        """Nothing is joined any more."""
        with self._mutex, self._db:
            self._db.execute("begin immediate")
            self._start_anew(self._db)

    def close(self) -> None:
        with self._mutex:
            self._db.close()

    def _opened(self, file: Path | None) -> sqlite3.Connection:
        """The file where it can be used, made anew where it is damaged; else memory."""
        if file is not None:
            for _ in range(2):
                try:
                    file.parent.mkdir(parents=True, exist_ok=True)
                    return self._prepared(str(file))
                except sqlite3.DatabaseError as refused:
                    if isinstance(refused, sqlite3.OperationalError) and refused.sqlite_errorcode != _OTHER_TABLES:
                        self.note = f"the links cannot be kept, each process finds them again: {refused}"
                        break
                    for part in ("", "-wal", "-shm"):  # damaged
                        file.with_name(file.name + part).unlink(missing_ok=True)
                except OSError as refused:
                    self.note = f"the links cannot be kept, each process finds them again: {refused}"
                    break
        return self._prepared(":memory:")

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
        return db

    def _start_anew(self, db: sqlite3.Connection) -> None:
        db.execute("delete from about")
        db.execute("delete from link")
        db.execute("insert into about values (?, ?, 0)", (self._ledger_id, LINKS_RULE))
