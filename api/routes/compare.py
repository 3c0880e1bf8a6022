"""POST /v1/compare: two pictures held against each other."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api import problems, upload
from api.answers import Answer, prefers
from api.deps import TheDesk, in_thread
from provenance.report import json as as_written
from provenance.report.schema import ComparisonJson

router = APIRouter(tags=["compare"])

_PICTURE = {"image/png": {"schema": {"type": "string", "format": "binary"}}}


@router.post(
    "/compare",
    summary="How picture a relates to picture b, and because of what; as a picture with Accept: image/png",
    responses={
        200: {
            "model": ComparisonJson,
            "content": _PICTURE,
            "description": "The comparison; for who accepts image/png rather than JSON, both pictures drawn with what "
            "they share outlined, matched points, and where they differ once one is laid on the other",
        },
        **problems.described(413, 415, 422),
    },
    openapi_extra=upload.described("a", "b", raw=False),
)
async def compare(request: Request, desk: TheDesk) -> Any:
    with request.app.state.gate():
        given = await upload.read_upload(request, files=("a", "b"), max_bytes=desk.toolkit.settings.max_bytes)
        (a, a_name), (b, b_name) = given.photos["a"], given.photos["b"]
        varies = {"Vary": "Accept"}
        if prefers(request.headers.get("accept", ""), "image/png", over="application/json"):
            _, png = await in_thread(desk.compare_drawn, a, b, names=(a_name, b_name))
            return Response(png, media_type="image/png", headers=varies)
        found = await in_thread(desk.compare, a, b, names=(a_name, b_name))
    return Answer(as_written.comparison(found), headers=varies)
