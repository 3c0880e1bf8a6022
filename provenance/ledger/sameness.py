"""When two sightings of one picture are the same, and what the second one claims beyond the first."""

from datetime import datetime

from provenance.model.sighting import Claim, NewSighting, Sighting


def is_same(a: NewSighting, b: NewSighting) -> bool:
    """Whether these sightings of one picture are one.

    Two urls decide. Where one is not given, source, time and caption do, if any of them is; where neither has more
    than claims, the claims do.
    """
    if a.url and b.url:
        return a.url == b.url
    if _has_publication(a) or _has_publication(b):
        return _publication(a) == _publication(b)
    return not (a.url or b.url) and _asserted(a.claims) == _asserted(b.claims)


def claims_left_out(recorded: Sighting, handed_in: NewSighting) -> tuple[Claim, ...]:
    """The claims that the recorded sighting lacks, whatever they were resolved to."""
    there = _asserted(recorded.claims)
    return tuple(claim for claim in handed_in.claims if _assertion(claim) not in there)


def _has_publication(seen: NewSighting) -> bool:
    return bool(seen.source or seen.posted_at or seen.caption)


def _publication(seen: NewSighting) -> tuple[str, tuple[datetime, datetime] | None, str]:
    time = seen.posted_at
    return seen.source or "", (time.earliest, time.latest) if time else None, seen.caption or ""


def _assertion(claim: Claim) -> tuple[str, str, str | None]:
    return claim.about, claim.value, claim.claimant


def _asserted(claims: tuple[Claim, ...]) -> frozenset[tuple[str, str, str | None]]:
    return frozenset(map(_assertion, claims))
