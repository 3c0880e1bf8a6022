"""JPEGs whose structure and size are those that a platform gives: leads only, for any program can write the same."""

from dataclasses import dataclass

from provenance.errors import ReadError
from provenance.examine.traces.base import Subject
from provenance.examine.traces.ijg_quality import exact
from provenance.examine.traces.jpeg_marks import Marks
from provenance.model.findings import Trace

_BARE = frozenset({"APP0(JFIF)"})
_BARE_WITH_PROFILE = _BARE | {"APP2(ICC_PROFILE)"}


@dataclass(frozen=True, slots=True)
class Sizes:
    """The long sides, in px, that a platform reduces pictures to, and who says so."""

    platform: str
    long_sides: frozenset[int]
    source: str


TELEGRAM = Sizes("Telegram", frozenset({1280, 2560}), "source of Telegram Desktop: uploads of 1280 or 2560 px")
SIZES = (TELEGRAM, Sizes("X", frozenset({680, 1200, 2048}), "X API, media object: small, medium, large"))

# Telegram Desktop's own upload has 87; the one real file known to be of Telegram, of 2020, has 75.
_TELEGRAM_QUALITIES = (75, 87)


def structure_trace(subject: Subject) -> Trace | None:
    """The platform that writes JPEGs as this one is written, or that reduces pictures to its size; None for others."""
    if subject.format != "jpeg":
        return None
    try:
        found = subject.marks
    except ReadError:
        return None  # which the sign `encoder` has said
    if _is_like_telegram(found):
        return _telegram(found)
    named = [sizes for sizes in SIZES if _long_side(found) in sizes.long_sides]
    if named and set(found.applications) <= _BARE_WITH_PROFILE:
        return _reduced(found, named)
    return None


def _long_side(found: Marks) -> int:
    return max(found.width, found.height)


def _quality(found: Marks) -> int | None:
    tables = found.quantisation
    return exact(tables[0], tables[1]) if len(tables) == 2 else None


def _is_like_telegram(found: Marks) -> bool:
    return (
        set(found.applications) == _BARE
        and found.progressive
        and found.sampling == "4:2:0"
        and _quality(found) in _TELEGRAM_QUALITIES
        and _long_side(found) in TELEGRAM.long_sides
    )


def _telegram(found: Marks) -> Trace:
    return Trace(
        kind="platform",
        says="written as Telegram writes photos",
        because=f"{found.width} x {found.height} px, progressive, IJG quality {_quality(found)}, 4:2:0, JFIF and no "
        "other metadata",
        source="source of Telegram Desktop (upload: quality 87, progressive, 1280 or 2560 px); one real file of 2020 "
        "(1280 px, quality 75)",
        but="any program that saves such a JPEG at this size leaves the same: libjpeg's default quality is 75. "
        "Pictures smaller than the limits, and those of other Telegram programs, may be written otherwise.",
    )


def _reduced(found: Marks, named: list[Sizes]) -> Trace:
    platforms = ", ".join(sizes.platform for sizes in named)
    return Trace(
        kind="platform",
        says=f"of a size that platforms reduce to ({platforms}), with nothing but the picture in the file",
        because=f"long side {_long_side(found)} px; segments: {', '.join(found.applications) or 'none'}",
        source="; ".join(sizes.source for sizes in named),
        but="documented sizes, not checked on real files of these platforms. They are round numbers: cameras, screens "
        "and programs that export for the web use them too, and most of those can leave out metadata.",
    )
