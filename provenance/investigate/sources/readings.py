"""What sources share: positions and texts read as evidence, and the names of their origins."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from itertools import chain

from provenance.errors import ReadError
from provenance.investigate.compatible import NEAR_M
from provenance.investigate.weights import WEIGHTS, shared
from provenance.model.dossier import Case, Evidence
from provenance.model.findings import Findings, PositionReading
from provenance.model.place import Place, Toponym
from provenance.model.sighting import Claim, Sighting
from provenance.places.base import Gazetteer, Rail
from provenance.places.distance import distance_m
from provenance.places.schema import position_place

_ERROR_AT_MOST_M = 100_000.0
# The settlement that names a position for its reader; further away, none does.
_SETTLEMENTS, _SETTLEMENT_WITHIN_M = frozenset({"city"}), 50_000.0
TEXT_AT_MOST = 8_192  # characters read of one text: no caption is longer that is about one picture
PLACES_AT_MOST = 20  # read of one text: one that names more is a gazetteer, not a caption
_SHOWN = 80
_FAILURES_SHOWN = 5
_NOISE = re.compile(r"https?://\S+|[\s\W]+")


def camera_origin(case: Case, reading: PositionReading) -> str:
    """One camera took the picture: positions near each other, in the file and its copies, are one origin, the first."""
    known = (match.known.findings.positions for match in case.matches if match.is_copy)
    for first in (*case.findings.positions, *chain.from_iterable(known)):
        if distance_m(first.position, reading.position) <= NEAR_M:
            reading = first
            break
    return f"camera position {reading.position.latitude:.4f}, {reading.position.longitude:.4f}"


def text_origin(text: str) -> str:
    """A text is one origin, in however many posts it is repeated: links, case, spaces and punctuation put aside."""
    folded = _NOISE.sub(" ", text[:TEXT_AT_MOST].casefold().replace("ё", "е")).strip()
    if len(folded) <= _SHOWN:
        return f"the words “{folded}”"
    return f"the words “{folded[:_SHOWN]}…” ({sha256(folded.encode()).hexdigest()[:8]})"


def claimant_origin(claim: Claim, sighting: Sighting) -> str:
    """One claimant is one origin, however often the claim is repeated."""
    return f"the claimant {claimant_of(claim, sighting).casefold()}"


def claimant_of(claim: Claim, sighting: Sighting) -> str:
    return claim.claimant or sighting.source or sighting.url or "an unnamed claimant"


def origins_of_words(case: Case) -> dict[str, str]:
    """Words that are their publisher's own claim, with the origin of that claim: the two say one thing once."""
    return {
        text_origin(sighting.caption): claimant_origin(claim, sighting)
        for sighting in reversed(case.sightings)  # so that the first to publish the words stands for them
        for claim in sighting.claims
        if sighting.caption and claim.about == "place" and claim.claimant in (None, sighting.source)
    }


def file_words_origin(findings: Findings) -> str:
    """What people typed into one file, captions and place fields, is one origin: the first caption, if there is one."""
    if findings.captions:
        return text_origin(findings.captions[0].text)
    return f"place fields of the file {findings.image.id[:12]}"


def position_evidence(
    source: str, case: Case, reading: PositionReading, because: str, gazetteer: Gazetteer, rail: Rail
) -> Iterator[Evidence]:
    """A stated position as evidence, referred to the nearest settlement and, where one is near, to a rail line.

    Raises ReadError for one whose stated error leaves half a country open.
    """
    if reading.radius_m > _ERROR_AT_MOST_M:
        raise ReadError(f"{because}: an error over {_ERROR_AT_MOST_M / 1000:.0f} km says nothing of a place")
    place = position_place(reading.position, reading.radius_m)
    for nearest in gazetteer.near(reading.position, radius_m=_SETTLEMENT_WITHIN_M, limit=1, kinds=_SETTLEMENTS):
        place = replace(place, country=nearest.country)
        because += f"; {_km(nearest)} from the centre of {nearest.name}"
    on_line = rail.locate(reading.position)
    if on_line is not None:
        km, km_error = round(on_line.km, 1), round(on_line.km_error, 1)
        place = replace(place, line=on_line.line, km=km, km_error=km_error, km_system=on_line.km_system)
        because += (
            f"; {on_line.off_line_m:.0f} m off the line {on_line.line} at km {km} ± {km_error} ({on_line.km_system}),"
            f" nearest stop {on_line.nearest_stop.name}, {_km(on_line.nearest_stop)} away"
        )
    yield Evidence(source, place, because, camera_origin(case, reading), WEIGHTS[source].llr)


def _km(place: Place) -> str:
    return f"{(place.distance_m or 0) / 1000:.1f} km"


def all_of(parts: Iterable[Iterator[Evidence]]) -> Iterator[Evidence]:
    """The evidence of every part; what some of them could not read is raised as one ReadError at the end."""
    unread = []
    for part in parts:
        try:
            yield from part
        except ReadError as failed:
            unread.append(failed.detail)
    if unread:
        raise ReadError("; ".join(unread[:_FAILURES_SHOWN]))


def named_places(
    source: str, text: str, says: str, gazetteer: Gazetteer, *, origin: str | None = None
) -> Iterator[Evidence]:
    """The places a text names, as evidence of one origin: the text, if no other. `says` begins the reason.

    Raises ReadError, after the first PLACES_AT_MOST, for a text that names more.
    """
    distinct: dict[str, tuple[Toponym, Place]] = {}
    for toponym in gazetteer.toponyms(text[:TEXT_AT_MOST]):
        if toponym.place is not None:
            distinct.setdefault(toponym.place.id, (toponym, toponym.place))
    used = list(distinct.values())[:PLACES_AT_MOST]
    for toponym, place in used:
        rivals = f"; other places of that name: {toponym.rivals}" if toponym.rivals else ""
        because = f"{says} names “{toponym.text}” (characters {toponym.start}–{toponym.end}): {place.name}{rivals}"
        yield Evidence(source, place, because, origin or text_origin(text), shared(source, len(distinct)))
    if len(distinct) > len(used):
        raise ReadError(f"{says} names {len(distinct)} places, of which the first {len(used)} are used")
