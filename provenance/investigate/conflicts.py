"""What cannot both hold: shown to the reader, never averaged."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from provenance.investigate.fuse import compatible
from provenance.investigate.time_bounds import earliest, taken_dates
from provenance.model.dossier import Case, Conflict, Evidence
from provenance.model.times import StatedTime
from provenance.places.distance import distance_m

_SAYS = {
    "gps": "the file's GPS",
    "known_metadata": "the metadata of a known original",
    "place_field": "the file's place fields",
    "caption": "the caption",
    "sighting": "the caption of a sighting",
    "claim": "a claim",
}


def find_conflicts(case: Case, evidence: Sequence[Evidence]) -> tuple[Conflict, ...]:
    """Contradictions between places of different origins, and between dates."""
    return (*_between_places(evidence), *_between_times(case))


def _between_places(evidence: Sequence[Evidence]) -> Iterator[Conflict]:
    by_origin: dict[tuple[str, str], list[Evidence]] = {}
    for e in evidence:
        by_origin.setdefault((e.source, e.origin), []).append(e)
    said = set()
    for (one, mine), (other, theirs) in combinations(sorted(by_origin.items()), 2):
        if one[1] == other[1] or any(compatible(a.place, b.place) for a in mine for b in theirs):
            continue
        km, a, b = min(((_km_apart(a, b), a, b) for a in mine for b in theirs), key=lambda pair: pair[0])
        says = f"{_says(a)}, {_says(b)}: {km:.0f} km apart"
        if says not in said:
            said.add(says)
            yield Conflict(says, (a.source, b.source))


def _km_apart(a: Evidence, b: Evidence) -> float:
    return distance_m(a.place.position, b.place.position) / 1000


def _says(e: Evidence) -> str:
    return f"{_SAYS.get(e.source, e.source)} says {e.place.name}"


def _between_times(case: Case) -> Iterator[Conflict]:
    published = earliest(case.sightings)
    bounds = [(published.time, f"it was seen at {published.url or published.source}", "sighting")] if published else []
    if case.context.posted_at is not None:
        bounds.append((case.context.posted_at, "it was posted", "context"))
    for reading, whose in taken_dates(case):
        taken = StatedTime(reading.stated)
        for bound, what, kind in bounds:
            if taken.earliest > bound.latest:
                says = f"{reading.field} of {whose} says {taken.text}, but {what} before that, {bound.text}"
                yield Conflict(says, ("metadata", kind))
