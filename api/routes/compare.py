"""POST /v1/compare: two pictures held against each other."""

from typing import Any

from fastapi import APIRouter, Request

from api import problems, upload
from api.answers import Answer
from api.deps import TheDesk, in_thread
from provenance.report import json as as_written
from provenance.report.schema import ComparisonJson

router = APIRouter(tags=["compare"])


@router.post(
    "/compare",
    summary="How picture a relates to picture b, and because of what",
    responses={200: {"model": ComparisonJson}, **problems.described(413, 415, 422)},
    openapi_extra=upload.described("a", "b", raw=False),
)
async def compare(request: Request, desk: TheDesk) -> Any:
    with request.app.state.gate():
        given = await upload.read_upload(request, files=("a", "b"), max_bytes=desk.toolkit.settings.max_bytes)
        (a, a_name), (b, b_name) = given.photos["a"], given.photos["b"]
        found = await in_thread(desk.compare, a, b, names=(a_name, b_name))
    return Answer(as_written.comparison(found))
