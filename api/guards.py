"""What stands before every route: body size, who may ask from where, headers that keep browsers from guessing."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from provenance.errors import ServiceError, TooLargeError

UPLOADS_AT_ONCE = 32  # photos held in memory at one time, at most settings.max_bytes each
FORM_OVERHEAD_BYTES = 1 << 20  # fields, boundaries and headers of a multipart form
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class Gate:
    """So many at a time; one more is refused at once rather than queued without end."""

    def __init__(self, most: int) -> None:
        self._most, self._inside, self._lock = most, 0, Lock()

    @contextmanager
    def __call__(self) -> Iterator[None]:
        with self._lock:
            if self._inside >= self._most:
                raise ServiceError(f"{self._inside} photos are being examined, limit {self._most}", retry_after_s=2)
            self._inside += 1
        try:
            yield
        finally:
            with self._lock:
                self._inside -= 1


class BodyTooLargeError(TooLargeError):
    """The request's body passed the limit while it was read."""


class BodyLimit:
    """Refuses a body over the limit by its declared length, or as soon as what arrived is over it."""

    def __init__(self, app: ASGIApp, *, max_bytes: int) -> None:
        self._app, self._max_bytes = app, max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isdecimal():
            return await _problem(send, 400, "bad-input", "Malformed request", f"Content-Length {declared[:40]!r}")
        if int(declared) > self._max_bytes:
            detail = f"a body of {declared} bytes, limit {self._max_bytes}"
            return await _problem(send, 413, TooLargeError.type, TooLargeError.title, detail)
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._max_bytes:
                raise BodyTooLargeError(f"a body of more than {seen} bytes, limit {self._max_bytes}")
            return message

        return await self._app(scope, counted, send)


class SameOrigin:
    """A page of another site must not use this service through its reader's browser.

    With `local_only` (no keys are set) the Host must be a loopback name too, so that a foreign name that was made to
    resolve to this machine (DNS rebinding) finds nothing.
    """

    def __init__(self, app: ASGIApp, *, local_only: bool) -> None:
        self._app, self._local_only = app, local_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            host, origin = headers.get("host", ""), headers.get("origin")
            if self._local_only and _hostname(f"//{host}") not in _LOCAL:
                return await _problem(
                    send, 403, "forbidden", "Not from here", "without keys only loopback names answer"
                )
            if origin is not None and urlsplit(origin).netloc != host:
                return await _forbidden(send, "the request comes from another origin")
        return await self._app(scope, receive, send)


class SafeHeaders:
    """No sniffing, no framing, no scripts, nothing cached: answers are about somebody's evidence."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def safe(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
                headers.setdefault("Referrer-Policy", "no-referrer")
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, safe)


def _hostname(netloc: str) -> str | None:
    try:
        return urlsplit(netloc).hostname
    except ValueError:
        return None


async def _forbidden(send: Send, detail: str) -> None:
    await _problem(send, 403, "forbidden", "Not from here", detail)


async def _problem(send: Send, status: int, kind: str, title: str, detail: str) -> None:
    body = json.dumps({"type": kind, "title": title, "status": status, "detail": detail}).encode()
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
