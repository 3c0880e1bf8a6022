"""A sighting: a picture was seen at a URL or with a source at a time. It says where published, not where taken."""

from dataclasses import dataclass
from typing import Literal

from provenance.model.place import Place
from provenance.model.times import StatedTime

ClaimAbout = Literal["place", "time", "subject"]
ClaimStatus = Literal["unverified", "supported", "contradicted", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Claim:
    """Who asserts what about a picture. Recorded, not believed."""

    about: ClaimAbout
    value: str  # as asserted, verbatim
    claimant: str | None
    place: Place | None = None  # what `value` was resolved to when it was recorded
    status: ClaimStatus = "unverified"


@dataclass(frozen=True, slots=True)
class NewSighting:
    """A sighting as it is handed to the ledger, which gives it an id."""

    url: str | None = None
    source: str | None = None
    posted_at: StatedTime | None = None
    caption: str | None = None
    claims: tuple[Claim, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.url or self.source or self.posted_at or self.caption or self.claims)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A recorded sighting. `seen_at` is when it was recorded (UTC); its time is `posted_at`, else `seen_at`."""

    id: str
    image_id: str
    url: str | None
    source: str | None
    posted_at: StatedTime | None
    seen_at: StatedTime
    caption: str | None
    claims: tuple[Claim, ...] = ()
    matched_by: tuple[str, ...] = ()  # set by queries: why this sighting answers

    @property
    def time(self) -> StatedTime:
        return self.posted_at or self.seen_at


@dataclass(frozen=True, slots=True)
class Whereabout:
    """A place a sighting is linked to, and by what: "claim", "caption" or "gps". Derived, to be searched by."""

    place: Place
    by: str
