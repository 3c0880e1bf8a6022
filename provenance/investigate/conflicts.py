"""What cannot both hold: shown to the reader, never averaged."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from provenance.investigate.compatible import Contains, compatible
from provenance.investigate.file_dates import conflicts_of_dates
from provenance.investigate.file_texts import Named, conflicts_of_texts
from provenance.investigate.not_after import bounds_from_above
from provenance.investigate.not_before import bound_from_below
from provenance.investigate.time_bounds import taken_dates
from provenance.investigate.weights import WEIGHING
from provenance.model.dossier import Case, Conflict, Evidence
from provenance.model.findings import PositionReading
from provenance.model.platform_ids import times_in_url
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
# Two fields of one file that were written from one fix differ by rounding; a receiver's error is in their radius.
_ROUNDING_M = 50.0
_CLOCK_SKEW_S = 300.0  # between the platform's clock and the one that a posting time was read from
_CLAIMS_AT_MOST = 40


def find_conflicts(
    case: Case, evidence: Sequence[Evidence], contains: Contains, named: Named = lambda _: ()
) -> tuple[Conflict, ...]:
    """Contradictions between places of different origins, between times, and within the file itself."""
    proposing = [e for e in evidence if e.source not in WEIGHING]
    return (
        *_between_places(proposing, contains),
        *_against_clock(proposing, [e for e in evidence if e.source in WEIGHING]),
        *_between_positions(case),
        *_between_times(case),
        *_bounds(case),
        *_ids_against_posting(case),
        *conflicts_of_dates(case.findings),
        *conflicts_of_texts(case.findings, named),
    )


def _between_places(evidence: Sequence[Evidence], contains: Contains) -> Iterator[Conflict]:
    """One for each pair of origins of which no place of one can hold with any of the other."""
    by_origin: dict[str, list[Evidence]] = {}
    for e in sorted(evidence, key=lambda e: (e.source, e.because)):
        by_origin.setdefault(e.origin, []).append(e)
    for mine, theirs in combinations(by_origin.values(), 2):
        if any(compatible(a.place, b.place, contains) for a in mine for b in theirs):
            continue
        if {e.source for e in (*mine, *theirs)} == {"gps"}:
            continue  # positions of one file: _between_positions says it with their fields
        km, a, b = min(((_km_apart(a, b), a, b) for a in mine for b in theirs), key=lambda pair: pair[0])
        one, other = (_WHAT.get(e.source, e.source) for e in (a, b))
        says = f"by {one} it is {a.place.name}, by {other} {b.place.name}: {km:.0f} km apart"
        yield Conflict(says, (a.source, b.source))


def _km_apart(a: Evidence, b: Evidence) -> float:
    return distance_m(a.place.position, b.place.position) / 1000


def _against_clock(proposing: Sequence[Evidence], weighed: Sequence[Evidence]) -> Iterator[Conflict]:
    """Places whose zone is not the one the camera's clock stood at; one for each place, with all that named it.

    Of an origin that also names a place that fits, the others are no contradiction; and where the file states two
    offsets of which one fits, the contradiction is the file's own.
    """
    fits = {e.place.id for e in weighed if e.llr >= 0}
    against = {e.place.id: e for e in sorted(weighed, key=lambda e: (-e.llr, e.because)) if e.place.id not in fits}
    contradicted = {p.origin for p in proposing} - {p.origin for p in proposing if p.place.id not in against}
    for place_id, e in sorted(against.items()):
        namers = sorted({p.source for p in proposing if p.place.id == place_id and p.origin in contradicted})
        if namers:
            named_by = " and ".join(_WHAT.get(namer, namer) for namer in namers)
            yield Conflict(f"by {named_by} it is {e.place.name}, but {e.because}", (e.source, *namers))


def _between_positions(case: Case) -> Iterator[Conflict]:
    """Positions of one file that are not one place: EXIF's against XMP's."""
    for a, b in combinations(case.findings.positions, 2):
        apart_m = distance_m(a.position, b.position)
        if apart_m > a.radius_m + b.radius_m + _ROUNDING_M:
            yield Conflict(f"{a.because}, but {b.because}: {apart_m / 1000:.1f} km apart", (_kind(a), _kind(b)))


def _kind(reading: PositionReading) -> str:
    return "xmp" if reading.because.startswith("XMP") else "gps"


def _between_times(case: Case) -> Iterator[Conflict]:
    """Capture times later than what was seen, saved or signed before; one for each time and kind of bound."""
    bounds = {bound.kind: bound for bound in reversed(bounds_from_above(case))}
    claims = [claim for claim in taken_dates(case) if claim.time is not None][:_CLAIMS_AT_MOST]
    for claim in claims:
        for kind, bound in sorted(bounds.items()):
            if claim.time is not None and claim.time.earliest > bound.time.latest:
                says = f"{claim.says} ({claim.stated}), but before that, {bound.time.text}: {bound.evidence.because}"
                yield Conflict(says, ("metadata", kind))


def _bounds(case: Case) -> Iterator[Conflict]:
    above = bounds_from_above(case)
    below, why = bound_from_below(case)
    if below is not None and above and below.earliest > above[0].time.latest:
        says = (
            f"it was taken not before {below.text} ({why[0].because}), but not after {above[0].time.text}"
            f" ({above[0].evidence.because})"
        )
        yield Conflict(says, ("credentials", above[0].kind))


def _ids_against_posting(case: Case) -> Iterator[Conflict]:
    """A posting time before the post's own address came to be."""
    stated = [(case.context.url, case.context.posted_at, "context")]
    stated += [(s.url, s.posted_at, "sighting") for s in case.sightings]
    for url, posted_at, kind in dict.fromkeys(stated):
        for found in times_in_url(url) if url and posted_at else ():
            if posted_at and (found.moment - posted_at.latest).total_seconds() > _CLOCK_SKEW_S:
                made = StatedTime.of(found.moment).text
                says = f"posted {posted_at.text} as stated, but {found.platform}'s id in {url} was made {made}"
                yield Conflict(says, (kind, "id"))
