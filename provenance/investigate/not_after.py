"""What bounds from above when a picture was taken: publications, platform ids, names of saved files, credentials.

A picture that was seen, saved or signed at some time was taken by then. Each bound is as good as what it cites: a
file name can be typed, a phone's date can be wrong, so each says what it rests on and all are listed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from provenance.investigate.default_clocks import default_clock
from provenance.model.credentials import Credentials
from provenance.model.dossier import Case, Match, TimeEvidence
from provenance.model.file_names import dates_of_name
from provenance.model.findings import DateReading, Findings
from provenance.model.platform_ids import times_in_url
from provenance.model.sighting import Sighting
from provenance.model.times import StatedTime

# An edited copy shows the known picture in part: when that one was saved or signed says something of this picture as
# a whole only where most of this picture is in it.
SHOWN_FROM = 0.5  # of this picture's area; a judgement
_SIGHTINGS_AT_MOST = 200  # the earliest, as evidence sources read them
_NAMES_AT_MOST = 50  # of one known picture
_OF_A_KIND_AT_MOST = 5  # listed; the binding one is always among them


@dataclass(frozen=True, slots=True)
class Bound:
    """Something that says: taken not after `time`. `kind` is the word that conflicts name it by."""

    time: StatedTime
    evidence: TimeEvidence
    kind: str  # sighting | context | file name | credentials


def earliest(sightings: Iterable[Sighting]) -> Sighting | None:
    """The earliest known sighting: the one that was certainly there first. Says when published, not when taken."""
    return min(sightings, key=lambda s: (s.time.latest, s.id), default=None)


def publisher(sighting: Sighting) -> str:
    return sighting.url or sighting.source or "a source without a name"


def bounds_from_above(case: Case) -> tuple[Bound, ...]:
    """All that is known of the kind, the binding one first; of one kind the five earliest."""
    kinds = (_sightings(case), _context(case), _ids(case), _names(case), _credentials(case))
    kept = [bound for kind in kinds for bound in sorted(kind, key=_order)[:_OF_A_KIND_AT_MOST]]
    return tuple(sorted(kept, key=_order))


def _order(bound: Bound) -> tuple[object, ...]:
    return bound.time.latest, bound.evidence.because


def known_as(match: Match) -> str:
    """The name of a known picture, as reasons say it."""
    return match.known.names[0] if match.known.names else match.known.id[:12]


def copies_that_show_this(case: Case) -> Iterator[Match]:
    """Known pictures that hold at least SHOWN_FROM of what this one shows; the same bytes under another name too."""
    for match in case.matches:
        if not match.is_copy:
            continue
        if match.relation == "edited_copy" and (match.query_overlap is None or match.query_overlap < SHOWN_FROM):
            continue
        yield match


def _sightings(case: Case) -> Iterator[Bound]:
    first = earliest(case.sightings)
    if first is not None:
        kind = "posted" if first.posted_at else "recorded in this ledger"
        because = f"{kind} at {publisher(first)} (earliest known sighting, {first.id})"
        yield _bound(first.time, because, f"sighting {first.id}", "sighting")


def _context(case: Case) -> Iterator[Bound]:
    if case.context.posted_at is not None:
        yield _bound(case.context.posted_at, "posted then, as stated with the picture", "the user's context", "context")


def _ids(case: Case) -> Iterator[Bound]:
    given = [(case.context.url, "given with the picture", "context")] if case.context.url else []
    first = sorted(case.sightings, key=lambda s: (s.time.latest, s.id))[:_SIGHTINGS_AT_MOST]
    seen = {s.url: (s.url, f"of the sighting {s.id}", "sighting") for s in reversed(first) if s.url}
    for url, whose, kind in (*given, *seen.values()):
        for found in times_in_url(url):
            if found.bounds:
                because = f"{found.platform}'s id in the address {url} {whose}: {found.means} then; {found.source}"
                moment = StatedTime.of(found.moment, timespec="milliseconds")
                yield _bound(moment, because, f"{found.platform}'s id in {url}", kind)


def _names(case: Case) -> Iterator[Bound]:
    found = [*_names_of(case.findings.dates, "this file")]
    for match in copies_that_show_this(case):
        whose = f"the known picture {known_as(match)}"
        found += _names_of(match.known.findings.dates, whose)
        for name in match.known.names[:_NAMES_AT_MOST]:  # each that the same bytes were added under
            found += _names_of(dates_of_name(name), whose)
    yield from {bound.evidence.origin: bound for bound in reversed(found)}.values()  # of one name the first


def _names_of(dates: Iterable[DateReading], whose: str) -> Iterator[Bound]:
    for reading in dates:
        time = reading.time
        if not is_saved_name(reading) or time is None or default_clock(reading.stated):
            continue
        because = (
            f"the name of {whose}, “{reading.text}”, has the form that states when a platform or program saved it"
            " (see traces); anybody can type a name, and a device's date can be wrong"
        )
        yield _bound(time, because, f"the file name {reading.text}", "file name")


def is_saved_name(reading: DateReading) -> bool:
    """Whether this is the time in a file name at which a platform or program saved, sent or uploaded it."""
    return reading.field == "file name" and reading.means == "saved"


def _credentials(case: Case) -> Iterator[Bound]:
    yield from _signature(case.findings, "this file")
    for match in copies_that_show_this(case):
        if match.known.id == case.findings.image.id:
            continue  # the same bytes, the same credentials
        yield from _signature(match.known.findings, f"the known picture {known_as(match)}, {match.relation} of this,")


def _signature(findings: Findings, whose: str) -> Iterator[Bound]:
    credentials = findings.credentials
    signed = instant(credentials.signed_at or "") if credentials else None
    if credentials is None or credentials.state not in ("trusted", "valid") or signed is None:
        return
    signer = credentials.signer or "a signer without a name"
    trust = "on the trust list" if credentials.state == "trusted" else "not on the trust list"
    because = (
        f"the content credentials of {whose} are intact, and a validated time stamp of {_authority(credentials)} says"
        f" that {signer} ({trust}) signed them then: what they cover was there by then"
    )
    yield _bound(signed, because, f"the credentials of {findings.image.id[:12]}", "credentials")


def _authority(credentials: Credentials) -> str:
    name = credentials.time_authority or "an authority without a name"
    if credentials.time_authority_listed:
        return f"{name}, an authority on the trust list,"
    return f"{name}, held against no list (anybody can run such an authority and set its clock),"


def listed_time(credentials: Credentials) -> StatedTime | None:
    """When a validated time stamp of an authority on the trust list says it was signed; None where there is none."""
    return instant(credentials.signed_at or "") if credentials.time_authority_listed else None


def instant(text: str) -> StatedTime | None:
    """The time a text states with a zone, None where it states none: what others wrote may be anything."""
    try:
        time = StatedTime(text)
    except ValueError:
        return None
    return time if time.has_zone else None


def _bound(time: StatedTime, because: str, origin: str, kind: str) -> Bound:
    if not time.has_zone:
        because += f"; stated without a zone, so it may mean any instant up to {StatedTime.of(time.latest).text}"
    return Bound(time, TimeEvidence(f"taken not after {time.text}", because, origin), kind)
