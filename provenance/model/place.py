"""Where things are: positions and named places, WGS 84 degrees and metres."""

from dataclasses import dataclass, field
from math import isfinite


@dataclass(frozen=True, slots=True)
class Position:
    """A point on the Earth, WGS 84 degrees. Raises ValueError outside ±90, ±180 or when not finite."""

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        if not (isfinite(self.latitude) and abs(self.latitude) <= 90):
            raise ValueError(f"latitude {self.latitude} is outside -90..90")
        if not (isfinite(self.longitude) and abs(self.longitude) <= 180):
            raise ValueError(f"longitude {self.longitude} is outside -180..180")


@dataclass(frozen=True, slots=True)
class Place:
    """A named entry of a gazetteer, or a position that stands for itself.

    `radius_m` is the distance within which the place lies: the extent of a town, the error of a reading.
    `line`, `km`, `km_error`, `km_system` are set for what lies on a rail line; kilometres of different systems are
    not comparable. `distance_m` is set by look-ups near a position: from there to here.
    """

    id: str
    name: str
    kind: str  # rail_stop | city | region | country | own | position
    position: Position
    radius_m: float
    names: dict[str, str] = field(default_factory=dict)  # language -> name
    country: str | None = None  # ISO 3166-1 alpha-2
    line: str | None = None
    km: float | None = None
    km_error: float | None = None
    km_system: str | None = None
    distance_m: float | None = None


@dataclass(frozen=True, slots=True)
class LinePosition:
    """A position referred to a rail line: its kilometre there, how far off the line it lies, and the nearest stop."""

    line: str
    km: float
    km_error: float
    km_system: str
    off_line_m: float
    nearest_stop: Place


@dataclass(frozen=True, slots=True)
class RailLine:
    """One line of the table of rail stops. Where `km_usable` is false, order and kilometres are not to be used."""

    id: str
    name: str
    stops: int
    km_from: float | None
    km_to: float | None
    km_system: str
    km_usable: bool


@dataclass(frozen=True, slots=True)
class Toponym:
    """A place name found in a text: characters `start` to `end` of it, and the place it was resolved to, if any."""

    start: int
    end: int
    text: str
    place: Place | None
    population: int | None = None  # of the resolved settlement, where the gazetteer knows it
    rivals: int = 0  # how many other places bear the name
