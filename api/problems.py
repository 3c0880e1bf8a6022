"""Errors become RFC 9457 problem documents with the status of who can act."""

import json
import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from api.guards import SAFE_HEADERS
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
        super().__init__(body, status_code=status, headers={**SAFE_HEADERS, **(headers or {})})


def install(app: FastAPI) -> None:
    """Every way a request can fail answers with a problem document."""
    app.add_exception_handler(ProvenanceError, _ours)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(Exception, _fault)


def describe(app: FastAPI) -> None:
    """Put the problem document into the API's description, and take out the answers FastAPI supposes of itself."""
    described_by_fastapi = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            description = described_by_fastapi()
            schemas = description.setdefault("components", {}).setdefault("schemas", {})
            schemas["Problem"] = _SCHEMA
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
            for operations in description["paths"].values():
                for operation in operations.values():
                    if "HTTPValidationError" in json.dumps(operation["responses"].get("422", {})):
                        del operation["responses"]["422"]
        return app.openapi_schema or {}

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend the description


_SCHEMA = {
    "title": "Problem",
    "description": "RFC 9457",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}


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
    kind, title = {
        404: (NotFoundError.type, NotFoundError.title),
        408: ("too-slow", "The request took too long to arrive"),
        413: (TooLargeError.type, TooLargeError.title),
    }.get(error.status_code, (InputError.type, str(error.detail)))
    return Problem(error.status_code, kind, title, str(error.detail), headers=error.headers)


async def _gone(request: Request, error: Exception) -> Problem:
    """The caller went away while sending: there is nobody to answer, and nothing was wrong here."""
    return Problem(400, InputError.type, "The request was cut off", "the connection was closed before its end")


async def _fault(request: Request, error: Exception) -> Problem:
    return Problem(500, ProvenanceError.type, ProvenanceError.title, "the service's log says more")
