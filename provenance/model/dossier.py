"""The dossier: what can be said about one picture, because of what, and what could not be examined."""

from dataclasses import dataclass, field
from typing import Literal

from provenance.model.findings import Findings, Gap
from provenance.model.opinion import Opinion
from provenance.model.place import Place
from provenance.model.sighting import Sighting
from provenance.model.stated import Stated
from provenance.model.times import StatedTime

Relation = Literal["identical", "same_picture", "edited_copy", "same_scene", "different"]
COPIES: tuple[Relation, ...] = ("identical", "same_picture", "edited_copy")  # relations that say: this is that picture


@dataclass(frozen=True, slots=True)
class Context:
    """What the user told us of the picture, as given. Nothing of it is believed; it is evidence like any other."""

    caption: str | None = None
    url: str | None = None
    source: str | None = None
    posted_at: StatedTime | None = None


@dataclass(frozen=True, slots=True)
class Transform:
    """How query pixels map to known pixels: a 3 x 3 matrix, row by row, on upright pixel coordinates.

    It is to be multiplied with the column (x, y, 1); pixel centres lie at whole numbers, (0, 0) is the first pixel's.
    """

    mirrored: bool
    matrix: tuple[tuple[float, float, float], ...]


@dataclass(frozen=True, slots=True)
class MatchedPoint:
    """One spot seen in both pictures, in upright pixels of each: (x, y) of the query and of the known picture."""

    query: tuple[float, float]
    known: tuple[float, float]


@dataclass(frozen=True, slots=True)
class KnownImage:
    """A picture of the ledger, as far as a match needs to name it. Names and urls: first added first."""

    id: str
    names: tuple[str, ...]
    urls: tuple[str, ...]
    findings: Findings


@dataclass(frozen=True, slots=True)
class Match:
    """A known picture this one may be, or be made from.

    Overlaps are shares (0..1) of the query's and the known picture's area that the other shows; None where they
    were not measured. Scores are comparable between queries, and more evidence scores higher.
    """

    known: KnownImage
    relation: Relation
    score: float
    transform: Transform | None
    query_overlap: float | None
    known_overlap: float | None
    because: str
    opinion: Opinion | None = None  # the latest one, of a person

    @property
    def is_copy(self) -> bool:
        """Whether this counts as that picture: by its relation, unless a person rejected it."""
        return self.relation in COPIES and not (self.opinion is not None and self.opinion.verdict == "rejected")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A claim, reading or sighting read as support for a place. `llr` is a natural logarithm, positive in favour."""

    source: str  # the name of the part that found it: gps, caption, sighting, ...
    place: Place
    because: str  # one sentence a judge could check
    origin: str  # what it ultimately rests on; one origin counts once
    llr: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place proposed for the picture, with what speaks for it and against it."""

    place: Place
    radius_m: float
    probability: float
    word: str  # ICD-203
    evidence: tuple[Evidence, ...]
    against: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class TimeEvidence:
    """One thing that is known about when the picture was taken: a bound, or a claim that bounds nothing."""

    says: str
    because: str
    origin: str


@dataclass(frozen=True, slots=True)
class Taken:
    """When the picture can have been taken. Bounds come from cited evidence only; a claim is listed, not a bound."""

    not_before: StatedTime | None = None
    not_after: StatedTime | None = None
    evidence: tuple[TimeEvidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two things that cannot both hold; shown, never averaged."""

    says: str
    between: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """What an investigation has before it weighs anything."""

    findings: Findings
    context: Context
    matches: tuple[Match, ...] = ()
    sightings: tuple[Sighting, ...] = ()  # of this picture and of what it matches as a copy


@dataclass(frozen=True, slots=True)
class Dossier:
    """A case and what was made of it: the one answer every door serialises."""

    case: Case
    stated: Stated = field(default_factory=Stated)
    candidates: tuple[Candidate, ...] = ()
    elsewhere_probability: float = 1.0
    elsewhere_word: str = ""
    earliest_sighting: Sighting | None = None
    taken: Taken = field(default_factory=Taken)
    conflicts: tuple[Conflict, ...] = ()
    would_change: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()
    outside_calls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two pictures held against each other."""

    a: Findings
    b: Findings
    relation: Relation
    score: float
    transform: Transform | None
    a_overlap: float | None
    b_overlap: float | None
    distances: dict[str, int]
    because: str
    points: tuple[MatchedPoint, ...] = ()  # of a onto b, best first
