"""What every ledger promises: pictures, sightings, opinions, deletions: append-only entries that prove themselves."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from provenance.model.dossier import KnownImage
from provenance.model.features import LocalFeatures
from provenance.model.findings import Findings, Preview
from provenance.model.fingerprint import Fingerprint
from provenance.model.opinion import NewOpinion, Opinion
from provenance.model.place import Position
from provenance.model.sighting import Claim, NewSighting, Sighting, Whereabout


@dataclass(frozen=True, slots=True)
class Addition:
    """One picture to make known, with its bytes, and the sighting it came with, if it came with one."""

    findings: Findings
    original: bytes
    sighting: NewSighting | None = None
    whereabouts: tuple[Whereabout, ...] = ()  # where the sighting is, resolved by whoever knows a gazetteer


@dataclass(frozen=True, slots=True)
class Added:
    """What became of an Addition: what was there before is handed back, never added twice."""

    image_id: str
    image_added: bool
    sighting: Sighting | None
    sighting_added: bool
    claims_left_out: tuple[Claim, ...] = ()  # that came with a sighting already there, which does not have them


@dataclass(frozen=True, slots=True)
class Circle:
    """All positions within `radius_m` of `centre`."""

    centre: Position
    radius_m: float


@dataclass(frozen=True, slots=True)
class SightingQuery:
    """Filters that combine: a sighting must pass each that is set. Newest first by posted_at, else seen_at.

    A time without a zone passes `since`/`until` when the interval it may mean overlaps theirs. `text` holds words
    that must all occur in the caption or the claims, case and ё/е folded. `areas`: a sighting must lie in every one,
    and lies in an area when one of its whereabouts lies in any of the area's circles. `cursor` is what a page
    before gave as its `next`.
    """

    image_ids: frozenset[str] | None = None
    since: datetime | None = None  # aware
    until: datetime | None = None
    source: str | None = None
    text: str | None = None
    areas: tuple[tuple[Circle, ...], ...] = ()
    limit: int = 100
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class SightingPage:
    """One page of a query; `next` is the cursor of the page after it, None on the last."""

    items: tuple[Sighting, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class FingerprintChange:
    """One change of the set of known fingerprints of one kind, at one entry: `value` is None where it was deleted.

    `image_entry` is the entry that added the picture; it is the number by which an index knows the picture.
    """

    entry: int
    image_entry: int
    value: bytes | None


@dataclass(frozen=True, slots=True)
class FeatureChange:
    """The same of local features: `features` are None where the picture was deleted."""

    entry: int
    image_entry: int
    features: LocalFeatures | None


@dataclass(frozen=True, slots=True)
class Appearance:
    """What a known picture looks like: all that matching needs of it, and quick to read.

    Width and height are of the upright picture. `pdq` has no turned values, a query brings its own.
    """

    image_entry: int
    image_id: str
    width: int | None
    height: int | None
    pdq: Fingerprint | None
    features: LocalFeatures | None
    preview: Preview | None


@dataclass(frozen=True, slots=True)
class Head:
    """The ledger's state in two numbers that can be written down elsewhere: RFC 6962 tree size and root hash (hex)."""

    entries: int
    root: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What a full check of the ledger found. `problems` name entries; empty when intact."""

    entries: int
    root: str
    intact: bool
    erased: int  # entries whose content was deleted on record
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That an entry is in the tree of a head: RFC 6962 audit path, hex, from the leaf upwards."""

    entry: int
    entries: int
    root: str
    leaf_hash: str
    path: tuple[str, ...]


class Ledger(Protocol):
    """Append-only. Entries are numbered from 0 without gaps. Safe to use from several threads and processes.

    Every method raises StorageError when the storage cannot be read or written. NotFoundError for unknown ids.
    """

    def add(self, additions: Sequence[Addition]) -> list[Added]:
        """Record all or, on an error, none. When this returns, it is on disk: bytes first, then rows, one commit.

        The same bytes again add no second picture (but a new name is kept); the same sighting of it no second
        sighting, and what it claims beyond the first is told as left out. Two with a url are the same when the urls
        are equal; where one has none, when source, posted_at (as the interval it means) and caption are equal and
        any is given; where neither has more than claims, when those are equal.
        """
        ...

    def add_sighting(self, image_id: str, sighting: NewSighting, whereabouts: Sequence[Whereabout]) -> Added: ...

    def known(self, image_ids: Iterable[str]) -> dict[str, KnownImage]:
        """The known pictures among these ids; unknown and deleted ones are left out."""
        ...

    def known_by_entry(self, image_entries: Iterable[int]) -> dict[int, KnownImage]:
        """The same, by the number an index knows them by."""
        ...

    def appearances(self, image_entries: Iterable[int]) -> dict[int, Appearance]:
        """What the known pictures among these look like, without reading all that was found of them."""
        ...

    def original(self, image_id: str) -> bytes: ...

    def sightings(self, query: SightingQuery) -> SightingPage: ...

    def sightings_of(self, image_ids: Iterable[str]) -> tuple[Sighting, ...]:
        """All sightings of these pictures, earliest first."""
        ...

    def delete_image(self, image_id: str) -> None:
        """Erase bytes, findings, thumbnail, sightings and opinions; a deletion is recorded, the commitments stay."""
        ...

    def delete_sighting(self, sighting_id: str) -> None: ...

    def add_opinion(self, opinion: NewOpinion) -> Opinion:
        """Record what a person says of two pictures. NotFoundError when neither of them is known."""
        ...

    def opinions(self, image_id: str) -> tuple[Opinion, ...]:
        """All opinions on this picture, known or not, and another; the latest first."""
        ...

    def entries(self) -> int:
        """How many entries there are; cheap."""
        ...

    def fingerprint_changes(self, kind: str, rule: str, *, since: int, below: int) -> Iterator[FingerprintChange]:
        """Changes of one kind and rule by entries in [since, below), in order.

        Pictures that were deleted since are not told as added. Deletions are told of every picture, whether it had
        such a fingerprint or not.
        """
        ...

    def feature_changes(self, rule: str, *, since: int, below: int) -> Iterator[FeatureChange]:
        """The same of local features of one rule; pictures without any are told only when they are deleted."""
        ...

    def head(self, entries: int | None = None) -> Head:
        """The present state, or the state when there were this many entries: what was noted then must still be so.

        NotFoundError for a number of entries that the ledger has not reached.
        """
        ...

    def verify(self, *, originals: bool = False) -> Verification:
        """Recompute every commitment and the tree, and hold each derived row against the entry it came from.

        With `originals` also every stored file against its SHA-256 (slow).
        """
        ...

    def prove(self, entry: int) -> InclusionProof: ...

    def close(self) -> None: ...
