"""File names: which software gives such names, and what time stands in one. Anybody can type a name.

The forms, with their sources and how far each was checked: data/file_name_patterns.json.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files

from provenance.model.findings import DateReading
from provenance.model.platform_ids import x_media_time

FIELD = "file name"  # where ExifTool's names stand in other readings
_UNIX_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_YEAR = 2040  # a number or a medium's name that decodes to later is another's
_MAX_NAME_CHARACTERS = 255
_TYPED = "anybody can type a name, and copying a file keeps it"


@dataclass(frozen=True, slots=True)
class NamePattern:
    software: str
    form: re.Pattern[str]
    clock: str | None
    means: str | None  # "saved" | "taken"
    zone: str  # "Z" where the clock counts in UTC, else empty
    since: int  # the first year that can stand in such a name
    but: str
    source: str


@dataclass(frozen=True, slots=True)
class NameTime:
    stated: str
    precision: str


def _load() -> tuple[NamePattern, ...]:
    text = files("provenance.model").joinpath("data/file_name_patterns.json").read_text(encoding="utf-8")
    return tuple(
        NamePattern(
            entry["software"],
            re.compile(entry["pattern"], re.ASCII | re.IGNORECASE),
            entry["clock"],
            entry["means"],
            entry["zone"] or "",
            entry["since"] or 1,
            f"{entry['but']}; {_TYPED}" if entry["but"] else _TYPED,
            f"{entry['source']} ({'not verified' if entry['verified'] == 'no' else entry['verified']})",
        )
        for entry in json.loads(text)["patterns"]
    )


PATTERNS = _load()


def dates_of_name(name: str) -> tuple[DateReading, ...]:
    """The times that the base name of a file states: what a camera or a platform wrote, or anybody typed.

    `means` is "saved" where a platform or program stored or sent the picture then, "taken" where a camera claims it.
    """
    return tuple(
        DateReading(FIELD, name, time.stated, pattern.means, time.precision)
        for pattern, time in matches_of_name(name)
        if time is not None and pattern.means is not None
    )


def matches_of_name(name: str) -> list[tuple[NamePattern, NameTime | None]]:
    """The patterns of which the name is, each with the time it states there, if it states one."""
    found: list[tuple[NamePattern, NameTime | None]] = []
    if len(name) > _MAX_NAME_CHARACTERS:
        return found
    for pattern in PATTERNS:
        match = pattern.form.fullmatch(name)
        if match is None:
            continue
        try:
            found.append((pattern, _time(pattern, match.groupdict()) if pattern.clock else None))
        except (ValueError, OverflowError):
            continue  # a name of this form with a time that cannot be is of another origin
    return found


def _time(pattern: NamePattern, groups: dict[str, str | None]) -> NameTime:
    """Raises ValueError or OverflowError for a time that cannot be, or not in such a name."""
    moment = _counted(groups)
    if moment is not None:
        stated = NameTime(_text(moment, "milliseconds") + "Z", "subsecond")
    else:
        moment = _written(groups)
        stated = _as_written(moment, groups, pattern.zone)
    if not pattern.since <= moment.year <= _LAST_YEAR:
        raise ValueError(f"{moment.year} is not a year of {pattern.software}")
    return stated


def _counted(groups: dict[str, str | None]) -> datetime | None:
    """The time of a number that counts, or of an id that holds one."""
    if media := groups.get("media"):
        return x_media_time(media)
    if milliseconds := groups.get("ms"):
        return _UNIX_EPOCH + timedelta(milliseconds=int(milliseconds))
    return None


def _written(groups: dict[str, str | None]) -> datetime:
    numbers = {key: int(groups.get(key) or 0) for key in ("y", "m", "d", "H", "M", "S", "f")}
    hour = numbers["H"]
    if half := groups.get("half"):
        hour = hour % 12 + (12 if half.upper() == "PM" else 0)
    return datetime(  # noqa: DTZ001 - whose zone it is, is what the clock's description says
        numbers["y"], numbers["m"], numbers["d"], hour, numbers["M"], numbers["S"], numbers["f"] * 1000
    )


def _as_written(moment: datetime, groups: dict[str, str | None], zone: str) -> NameTime:
    if not groups.get("H"):
        return NameTime(moment.date().isoformat(), "day")
    if groups.get("f"):
        return NameTime(_text(moment, "milliseconds") + zone, "subsecond")
    return NameTime(_text(moment, "seconds") + zone, "second")


def _text(moment: datetime, timespec: str) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec=timespec)
