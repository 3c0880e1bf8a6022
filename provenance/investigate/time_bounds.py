"""When the picture can have been taken: bounds with cited evidence, and claims that bound nothing on their own."""

from collections.abc import Iterable, Iterator

from provenance.model.dossier import Case, Taken, TimeEvidence
from provenance.model.findings import DateReading
from provenance.model.sighting import Sighting
from provenance.model.times import StatedTime


def earliest(sightings: Iterable[Sighting]) -> Sighting | None:
    """The earliest known sighting: the one that was certainly there first. Says when published, not when taken."""
    return min(sightings, key=lambda s: (s.time.latest, s.id), default=None)


def publisher(sighting: Sighting) -> str:
    return sighting.url or sighting.source or "a source without a name"


def bound_time(case: Case) -> Taken:
    """Not after the earliest publication known, of this picture or a copy of it. Nothing known bounds it from below."""
    bounds = list(_publications(case))
    first = min(bounds, key=lambda b: b[0].latest, default=None)
    evidence = [first[1]] if first else []
    evidence += _claims_of_files(case)
    evidence += _claims_of_people(case)
    return Taken(not_before=None, not_after=first[0] if first else None, evidence=tuple(evidence))


def taken_dates(case: Case) -> Iterator[tuple[DateReading, str]]:
    """Capture times that this file, or a known picture it is a copy of, states; with the name of the file."""
    for reading in case.findings.dates:
        if reading.means in ("taken", "gps"):
            yield reading, "the file"
    for match in case.matches:
        if match.is_copy and match.known.id != case.findings.image.id:
            name = match.known.names[0] if match.known.names else match.known.id[:12]
            for reading in match.known.findings.dates:
                if reading.means in ("taken", "gps"):
                    yield reading, f"the known picture {name}"


def _publications(case: Case) -> Iterator[tuple[StatedTime, TimeEvidence]]:
    first = earliest(case.sightings)
    if first is not None:
        where = publisher(first)
        kind = "posted" if first.posted_at else "recorded in this ledger"
        yield _publication(
            first.time, f"{kind} at {where} (earliest known sighting, {first.id})", f"sighting {first.id}"
        )
    if case.context.posted_at is not None:
        yield _publication(case.context.posted_at, "posted then, as stated with the picture", "the user's context")


def _publication(time: StatedTime, because: str, origin: str) -> tuple[StatedTime, TimeEvidence]:
    says = f"taken not after {time.text}"
    if not time.has_zone:
        because += f"; stated without a zone, so it may mean any instant up to {StatedTime.of(time.latest).text}"
    return time, TimeEvidence(says, because, origin)


def _claims_of_files(case: Case) -> Iterator[TimeEvidence]:
    for reading, whose in taken_dates(case):
        time = StatedTime(reading.stated)
        zone = "" if time.has_zone else ", without a zone"
        yield TimeEvidence(
            says=f"claims to have been taken {time.text}{zone}",
            because=f"{reading.field} of {whose} says “{reading.text}”; a clock can be wrong and a field can be set",
            origin=f"{reading.field} of {whose}",
        )


def _claims_of_people(case: Case) -> Iterator[TimeEvidence]:
    for sighting in case.sightings:
        for claim in sighting.claims:
            if claim.about == "time":
                who = claim.claimant or sighting.source or "an unnamed claimant"
                yield TimeEvidence(
                    says=f"claimed to have been taken {claim.value}",
                    because=f"{who} says so in the sighting {sighting.id}",
                    origin=f"the claimant {who.casefold()}",
                )
