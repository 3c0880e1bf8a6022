"""One transaction that appends: entries, the tree over them, and the rows derived from them."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, and_, delete, func, or_, select

from provenance.ledger import codec
from provenance.ledger.entries import Content, Deletion, Naming, Seeing, seal, sighting_of
from provenance.ledger.queries import microseconds
from provenance.ledger.reading import in_batches, recorded, recorded_sightings, tree_of
from provenance.ledger.sameness import is_same
from provenance.ledger.tables import (
    DERIVED,
    contents,
    entries,
    erasures,
    images,
    names,
    opinions,
    rows_of,
    sightings,
    tree,
    unlinking,
    whereabouts,
)
from provenance.model.sighting import NewSighting, Sighting, Whereabout


class Writing:
    """Appends to the ledger within the caller's transaction. Nothing counts before `finish`."""

    def __init__(self, connection: Connection, recorded_at: str) -> None:
        self._connection = connection
        self.recorded_at = recorded_at
        self._tree = tree_of(connection)

    def append(self, content: Content) -> int:
        """Record this as the next entry, with its derived rows; its number."""
        entry = seal(self._tree.size, self.recorded_at, content)
        self._connection.execute(
            entries.insert(),
            {
                "number": entry.number,
                "kind": entry.kind,
                "recorded_at": entry.recorded_at,
                "commitment": entry.commitment,
                "leaf": entry.leaf,
            },
        )
        self._connection.execute(contents.insert(), {"entry": entry.number, "salt": entry.salt, "body": entry.body})
        for table, rows in rows_of(entry.number, entry.recorded_at, content).items():
            if rows:
                self._connection.execute(table.insert(), rows)
        self._tree = self._tree.append(entry.leaf)
        return entry.number

    def finish(self) -> None:
        self._connection.execute(
            tree.update().values(size=self._tree.size, peaks=b"".join(self._tree.peaks)),
        )

    def image_entry(self, image_id: str) -> int | None:
        """The entry that made this picture known, if it is known."""
        return self._connection.scalar(select(images.c.entry).where(images.c.id == image_id))

    def name(self, image_entry: int, name: str) -> None:
        """Record the name unless the picture bears it already."""
        borne = select(names.c.entry).where(names.c.image_entry == image_entry, names.c.name == name).limit(1)
        if self._connection.scalar(borne) is None:
            self.append(Naming(image_entry, name))

    def sighting(
        self, image_entry: int, image_id: str, seen: NewSighting, places: Sequence[Whereabout]
    ) -> tuple[Sighting, bool]:
        """The sighting as recorded, and whether it is new; the same sighting again is the one that is there."""
        alike = recorded_sightings().where(sightings.c.image_entry == image_entry, _alike(seen))
        for row in self._connection.execute(alike.order_by(sightings.c.entry)):
            there = recorded(row)
            if is_same(NewSighting(there.url, there.source, there.posted_at, there.caption, there.claims), seen):
                return there, False
        entry = self.append(Seeing(image_entry, seen))
        if places:
            self._connection.execute(whereabouts.insert(), [_row(entry, *placed) for placed in enumerate(places)])
        return sighting_of(entry, self.recorded_at, image_id, seen), True

    def has_sighting(self, entry: int) -> bool:
        return self._connection.scalar(select(sightings.c.entry).where(sightings.c.entry == entry)) is not None

    def erase_image(self, image_entry: int, image_id: str) -> None:
        """Erase a picture with its names, sightings and opinions, and note its original as to be unlinked."""
        erased = [image_entry]
        for table in (names, sightings):
            erased += self._connection.scalars(select(table.c.entry).where(table.c.image_entry == image_entry))
        about = or_(opinions.c.image_a == image_id, opinions.c.image_b == image_id)
        erased += self._connection.scalars(select(opinions.c.entry).where(about))
        self.erase(sorted(set(erased)))
        self._connection.execute(delete(unlinking).where(unlinking.c.image_id == image_id))
        self._connection.execute(unlinking.insert(), {"image_id": image_id})

    def erase(self, numbers: Sequence[int]) -> None:
        """Erase the content of these entries and all that was derived from it, and record that it was done."""
        for some in in_batches(numbers):
            for table in (whereabouts, *(derived for derived in DERIVED if derived is not erasures), contents):
                self._connection.execute(delete(table).where(table.c.entry.in_(some)))
        self.append(Deletion(tuple(numbers)))


def _alike(seen: NewSighting) -> ColumnElement[bool]:
    """Sightings of one picture among which the same one is, if it is there; `is_same` has the last word."""
    published = [func.coalesce(sightings.c.source, "") == (seen.source or "")]
    published.append(func.coalesce(sightings.c.caption, "") == (seen.caption or ""))
    if seen.posted_at is None:
        published.append(sightings.c.posted_at.is_(None))
    else:
        published.append(sightings.c.earliest_us == microseconds(seen.posted_at.earliest))
        published.append(sightings.c.latest_us == microseconds(seen.posted_at.latest))
    return or_(sightings.c.url == seen.url, and_(*published)) if seen.url else and_(*published)


def _row(entry: int, number: int, whereabout: Whereabout) -> dict[str, object]:
    position = whereabout.place.position
    return {
        "entry": entry,
        "number": number,
        "latitude": position.latitude,
        "longitude": position.longitude,
        "by": whereabout.by,
        "place": codec.encode(whereabout.place),
    }
