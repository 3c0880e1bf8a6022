"""What cannot both hold: shown to the reader, never averaged."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from provenance.investigate.compatible import Contains, compatible
from provenance.investigate.time_bounds import earliest, publisher, taken_dates
from provenance.model.dossier import Case, Conflict, Evidence
from provenance.model.times import StatedTime
from provenance.places.distance import distance_m

_WHAT = {
    "gps": "the file's GPS",
    "known_metadata": "the metadata of a known original",
    "place_field": "the file's place fields",
    "caption": "the caption",
    "sighting": "the caption of a sighting",
    "claim": "a claim",
}


def find_conflicts(case: Case, evidence: Sequence[Evidence], contains: Contains) -> tuple[Conflict, ...]:
    """Contradictions between places of different origins, and between dates."""
    return (*_between_places(evidence, contains), *_between_times(case))


def _between_places(evidence: Sequence[Evidence], contains: Contains) -> Iterator[Conflict]:
    """One for each pair of origins of which no place of one can hold with any of the other."""
    by_origin: dict[str, list[Evidence]] = {}
    for e in sorted(evidence, key=lambda e: (e.source, e.because)):
        by_origin.setdefault(e.origin, []).append(e)
    for mine, theirs in combinations(by_origin.values(), 2):
        if any(compatible(a.place, b.place, contains) for a in mine for b in theirs):
            continue
        km, a, b = min(((_km_apart(a, b), a, b) for a in mine for b in theirs), key=lambda pair: pair[0])
        one, other = (_WHAT.get(e.source, e.source) for e in (a, b))
        says = f"by {one} it is {a.place.name}, by {other} {b.place.name}: {km:.0f} km apart"
        yield Conflict(says, (a.source, b.source))


def _km_apart(a: Evidence, b: Evidence) -> float:
    return distance_m(a.place.position, b.place.position) / 1000


def _between_times(case: Case) -> Iterator[Conflict]:
    published = earliest(case.sightings)
    bounds = [(published.time, f"it was seen at {publisher(published)}", "sighting")] if published else []
    if case.context.posted_at is not None:
        bounds.append((case.context.posted_at, "it was posted", "context"))
    for reading, whose in taken_dates(case):
        taken = StatedTime(reading.stated)
        for bound, what, kind in bounds:
            if taken.earliest > bound.latest:
                says = f"{reading.field} of {whose} says {taken.text}, but {what} before that, {bound.text}"
                yield Conflict(says, ("metadata", kind))
