"""Errors become RFC 9457 problem documents with the status of who can act."""

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from provenance.errors import (
    InputError,
    NotAnImageError,
    NotFoundError,
    ProvenanceError,
    ServiceError,
    StorageError,
    TooLargeError,
    UnreadableError,
)

# The first class that fits decides.
STATUSES: tuple[tuple[type[ProvenanceError], int], ...] = (
    (NotAnImageError, 415),
    (TooLargeError, 413),
    (UnreadableError, 422),
    (NotFoundError, 404),
    (InputError, 400),
    (ServiceError, 503),
    (StorageError, 503),
)
_STORAGE_RETRY_AFTER_S = 10
_DETAIL_AT_MOST = 500  # characters

log = logging.getLogger("provenance.api")


class Problem(JSONResponse):
    media_type = "application/problem+json"

    def __init__(
        self, status: int, kind: str, title: str, detail: str, *, headers: Mapping[str, str] | None = None
    ) -> None:
        printable = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in detail[:_DETAIL_AT_MOST])
        body = {"type": kind, "title": title, "status": status, "detail": printable}
        super().__init__(body, status_code=status, headers=headers)


def install(app: FastAPI) -> None:
    """Every way a request can fail answers with a problem document."""
    app.add_exception_handler(ProvenanceError, _ours)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _fault)


def described(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What an operation's description says of its errors."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": _SAYS[status], "content": content} for status in (*statuses, *_ANYWHERE)}


_SAYS = {
    400: "The request is malformed",
    401: "A key is needed",
    403: "Not from this origin",
    404: "Not known",
    413: "Over a size limit",
    415: "Not an image of a format we read",
    422: "The image cannot be read",
    503: "Storage or workers are not available; Retry-After says when to try again",
}
_ANYWHERE = (400, 401, 403, 503)


async def _ours(request: Request, error: Exception) -> Problem:
    assert isinstance(error, ProvenanceError)  # noqa: S101 - registered for this class
    status = next((status for kind, status in STATUSES if isinstance(error, kind)), 500)
    headers = {}
    if status == 503:
        log.error("%s: %s", error.title, error.detail)
        wait_s = (error.retry_after_s if isinstance(error, ServiceError) else None) or _STORAGE_RETRY_AFTER_S
        headers["Retry-After"] = str(max(1, round(wait_s)))
    return Problem(status, error.type, error.title, error.detail, headers=headers)


async def _malformed(request: Request, error: Exception) -> Problem:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class
    said = "; ".join(f"{'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in error.errors()[:5])
    return Problem(400, InputError.type, "Malformed request", said)


async def _http(request: Request, error: Exception) -> Problem:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class
    kind = {401: "key-needed", 404: NotFoundError.type}.get(error.status_code, "bad-input")
    return Problem(error.status_code, kind, str(error.detail), str(error.detail), headers=error.headers)


async def _fault(request: Request, error: Exception) -> Problem:
    return Problem(500, ProvenanceError.type, ProvenanceError.title, "the service's log says more")
