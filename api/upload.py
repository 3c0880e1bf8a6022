"""Photos in requests: a multipart field, or the raw image as the body. Held in memory, never in a file."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from python_multipart import FormParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File, parse_options_header

from api.guards import FORM_OVERHEAD_BYTES
from provenance.errors import InputError, TooLargeError

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
    """The upload of a request with exactly these files. Raises InputError, TooLargeError with value and bound."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() == _FORM:
        upload = await _form(request, files, max_bytes)
    elif len(files) == 1:
        query = dict(request.query_params)
        upload = Upload({files[0]: (await _body(request, max_bytes), query.get("name", ""))}, query)
    else:
        raise InputError(f"the body must be {_FORM} with the files {', '.join(files)}")
    missing = [name for name in files if name not in upload.photos]
    if missing:
        raise InputError(f"the form has no file named {', '.join(missing)}")
    return upload


async def _form(request: Request, files: Sequence[str], max_bytes: int) -> Upload:
    photos: dict[str, tuple[bytes, str]] = {}
    said: dict[str, str] = {}

    def on_field(field: Field) -> None:
        said[_text(field.field_name)] = _text(field.value)

    def on_file(file: File) -> None:
        field = _text(file.field_name)
        if field in files:
            name = (file.file_name or b"").decode("utf-8", "surrogateescape")
            photos[field] = _photo(file, field, max_bytes), name

    boundary = parse_options_header(request.headers["content-type"])[1].get(b"boundary")
    if not boundary:
        raise InputError("the form states no boundary")
    limits = _FORM_LIMITS | {"MAX_MEMORY_FILE_SIZE": len(files) * max_bytes + FORM_OVERHEAD_BYTES}
    parser = FormParser(_FORM, on_field, on_file, boundary=boundary, config=limits)
    try:
        async for chunk in request.stream():
            parser.write(chunk)
        parser.finalize()
    except FormParserError as wrong:
        raise InputError(f"the form cannot be read: {wrong}") from wrong
    named = {field: (data, said.get("name") or name) for field, (data, name) in photos.items()}
    return Upload(named, said)


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


async def _body(request: Request, max_bytes: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    stream: AsyncGenerator[bytes, None] = request.stream()
    async for part in stream:
        size += len(part)
        if size > max_bytes:
            raise TooLargeError(f"a body of more than {size} bytes, limit {max_bytes}")
        parts.append(part)
    return b"".join(parts)


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
