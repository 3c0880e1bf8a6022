"""Whether the zone of a place is the one that the camera's clock stood at."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from provenance.investigate.camera_clock import ClockOffset, offset_text, offsets_of
from provenance.investigate.compatible import AREAS, NEAR_M
from provenance.investigate.weights import WEIGHTS
from provenance.model.dossier import Case, Evidence
from provenance.model.place import Place, Position
from provenance.places.base import Gazetteer, Rail
from provenance.places.distance import distance_m

ORIGIN = "the camera's clock"
# Settlements this far around a place count as well: near a border a phone may hold on to a mast of the other side
# (cells reach up to 35 km, the limit of GSM), and a traveller's clock changes some way after it.
_BORDER_M = 35_000.0
_PLACE_AT_MOST_M = 150_000.0  # a place that reaches farther is told by more than its surroundings
_ZONES_SHOWN = 3
# Official time where the time zone database keeps another that is in use as well: in Xinjiang it is Beijing's.
_ALSO = {"Asia/Urumqi": "Asia/Shanghai"}
_STEP_DAYS, _HALF_YEAR_DAYS = 14, 182  # Morocco's clocks go back for the month of Ramadan: no zone changes for less
# Russian railways kept station clocks and timetables in Moscow time all over the country until then; who travels or
# works there may keep a camera at it.
_LOCAL_TIME_SINCE = date(2018, 8, 1)
_MOSCOW = "Europe/Moscow"
_RAILWAY_WITHIN_M = 5_000.0


class Clock:
    """Weighs the places that others name, by the camera's offset from UTC. One camera, one origin; a claim of the file.

    Proposes no place: an offset fits a seventh of the world's settlements.
    """

    name = "clock"

    def __init__(self, gazetteer: Gazetteer, rail: Rail) -> None:
        self._gazetteer, self._rail = gazetteer, rail

    def evidence(self, case: Case) -> Iterator[Evidence]:
        """Nothing: see `weigh`."""
        yield from ()

    def weigh(self, case: Case, places: Sequence[Place]) -> Iterator[Evidence]:
        """For each place and offset one item: in favour, against, or with 0 where it neither fits nor contradicts."""
        clocks = _clocks(case)
        for place in places if clocks else ():
            zones = self._zones(place)
            for clock in clocks if zones else ():
                found = self._weighed(place, zones, clock)
                if found is not None:
                    yield _once(found, case)

    def _zones(self, place: Place) -> list[str]:
        if place.kind in AREAS:
            found = self._gazetteer.zones_in(place)
        else:
            radius_m = min(place.radius_m, _PLACE_AT_MOST_M) + _BORDER_M
            found = self._gazetteer.zones_near(place.position, radius_m=radius_m)
        found = list(dict.fromkeys([*found, *(_ALSO[zone] for zone in found if zone in _ALSO)]))
        return found if all(_zone(zone) is not None for zone in found) else []  # the unknown one might be the one

    def _weighed(self, place: Place, zones: list[str], clock: ClockOffset) -> Evidence | None:
        cap = WEIGHTS[self.name].llr
        there = _shown(zones, clock.local)
        if any(clock.offset in _offsets(zone, clock.local) for zone in zones):
            if place.kind in AREAS:  # of a wide area, that some place in it fits says next to nothing
                return None
            return self._evidence(place, f"{clock.because}; local time at {place.name} was {there}", cap)
        if any(clock.offset in _offsets_of_year(zone, clock.local) for zone in zones):
            because = f"{clock.because}; local time at {place.name} was {there}, at another time of the year it is that"
            return self._evidence(place, f"{because}: a camera that missed the change of the clocks", 0.0)
        if not clock.offset:
            because = (
                f"{clock.because}; local time at {place.name} was {there}, but some keep their cameras at UTC, and"
            )
            return self._evidence(
                place, f"{because} software writes it that knows no zone: it does not contradict", 0.0
            )
        if self._on_moscow_time(place, clock):
            because = (
                f"{clock.because}, Moscow time; local time at {place.name} was {there}, but until 1 August 2018 Russian"
                " railways kept Moscow time at stations and in timetables, so it does not contradict"
            )
            return self._evidence(place, because, 0.0)
        return self._evidence(place, f"{clock.because}; local time at {place.name} was {there}", -cap)

    def _evidence(self, place: Place, because: str, llr: float) -> Evidence:
        return Evidence(self.name, place, because, ORIGIN, llr)

    def _on_moscow_time(self, place: Place, clock: ClockOffset) -> bool:
        if clock.local.date() >= _LOCAL_TIME_SINCE or clock.offset not in _offsets(_MOSCOW, clock.local):
            return False
        return place.country == "RU" and place.kind not in AREAS and self._is_by_rail(place)

    def _is_by_rail(self, place: Place) -> bool:
        if place.line is not None or place.kind == "rail_stop":
            return True
        stop = next(iter(self._rail.nearest_stops(place.position, limit=1)), None)
        return stop is not None and (stop.distance_m or 0.0) <= max(place.radius_m, _RAILWAY_WITHIN_M)


def _once(found: Evidence, case: Case) -> Evidence:
    """Where the camera states the very position, that its clock agrees is the same camera's word: it adds nothing."""
    if found.llr <= 0 or not any(distance_m(found.place.position, p) <= NEAR_M for p in _positions(case)):
        return found
    return replace(found, because=f"{found.because}; the same camera states the position, so it adds nothing", llr=0.0)


def _positions(case: Case) -> Iterator[Position]:
    known = (match.known.findings for match in case.matches if match.is_copy)
    for findings in (case.findings, *known):
        yield from (reading.position for reading in findings.positions)


def _clocks(case: Case) -> tuple[ClockOffset, ...]:
    """What the file says of its camera's clock; where it says nothing, the first known picture it is a copy of."""
    own = offsets_of(case.findings)
    if own:
        return own
    for match in case.matches:
        if match.is_copy and match.known.id != case.findings.image.id:
            found = offsets_of(match.known.findings)
            if found:
                name = match.known.names[0] if match.known.names else match.known.id[:12]
                return tuple(replace(each, because=f"in the known picture {name} {each.because}") for each in found)
    return ()


@cache
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _offsets(name: str, local: datetime) -> set[timedelta]:
    """Local time's offsets at what the clock showed: two in the hour that is repeated when clocks go back."""
    zone = _zone(name)
    if zone is None:
        return set()
    found = (local.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return {offset for offset in found if offset is not None}


def _offsets_of_year(name: str, local: datetime) -> set[timedelta]:
    """The offsets of the half years before and after."""
    found = set()
    for days in range(-_HALF_YEAR_DAYS, _HALF_YEAR_DAYS + 1, _STEP_DAYS):
        try:
            found |= _offsets(name, local + timedelta(days=days))
        except OverflowError:
            continue
    return found


def _shown(zones: list[str], local: datetime) -> str:
    offsets = sorted({offset for zone in zones for offset in _offsets(zone, local)})
    words = [offset_text(offset) for offset in offsets[:_ZONES_SHOWN]]
    more = f" and {len(offsets) - _ZONES_SHOWN} others" if len(offsets) > _ZONES_SHOWN else ""
    return f"{' or '.join(words)}{more} ({', '.join(zones[:_ZONES_SHOWN])}{', …' if len(zones) > _ZONES_SHOWN else ''})"
