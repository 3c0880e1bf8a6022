"""The one serialiser: every door gives the JSON made here. Keys and their meaning: the contract in ARCHITECTURE.md.

Missing is null, never 0 or ""; times are RFC 3339 as stated; coordinates are WGS 84 degrees.
"""

from collections.abc import Iterable
from hashlib import sha256

from provenance.errors import ProvenanceError
from provenance.model.dossier import Candidate, Comparison, Context, Dossier, Evidence, KnownImage, Match, Transform
from provenance.model.features import LocalFeatures
from provenance.model.findings import Findings, Gap
from provenance.model.image import ImageFacts
from provenance.model.opinion import Opinion
from provenance.model.place import Place, RailLine, Toponym
from provenance.model.sighting import Claim, Sighting
from provenance.model.stated import Stated
from provenance.report import schema as shape
from provenance.report.json_of_file import credentials, stated, traces


def dossier(it: Dossier) -> shape.DossierJson:
    findings = it.case.findings
    return {
        "image": image(findings.image),
        "context": context(it.case.context),
        "fingerprints": fingerprints(findings),
        "metadata": findings.metadata,
        "traces": traces(findings),
        "stated": stated(findings, it.stated),
        "credentials": credentials(findings.credentials) if findings.credentials else None,
        "matches": [match(m) for m in it.case.matches],
        "sightings": [sighting(s) for s in it.case.sightings],
        "earliest_sighting": sighting(it.earliest_sighting) if it.earliest_sighting else None,
        "taken": {
            "not_before": it.taken.not_before.text if it.taken.not_before else None,
            "not_after": it.taken.not_after.text if it.taken.not_after else None,
            "evidence": [{"says": e.says, "because": e.because, "origin": e.origin} for e in it.taken.evidence],
        },
        "candidates": [candidate(c) for c in it.candidates],
        "elsewhere": {"probability": _rounded(it.elsewhere_probability), "word": it.elsewhere_word},
        "would_change": list(it.would_change),
        "conflicts": [{"says": c.says, "between": list(c.between)} for c in it.conflicts],
        "gaps": gaps(it.gaps),
        "outside_calls": list(it.outside_calls),
    }


def image(it: ImageFacts) -> shape.ImageJson:
    return {
        "id": it.id,
        "name": it.name,
        "format": it.format,
        "width": it.width,
        "height": it.height,
        "bytes": it.bytes,
        "frames": it.frames,
    }


def context(it: Context) -> shape.ContextJson:
    return {
        "caption": it.caption,
        "url": it.url,
        "source": it.source,
        "posted_at": it.posted_at.text if it.posted_at else None,
    }


def fingerprints(it: Findings) -> dict[str, shape.FingerprintJson]:
    whole: dict[str, shape.FingerprintJson] = {
        f.kind: {"value": f.text} if f.quality is None else {"value": f.text, "quality": f.quality}
        for f in it.fingerprints
    }
    return whole if it.features is None else {**whole, "sift": sift(it.features)}


def sift(it: LocalFeatures) -> shape.FingerprintJson:
    """A name for the features, not a value to compare: equal for equal features only."""
    value = sha256(it.rule.encode() + it.codes + it.geometry).hexdigest()[:32]
    return {"value": value, "features": it.count}


def gaps(them: Iterable[Gap]) -> list[shape.GapJson]:
    return [{"step": g.step, "reason": g.reason} for g in them]


def known_image(it: KnownImage, said: Stated, sightings: Iterable[Sighting]) -> shape.KnownImageJson:
    """`said` is what the file states, by what it means."""
    return {
        "image": image(it.findings.image),
        "names": list(it.names),
        "urls": list(it.urls),
        "fingerprints": fingerprints(it.findings),
        "metadata": it.findings.metadata,
        "traces": traces(it.findings),
        "credentials": credentials(it.findings.credentials) if it.findings.credentials else None,
        "stated": stated(it.findings, said),
        "gaps": gaps((*it.findings.gaps, *it.findings.outdated)),
        "sightings": [sighting(s) for s in sightings],
    }


def match(it: Match) -> shape.MatchJson:
    return {
        "known": {"id": it.known.id, "names": list(it.known.names), "urls": list(it.known.urls)},
        "relation": it.relation,
        "score": round(it.score, 6),
        "transform": transform(it.transform),
        "query_overlap": _share(it.query_overlap),
        "known_overlap": _share(it.known_overlap),
        "because": it.because,
        "opinion": opinion(it.opinion) if it.opinion else None,
    }


def opinion(it: Opinion) -> shape.OpinionJson:
    return {"verdict": it.verdict, "reason": it.reason, "by": it.by, "said_at": it.said_at.text}


def opinion_on(image_id: str, it: Opinion) -> shape.OpinionOnJson:
    """An opinion as it is told of one of its two pictures."""
    return {"image_id": image_id, "about": it.other(image_id), **opinion(it)}


def transform(it: Transform | None) -> shape.TransformJson | None:
    if it is None:
        return None
    return {"mirrored": it.mirrored, "matrix": [[round(x, 6) for x in row] for row in it.matrix]}


def candidate(it: Candidate) -> shape.CandidateJson:
    return {
        "place": place(it.place),
        "radius_m": round(it.radius_m),
        "probability": _rounded(it.probability),
        "word": it.word,
        "evidence": [evidence(e) for e in it.evidence],
        "against": [evidence(e) for e in it.against],
    }


def evidence(it: Evidence) -> shape.EvidenceJson:
    return {"source": it.source, "because": it.because, "origin": it.origin, "llr": round(it.llr, 3)}


def place(it: Place) -> shape.PlaceJson:
    return {
        "id": it.id,
        "name": it.name,
        "names": it.names,
        "kind": it.kind,
        "latitude": it.position.latitude,
        "longitude": it.position.longitude,
        "radius_m": round(it.radius_m),
        "country": it.country,
        "line": it.line,
        "km": it.km,
        "km_error": it.km_error,
        "km_system": it.km_system,
        "distance_m": None if it.distance_m is None else round(it.distance_m),
    }


def line(it: RailLine) -> shape.LineJson:
    return {
        "id": it.id,
        "name": it.name,
        "stops": it.stops,
        "km_from": it.km_from,
        "km_to": it.km_to,
        "km_system": it.km_system,
        "km_usable": it.km_usable,
    }


def toponym(it: Toponym) -> shape.ToponymJson:
    return {"start": it.start, "end": it.end, "text": it.text, "place": place(it.place) if it.place else None}


def sighting(it: Sighting) -> shape.SightingJson:
    return {
        "id": it.id,
        "image_id": it.image_id,
        "url": it.url,
        "source": it.source,
        "posted_at": it.posted_at.text if it.posted_at else None,
        "seen_at": it.seen_at.text,
        "caption": it.caption,
        "claims": [claim(c) for c in it.claims],
        "matched_by": list(it.matched_by),
    }


def claim(it: Claim) -> shape.ClaimJson:
    return {
        "about": it.about,
        "value": it.value,
        "claimant": it.claimant,
        "place": place(it.place) if it.place else None,
        "status": it.status,
    }


def comparison(it: Comparison) -> shape.ComparisonJson:
    return {
        "a": image(it.a.image),
        "b": image(it.b.image),
        "relation": it.relation,
        "score": round(it.score, 6),
        "transform": transform(it.transform),
        "a_overlap": _share(it.a_overlap),
        "b_overlap": _share(it.b_overlap),
        "distances": it.distances,
        "because": it.because,
    }


def error(it: ProvenanceError) -> shape.ErrorJson:
    return {"type": it.type, "title": it.title, "detail": it.detail}


def _share(it: float | None) -> float | None:
    return None if it is None else round(it, 4)


def _rounded(it: float) -> float:
    """A probability to three digits, never rounded up to certainty or down to impossibility (ICD-203)."""
    return min(max(round(it, 3), 0.001), 0.999)
