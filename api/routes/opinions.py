"""/v1/images/{id}/opinions: what people say of matches."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api import problems
from api.answers import Answer
from api.deps import TheDesk
from provenance.errors import InputError
from provenance.model.image import is_image_id
from provenance.model.opinion import VERDICTS
from provenance.report import json as as_written
from provenance.report.schema import OpinionOnJson, OpinionsJson

router = APIRouter(tags=["images"])


class NewOpinionBody(BaseModel):
    """An opinion on the match of a picture with another; one of the two must be known."""

    model_config = ConfigDict(extra="forbid")

    about: str = Field(description="the id of the other picture: the SHA-256 of its bytes")
    verdict: str = Field(description="a rejected match counts as no copy", json_schema_extra={"enum": [*VERDICTS]})
    reason: str
    by: str | None = Field(default=None, description="who says so")


@router.post(
    "/images/{image_id}/opinions",
    status_code=201,
    summary="Confirm, reject or dispute a match",
    responses={201: {"model": OpinionOnJson}, **problems.described(404)},
)
def add(image_id: str, body: NewOpinionBody, desk: TheDesk) -> Any:
    """The latest opinion on two pictures counts, in whichever order they are named; earlier ones are kept."""
    for each in (image_id, body.about):
        if not is_image_id(each):
            raise InputError(f"{each[:80]!r} is not the id of a picture: 64 lower-case hex digits")
    _, opinion = desk.add_opinion(image_id, body.about, verdict=body.verdict, reason=body.reason, by=body.by)
    return Answer(as_written.opinion_on(image_id, opinion), status_code=201)


@router.get(
    "/images/{image_id}/opinions",
    summary="All opinions on a picture's matches, the latest first",
    responses={200: {"model": OpinionsJson}, **problems.described(404)},
)
def opinions(image_id: str, desk: TheDesk) -> Any:
    said = desk.opinions_of(image_id)
    return Answer({"items": [as_written.opinion_on(image_id, each) for each in said], "next": None})
