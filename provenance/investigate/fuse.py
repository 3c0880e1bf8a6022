"""Evidence becomes candidates: competing places, each with what speaks for and against it, and "none of these".

The model. Places named by evidence that overlap are one candidate, standing at the narrowest of them; candidates and
"elsewhere" exclude each other. Log-odds of a candidate = log prior + one log-likelihood ratio per origin, the largest
it gives, so that forty reprints of one caption count once. An origin that only speaks against a place counts with its
strongest objection; what weighs places (weights.WEIGHING) counts for or against the very place it weighed, and proposes
none. The order of the evidence changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

from provenance.investigate.compatible import AREAS, Contains, compatible
from provenance.investigate.weights import ELSEWHERE_PRIOR, WEIGHING, WIDER_AREA_SHARE
from provenance.model.dossier import Candidate, Case, Evidence
from provenance.model.place import Place
from provenance.places.distance import distance_m

# ICD 203 (US Intelligence Community Directive, Analytic Standards, 2015): upper end of each band.
_WORDS = (
    (0.05, "almost no chance"),
    (0.20, "very unlikely"),
    (0.45, "unlikely"),
    (0.55, "roughly even chance"),
    (0.80, "likely"),
    (0.95, "very likely"),
    (1.01, "almost certain"),
)


@dataclass(frozen=True, slots=True)
class Fused:
    """Candidates, the likeliest first, and the probability that it is none of them."""

    candidates: tuple[Candidate, ...]
    elsewhere_probability: float
    elsewhere_word: str


def word(probability: float) -> str:
    """The word of estimative probability of ICD 203 for a number in 0..1."""
    return next(each for below, each in _WORDS if probability < below)


def fuse(evidence: Sequence[Evidence], contains: Contains) -> Fused:
    """Candidates of the evidence; none, and everything elsewhere, where there is no evidence."""
    ordered = sorted(evidence, key=lambda e: (e.place.radius_m, e.place.id, e.origin, e.source, e.because))
    stated = [e for e in ordered if e.source not in WEIGHING]
    weighed = [e for e in ordered if e.source in WEIGHING]
    places = _narrowest([e.place for e in stated], contains)
    if not places:
        return Fused((), 1.0, word(1.0))
    prior = (1 - ELSEWHERE_PRIOR) / len(places)
    named = {e.place.id: e.place for e in stated}.values()
    holds = {(p.id, each.id): compatible(p, each, contains) for p in places for each in named}
    supporting = [[_as_seen_from(p, e) for e in stated if holds[p.id, e.place.id]] for p in places]
    excluding = [_against(p, [e for e in stated if not holds[p.id, e.place.id]]) for p in places]
    weighing = [[e for e in weighed if e.place.id == p.id] for p in places]
    odds = [
        log(prior) + _one_vote_per_origin([*support, *weights])
        for support, weights in zip(supporting, weighing, strict=True)
    ]
    top = max(*odds, log(ELSEWHERE_PRIOR))
    shares = [exp(each - top) for each in odds]
    elsewhere = exp(log(ELSEWHERE_PRIOR) - top)
    total = sum(shares) + elsewhere
    candidates = [
        Candidate(
            place,
            place.radius_m,
            share / total,
            word(share / total),
            _strongest_first([*support, *(e for e in weights if e.llr >= 0)]),
            (*sorted((e for e in weights if e.llr < 0), key=_order), *against),
        )
        for place, share, support, weights, against in zip(places, shares, supporting, weighing, excluding, strict=True)
    ]
    candidates.sort(key=lambda c: (-c.probability, c.radius_m, c.place.id))
    return Fused(tuple(candidates), elsewhere / total, word(elsewhere / total))


def would_change(case: Case, evidence: Sequence[Evidence]) -> tuple[str, ...]:
    """What, if it were found, would move the answer most."""
    wanted = []
    proposing = [e for e in evidence if e.source not in WEIGHING]
    sources = {e.source for e in proposing}
    origins = {e.origin for e in proposing}
    if not {"gps", "known_metadata"} & sources:
        wanted.append("the original file with its metadata, or a known picture that this one is a copy of")
    if len(origins) == 1:
        wanted.append("a second source that does not cite the first")
    if not proposing:
        wanted.append("a caption, a claim or a sighting that names a place")
    if not case.sightings and case.context.posted_at is None:
        wanted.append("where and when it was published: any dated sighting bounds when it was taken")
    return tuple(wanted)


def _narrowest(places: Sequence[Place], contains: Contains) -> list[Place]:
    """One place for each group that overlaps, the narrowest; wider areas that hold one of them stand behind it."""
    kept: list[Place] = []
    for place in {p.id: p for p in places}.values():  # narrowest first
        if not any(compatible(place, each, contains) for each in kept):
            kept.append(place)
    return kept


def _as_seen_from(place: Place, e: Evidence) -> Evidence:
    """The evidence as far as it speaks for this place: a country or region says less of a place in it."""
    if e.place.id == place.id or e.place.kind not in AREAS:
        return e
    because = f"{e.because} (a wider area, which says less of this place)"
    return Evidence(e.source, e.place, because, e.origin, e.llr * WIDER_AREA_SHARE)


def _one_vote_per_origin(said: Sequence[Evidence]) -> float:
    """Each origin's largest ratio; of one that gives only negative ones, the most negative."""
    by_origin: dict[str, list[float]] = {}
    for e in said:
        by_origin.setdefault(e.origin, []).append(e.llr)
    votes = (
        max(by_origin[origin]) if max(by_origin[origin]) >= 0 else min(by_origin[origin])
        for origin in sorted(by_origin)
    )
    return sum(votes)


def _against(place: Place, evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Evidence for other places, which exclude this one. Its llr compares this place with the one it names."""
    against = []
    for e in evidence:
        because = f"{e.because}, {distance_m(place.position, e.place.position) / 1000:.0f} km away"
        against.append(Evidence(e.source, e.place, because, e.origin, -e.llr))
    return tuple(sorted(against, key=_order))


def _order(e: Evidence) -> tuple[float, str, str]:
    return e.llr, e.origin, e.because


def _strongest_first(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    return tuple(sorted(evidence, key=lambda e: (-e.llr, e.source, e.origin, e.because)))
