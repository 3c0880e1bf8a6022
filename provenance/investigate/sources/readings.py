"""What sources share: positions and texts read as evidence, and the names of their origins."""

import re
from collections.abc import Iterator
from dataclasses import replace

from provenance.investigate.weights import WEIGHTS, shared
from provenance.model.dossier import Evidence
from provenance.model.findings import Findings, PositionReading
from provenance.model.place import Place, Toponym
from provenance.places.base import Gazetteer, Rail
from provenance.places.schema import position_place

# The settlement that names a position for its reader; further away, none does.
_SETTLEMENTS, _SETTLEMENT_WITHIN_M = frozenset({"city"}), 50_000.0
_NOISE = re.compile(r"https?://\S+|[\s\W]+")


def camera_origin(reading: PositionReading) -> str:
    """One position written by a camera is one origin, in however many copies of the file it is found."""
    return f"camera position {reading.position.latitude:.4f}, {reading.position.longitude:.4f}"


def text_origin(text: str) -> str:
    """A text is one origin, in however many posts it is repeated: links, case, spaces and punctuation put aside."""
    folded = _NOISE.sub(" ", text.casefold().replace("ё", "е")).strip()
    return f"the words “{folded[:80]}”"


def file_words_origin(findings: Findings) -> str:
    """What people typed into one file, captions and place fields, is one origin: the first caption, if there is one."""
    if findings.captions:
        return text_origin(findings.captions[0].text)
    return f"place fields of the file {findings.image.id[:12]}"


def position_evidence(
    source: str, reading: PositionReading, because: str, gazetteer: Gazetteer, rail: Rail
) -> Evidence:
    """A stated position as evidence, referred to the nearest settlement and, where one is near, to a rail line."""
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
    return Evidence(source, place, because, camera_origin(reading), WEIGHTS[source].llr)


def _km(place: Place) -> str:
    return f"{(place.distance_m or 0) / 1000:.1f} km"


def named_places(
    source: str, text: str, says: str, gazetteer: Gazetteer, *, origin: str | None = None
) -> Iterator[Evidence]:
    """The places a text names, as evidence of one origin: the text, if no other. `says` begins the reason."""
    found = [t for t in gazetteer.toponyms(text) if t.place is not None]
    distinct: dict[str, tuple[Toponym, Place]] = {}
    for toponym in found:
        if toponym.place is not None:
            distinct.setdefault(toponym.place.id, (toponym, toponym.place))
    for toponym, place in distinct.values():
        rivals = f"; other places of that name: {toponym.rivals}" if toponym.rivals else ""
        because = f"{says} names “{toponym.text}” (characters {toponym.start}–{toponym.end}): {place.name}{rivals}"
        yield Evidence(source, place, because, origin or text_origin(text), shared(source, len(distinct)))
