"""What the camera's clock stood at against UTC: by times in UTC beside its own, or by the zone it states."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from provenance.model.findings import DateReading, Findings
from provenance.model.times import StatedTime

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
# Before, digital cameras had no zones, and what bears such a date is a scan; the offsets above are of later years.
_SINCE = 1990
# The zone a camera is set to, in its maker's notes, minutes. Canon's has the hour of summer time in it (two photos of
# Exiv2's test data: 60 with DaylightSavings 0, 120 with DaylightSavings 60), Nikon's has not (a photo of London in June
# that a user of Immich reported: 0 with DaylightSavings 1).
_CANON, _NIKON, _NIKON_SUMMER = "Canon:TimeZone", "Nikon:TimeZone", "Nikon:DaylightSavings"
_HOUR = 60
# TIFF/EP (ISO 12234-2): hours that DateTimeOriginal is ahead of UTC, and after them perhaps those of ModifyDate.
_TIFF_EP = "ExifIFD:TimeZoneOffset"
_WHOLE = re.compile(r"[+-]?\d{1,4}", re.ASCII)
_SAMSUNG = "Samsung:TimeStamp"  # when a Samsung phone saved it, counted from 1970, so in UTC


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
    """What the file says of its camera's clock, each offset once: by times in UTC first, then as stated."""
    found: dict[timedelta, ClockOffset] = {}
    for each in (*_by_gps(findings), *_by_samsung(findings), *_stated(findings), *_set(findings)):
        if each.local.year >= _SINCE:
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


def _by_samsung(findings: Findings) -> Iterator[ClockOffset]:
    capture, saved = _first(findings, _CAPTURE, "taken"), _instant(findings.metadata.get(_SAMSUNG))
    if capture is None or capture.time is None or saved is None:
        return
    apart = capture.time.wall - saved
    offset = round(apart / QUARTER) * QUARTER
    if abs(apart - offset) <= WITHIN and is_used_offset(offset):
        because = f"{capture.field} {capture.text} is {offset_text(offset)} against {_SAMSUNG}"
        text = saved.isoformat(" ", timespec="seconds")
        yield ClockOffset(offset, capture.time.wall, f"{because} {text}, which is UTC", from_gps=False)


def _stated(findings: Findings) -> Iterator[ClockOffset]:
    """As written with the date: of a scan the zone of the scanner, so the two dates must be of one moment."""
    capture = _first(findings, _CAPTURE, "taken")
    for fields, means in ((_CAPTURE, "taken"), (_DIGITISED, "digitised")):
        reading = _first(findings, fields, means)
        offset = stated_offset(reading) if reading else None
        if reading is None or reading.time is None or offset is None or not is_used_offset(offset):
            continue
        if capture is None or capture.time is None or abs(capture.time.wall - reading.time.wall) > WITHIN:
            continue
        because = f"the file states {offset_text(offset)} with {reading.field} {reading.text}"
        yield ClockOffset(offset, reading.time.wall, because, from_gps=False)


def _set(findings: Findings) -> Iterator[ClockOffset]:
    """The zone that the camera was set to when it took the picture."""
    capture = _first(findings, _CAPTURE, "taken")
    if capture is None or capture.time is None:
        return
    fields = findings.metadata
    canon, nikon, summer = (_whole(fields.get(name)) for name in (_CANON, _NIKON, _NIKON_SUMMER))
    hours = _whole(fields.get(_TIFF_EP))
    stated = (
        (canon, f"{_CANON} is {canon} minutes"),
        (
            nikon + _HOUR * (summer == 1) if nikon is not None else None,
            f"{_NIKON} is {nikon} minutes{', with the hour of summer time' if summer == 1 else ''}",
        ),
        (hours * _HOUR if hours is not None else None, f"{_TIFF_EP} is {hours} hours"),
    )
    for minutes, says in stated:
        if minutes is not None and is_used_offset(timedelta(minutes=minutes)):
            offset = timedelta(minutes=minutes)
            because = f"the camera was set to {offset_text(offset)} ({says}) at {capture.field} {capture.text}"
            yield ClockOffset(offset, capture.time.wall, because, from_gps=False)


def _whole(value: Any) -> int | None:
    """A whole number of at most four digits; the first of several."""
    text = str(value[0] if isinstance(value, list) and value else value).split()[:1]
    return int(text[0]) if text and _WHOLE.fullmatch(text[0]) else None


def _instant(value: Any) -> datetime | None:
    """A date as ExifTool writes it, with its zone, in UTC and naive."""
    text = str(value)
    try:
        time = StatedTime(text[:10].replace(":", "-") + text[10:])
    except ValueError:
        return None
    return time.earliest.replace(tzinfo=None) if time.has_zone else None


def _first(findings: Findings, fields: tuple[str, ...], means: str) -> DateReading | None:
    timed = (d for d in findings.dates if d.field in fields and d.means == means and len(d.stated) > len("2024-11-14"))
    return next(timed, None)
