"""A stated position as a PositionReading, or the exact reason why it is none."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, isfinite, radians
from typing import Any

from provenance.errors import ReadError
from provenance.model.findings import PositionReading
from provenance.model.place import Position

METRES_PER_DEGREE = 111_320  # of latitude; WGS 84, mean
LEAST_RADIUS_M = 10.0  # a phone's GPS in the open: about 5 m at 68 % (gps.gov, GPS accuracy), so 10 m at 95 %
_TEXT = re.compile(
    r"([+-]?\d{1,3}(?:\.\d{1,15})?)(?:,(\d{1,2}(?:\.\d{1,15})?)(?:,(\d{1,2}(?:\.\d{1,15})?))?)?([NSEW])?", re.ASCII
)
_DECIMALS = 13  # a hundred-millionth of a metre: below what the sum of the parts can hold
_HIGHEST_M = 100_000.0  # where space begins (FAI, the Kármán line); no camera of ours is beyond it
_BELOW = (1, 3)  # GPSAltitudeRef: below sea level; below the ellipsoid (EXIF 3.0, 4.6.6)
_NORTHS = {"T": "true", "M": "magnetic"}
_DIRECTIONS = {"N": 1, "S": -1, "E": 1, "W": -1}


@dataclass(frozen=True, slots=True)
class Angle:
    """An unsigned angle as stated. `step` is the smallest difference its notation can state; both in degrees."""

    degrees: float
    step: float


@dataclass(frozen=True, slots=True)
class Further:
    """What is stated besides the position: altitude in metres, and the direction the camera looked, with its north."""

    altitude_m: float | None = None
    direction_deg: float | None = None
    direction_north: str | None = None

    @property
    def all(self) -> tuple[float | None, float | None, str | None]:
        return self.altitude_m, self.direction_deg, self.direction_north


def further_of(metadata: dict[str, Any], prefix: str) -> tuple[Further, list[str]]:
    """Altitude and direction from the fields of EXIF or XMP that begin so, and why one stated was not read."""
    problems: list[str] = []

    def number(name: str, least: float, most: float) -> float | None:
        value = metadata.get(prefix + name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            problems.append(f"{name} {str(value)[:20]!r} is no number from {least:g} to {most:g}")
            return None
        return float(value)

    altitude = number("GPSAltitude", -_HIGHEST_M, _HIGHEST_M)
    if altitude is not None and metadata.get(prefix + "GPSAltitudeRef") in _BELOW:
        altitude = -abs(altitude)
    direction = number("GPSImgDirection", 0, 360)
    north = str(metadata.get(prefix + "GPSImgDirectionRef", "")).strip().upper()[:1]
    return Further(altitude, direction, _NORTHS.get(north) if direction is not None else None), problems


def degrees_of(parts: Sequence[tuple[int, int]]) -> Angle:
    """Degrees, minutes and seconds as rationals, EXIF's notation. Raises ReadError where they are no number.

    Parts that are zero at the end count as not stated: 56/1 0/1 0/1 states whole degrees.
    """
    stated = " ".join(f"{n}/{d}" for n, d in parts[:3])
    if not 1 <= len(parts) <= 3:
        raise ReadError(f"{len(parts)} numbers, not degrees, minutes and seconds")
    if any(d == 0 for _, d in parts):
        raise ReadError(f"{stated} has a zero denominator")
    if any(n / d < 0 or n / d > 60 for n, d in parts[1:]):
        raise ReadError(f"{stated} has minutes or seconds outside 0..60")
    degrees, step = 0.0, 1.0
    for (n, d), unit in zip(parts, (1, 60, 3600), strict=False):
        degrees += n / d / unit
        if n:
            step = 1 / abs(d) / unit
    return Angle(round(degrees, _DECIMALS), step)


def angle_of_text(text: str) -> tuple[Angle, str]:
    """XMP's notation, "56,0.6N" or "56,0,36N", also "56.01"; and the hemisphere, empty where there is none."""
    parts = _TEXT.fullmatch(text.strip())
    if not parts:
        raise ReadError(f"{text[:40]!r} is no angle")
    stated = [part for part in parts.groups()[:3] if part]
    degrees = sum(float(part) / unit for part, unit in zip(stated, (1, 60, 3600), strict=False))
    decimals = len(stated[-1].partition(".")[2])
    return Angle(round(degrees, _DECIMALS), 10.0**-decimals / (1, 60, 3600)[len(stated) - 1]), parts[4] or ""


def position_reading(
    origin: str,
    latitude: tuple[Angle, str],
    longitude: tuple[Angle, str],
    *,
    stated_error_m: float | None = None,
    further: Further = Further(),
) -> PositionReading:
    """The position of two angles with their hemispheres (N, S, E, W). Raises ReadError where it cannot be one.

    The radius is the error the file states, else the step of the finer of its two angles (one device writes both in
    one way); never under LEAST_RADIUS_M.
    """
    signed = [_signed(*latitude, "NS", "latitude", 90), _signed(*longitude, "EW", "longitude", 180)]
    if signed == [0, 0]:
        raise ReadError("0,0 is what an unset receiver writes; no position is read from it")
    position = Position(*signed)
    coordinates = f"{origin} {position.latitude:.5f}, {position.longitude:.5f}"
    if stated_error_m is not None and isfinite(stated_error_m) and stated_error_m > 0:
        radius_m = max(stated_error_m, LEAST_RADIUS_M)
        return PositionReading(position, radius_m, f"{coordinates} (±{stated_error_m:g} m stated)", *further.all)
    step_m = METRES_PER_DEGREE * min(latitude[0].step, longitude[0].step * max(cos(radians(position.latitude)), 0.01))
    radius_m = max(step_m, LEAST_RADIUS_M)
    why = f"written in steps of {step_m:.0f} m" if step_m > LEAST_RADIUS_M else "as receivers err; none is stated"
    return PositionReading(position, radius_m, f"{coordinates} (±{radius_m:.0f} m, {why})", *further.all)


def _signed(angle: Angle, hemisphere: str, allowed: str, axis: str, limit: int) -> float:
    letter = hemisphere.strip().upper()[:1]
    if not letter:
        raise ReadError(f"the {axis} has no hemisphere ({allowed[0]} or {allowed[1]})")
    if letter not in allowed:
        raise ReadError(f"the {axis}'s hemisphere is {hemisphere[:20]!r}, neither {allowed[0]} nor {allowed[1]}")
    if not (isfinite(angle.degrees) and abs(angle.degrees) <= limit):
        raise ReadError(f"the {axis} {angle.degrees:g} is outside -{limit}..{limit}")
    return angle.degrees * _DIRECTIONS[letter]
