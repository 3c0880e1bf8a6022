"""What is read from the tables: known pictures, sightings, opinions, and the tree."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    false,
    or_,
    select,
    tuple_,
)

from provenance.errors import StorageError
from provenance.ledger import chain, circles, codec, queries
from provenance.ledger.base import Circle, SightingPage, SightingQuery
from provenance.ledger.entries import Seeing, opinion_of, sighting_of
from provenance.ledger.queries import Cursor
from provenance.ledger.tables import (
    contents,
    entries,
    images,
    names,
    opinions,
    sightings,
    tree,
    whereabouts,
)
from provenance.model.dossier import KnownImage
from provenance.model.findings import Findings
from provenance.model.opinion import NewOpinion, Opinion
from provenance.model.place import Place
from provenance.model.sighting import Sighting, Whereabout

Item = TypeVar("Item")

KEYS_A_STATEMENT = 500  # well below the parameters any database allows
ROWS_AT_A_TIME = 10_000


def in_batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    remaining = iter(items)
    while batch := list(islice(remaining, KEYS_A_STATEMENT)):
        yield batch


def tree_of(connection: Connection) -> chain.Tree:
    """The tree after the last entry."""
    try:
        row = connection.execute(select(tree.c.size, tree.c.peaks)).one_or_none()
        if row is None:
            raise StorageError("the row of the Merkle tree is missing")
        peaks = (row.peaks[start : start + chain.HASH_BYTES] for start in range(0, len(row.peaks), chain.HASH_BYTES))
        return chain.Tree(int(row.size), tuple(peaks))
    except (TypeError, ValueError) as broken:
        raise StorageError(f"the row of the Merkle tree is damaged: {broken}") from broken


def identity(connection: Connection) -> str:
    """What tells this ledger from one that was made anew in its place."""
    return str(connection.scalar(select(tree.c.ledger_id)))


def leaves(connection: Connection, *, below: int | None = None) -> Iterator[bytes]:
    """The leaf hashes in order, of all entries or of those below a number."""
    chosen = select(entries.c.leaf).order_by(entries.c.number)
    if below is not None:
        chosen = chosen.where(entries.c.number < below)
    return iter(connection.scalars(chosen.execution_options(yield_per=ROWS_AT_A_TIME)))


def known(connection: Connection, column: Column[Any], keys: Iterable[Any]) -> dict[int, KnownImage]:
    """The pictures whose `column` of the table of images is among `keys`, by their entry."""
    found: dict[int, KnownImage] = {}
    for some in in_batches(keys):
        found |= _known(connection, column.in_(some))
    return found


def _known(connection: Connection, chosen: ColumnElement[bool]) -> dict[int, KnownImage]:
    of_images = select(images.c.entry, images.c.id, contents.c.body).join(contents, contents.c.entry == images.c.entry)
    rows = connection.execute(of_images.where(chosen)).all()
    numbers = [row.entry for row in rows]
    named = _by_image(
        connection,
        select(names.c.image_entry, names.c.name).where(names.c.image_entry.in_(numbers)).order_by(names.c.entry),
    )
    urls = _by_image(
        connection,
        select(sightings.c.image_entry, sightings.c.url)
        .where(sightings.c.image_entry.in_(numbers), sightings.c.url != "")
        .order_by(sightings.c.entry),
    )
    return {
        row.entry: KnownImage(row.id, named[row.entry], urls[row.entry], codec.decode(row.body, Findings))
        for row in rows
    }


def _by_image(connection: Connection, pairs: Select[*tuple[Any, ...]]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = defaultdict(tuple)
    for image_entry, text in connection.execute(pairs):
        found[image_entry] += (text,)
    return found


def recorded_sightings() -> Select[*tuple[Any, ...]]:
    """Rows that `recorded` makes a Sighting of. What is served is what was committed to; the tables only choose."""
    return (
        select(
            sightings.c.entry,
            sightings.c.earliest_us,
            sightings.c.latest_us,
            entries.c.recorded_at,
            images.c.id.label("image_id"),
            contents.c.body,
        )
        .join(entries, entries.c.number == sightings.c.entry)
        .join(contents, contents.c.entry == sightings.c.entry)
        .join(images, images.c.entry == sightings.c.image_entry)
    )


def recorded(row: Row[*tuple[Any, ...]], matched_by: tuple[str, ...] = ()) -> Sighting:
    seen = codec.decode(row.body, Seeing).sighting
    return replace(sighting_of(row.entry, row.recorded_at, row.image_id, seen), matched_by=matched_by)


def sightings_of(connection: Connection, image_ids: Iterable[str]) -> tuple[Sighting, ...]:
    """All sightings of these pictures, by the first instant their time may mean, then as they were added."""
    rows: list[Row[*tuple[Any, ...]]] = []
    for some in in_batches(set(image_ids)):
        rows += connection.execute(recorded_sightings().where(images.c.id.in_(some)))
    return tuple(recorded(row) for row in sorted(rows, key=lambda row: (row.earliest_us, row.entry)))


def opinions_on(connection: Connection, image_id: str) -> tuple[Opinion, ...]:
    """All opinions on this picture and another, the latest first."""
    rows = connection.execute(
        select(entries.c.recorded_at, contents.c.body)
        .join(opinions, opinions.c.entry == entries.c.number)
        .join(contents, contents.c.entry == entries.c.number)
        .where(or_(opinions.c.image_a == image_id, opinions.c.image_b == image_id))
        .order_by(opinions.c.entry.desc())
    )
    return tuple(opinion_of(row.recorded_at, codec.decode(row.body, NewOpinion)) for row in rows)


def page(connection: Connection, query: SightingQuery) -> SightingPage:
    """One page of the sightings that pass every filter. Circles are chosen by box, then held to the distance."""
    queries.check(query)
    chosen = recorded_sightings().where(*_filters(query))
    cursor = Cursor.of(query.cursor) if query.cursor is not None else None
    found: list[tuple[Cursor, Sighting]] = []
    while len(found) <= query.limit:
        rows = connection.execute(_after(chosen, cursor).limit(query.limit + 1)).all()
        reasons = _reasons(connection, [row.entry for row in rows], query.areas)
        for row in rows:
            cursor = Cursor(row.latest_us, row.entry)
            if not query.areas or reasons[row.entry]:
                found.append((cursor, recorded(row, reasons[row.entry])))
        if len(rows) <= query.limit:
            break
    items = found[: query.limit]
    return SightingPage(tuple(item for _, item in items), items[-1][0].text if len(found) > len(items) else None)


def _after(chosen: Select[*tuple[Any, ...]], cursor: Cursor | None) -> Select[*tuple[Any, ...]]:
    newest_first = chosen.order_by(sightings.c.latest_us.desc(), sightings.c.entry.desc())
    if cursor is None:
        return newest_first
    return newest_first.where(tuple_(sightings.c.latest_us, sightings.c.entry) < (cursor.latest_us, cursor.entry))


def _filters(query: SightingQuery) -> Iterator[ColumnElement[bool]]:
    if query.image_ids is not None:
        yield images.c.id.in_(query.image_ids)
    if query.since is not None:
        yield sightings.c.latest_us >= queries.microseconds(query.since)
    if query.until is not None:
        yield sightings.c.earliest_us <= queries.microseconds(query.until)
    if query.source is not None:
        yield sightings.c.source == query.source
    if query.text is not None:
        for word in queries.words(query.text):
            yield sightings.c.words.contains(f" {word}", autoescape=True)
    for area in query.areas:
        inside = or_(false(), *(_in_box(box) for box in circles.boxes_of(area)))
        yield sightings.c.entry.in_(select(whereabouts.c.entry).where(inside))


def _in_box(box: circles.Box) -> ColumnElement[bool]:
    return and_(
        whereabouts.c.latitude.between(box.south, box.north), whereabouts.c.longitude.between(box.west, box.east)
    )


def _reasons(
    connection: Connection, numbers: Sequence[int], areas: Sequence[Sequence[Circle]]
) -> defaultdict[int, tuple[str, ...]]:
    """Why each of these sightings lies in every area; empty for the others."""
    placed: dict[int, list[Whereabout]] = defaultdict(list)
    for some in in_batches(numbers if areas else ()):
        rows = select(whereabouts).where(whereabouts.c.entry.in_(some))
        for row in connection.execute(rows.order_by(whereabouts.c.entry, whereabouts.c.number)):
            placed[row.entry].append(Whereabout(codec.decode(row.place, Place), row.by))
    return defaultdict(tuple, {number: circles.reasons(places, areas) for number, places in placed.items()})
