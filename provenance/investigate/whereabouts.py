"""Where a sighting is: by its claims, its caption's places and its picture's GPS. Derived, for search."""

from provenance.model.findings import Findings
from provenance.model.sighting import NewSighting, Whereabout
from provenance.places.base import Gazetteer
from provenance.places.schema import position_place


def whereabouts(sighting: NewSighting, findings: Findings, gazetteer: Gazetteer) -> tuple[Whereabout, ...]:
    """Every place the sighting is linked to, each with what links it; one for each place and link."""
    linked = [Whereabout(claim.place, "claim") for claim in sighting.claims if claim.place is not None]
    if sighting.caption:
        linked += [Whereabout(t.place, "caption") for t in gazetteer.toponyms(sighting.caption) if t.place is not None]
    linked += [Whereabout(position_place(r.position, r.radius_m), "gps") for r in findings.positions]
    return tuple({(w.place.id, w.by): w for w in linked}.values())
