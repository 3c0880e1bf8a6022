"""What the file itself says, as JSON: metadata by its meaning, traces, content credentials."""

from provenance.model.credentials import Credentials, Problem
from provenance.model.findings import DateReading, Findings, PositionReading
from provenance.model.stated import Stated
from provenance.report import schema_of_file as shape


def traces(it: Findings) -> list[shape.TraceJson]:
    return [
        {
            "kind": t.kind,
            "says": t.says,
            "because": t.because,
            "source": t.source,
            "but": t.but or None,
            "score": t.score,
        }
        for t in it.traces
    ]


def stated(findings: Findings, said: Stated) -> shape.StatedJson:
    return {
        "positions": [position(p) for p in findings.positions],
        "dates": [date(d) for d in findings.dates],
        "statements": [{"about": s.about, "field": s.field, "text": s.text} for s in said.statements],
        "history": [
            {
                "action": step.action or None,
                "when": step.when or None,
                "software": step.software or None,
                "details": step.details or None,
            }
            for step in said.history
        ],
        "thumbnail": {"bytes": said.thumbnail.bytes, "offset": said.thumbnail.offset} if said.thumbnail else None,
    }


def position(it: PositionReading) -> shape.PositionJson:
    return {
        "latitude": it.position.latitude,
        "longitude": it.position.longitude,
        "radius_m": round(it.radius_m),
        "altitude_m": it.altitude_m,
        "direction_deg": it.direction_deg,
        "direction_north": it.direction_north,
        "because": it.because,
    }


def date(it: DateReading) -> shape.DateJson:
    return {
        "field": it.field,
        "text": it.text,
        "stated": it.stated,
        "zone": it.time.zone if it.time else None,
        "precision": it.precision,
        "means": it.means,
    }


def credentials(it: Credentials) -> shape.CredentialsJson:
    return {
        "state": it.state,
        "explains": it.explains or None,
        "signer": it.signer,
        "issuer": it.issuer,
        "signed_at": it.signed_at,
        "time_authority": it.time_authority,
        "time_authority_listed": it.time_authority_listed,
        "claim_generator": it.claim_generator,
        "title": it.title,
        "actions": [
            {
                "action": a.action,
                "when": a.when or None,
                "software": a.software or None,
                "digital_source_type": a.digital_source_type or None,
            }
            for a in it.actions
        ],
        "ingredients": [
            {
                "title": i.title or None,
                "relationship": i.relationship or None,
                "has_manifest": i.has_manifest,
                "depth": i.depth,
                "problems": [problem(p) for p in i.problems],
            }
            for i in it.ingredients
        ],
        "problems": [problem(p) for p in it.problems],
        "remote_url": it.remote_url,
        "checked_with": it.checked_with or None,
    }


def problem(it: Problem) -> shape.ProblemJson:
    return {"code": it.code, "says": it.says or None, "about": it.about or None}
