"""The ledger on SQL: SQLite in WAL mode, with the original bytes content-addressed in a folder beside it."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import delete, select

from provenance.errors import NotFoundError
from provenance.ledger import appearances, chain, codec, reading
from provenance.ledger.base import (
    Added,
    Addition,
    Appearance,
    FeatureChange,
    FingerprintChange,
    Head,
    InclusionProof,
    SightingPage,
    SightingQuery,
    Verification,
)
from provenance.ledger.blobs import Originals
from provenance.ledger.entries import Clock, check_addition, check_sighting, entry_of_sighting, opinion_of, utc_now
from provenance.ledger.sameness import claims_left_out
from provenance.ledger.store import Store
from provenance.ledger.tables import images, unlinking
from provenance.ledger.urls import originals_folder, sqlite_path
from provenance.ledger.verifying import verify
from provenance.ledger.writing import Writing
from provenance.model.dossier import KnownImage
from provenance.model.opinion import NewOpinion, Opinion
from provenance.model.sighting import NewSighting, Sighting, Whereabout
from provenance.model.times import StatedTime


class SqlLedger:
    """A ledger in one SQLite file and one folder; what is missing of them is made. Promises: base.Ledger.

    Where the file or its folder is not to be written, it can be read, and writing is a StorageError.
    Several processes may have it open, each by its own SqlLedger: it does not survive a fork.
    """

    def __init__(self, url: str, *, originals: Path | None = None, now: Clock = utc_now) -> None:
        database = sqlite_path(url)
        self._now = now
        self._store = Store(database)
        try:
            folder = originals or originals_folder(database)
            self._originals = Originals(folder, writable=self._store.writable)
            with self._store.reading() as connection:
                self.identity = reading.identity(connection)  # stays with the ledger: an index knows by it whose it is
                left_over = connection.scalars(select(unlinking.c.image_id)).all()
            if left_over and self._store.writable:
                self._unlink_erased()
        except BaseException:
            self._store.close()
            raise

    def add(self, additions: Sequence[Addition]) -> list[Added]:
        for addition in additions:
            check_addition(addition)
        self._store.check_writable()
        self._originals.put({addition.findings.image.id: addition.original for addition in additions})
        with self._appending() as writing:
            return [self._add(writing, addition) for addition in additions]

    def _add(self, writing: Writing, addition: Addition) -> Added:
        image = addition.findings.image
        image_entry = writing.image_entry(image.id)
        image_added = image_entry is None
        if image_entry is None:
            image_entry = writing.append(addition.findings)
            # Somebody may have deleted the picture since its bytes were put there. Originals are only ever unlinked
            # by a writer, so what is there now stays until this transaction is over.
            if not self._originals.has(image.id):
                self._originals.put({image.id: addition.original})
        else:
            writing.name(image_entry, image.name)
        if addition.sighting is None or addition.sighting.is_empty:
            return Added(image.id, image_added, None, sighting_added=False)
        sighting, is_new = writing.sighting(image_entry, image.id, addition.sighting, addition.whereabouts)
        return Added(image.id, image_added, sighting, is_new, claims_left_out(sighting, addition.sighting))

    def add_sighting(self, image_id: str, sighting: NewSighting, whereabouts: Sequence[Whereabout]) -> Added:
        check_sighting(sighting, whereabouts)
        with self._appending() as writing:
            image_entry = writing.image_entry(image_id)
            if image_entry is None:
                raise NotFoundError(f"no picture {image_id[:80]!r}")
            recorded, is_new = writing.sighting(image_entry, image_id, sighting, whereabouts)
        return Added(image_id, False, recorded, is_new, claims_left_out(recorded, sighting))

    def known(self, image_ids: Iterable[str]) -> dict[str, KnownImage]:
        with self._store.reading() as connection:
            return {image.id: image for image in reading.known(connection, images.c.id, image_ids).values()}

    def known_by_entry(self, image_entries: Iterable[int]) -> dict[int, KnownImage]:
        with self._store.reading() as connection:
            return reading.known(connection, images.c.entry, image_entries)

    def appearances(self, image_entries: Iterable[int]) -> dict[int, Appearance]:
        with self._store.reading() as connection:
            return appearances.read_appearances(connection, image_entries)

    def original(self, image_id: str) -> bytes:
        with self._store.reading() as connection:
            if connection.scalar(select(images.c.entry).where(images.c.id == image_id)) is None:
                raise NotFoundError(f"no picture {image_id[:80]!r}")
        return self._originals.read(image_id)

    def sightings(self, query: SightingQuery) -> SightingPage:
        with self._store.reading() as connection:
            return reading.page(connection, query)

    def sightings_of(self, image_ids: Iterable[str]) -> tuple[Sighting, ...]:
        with self._store.reading() as connection:
            return reading.sightings_of(connection, image_ids)

    def delete_image(self, image_id: str) -> None:
        with self._appending() as writing:
            image_entry = writing.image_entry(image_id)
            if image_entry is None:
                raise NotFoundError(f"no picture {image_id[:80]!r}")
            writing.erase_image(image_entry, image_id)
        self._unlink_erased()

    def delete_sighting(self, sighting_id: str) -> None:
        entry = entry_of_sighting(sighting_id)
        with self._appending() as writing:
            if not writing.has_sighting(entry):
                raise NotFoundError(f"no sighting {sighting_id[:80]!r}")
            writing.erase([entry])
        self._store.forget_erased_pages()

    def add_opinion(self, opinion: NewOpinion) -> Opinion:
        codec.encode(opinion)
        with self._appending() as writing:
            if all(writing.image_entry(image_id) is None for image_id in opinion.about):
                raise NotFoundError(f"neither {opinion.about[0]} nor {opinion.about[1]} is a known picture")
            writing.append(opinion)
            return opinion_of(writing.recorded_at, opinion)

    def opinions(self, image_id: str) -> tuple[Opinion, ...]:
        with self._store.reading() as connection:
            return reading.opinions_on(connection, image_id)

    def _unlink_erased(self) -> None:
        """Remove the originals of deleted pictures, unless they were added again meanwhile."""
        with self._store.writing() as connection:
            known_again = select(images.c.id)
            for image_id in connection.scalars(
                select(unlinking.c.image_id).where(unlinking.c.image_id.not_in(known_again))
            ).all():
                self._originals.erase(image_id)
            connection.execute(delete(unlinking))
        self._store.forget_erased_pages()

    def entries(self) -> int:
        with self._store.reading() as connection:
            return reading.tree_of(connection).size

    def fingerprint_changes(self, kind: str, rule: str, *, since: int, below: int) -> Iterator[FingerprintChange]:
        with self._store.reading() as connection:
            yield from appearances.fingerprint_changes(connection, kind, rule, since, below)

    def feature_changes(self, rule: str, *, since: int, below: int) -> Iterator[FeatureChange]:
        with self._store.reading() as connection:
            yield from appearances.feature_changes(connection, rule, since, below)

    def head(self, entries: int | None = None) -> Head:
        with self._store.reading() as connection:
            tree = reading.tree_of(connection)
            if entries is not None and entries != tree.size:
                if not 0 <= entries < tree.size:
                    raise NotFoundError(f"no head of {entries} entries, the ledger has {tree.size}")
                tree = chain.tree_of(reading.leaves(connection, below=entries))
        return Head(tree.size, tree.root.hex())

    def verify(self, *, originals: bool = False) -> Verification:
        with self._store.reading() as connection:
            return verify(connection, self._originals if originals else None)

    def prove(self, entry: int) -> InclusionProof:
        with self._store.reading() as connection:
            leaves = list(reading.leaves(connection))
        if not 0 <= entry < len(leaves):
            raise NotFoundError(f"no entry {entry}, the ledger has {len(leaves)}")
        path = chain.inclusion_path(leaves, entry)
        root = chain.tree_of(leaves).root
        return InclusionProof(entry, len(leaves), root.hex(), leaves[entry].hex(), tuple(node.hex() for node in path))

    def close(self) -> None:
        self._store.close()

    @contextmanager
    def _appending(self) -> Iterator[Writing]:
        with self._store.writing() as connection:
            writing = Writing(connection, StatedTime.of(self._now()).text)
            yield writing
            writing.finish()
