"""/v1/images: known pictures."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api import problems, upload
from api.answers import Answer
from api.deps import TheDesk, in_thread
from provenance.desk import Desk, context, sighting_of
from provenance.errors import NotFoundError
from provenance.investigate.stated import stated
from provenance.ledger.base import Added
from provenance.report import json as as_written
from provenance.report.schema import AddedJson, DossierJson, KnownImageJson, MatchesJson

router = APIRouter(tags=["images"])

_SAID = ("caption", "url", "source", "posted_at", "name", "claim_place", "claimant")


@router.post(
    "/images",
    summary="Make a photo known, with its sighting if anything is said of one",
    responses={
        200: {"model": AddedJson, "description": "Both were known before"},
        201: {"model": AddedJson, "description": "The picture or the sighting is new"},
        **problems.described(413, 415, 422),
    },
    openapi_extra=upload.described("file", fields=_SAID),
)
async def add(request: Request, desk: TheDesk) -> Any:
    with request.app.state.gate():
        given = await upload.read_upload(request, files=("file",), max_bytes=desk.toolkit.settings.max_bytes)
        added, answer = await in_thread(_record, desk, given)
    return Answer(answer, status_code=201 if added.image_added or added.sighting_added else 200)


def _record(desk: Desk, given: upload.Upload) -> tuple[Added, dict[str, Any]]:
    said = context(**{name: given.text(name) for name in ("caption", "url", "source", "posted_at")})
    sighting = sighting_of(said, desk.claims(given.text("claim_place"), given.text("claimant")))
    data, name = given.photos["file"]
    added = desk.add_bytes(data, name, sighting)
    return added, {
        "image": as_written.image(desk.known(added.image_id).findings.image),
        "sighting": as_written.sighting(added.sighting) if added.sighting else None,
        "added": added.image_added,
        "claims_left_out": [as_written.claim(claim) for claim in added.claims_left_out],
    }


@router.get(
    "/images/{image_id}",
    summary="A known picture: what its file yielded, its names and where it was seen",
    responses={200: {"model": KnownImageJson}, **problems.described(404)},
)
def known(image_id: str, desk: TheDesk) -> Any:
    it = desk.known(image_id)
    said, sightings = stated(it.findings.metadata), desk.toolkit.ledger.sightings_of([image_id])
    return Answer(as_written.known_image(it, said, sightings))


@router.get(
    "/images/{image_id}/dossier",
    summary="The dossier of a known picture",
    responses={200: {"model": DossierJson}, **problems.described(404)},
)
def dossier(image_id: str, desk: TheDesk) -> Any:
    return Answer(as_written.dossier(desk.dossier_of(image_id)))


@router.get(
    "/images/{image_id}/matches",
    summary="The other known pictures it matches",
    responses={200: {"model": MatchesJson}, **problems.described(404)},
)
def matches(image_id: str, desk: TheDesk) -> Any:
    found = desk.matches_of(desk.known(image_id).findings)
    return Answer({"items": [as_written.match(m) for m in found if m.known.id != image_id], "next": None})


@router.get(
    "/images/{image_id}/thumbnail",
    summary="A small JPEG drawn by us, never the bytes that came in",
    response_class=Response,
    responses={200: {"content": {"image/jpeg": {}}}, **problems.described(404)},
)
def thumbnail(image_id: str, desk: TheDesk) -> Response:
    drawn = desk.known(image_id).findings.thumbnail
    if not drawn:
        raise NotFoundError(f"no pixels of {image_id} could be read, so it has no thumbnail")
    return Response(drawn, media_type="image/jpeg")


@router.delete(
    "/images/{image_id}",
    status_code=204,
    summary="Erase bytes, findings, thumbnail and sightings; the ledger keeps the commitments",
    responses=problems.described(404),
)
def delete(image_id: str, desk: TheDesk) -> Response:
    desk.toolkit.ledger_to_write.delete_image(image_id)
    return Response(status_code=204)
