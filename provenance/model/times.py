"""A time as somebody stated it: an instant, a local time without a zone, or a day."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_FORM = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)"
    r"(?:[Tt ](?P<minute>\d\d:\d\d)(?P<second>:\d\d(?:\.\d{1,6})?)?(?P<zone>[Zz]|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII,
)

# Clocks on Earth run from UTC-12 to UTC+14 (IANA time zone database: Etc/GMT+12, Pacific/Kiritimati).
_EASTMOST = timedelta(hours=14)
_WESTMOST = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class StatedTime:
    """RFC 3339 with an offset, or the same without one where the source gave none, or a date alone.

    `text` is in that form, whatever spelling of it was given ("2024-11-14 09:30+0700"). A time without a zone, and a
    day, count as the interval they may mean: `earliest` and `latest`, aware, UTC. Raises ValueError for anything else.
    """

    text: str

    def __post_init__(self) -> None:
        form = _FORM.fullmatch(self.text)
        if form is None:
            raise ValueError(f"{self.text[:64]!r} is not a time like 2024-11-14T09:30:00+07:00 or 2024-11-14")
        object.__setattr__(self, "text", _normal(form))
        if 1 < self._parsed.year < 9999:
            return
        try:
            self.earliest, self.latest  # noqa: B018 - both must exist, so 9999-12-31 without a zone is refused here
        except OverflowError as beyond:
            raise ValueError(f"{self.text!r} is outside the years 1 to 9999") from beyond

    @classmethod
    def of(cls, moment: datetime, *, timespec: str = "seconds") -> "StatedTime":
        """The time of a clock; aware datetimes are stated in UTC with a Z, naive ones without a zone.

        What is finer than `timespec` ("seconds", "milliseconds") is left out.
        """
        if moment.tzinfo is None:
            return cls(moment.isoformat(timespec=timespec))
        return cls(moment.astimezone(UTC).isoformat(timespec=timespec).replace("+00:00", "Z"))

    @property
    def has_zone(self) -> bool:
        return self._parsed.tzinfo is not None

    @property
    def zone(self) -> str | None:
        """The offset as stated, "+07:00" or "Z"; None where none is."""
        zone = self.text[len("2024-11-14T10:22:33") :].lstrip(".0123456789")
        return zone or None

    @property
    def is_day(self) -> bool:
        return len(self.text) == len("2024-11-14")

    @property
    def wall(self) -> datetime:
        """What a clock on the wall showed, naive: the time without its zone; of a day, its midnight."""
        return self._parsed.replace(tzinfo=None)

    @property
    def _parsed(self) -> datetime:
        return datetime.fromisoformat(self.text)

    @property
    def earliest(self) -> datetime:
        """The first instant this can mean: where the clock was the eastmost, UTC+14."""
        moment = self._parsed
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC) - _EASTMOST

    @property
    def latest(self) -> datetime:
        """The last instant this can mean: where the clock was the westmost, UTC-12; of a day, its last second."""
        moment = self._parsed
        if moment.tzinfo:
            return moment.astimezone(UTC)
        last = moment + timedelta(hours=23, minutes=59, seconds=59) if self.is_day else moment
        return last.replace(tzinfo=UTC) + _WESTMOST


def _normal(form: re.Match[str]) -> str:
    """As RFC 3339 writes it: a T, seconds, an upper-case Z, a colon in the offset."""
    day, minute, second, zone = form.group("day", "minute", "second", "zone")
    if minute is None:
        return str(day)
    if zone and zone not in "Zz":
        digits = zone[1:].replace(":", "").ljust(4, "0")
        zone = f"{zone[0]}{digits[:2]}:{digits[2:]}"
    return f"{day}T{minute}{second or ':00'}{(zone or '').upper()}"
