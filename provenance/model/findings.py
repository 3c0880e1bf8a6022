"""Findings: everything one file itself yielded, and what could not be read of it."""

from dataclasses import dataclass, field
from typing import Any

from provenance.model.credentials import Credentials
from provenance.model.features import LocalFeatures
from provenance.model.fingerprint import Fingerprint
from provenance.model.image import ImageFacts
from provenance.model.place import Position
from provenance.model.times import StatedTime

# ExifTool's names ("ExifIFD:DateTimeOriginal") -> values as `exiftool -j -n -G1 -struct` prints them: text, numbers,
# booleans, lists and objects of these. Typed Any because the schema of a message cannot be recursive; the wall
# checks shape, depth and size (examine.worker).
Metadata = dict[str, Any]


# What examine looks for, as far as a ledger's entries differ in it. 1: before content credentials, maker notes, traces.
FINDINGS_VERSION = 2


@dataclass(frozen=True, slots=True)
class Gap:
    """A step that could not answer, and why."""

    step: str
    reason: str


@dataclass(frozen=True, slots=True)
class Trace:
    """What a file shows of the software or platform it went through: scored evidence, never a verdict.

    `score` is how far the sign can be relied on, 0..1: the lower end of the 95 % Wilson interval of how often it held
    among files where that was counted (model.trace_score), None where nobody counted.
    """

    kind: str  # encoder | platform | file_name | thumbnail | ...
    says: str
    because: str
    source: str  # where the rule comes from
    but: str = ""  # known counter-examples: what else leaves the same trace
    score: float | None = None


@dataclass(frozen=True, slots=True)
class PositionReading:
    """A position the file states. A claim of the file, not a fact."""

    position: Position
    radius_m: float  # the error the file states, else what its precision allows
    because: str  # "EXIF GPS 56.01000, 92.79000 (±10 m stated)"
    altitude_m: float | None = None  # above sea level, below it negative
    direction_deg: float | None = None  # where the camera looked, clockwise from north
    direction_north: str | None = None  # "true" | "magnetic"; None where not stated


@dataclass(frozen=True, slots=True)
class DateReading:
    """A date the file states, as written, with the field it stands in.

    `stated` has StatedTime's form, with an offset only where the file gives one; or "2024-11" or "2024" where the
    field states no more.
    """

    field: str  # ExifTool's name
    text: str  # as written
    stated: str
    means: str  # "taken" | "digitised" | "modified" | "gps" | "created" | "saved"
    precision: str = "second"  # "year" | "month" | "day" | "minute" | "second" | "subsecond"

    @property
    def time(self) -> StatedTime | None:
        """The time, None where only a year or a month is stated."""
        return StatedTime(self.stated) if len(self.stated) >= len("2024-11-14") else None


@dataclass(frozen=True, slots=True)
class TextReading:
    """Words the file carries in a field: a place field (IPTC City), or a caption."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Preview:
    """A small grey version of the canonical raster, for comparing pictures without opening them again.

    `pixels` are rows of luma, kept as `packing` says; model.preview_pixels reads and writes them.
    """

    width: int
    height: int
    pixels: bytes
    packing: str = "raw"  # rows of uint8, as in ledgers of before; or "levels"

    def __post_init__(self) -> None:
        size = self.width * self.height
        if self.width < 1 or self.height < 1 or self.packing not in ("raw", "levels"):
            raise ValueError(f"a preview of {self.width} x {self.height} px, packed as {self.packing[:40]!r}")
        if len(self.pixels) != size if self.packing == "raw" else len(self.pixels) > 2 * size + 64:
            raise ValueError(f"a preview of {self.width} x {self.height} px cannot hold {len(self.pixels)} bytes")


@dataclass(frozen=True, slots=True)
class Findings:
    """What examine yields for one file. No store, clock or network took part in it."""

    image: ImageFacts
    fingerprints: tuple[Fingerprint, ...] = ()
    metadata: Metadata = field(default_factory=dict)
    positions: tuple[PositionReading, ...] = ()
    dates: tuple[DateReading, ...] = ()
    place_fields: tuple[TextReading, ...] = ()
    captions: tuple[TextReading, ...] = ()
    traces: tuple[Trace, ...] = ()
    credentials: Credentials | None = None  # None: the file has none
    gaps: tuple[Gap, ...] = ()
    preview: Preview | None = None
    features: LocalFeatures | None = None  # None: not looked for, or no pixels could be read
    version: int = 1  # entries of before it was written down have none; examine sets FINDINGS_VERSION
    thumbnail: bytes = b""  # JPEG, long side at most examine.draw.THUMBNAIL_PX; empty where no pixels could be read

    def fingerprint(self, kind: str) -> Fingerprint | None:
        return next((f for f in self.fingerprints if f.kind == kind), None)

    @property
    def outdated(self) -> tuple[Gap, ...]:
        """What an earlier version of this program did not look for when it recorded the picture."""
        if self.version >= FINDINGS_VERSION:
            return ()
        return (
            Gap(
                "examined",
                "recorded by an earlier version, which looked for no content credentials, maker notes "
                "or traces of encoders: check the file itself for those",
            ),
        )
