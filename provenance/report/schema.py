"""The shape of every answer, key by key. json.py fills it, the type checker holds it to it, the API describes it."""

from typing import Any

from typing_extensions import TypedDict  # pydantic, which describes these over HTTP, needs this one before Python 3.12

from provenance.report.schema_of_file import CredentialsJson, StatedJson, TraceJson


class ImageJson(TypedDict):
    id: str
    name: str
    format: str
    width: int | None
    height: int | None
    bytes: int
    frames: int | None


class ContextJson(TypedDict):
    caption: str | None
    url: str | None
    source: str | None
    posted_at: str | None


class FingerprintJson(TypedDict, total=False):
    value: str
    quality: int
    features: int


class KnownJson(TypedDict):
    id: str
    names: list[str]
    urls: list[str]


class TransformJson(TypedDict):
    mirrored: bool
    matrix: list[list[float]]


class OpinionJson(TypedDict):
    verdict: str
    reason: str
    by: str | None
    said_at: str


class OpinionOnJson(OpinionJson):
    image_id: str
    about: str  # the other picture


class MatchJson(TypedDict):
    known: KnownJson
    relation: str
    score: float
    transform: TransformJson | None
    query_overlap: float | None
    known_overlap: float | None
    because: str
    opinion: OpinionJson | None


class PlaceJson(TypedDict):
    id: str
    name: str
    names: dict[str, str]
    kind: str
    latitude: float
    longitude: float
    radius_m: int
    country: str | None
    line: str | None
    km: float | None
    km_error: float | None
    km_system: str | None
    distance_m: int | None


class ClaimJson(TypedDict):
    about: str
    value: str
    claimant: str | None
    place: PlaceJson | None
    status: str


class SightingJson(TypedDict):
    id: str
    image_id: str
    url: str | None
    source: str | None
    posted_at: str | None
    seen_at: str
    caption: str | None
    claims: list[ClaimJson]
    matched_by: list[str]


class TimeEvidenceJson(TypedDict):
    says: str
    because: str
    origin: str


class TakenJson(TypedDict):
    not_before: str | None
    not_after: str | None
    evidence: list[TimeEvidenceJson]


class EvidenceJson(TypedDict):
    source: str
    because: str
    origin: str
    llr: float


class CandidateJson(TypedDict):
    place: PlaceJson
    radius_m: int
    probability: float
    word: str
    evidence: list[EvidenceJson]
    against: list[EvidenceJson]


class ElsewhereJson(TypedDict):
    probability: float
    word: str


class ConflictJson(TypedDict):
    says: str
    between: list[str]


class GapJson(TypedDict):
    step: str
    reason: str


class DossierJson(TypedDict):
    image: ImageJson
    context: ContextJson
    fingerprints: dict[str, FingerprintJson]
    metadata: dict[str, Any]
    traces: list[TraceJson]
    stated: StatedJson
    credentials: CredentialsJson | None
    matches: list[MatchJson]
    sightings: list[SightingJson]
    earliest_sighting: SightingJson | None
    taken: TakenJson
    candidates: list[CandidateJson]
    elsewhere: ElsewhereJson
    would_change: list[str]
    conflicts: list[ConflictJson]
    gaps: list[GapJson]
    outside_calls: list[str]


class ComparisonJson(TypedDict):
    a: ImageJson
    b: ImageJson
    relation: str
    score: float
    transform: TransformJson | None
    a_overlap: float | None
    b_overlap: float | None
    distances: dict[str, int]
    because: str


class KnownImageJson(TypedDict):
    image: ImageJson
    names: list[str]
    urls: list[str]
    fingerprints: dict[str, FingerprintJson]
    metadata: dict[str, Any]
    traces: list[TraceJson]
    credentials: CredentialsJson | None
    stated: StatedJson
    gaps: list[GapJson]
    sightings: list[SightingJson]


class AddedJson(TypedDict):
    image: ImageJson
    sighting: SightingJson | None
    added: bool
    claims_left_out: list[ClaimJson]  # said with a sighting that was known before without them


class LineJson(TypedDict):
    id: str
    name: str
    stops: int
    km_from: float | None
    km_to: float | None
    km_system: str
    km_usable: bool


class ToponymJson(TypedDict):
    start: int
    end: int
    text: str
    place: PlaceJson | None


class ToponymsJson(TypedDict):
    toponyms: list[ToponymJson]


class SightingsJson(TypedDict):
    items: list[SightingJson]
    next: str | None


class MatchesJson(TypedDict):
    items: list[MatchJson]
    next: str | None


class OpinionsJson(TypedDict):
    items: list[OpinionOnJson]
    next: str | None


class PlacesJson(TypedDict):
    items: list[PlaceJson]
    next: str | None


class LinesJson(TypedDict):
    items: list[LineJson]
    next: str | None


class ErrorJson(TypedDict):
    type: str
    title: str
    detail: str
