"""When the picture can have been taken: bounds with cited evidence, and claims that bound nothing on their own."""

from collections.abc import Iterator

from provenance.investigate.default_clocks import default_clock
from provenance.investigate.not_after import bounds_from_above, earliest, known_as, publisher
from provenance.investigate.not_before import bound_from_below
from provenance.model.dossier import Case, Taken, TimeEvidence
from provenance.model.findings import DateReading
from provenance.model.platform_ids import times_in_url

__all__ = ["bound_time", "earliest", "publisher", "taken_dates"]

_CLAIMS_AT_MOST = 40  # of files: a picture with more copies than that says the same again
_ADDRESSES_AT_MOST = 200
# Fields that state the time of capture (Metadata Working Group, Guidelines 2.0, "Date/Time"), and others' names for it.
_CAPTURE_FIELDS = ("XMP-photoshop:DateCreated", "IPTC:DateCreated")


def bound_time(case: Case) -> Taken:
    """Not after the earliest publication, upload, saving or signing known, of this picture or a copy of it.

    From below only what `not_before` says. All that bounds is listed as evidence, the binding ones first, then what
    files and people claim. The two bounds are shown as they are, also where they contradict each other.
    """
    above = bounds_from_above(case)
    not_before, below = bound_from_below(case)
    return Taken(
        not_before=not_before,
        not_after=above[0].time if above else None,
        evidence=(
            *(bound.evidence for bound in above),
            *below,
            *_claims_of_files(case),
            *_claim_of_the_time_stamp(case),
            *_claims_of_addresses(case),
            *_claims_of_people(case),
        ),
    )


def taken_dates(case: Case) -> Iterator[tuple[DateReading, str]]:
    """Capture times that this file, or a known picture it is a copy of, states; with the name of the file."""
    for reading in case.findings.dates:
        if _is_capture(reading):
            yield reading, "the file"
    for match in case.matches:
        if match.is_copy and match.known.id != case.findings.image.id:
            for reading in match.known.findings.dates:
                if _is_capture(reading):
                    yield reading, f"the known picture {known_as(match)}"


def _is_capture(reading: DateReading) -> bool:
    return reading.means in ("taken", "gps") or reading.field in _CAPTURE_FIELDS


def _claims_of_files(case: Case) -> Iterator[TimeEvidence]:
    for nth, (reading, whose) in enumerate(taken_dates(case)):
        if nth == _CLAIMS_AT_MOST:
            return
        yield TimeEvidence(
            says=f"claims to have been taken {_as_stated(reading)}",
            because=f"{reading.field} of {whose} says “{reading.text}”; {_why_a_claim(reading)}",
            origin=f"{reading.field} of {whose}",
        )


def _as_stated(reading: DateReading) -> str:
    time = reading.time
    if time is None:
        return f"in {reading.stated}, no day stated"
    return time.text if time.has_zone else f"{time.text}, without a zone"


def _why_a_claim(reading: DateReading) -> str:
    clocks = default_clock(reading.stated)
    if clocks:
        return f"{clocks} that were never set start on that day"
    return "a clock can be wrong and a field can be set"


def _claim_of_the_time_stamp(case: Case) -> Iterator[TimeEvidence]:
    """A signing time of an authority that no list vouches for: whoever signed may have set its clock."""
    credentials = case.findings.credentials
    if credentials and credentials.signed_at and not credentials.time_authority_listed:
        who = credentials.time_authority or "an authority without a name"
        yield TimeEvidence(
            says=f"claims to have been signed {credentials.signed_at}",
            because=f"its time stamp holds, but the trust list does not vouch for {who}, whose clock can be set",
            origin=f"the credentials of {case.findings.image.id[:12]}",
        )


def _claims_of_addresses(case: Case) -> Iterator[TimeEvidence]:
    """Times in ids that do not bound, because what they are the ids of can change later."""
    urls = dict.fromkeys([case.context.url, *(s.url for s in case.sightings)])
    for url in list(urls)[:_ADDRESSES_AT_MOST]:
        for found in times_in_url(url) if url else ():
            if not found.bounds:
                text = found.moment.isoformat(timespec="seconds").replace("+00:00", "Z")
                because = f"{found.platform}'s id in the address {url}; {found.source}"
                yield TimeEvidence(f"{found.means} {text}", because, f"{found.platform}'s id in {url}")


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
