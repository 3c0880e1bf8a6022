"""What an entry of the ledger is: a kind of content, the time it was recorded, and the leaf that commits to both."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from provenance.errors import InputError, NotFoundError
from provenance.ledger import chain, codec
from provenance.ledger.base import Addition, Appearance
from provenance.model.findings import Findings
from provenance.model.opinion import NewOpinion, Opinion
from provenance.model.sighting import NewSighting, Sighting, Whereabout
from provenance.model.times import StatedTime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Naming:
    """Another name for a picture that was known already."""

    image_entry: int
    name: str


@dataclass(frozen=True, slots=True)
class Seeing:
    """A sighting of the picture that `image_entry` made known."""

    image_entry: int
    sighting: NewSighting


@dataclass(frozen=True, slots=True)
class Deletion:
    """The content of these entries was erased. Numbers only: nothing here may tell what it was."""

    erased: tuple[int, ...]


Content = Findings | Naming | Seeing | NewOpinion | Deletion

KINDS: dict[str, type[Content]] = {
    "image": Findings,
    "name": Naming,
    "sighting": Seeing,
    "opinion": NewOpinion,
    "deletion": Deletion,
}
_KIND_OF = {content: kind for kind, content in KINDS.items()}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it is stored. `body` and `salt` are what a deletion erases; the rest stays for good."""

    number: int
    kind: str
    recorded_at: str  # RFC 3339, UTC, seconds
    commitment: bytes
    leaf: bytes
    body: bytes
    salt: bytes


def seal(number: int, recorded_at: str, content: Content) -> Entry:
    """The entry that records this content, under a salt that nobody can guess."""
    kind, body, salt = _KIND_OF[type(content)], codec.encode(content), secrets.token_bytes(chain.SALT_BYTES)
    commitment = chain.commitment(salt, body)
    return Entry(number, kind, recorded_at, commitment, leaf_of(number, kind, recorded_at, commitment), body, salt)


def leaf_of(number: int, kind: str, recorded_at: str, commitment: bytes) -> bytes:
    """The leaf hash of an entry. Its data is one line of ASCII, so that anybody can make it with standard tools."""
    return chain.leaf_hash(f"provenance entry 1 {number} {kind} {recorded_at} {commitment.hex()}".encode())


def open_body(kind: str, body: bytes) -> Content:
    """The content that was sealed. Raises StorageError when the bytes are not of that kind."""
    return codec.decode(body, KINDS[kind])


def sighting_of(number: int, recorded_at: str, image_id: str, seen: NewSighting) -> Sighting:
    """The sighting as readers see it: its id is the letter s and its entry's number."""
    return Sighting(
        id=f"s{number}",
        image_id=image_id,
        url=seen.url,
        source=seen.source,
        posted_at=seen.posted_at,
        seen_at=StatedTime(recorded_at),
        caption=seen.caption,
        claims=seen.claims,
    )


def appearance_of(number: int, findings: Findings) -> Appearance:
    """What the picture that this entry made known looks like."""
    image, pdq = findings.image, findings.fingerprint("pdq")
    pdq = pdq and replace(pdq, turned=())
    return Appearance(number, image.id, image.width, image.height, pdq, findings.features, findings.preview)


def entry_of_sighting(sighting_id: str) -> int:
    """The number in a sighting's id. Raises NotFoundError for anything that is not one."""
    digits = sighting_id[1:]
    if not (sighting_id.startswith("s") and digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise NotFoundError(f"no sighting {sighting_id[:80]!r}")
    return int(digits)


def opinion_of(recorded_at: str, said: NewOpinion) -> Opinion:
    """The opinion as readers see it."""
    return Opinion(said.about, said.verdict, said.reason, said.by, StatedTime(recorded_at))


def check_addition(addition: Addition) -> None:
    """Raises InputError when something of it cannot be written down, so that nothing of it needs to be undone."""
    codec.encode(addition.findings)
    if addition.sighting is not None:
        codec.encode((addition.sighting, addition.whereabouts))


def check_sighting(sighting: NewSighting, whereabouts: Sequence[Whereabout]) -> None:
    if sighting.is_empty:
        raise InputError("a sighting needs a url, a source, a time, a caption or a claim")
    codec.encode((sighting, whereabouts))
