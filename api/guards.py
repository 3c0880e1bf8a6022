"""What stands before every route: body size, who may ask from where, headers that keep browsers from guessing."""

import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from ipaddress import ip_address
from threading import Lock
from urllib.parse import urlsplit

from fastapi import HTTPException
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from provenance.errors import BusyError, TooLargeError

UPLOADS_AT_ONCE = 32  # photos held in memory at one time, each settings.max_bytes at most, twice that to compare
FORM_OVERHEAD_BYTES = 1 << 20  # fields, boundaries and headers of a multipart form
JSON_BYTES_AT_MOST = 256 * 1024  # a sighting or a text; both are bounded below that
_DIGITS_AT_MOST = 18
SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Gate:
    """So many at a time; one more is refused at once rather than queued without end."""

    def __init__(self, most: int) -> None:
        self._most, self._inside, self._lock = most, 0, Lock()

    @contextmanager
    def __call__(self) -> Iterator[None]:
        with self._lock:
            if self._inside >= self._most:
                raise BusyError(f"{self._inside} photos are being examined, limit {self._most}", retry_after_s=2)
            self._inside += 1
        try:
            yield
        finally:
            with self._lock:
                self._inside -= 1


class BodyLimit:
    """Refuses a body over the limit of its path, by its declared length or as soon as what arrived is over it."""

    def __init__(self, app: ASGIApp, *, uploads: frozenset[str], max_bytes: int) -> None:
        self._app, self._uploads, self._max_bytes = app, uploads, max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        limit = self._max_bytes if scope["path"] in self._uploads else JSON_BYTES_AT_MOST
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isdecimal():
            return await problem(send, 400, "bad-input", "Malformed request", f"Content-Length {declared[:40]!r}")
        if len(declared) > _DIGITS_AT_MOST or int(declared) > limit:
            return await problem(send, 413, TooLargeError.type, TooLargeError.title, _too_large(declared[:20], limit))
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:  # an HTTPException, because FastAPI takes any other for a body that cannot be parsed
                raise HTTPException(413, _too_large(f"more than {limit}", limit))
            return message

        return await self._app(scope, counted, send)


class KeyNeeded:
    """Where keys are set, `Authorization: Bearer KEY` must bear one of them before anything of a request is read."""

    def __init__(self, app: ASGIApp, *, keys: Sequence[str], prefix: str) -> None:
        self._app, self._keys, self._prefix = app, [key.encode() for key in keys], prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._keys or not scope["path"].startswith(self._prefix):
            return await self._app(scope, receive, send)
        scheme, _, given = dict(scope["headers"]).get(b"authorization", b"").partition(b" ")
        fits = [hmac.compare_digest(given.strip(), key) for key in self._keys]
        if scheme.lower() != b"bearer" or not any(fits):
            needed = {"www-authenticate": "Bearer"}
            says = "Authorization: Bearer KEY, with a key of this service"
            return await problem(send, 401, "key-needed", "A key is needed", says, headers=needed)
        return await self._app(scope, receive, send)


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
            if self._local_only and not _is_loopback(host):
                return await _forbidden(send, "without keys only loopback names answer")
            if origin is not None and origin.partition("://")[2] != host:
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
                for name, value in SAFE_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, safe)


def _is_loopback(host: str) -> bool:
    """Whether a Host header names this machine only: localhost, 127.0.0.0/8 or [::1], with or without a port."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False


def _too_large(what: str, limit: int) -> str:
    return f"a body of {what} bytes, limit {limit}"


async def _forbidden(send: Send, detail: str) -> None:
    await problem(send, 403, "forbidden", "Not from here", detail)


async def problem(
    send: Send, status: int, kind: str, title: str, detail: str, *, headers: Mapping[str, str] | None = None
) -> None:
    """Answer with a problem document, before any route is reached."""
    body = json.dumps({"type": kind, "title": title, "status": status, "detail": detail}).encode()
    fields = {"content-type": "application/problem+json", "content-length": str(len(body)), **(headers or {})}
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in fields.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})
