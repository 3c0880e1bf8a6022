"""When the picture can have been taken: bounds with cited evidence, and claims that bound nothing on their own."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from provenance.investigate.default_clocks import default_clock
from provenance.investigate.not_after import bounds_from_above, earliest, known_as, publisher
from provenance.investigate.not_before import bound_from_below
from provenance.model.dossier import Case, Taken, TimeEvidence
from provenance.model.findings import DateReading, Findings
from provenance.model.platform_ids import times_in_url
from provenance.model.times import StatedTime

__all__ = ["bound_time", "earliest", "publisher", "taken_dates"]

_CLAIMS_AT_MOST = 40  # of files: a picture with more copies than that says the same again
_ADDRESSES_AT_MOST = 200
# Fields that state the time of capture (Metadata Working Group, Guidelines 2.0, "Date/Time"), and others' names for it.
_CAPTURE_FIELDS = ("XMP-photoshop:DateCreated", "IPTC:DateCreated")


@dataclass(frozen=True, slots=True)
class CaptureClaim:
    """One capture time that a file states, in however many of its fields."""

    readings: tuple[DateReading, ...]  # at least one
    whose: str  # "the file", or which known picture

    @property
    def time(self) -> StatedTime | None:
        """None where only a month or a year is stated."""
        return self.readings[0].time

    @property
    def stated(self) -> str:
        if self.time is None:
            return f"in {self.readings[0].stated}, no day stated"
        return self.time.text if self.time.has_zone else f"{self.time.text}, without a zone"

    @property
    def fields(self) -> str:
        return _listed([reading.field for reading in self.readings])

    @property
    def says(self) -> str:
        """The fields with what each holds."""
        fields: dict[str, list[str]] = {}
        for reading in self.readings:
            fields.setdefault(reading.text, []).append(reading.field)
        return " and ".join(
            f"{_listed(names)} of {self.whose} {'say' if len(names) > 1 else 'says'} “{text}”"
            for text, names in fields.items()
        )


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


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
            *_claims_of_addresses(case),
            *_claims_of_people(case),
        ),
    )


def taken_dates(case: Case) -> Iterator[CaptureClaim]:
    """Capture times that this file, or a known picture it is a copy of, states; each time of each file once."""
    yield from _claims(case.findings, "the file")
    for match in case.matches:
        if match.is_copy and match.known.id != case.findings.image.id:
            yield from _claims(match.known.findings, f"the known picture {known_as(match)}")


def _claims(findings: Findings, whose: str) -> Iterator[CaptureClaim]:
    times: dict[str, list[DateReading]] = {}
    for reading in findings.dates:
        if _is_capture(reading):
            times.setdefault(reading.stated, []).append(reading)
    yield from (CaptureClaim(tuple(readings), whose) for readings in times.values())


def _is_capture(reading: DateReading) -> bool:
    return reading.means in ("taken", "gps") or reading.field in _CAPTURE_FIELDS


def _claims_of_files(case: Case) -> Iterator[TimeEvidence]:
    for claim in islice(taken_dates(case), _CLAIMS_AT_MOST):
        yield TimeEvidence(
            says=f"claims to have been taken {claim.stated}",
            because=f"{claim.says}; {_why_a_claim(claim)}",
            origin=f"{claim.fields} of {claim.whose}",
        )


def _why_a_claim(claim: CaptureClaim) -> str:
    clocks = default_clock(claim.readings[0].stated)
    if clocks:
        return f"{clocks} that were never set start on that day"
    return "a clock can be wrong and a field can be set"


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
