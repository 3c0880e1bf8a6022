"""Photos in requests: a multipart field, or the raw image as the body. Held in memory, never in a file."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import HTTPException, Request
from python_multipart import FormParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File, parse_options_header

from api.guards import FORM_OVERHEAD_BYTES
from provenance.errors import InputError, TooLargeError

ARRIVES_WITHIN_S = 120  # 64 MiB at half a megabyte a second
_FORM = "multipart/form-data"
_FORM_LIMITS: dict[str, object] = {
    "MAX_FIELDS": 32,
    "MAX_FIELD_SIZE": 512 * 1024,  # a caption of 65,536 characters and what escapes add
    "MAX_HEADER_SIZE": 64 * 1024,  # a file name is data, however long
}


@dataclass(frozen=True, slots=True)
class Upload:
    """The photos of a request, by the name of their field, and what was said of them."""

    photos: dict[str, tuple[bytes, str]]  # field -> bytes, file name as given
    said: dict[str, str]

    def text(self, name: str) -> str | None:
        return self.said.get(name) or None

    def flag(self, name: str) -> bool:
        """Raises InputError for what is neither yes nor no."""
        given = self.said.get(name, "").strip().lower()
        if given in ("1", "true", "yes", "on"):
            return True
        if given in ("", "0", "false", "no", "off"):
            return False
        raise InputError(f"{name} is {given[:40]!r}, must be true or false")


async def read_upload(request: Request, *, files: Sequence[str], max_bytes: int) -> Upload:
    """The upload of a request with exactly these files.

    Raises InputError, and TooLargeError with value and bound as soon as a body is known to be too large; an
    HTTPException of status 408 for one that does not arrive in time.
    """
    try:
        async with asyncio.timeout(ARRIVES_WITHIN_S):
            upload = await _read(request, files, max_bytes)
    except TimeoutError:
        raise HTTPException(408, f"the body did not arrive within {ARRIVES_WITHIN_S} s") from None
    missing = [name for name in files if name not in upload.photos]
    if missing:
        raise InputError(f"the form has no file named {', '.join(missing)}")
    return upload


async def _read(request: Request, files: Sequence[str], max_bytes: int) -> Upload:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() == _FORM:
        return await _form(request, files, max_bytes)
    if len(files) > 1:
        raise InputError(f"the body must be {_FORM} with the files {', '.join(files)}")
    query = dict(request.query_params)
    data = b"".join([part async for part in _parts(request, max_bytes)])
    return Upload({files[0]: (data, query.get("name", ""))}, query)


async def _parts(request: Request, limit: int) -> AsyncIterator[bytes]:
    """The body as it arrives. Raises TooLargeError by its declared length, or when more than the limit arrived."""
    declared = int(request.headers.get("content-length", "0"))
    if declared > limit:
        raise TooLargeError(f"a body of {declared} bytes, limit {limit}")
    seen = 0
    async for part in request.stream():
        seen += len(part)
        if seen > limit:
            raise TooLargeError(f"a body of more than {limit} bytes, limit {limit}")
        yield part


async def _form(request: Request, files: Sequence[str], max_bytes: int) -> Upload:
    photos: dict[str, tuple[bytes, str]] = {}
    said: dict[str, str] = {}

    def on_field(field: Field) -> None:
        said[_text(field.field_name)] = _text(field.value)

    def on_file(file: File) -> None:
        field = _text(file.field_name)
        if field in photos:
            raise InputError(f"the form has two files named {field}")
        if field in files:
            photos[field] = _photo(file, field, max_bytes), _file_name(file)

    boundary = parse_options_header(request.headers["content-type"])[1].get(b"boundary")
    if not boundary:
        raise InputError("the form states no boundary")
    whole = len(files) * max_bytes + FORM_OVERHEAD_BYTES
    try:
        limits = _FORM_LIMITS | {"MAX_MEMORY_FILE_SIZE": whole}  # in memory: no file of a stranger's is written here
        parser = FormParser(_FORM, on_field, on_file, boundary=boundary, config=limits)
        async for part in _parts(request, whole):
            parser.write(part)
        parser.finalize()
    except FormParserError as wrong:
        raise InputError(f"the form cannot be read: {wrong}") from wrong
    named = {field: (data, said.get("name") or name) for field, (data, name) in photos.items()}
    return Upload(named, said)


def _file_name(file: File) -> str:
    """The name as browsers write it in a form: a quote and line ends as %22, %0D, %0A (WHATWG HTML, 4.10.22.8)."""
    name = (file.file_name or b"").decode("utf-8", "surrogateescape")
    return name.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")


def _photo(file: File, field: str, max_bytes: int) -> bytes:
    if file.size > max_bytes:
        raise TooLargeError(f"{field} has {file.size} bytes, limit {max_bytes}")
    file.file_object.seek(0)
    return file.file_object.read()


def _text(value: bytes | None) -> str:
    try:
        return (value or b"").decode()
    except UnicodeDecodeError as wrong:
        raise InputError(f"a field of the form is no UTF-8 text: {wrong.reason} at byte {wrong.start}") from wrong


def described(*files: str, fields: Sequence[str] = (), raw: bool = True) -> dict[str, Any]:
    """What an operation's description says of its body, and of the query parameters that go with a raw one."""
    properties: dict[str, Any] = {name: {"type": "string", "format": "binary"} for name in files}
    properties |= {name: _FIELD_SCHEMAS[name] for name in fields}
    form = {"schema": {"type": "object", "required": list(files), "properties": properties}}
    body: dict[str, Any] = {"required": True, "content": {_FORM: form}}
    if not raw:
        return {"requestBody": body}
    body["content"]["application/octet-stream"] = {"schema": {"type": "string", "format": "binary"}}
    with_raw = {"in": "query", "required": False, "description": "with a raw body"}
    parameters = [{"name": name, **with_raw, "schema": _FIELD_SCHEMAS[name]} for name in fields]
    return {"requestBody": body, "parameters": parameters}


_FIELD_SCHEMAS: dict[str, dict[str, Any]] = {
    **{name: {"type": "string"} for name in ("caption", "url", "source", "name", "claim_place", "claimant")},
    "posted_at": {"type": "string", "description": "2024-11-14T09:30:00+07:00, without a zone, or 2024-11-14"},
    "quick": {"type": "boolean", "description": "hashes only"},
    "remember": {"type": "boolean", "description": "also make it a known picture"},
}
