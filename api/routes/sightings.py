"""/v1/sightings: where pictures were seen before."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from api import problems, upload
from api.answers import Answer
from api.deps import TheDesk, in_thread
from provenance.desk import context, sighting_of
from provenance.errors import InputError
from provenance.ledger.base import SightingPage
from provenance.model.image import is_image_id
from provenance.report import json as as_written
from provenance.report.schema import SightingJson, SightingsJson

router = APIRouter(tags=["sightings"])


class NewSightingBody(BaseModel):
    """A sighting of a known picture; at least one thing besides its id must be said."""

    model_config = ConfigDict(extra="forbid")

    image_id: str = Field(description="the SHA-256 of a known picture")
    url: str | None = None
    source: str | None = None
    posted_at: str | None = None
    caption: str | None = None
    claim_place: str | None = None
    claimant: str | None = None


@router.get(
    "/sightings",
    summary="Sightings, newest first; filters combine",
    responses={200: {"model": SightingsJson}, **problems.described(404)},
)
def sightings(
    desk: TheDesk,
    image: str | None = None,
    near: str | None = None,
    radius_km: float | None = None,
    line: str | None = None,
    from_km: float | None = None,
    to_km: float | None = None,
    since: str | None = None,
    until: str | None = None,
    source: str | None = None,
    text: str | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: str | None = None,
) -> Any:
    """A sighting is somewhere by its claims, its caption's places and its picture's GPS: `matched_by` says which."""
    if image is not None and not is_image_id(image):
        raise InputError(f"image is {image[:80]!r}, must be the id of a known picture")
    page = desk.sightings_page(
        desk.query(
            image=image,
            near=near,
            radius_km=radius_km,
            line=line,
            from_km=from_km,
            to_km=to_km,
            since=since,
            until=until,
            source=source,
            text=text,
            limit=limit,
            cursor=cursor,
        )
    )
    return Answer(_written(page))


@router.post(
    "/sightings",
    status_code=201,
    summary="Record a sighting of a known picture",
    responses={
        200: {"model": SightingJson, "description": "It was known before"},
        201: {"model": SightingJson},
        **problems.described(404),
    },
)
def add(body: NewSightingBody, desk: TheDesk) -> Any:
    said = context(caption=body.caption, url=body.url, source=body.source, posted_at=body.posted_at)
    sighting = sighting_of(said, desk.claims(body.claim_place, body.claimant))
    if sighting is None:
        raise InputError("a sighting needs at least one of url, source, posted_at, caption and claim_place")
    added = desk.add_sighting(body.image_id, sighting)
    assert added.sighting is not None  # noqa: S101 - one was given
    return Answer(as_written.sighting(added.sighting), status_code=201 if added.sighting_added else 200)


@router.delete(
    "/sightings/{sighting_id}",
    status_code=204,
    summary="Erase a sighting; the ledger keeps its commitment",
    responses=problems.described(404),
)
def delete(sighting_id: str, desk: TheDesk) -> Response:
    desk.toolkit.ledger_to_write.delete_sighting(sighting_id)
    return Response(status_code=204)


@router.post(
    "/sightings/search",
    summary="Sightings of a photo and of its edits",
    responses={200: {"model": SightingsJson}, **problems.described(413, 415, 422)},
    openapi_extra=upload.described("file", fields=("name",)),
)
async def search(
    request: Request,
    desk: TheDesk,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: str | None = None,
) -> Any:
    with request.app.state.gate():
        given = await upload.read_upload(request, files=("file",), max_bytes=desk.toolkit.settings.max_bytes)
        data, _ = given.photos["file"]
        query = await in_thread(desk.query, image=data, limit=limit, cursor=cursor)
        page = await in_thread(desk.sightings_page, query)
    return Answer(_written(page))


def _written(page: SightingPage) -> dict[str, Any]:
    return {"items": [as_written.sighting(s) for s in page.items], "next": page.next}
