"""The full check of a ledger on SQL: every commitment, the tree, and each derived row against its entry.

Whoever tampers with the file need not keep to its types, so values are read as they lie there.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Row, Table, select, type_coerce
from sqlalchemy.types import NullType

from provenance.errors import StorageError
from provenance.ledger import chain
from provenance.ledger.base import Verification
from provenance.ledger.blobs import Originals
from provenance.ledger.entries import KINDS, Content, Deletion, leaf_of, open_body
from provenance.ledger.reading import tree_of
from provenance.ledger.tables import DERIVED, contents, entries, images, names, rows_of, sightings, whereabouts

ENTRIES_AT_A_TIME = 200  # at some 150 kB of content each
MOST_PROBLEMS = 100

Values = tuple[Any, ...]
RowsByEntry = dict[Any, dict[Table, set[Values]]]


def verify(connection: Connection, originals: Originals | None) -> Verification:
    """The check within one state of the ledger; with the originals, too, where they are given."""
    with _text_as_it_is(connection):
        check = _Check(connection)
        check.entries()
        check.erasures()
        check.tree()
        check.rows_without_entry()
        if originals is not None:
            check.originals(originals)
        return check.result()


class _Check:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._tree = chain.Tree()
        self._next = 0  # the number the next entry should have
        self._gone: set[int] = set()  # entries without content
        self._erased: dict[int, int] = {}  # entry -> the deletion that names it
        self._problems: list[str] = []

    def result(self) -> Verification:
        shown = self._problems[:MOST_PROBLEMS]
        if len(self._problems) > len(shown):
            shown.append(f"and {len(self._problems) - len(shown)} more problems")
        return Verification(
            entries=self._tree.size,
            root=self._tree.root.hex(),
            intact=not shown,
            erased=len(self._gone & self._erased.keys()),
            problems=tuple(shown),
        )

    def entries(self) -> None:
        for batch in self._entries():
            derived = self._derived(batch[0].number, batch[-1].number)
            for row in batch:
                self._missing(row.number)
                self._next = row.number + 1
                self._tree = self._tree.append(row.leaf if _is_hash(row.leaf) else bytes(chain.HASH_BYTES))
                self._problems += [f"entry {row.number}: {found}" for found in self._entry(row, derived[row.number])]

    def erasures(self) -> None:
        for number in sorted(self._gone - self._erased.keys()):
            self._problems.append(f"entry {number}: its content is gone and no deletion is on record")
        for number in sorted(self._erased.keys() - self._gone):
            self._problems.append(f"entry {number}: deleted by entry {self._erased[number]}, but it is still there")

    def tree(self) -> None:
        try:
            stored = tree_of(self._connection)
        except StorageError as broken:
            self._problems.append(str(broken))
            return
        self._missing(stored.size)
        if stored != self._tree:
            self._problems.append(
                f"the tree over {self._tree.size} entries has the root {self._tree.root.hex()}, "
                f"the stored one over {stored.size} has {stored.root.hex()}"
            )

    def rows_without_entry(self) -> None:
        for table in (contents, *DERIVED):
            self._strangers(table, table.c.entry, entries.c.number, "belongs to no entry")
        for table in (names, sightings):
            self._strangers(table, table.c.image_entry, images.c.entry, "belongs to no known picture")
        self._strangers(whereabouts, whereabouts.c.entry, sightings.c.entry, "belongs to no sighting")

    def originals(self, originals: Originals) -> None:
        for entry, image_id in self._connection.execute(select(images.c.entry, images.c.id).order_by(images.c.entry)):
            try:
                originals.read(image_id)
            except (StorageError, ValueError) as broken:
                self._problems.append(f"entry {entry}: {broken}")

    def _missing(self, number: int) -> None:
        """Note the entries that should stand before this number and do not."""
        if number > self._next:
            last = f" to {number - 1}" if number - 1 > self._next else ""
            self._problems.append(f"entry {self._next}{last}: missing")

    def _entry(self, row: Row[*Values], derived: dict[Table, set[Values]]) -> Iterator[str]:
        if row.kind not in KINDS:
            yield f"its kind is {row.kind!r}"
            return
        if not _is_hash(row.commitment) or row.leaf != leaf_of(row.number, row.kind, row.recorded_at, row.commitment):
            yield "its leaf does not match its number, kind, time and commitment"
            return
        if row.body is None and row.salt is None:
            self._gone.add(row.number)
            yield from _differences({}, derived)
            return
        if not _matches(row.commitment, row.salt, row.body):
            yield "its content does not match its commitment"
            return
        try:
            content = open_body(row.kind, row.body)
        except StorageError as broken:
            yield str(broken)
            return
        if isinstance(content, Deletion):
            self._erased |= dict.fromkeys(content.erased, row.number)
        yield from _differences(_expected(row.number, row.recorded_at, content), derived)

    def _entries(self) -> Iterator[Sequence[Row[*Values]]]:
        joined = entries.outerjoin(contents, contents.c.entry == entries.c.number)
        chosen = select(*_raw(entries), *_raw(contents)).select_from(joined).order_by(entries.c.number)
        rows = self._connection.execute(chosen.limit(ENTRIES_AT_A_TIME)).all()
        while rows:
            yield rows
            after = chosen.where(entries.c.number > rows[-1].number)
            rows = self._connection.execute(after.limit(ENTRIES_AT_A_TIME)).all()

    def _derived(self, first: int, last: int) -> RowsByEntry:
        """The derived rows of these entries, as they are."""
        found: RowsByEntry = defaultdict(lambda: defaultdict(set))
        for table in DERIVED:
            for row in self._connection.execute(select(*_raw(table)).where(table.c.entry.between(first, last))):
                found[row.entry][table].add(tuple(row))
        return found

    def _strangers(self, table: Table, refers: Any, to: Any, why: str) -> None:
        lost = select(table.c.entry, refers).where(refers.not_in(select(to))).order_by(table.c.entry)
        for entry, number in self._connection.execute(lost.limit(MOST_PROBLEMS)):
            self._problems.append(f"entry {entry}: a row of {table.name} {why} ({number})")


def _is_hash(value: Any) -> bool:
    return isinstance(value, bytes) and len(value) == chain.HASH_BYTES


def _matches(commitment: bytes, salt: Any, body: Any) -> bool:
    return isinstance(salt, bytes) and isinstance(body, bytes) and chain.commitment(salt, body) == commitment


def _raw(table: Table) -> Iterator[Any]:
    return (type_coerce(column, NullType()).label(column.name) for column in table.c)


def _expected(number: int, recorded_at: str, content: Content) -> dict[Table, set[Values]]:
    made = rows_of(number, recorded_at, content)
    return {table: {tuple(row[column.name] for column in table.c) for row in rows} for table, rows in made.items()}


def _differences(expected: dict[Table, set[Values]], derived: dict[Table, set[Values]]) -> Iterator[str]:
    for table in DERIVED:
        due, there = expected.get(table, set()), derived.get(table, set())
        if due - there and there - due:
            yield f"its row of {table.name} was changed"
        elif due - there:
            yield f"its row of {table.name} is missing"
        elif there - due:
            yield f"a row of {table.name} was added to it"


@contextmanager
def _text_as_it_is(connection: Connection) -> Iterator[None]:
    """Let text that is no UTF-8 any more be read, so that it can be named as changed."""
    driver: Any = connection.connection.dbapi_connection
    driver.text_factory = lambda raw: raw.decode(errors="surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = str
