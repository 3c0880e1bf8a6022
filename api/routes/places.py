"""/v1/places, /v1/lines, /v1/toponyms: the gazetteer and the rail table."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api import problems
from api.answers import Answer
from api.deps import TheDesk
from provenance.desk import position_of
from provenance.errors import InputError
from provenance.report import json as as_written
from provenance.report.schema import LinesJson, PlacesJson, ToponymsJson

router = APIRouter(tags=["places"])


class TextBody(BaseModel):
    """A text to look for place names in."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=50_000)


@router.get(
    "/places",
    summary="Places of a name, or near a position",
    responses={200: {"model": PlacesJson}, **problems.described()},
)
def places(
    desk: TheDesk,
    q: str | None = None,
    near: Annotated[str | None, Query(description="LAT,LON")] = None,
    radius_km: Annotated[float, Query(ge=0, le=20040)] = 30,
    limit: Annotated[int, Query(ge=1, le=1000)] = 20,
) -> Any:
    if (q is None) == (near is None):
        raise InputError("give either q or near")
    if near is not None and position_of(near) is None:
        raise InputError(f"near is {near[:80]!r}, must be LAT,LON")
    found = desk.places(near or q or "", radius_m=radius_km * 1000, limit=limit)
    return Answer({"items": [as_written.place(p) for p in found], "next": None})


@router.get("/lines", summary="Rail lines", responses={200: {"model": LinesJson}, **problems.described()})
def lines(desk: TheDesk) -> Any:
    return Answer({"items": [as_written.line(line) for line in desk.toolkit.rail.lines()], "next": None})


@router.get(
    "/lines/{line}/stops",
    summary="The stops of a line, in order",
    responses={200: {"model": PlacesJson}, **problems.described(404)},
)
def stops(line: str, desk: TheDesk) -> Any:
    return Answer({"items": [as_written.place(p) for p in desk.toolkit.rail.stops(line)], "next": None})


@router.post(
    "/toponyms", summary="Place names in a text", responses={200: {"model": ToponymsJson}, **problems.described()}
)
def toponyms(body: TextBody, desk: TheDesk) -> Any:
    found = desk.toolkit.gazetteer.toponyms(body.text)
    return Answer({"toponyms": [as_written.toponym(t) for t in found]})
