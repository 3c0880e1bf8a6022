"""The shape of what is said of the file itself, key by key. json_of_file.py fills it."""

from typing_extensions import TypedDict  # as in schema.py


class TraceJson(TypedDict):
    kind: str
    says: str
    because: str
    source: str
    but: str | None  # known counter-examples
    score: float | None  # how often the sign held where that was counted, lower end of the 95 % interval


class PositionJson(TypedDict):
    latitude: float
    longitude: float
    radius_m: int
    altitude_m: float | None
    direction_deg: float | None
    direction_north: str | None
    because: str


class DateJson(TypedDict):
    field: str
    text: str
    stated: str
    zone: str | None
    precision: str
    means: str


class StatementJson(TypedDict):
    about: str
    field: str
    text: str


class EditStepJson(TypedDict):
    action: str | None
    when: str | None
    software: str | None
    details: str | None


class EmbeddedThumbnailJson(TypedDict):
    bytes: int
    offset: int | None


class StatedJson(TypedDict):
    """What the file says of itself, by what it means: claims of the file."""

    positions: list[PositionJson]
    dates: list[DateJson]
    statements: list[StatementJson]
    history: list[EditStepJson]
    thumbnail: EmbeddedThumbnailJson | None


class ProblemJson(TypedDict):
    code: str
    says: str | None
    about: str | None  # the ingredient's title; null for the file's own manifest


class ActionJson(TypedDict):
    action: str
    when: str | None
    software: str | None
    digital_source_type: str | None


class IngredientJson(TypedDict):
    title: str | None
    relationship: str | None
    has_manifest: bool
    depth: int
    problems: list[ProblemJson]


class CredentialsJson(TypedDict):
    state: str  # "trusted" | "valid" | "invalid" | "remote"
    explains: str | None
    signer: str | None
    issuer: str | None
    signed_at: str | None
    time_authority: str | None
    time_authority_listed: bool
    claim_generator: str | None
    title: str | None
    actions: list[ActionJson]
    ingredients: list[IngredientJson]
    problems: list[ProblemJson]
    remote_url: str | None
    checked_with: str | None  # null where nothing was checked
