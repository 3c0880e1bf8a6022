"""File names: which software gives such names, and whose clock a time in one is.

A name is what anybody can type, so all of this is a lead: a Trace, never a date of the picture.
"""

import base64
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files

from provenance.model.findings import Trace

# X's snowflakes: milliseconds since this moment, then 22 bits of machine and sequence (X API documentation, "IDs").
_SNOWFLAKE_EPOCH = datetime(2010, 11, 4, 1, 42, 54, 657000, tzinfo=UTC)
_SNOWFLAKE_LOW_BITS = 22
_UNIX_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Snowflakes began in 2010 and run out in 2080; a name that decodes to far ahead of today is another's.
_FIRST_MEDIA_YEAR, _LAST_MEDIA_YEAR = 2010, 2040
_MAX_NAME_CHARACTERS = 255


@dataclass(frozen=True, slots=True)
class _Pattern:
    software: str
    form: re.Pattern[str]
    clock: str | None
    source: str


def _load() -> tuple[_Pattern, ...]:
    text = files("provenance.examine.metadata").joinpath("data/file_name_patterns.json").read_text(encoding="utf-8")
    return tuple(
        _Pattern(
            entry["software"],
            re.compile(entry["pattern"], re.ASCII | re.IGNORECASE),
            entry["clock"],
            f"{entry['source']} ({'not verified' if entry['verified'] == 'no' else entry['verified']})",
        )
        for entry in json.loads(text)["patterns"]
    )


PATTERNS = _load()


def traces_of_name(name: str) -> tuple[Trace, ...]:
    """What the base name of a file shows of the software that named it; empty for a name of no known form."""
    return tuple(filter(None, (_trace(pattern, name) for pattern in PATTERNS)))


def _trace(pattern: _Pattern, name: str) -> Trace | None:
    found = pattern.form.fullmatch(name) if len(name) <= _MAX_NAME_CHARACTERS else None
    if not found:
        return None
    groups = found.groupdict()
    stated = ""
    if pattern.clock:
        try:
            stated = _stated_time(groups)
        except (ValueError, OverflowError):
            return None  # a name of this form with a time that cannot be is of another origin
    form = f"the name has the form that {pattern.software} gives"
    return Trace(
        kind="file_name",
        says=f"{form}, and states {stated}" if stated else form,
        because=f"{name!r}: {pattern.clock}" if pattern.clock else repr(name),
        source=pattern.source,
    )


def _stated_time(groups: dict[str, str | None]) -> str:
    if media := groups.get("media"):
        return _media_time(media).isoformat(timespec="milliseconds")
    if milliseconds := groups.get("ms"):
        return (_UNIX_EPOCH + timedelta(milliseconds=int(milliseconds))).isoformat(timespec="milliseconds")
    numbers = {key: int(groups.get(key) or 0) for key in ("y", "m", "d", "H", "M", "S", "f")}
    hour = numbers["H"]
    if half := groups.get("half"):
        hour = hour % 12 + (12 if half.upper() == "PM" else 0)
    moment = datetime(  # noqa: DTZ001 - whose zone it is, is what the clock's description says
        numbers["y"], numbers["m"], numbers["d"], hour, numbers["M"], numbers["S"], numbers["f"] * 1000
    )
    if not groups.get("H"):
        return moment.date().isoformat()
    return moment.isoformat(timespec="milliseconds" if groups.get("f") else "seconds")


def _media_time(media: str) -> datetime:
    snowflake = int.from_bytes(base64.urlsafe_b64decode(media + "=")[:8])
    moment = _SNOWFLAKE_EPOCH + timedelta(milliseconds=snowflake >> _SNOWFLAKE_LOW_BITS)
    if not _FIRST_MEDIA_YEAR <= moment.year <= _LAST_MEDIA_YEAR:
        raise ValueError(f"{media} would be of {moment.year}")
    return moment
