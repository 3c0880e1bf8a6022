"""POST /v1/checks: a photo goes in, a dossier comes out."""

from typing import Any

from fastapi import APIRouter, Request

from api import problems, upload
from api.answers import Answer
from api.deps import TheDesk, in_thread
from provenance.report import json as as_written
from provenance.report.schema import DossierJson

router = APIRouter(tags=["checks"])

_SAID = ("caption", "url", "source", "posted_at", "name", "quick", "remember")


@router.post(
    "/checks",
    summary="The dossier of a photo",
    responses={200: {"model": DossierJson}, **problems.described(413, 415, 422)},
    openapi_extra=upload.described("file", fields=_SAID),
)
async def check(request: Request, desk: TheDesk) -> Any:
    """Writes nothing to the ledger unless `remember` is true. Equal to `provenance check --json`, `path` apart."""
    with request.app.state.gate():
        given = await upload.read_upload(request, files=("file",), max_bytes=desk.toolkit.settings.max_bytes)
        data, name = given.photos["file"]
        dossier = await in_thread(
            desk.check,
            data,
            name=name,
            caption=given.text("caption"),
            url=given.text("url"),
            source=given.text("source"),
            posted_at=given.text("posted_at"),
            quick=given.flag("quick"),
            remember=given.flag("remember"),
        )
    return Answer(as_written.dossier(dossier))
