"""Dates of one file that cannot all be right: EXIF against XMP and IPTC, GPS against the clock, after before before."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations

from provenance.investigate.camera_clock import (
    EASTMOST,
    QUARTER,
    WESTMOST,
    WITHIN,
    gps_pair,
    is_used_offset,
    offset_text,
    stated_offset,
)
from provenance.investigate.default_clocks import default_clock
from provenance.model.dossier import Conflict
from provenance.model.findings import DateReading, Findings
from provenance.model.times import StatedTime

# The fields that state when a picture was taken (Metadata Working Group, Guidelines 2.0, "Date/Time": Original).
_ORIGINAL = (
    ("metadata", "ExifIFD:DateTimeOriginal"),
    ("xmp", "XMP-exif:DateTimeOriginal"),
    ("xmp", "XMP-photoshop:DateCreated"),
    ("iptc", "IPTC:DateCreated"),
)
_OF_THE_METADATA = "XMP-xmp:MetadataDate"  # says nothing of the picture
_ROUNDING = timedelta(seconds=2)  # a field without the fraction may be cut or rounded
# What one device writes into both fields at one go; a card that is slow, a long exposure, pictures merged from several.
_ONE_GO = timedelta(seconds=60)
# A receiver that sees no sky leaves its last fix in the file; how old that may be without a word. A judgement.
_FIX_AGE = timedelta(hours=1)
_DAY = timedelta(days=1)


def conflicts_of_dates(findings: Findings) -> Iterator[Conflict]:
    """Each names both fields and both values."""
    yield from _original_dates(findings)
    yield from _gps_against_clock(findings)
    yield from _order(findings)
    yield from _never_set(findings)


def _original_dates(findings: Findings) -> Iterator[Conflict]:
    """One for each two moments that are stated, by the first fields that state them."""
    stated = [(kind, r) for kind, field in _ORIGINAL if (r := _reading(findings, field)) is not None]
    told: list[tuple[DateReading, DateReading]] = []
    for (one, a), (other, b) in combinations(stated, 2):
        if agree(a, b) or any(agree(a, x) and agree(b, y) for x, y in told):
            continue
        told += ((a, b), (b, a))
        says = f"{a.field} says {a.stated}, {b.field} {b.stated}: both are when it was taken"
        yield Conflict(says, tuple(dict.fromkeys((one, other))))


def agree(a: DateReading, b: DateReading) -> bool:
    """Whether two statements of one moment can both be right, as far as each goes and whatever zones they lack.

    Equal clocks agree even where zones differ: software that copies a date often writes its own zone beside it.
    """
    digits = min(len(a.stated), len(b.stated), len("2024-11-14T10:22:33"))
    if digits <= len("2024-11-14") or a.time is None or b.time is None:
        return a.stated[: min(digits, 10)] == b.stated[: min(digits, 10)] or _days_agree(a, b)
    coarse = timedelta(minutes=1) if "minute" in (a.precision, b.precision) else _ROUNDING
    if abs(a.time.wall - b.time.wall) <= coarse:
        return True
    if a.time.has_zone and b.time.has_zone:
        return abs(a.time.earliest - b.time.earliest) <= coarse
    if not a.time.has_zone and not b.time.has_zone:
        return False
    zoned, local = (a.time, b.time) if a.time.has_zone else (b.time, a.time)
    ahead = local.wall - zoned.earliest.replace(tzinfo=None)
    quarter = round(ahead / QUARTER) * QUARTER
    return abs(ahead - quarter) <= coarse and is_used_offset(quarter)


def _days_agree(a: DateReading, b: DateReading) -> bool:
    """A day beside a time of another zone: whether that time can have been on that day somewhere on Earth."""
    if a.time is None or b.time is None or not (a.time.has_zone or b.time.has_zone):
        return False
    return a.time.earliest <= b.time.latest and b.time.earliest <= a.time.latest


def _gps_against_clock(findings: Findings) -> Iterator[Conflict]:
    pair = gps_pair(findings)
    if pair is None:
        return
    stated = stated_offset(pair.capture)
    if _may_hold(pair.apart, stated):
        return
    says = f"{pair.capture.field} says {pair.capture.text}, {pair.fix.field} {pair.fix.text} UTC"
    if not _may_hold(pair.apart, None):
        says += f": {_span(pair.apart)} apart, more than any zone is from UTC; one of the two clocks was wrong"
        if any(_may_hold(pair.apart + day, stated) for day in (-_DAY, _DAY)):
            says += ", or the day beside the GPS time is the local one instead of UTC's"
    elif stated is not None and pair.is_a_zone:
        says += (
            f", so its clock stood at {offset_text(pair.nearest)}, but it is stated with {offset_text(stated)};"
            " or the fix is of another time"
        )
    elif stated is not None:
        says += (
            f": by the zone stated, {offset_text(stated)}, they are {_span(pair.apart - stated)} apart; the clock or"
            " the zone was wrong, or the fix is of another time"
        )
    yield Conflict(says, ("metadata", "gps"))


def _may_hold(apart: timedelta, stated: timedelta | None) -> bool:
    """Whether a right clock and a fix not too old can lie this far apart: in the zone stated, else in any zone.

    Where none is stated, that is any time between the outermost zones, since a fix may be minutes old.
    """
    west, east = (WESTMOST, EASTMOST) if stated is None else (stated, stated)
    return west - WITHIN <= apart <= east + _FIX_AGE


def _order(findings: Findings) -> Iterator[Conflict]:
    """What is changed or digitised before it was taken."""
    taken = _reading(findings, "ExifIFD:DateTimeOriginal")
    if taken is None or taken.time is None:
        return
    for reading in findings.dates:
        if reading.means not in ("modified", "digitised") or reading.field == _OF_THE_METADATA:
            continue
        if default_clock(reading.stated):  # a date that was never set
            continue
        if _certainly_before(reading, taken):
            says = f"{reading.field} says {reading.stated}, {taken.field} {taken.stated}: {reading.means} before taken"
            yield Conflict(says, tuple(dict.fromkeys(("metadata", _kind(reading)))))


def _certainly_before(reading: DateReading, taken: DateReading) -> bool:
    """Before it by any zone; and where one device writes both fields by one clock, before it by that clock."""
    first, second = reading.time, taken.time
    if first is None or second is None:
        return False
    if first.latest + _ONE_GO < second.earliest:
        return True
    same_clock = reading.field == "ExifIFD:CreateDate" and not first.is_day and not second.is_day
    return same_clock and _by_clock(first, second) < -_ONE_GO


def _by_clock(a: StatedTime, b: StatedTime) -> timedelta:
    return a.earliest - b.earliest if a.has_zone and b.has_zone else a.wall - b.wall


def _never_set(findings: Findings) -> Iterator[Conflict]:
    for reading in findings.dates:
        clocks = default_clock(reading.stated)
        if clocks and reading.means in ("taken", "digitised") and reading.field != "file name":
            says = (
                f"{reading.field} says {reading.stated}: {clocks} that were never set start on that day,"
                " so it may say nothing of when it was taken"
            )
            yield Conflict(says, (_kind(reading), "clock"))
            return


def _kind(reading: DateReading) -> str:
    group = reading.field.partition(":")[0]
    return "xmp" if group.startswith("XMP") else "iptc" if group.startswith("IPTC") else "metadata"


def _reading(findings: Findings, field: str) -> DateReading | None:
    return next((d for d in findings.dates if d.field == field), None)


def _span(apart: timedelta) -> str:
    seconds = abs(int(apart.total_seconds()))
    days, hours, minutes = seconds // 86400, seconds // 3600 % 24, seconds // 60 % 60
    words = [f"{n} {unit}" for n, unit in ((days, "d"), (hours, "h"), (minutes, "min")) if n]
    return " ".join(words[:2]) or f"{seconds} s"
