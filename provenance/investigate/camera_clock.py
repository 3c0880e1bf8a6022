"""What the camera's clock stood at against UTC: by its GPS receiver, which counts in UTC, or by the zone it states."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from provenance.model.findings import DateReading, Findings

QUARTER = timedelta(minutes=15)  # all clocks of today differ from UTC by whole quarters of an hour
# Between the fix whose time is written and the shutter; of 97 files with both times 83 lay within it of a quarter hour.
WITHIN = timedelta(minutes=2)
EASTMOST, WESTMOST = timedelta(hours=14), timedelta(hours=-12)
# The offsets that are or were local time somewhere since 1990, in minutes; all whole hours, and these (tz database).
_ODD_MINUTES = frozenset(
    {-570, -510, -270, -210, -150, 210, 270, 330, 345, 390, 510, 525, 570, 585, 630, 690, 765, 825}
)
_CAPTURE = ("ExifIFD:DateTimeOriginal", "IFD0:DateTimeOriginal")
_DIGITISED = ("ExifIFD:CreateDate", "IFD0:CreateDate")
_GPS_TIMES = ("GPS:GPSTimeStamp", "XMP-exif:GPSDateTime")


@dataclass(frozen=True, slots=True)
class ClockOffset:
    """How far the camera's clock stood ahead of UTC at a local time. A claim of the file's own fields."""

    offset: timedelta
    local: datetime  # naive: what the camera's clock showed
    because: str
    from_gps: bool

    @property
    def text(self) -> str:
        return offset_text(self.offset)


@dataclass(frozen=True, slots=True)
class GpsPair:
    """A capture time and the time of the GPS fix beside it, with what lies between them: local time minus UTC."""

    capture: DateReading
    fix: DateReading
    local: datetime
    apart: timedelta

    @property
    def nearest(self) -> timedelta:
        """The whole quarter of an hour nearest to what lies between them."""
        return round(self.apart / QUARTER) * QUARTER

    @property
    def is_a_zone(self) -> bool:
        return abs(self.apart - self.nearest) <= WITHIN and is_used_offset(self.nearest)


def offset_text(offset: timedelta) -> str:
    minutes = abs(int(offset.total_seconds())) // 60
    return f"UTC{'-' if offset < timedelta() else '+'}{minutes // 60:02}:{minutes % 60:02}"


def is_used_offset(offset: timedelta) -> bool:
    """Whether some place on Earth has had that offset since 1990."""
    minutes = int(offset.total_seconds()) // 60
    return WESTMOST <= offset <= EASTMOST and (minutes % 60 == 0 or minutes in _ODD_MINUTES)


def offsets_of(findings: Findings) -> tuple[ClockOffset, ...]:
    """What the file says of its camera's clock: by GPS first, then as stated; each offset once."""
    found: dict[timedelta, ClockOffset] = {}
    for each in (*_by_gps(findings), *_stated(findings)):
        found.setdefault(each.offset, each)
    return tuple(found.values())


def gps_pair(findings: Findings) -> GpsPair | None:
    """The EXIF capture time beside the time of the GPS fix, None where one of them is missing or is but a day."""
    capture = _first(findings, _CAPTURE, "taken")
    fix = _first(findings, _GPS_TIMES, "gps")
    if capture is None or fix is None or capture.time is None or fix.time is None or not fix.time.has_zone:
        return None
    local = capture.time.wall
    return GpsPair(capture, fix, local, local - fix.time.earliest.replace(tzinfo=None))


def stated_offset(reading: DateReading) -> timedelta | None:
    """The offset that a date states with itself."""
    time = reading.time
    if time is None or not time.has_zone:
        return None
    return time.wall - time.earliest.replace(tzinfo=None)


def _by_gps(findings: Findings) -> Iterator[ClockOffset]:
    pair = gps_pair(findings)
    if pair is not None and pair.is_a_zone:
        because = f"{pair.capture.field} {pair.capture.text} is {offset_text(pair.nearest)} against {pair.fix.field}"
        yield ClockOffset(pair.nearest, pair.local, f"{because} {pair.fix.text}, which is UTC", from_gps=True)


def _stated(findings: Findings) -> Iterator[ClockOffset]:
    for fields, means in ((_CAPTURE, "taken"), (_DIGITISED, "digitised")):
        reading = _first(findings, fields, means)
        offset = stated_offset(reading) if reading else None
        if reading is None or reading.time is None or offset is None or not is_used_offset(offset):
            continue
        because = f"the file states {offset_text(offset)} with {reading.field} {reading.text}"
        yield ClockOffset(offset, reading.time.wall, because, from_gps=False)


def _first(findings: Findings, fields: tuple[str, ...], means: str) -> DateReading | None:
    timed = (d for d in findings.dates if d.field in fields and d.means == means and len(d.stated) > len("2024-11-14"))
    return next(timed, None)
