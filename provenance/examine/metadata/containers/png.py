"""PNG and APNG: the ancillary chunks, before and after the picture. Layout: W3C PNG, third edition, 11.3."""

import zlib
from collections.abc import Iterator

from provenance.errors import ReadError
from provenance.examine.metadata.containers.block import MAX_STEPS, MAX_TEXT_BYTES, STEP, Block, Found
from provenance.examine.metadata.containers.photoshop import photoshop_blocks
from provenance.examine.metadata.containers.tail import after_the_end
from provenance.model.findings import Gap

MAX_INFLATED_BYTES = 8 * 1024 * 1024  # of all compressed chunks of a file together

_XMP_KEYWORD = b"XML:com.adobe.xmp"
_RAW_PROFILE = (
    b"Raw profile type "  # as ImageMagick writes EXIF, IPTC and XMP into text: lines of name, length, hex digits
)
_APP1_XMP = b"http://ns.adobe.com/xap/1.0/\0"


def png_blocks(data: bytes) -> Iterator[Found]:
    inflate = _Inflater()
    at = 8
    for _ in range(MAX_STEPS):
        if at + 8 > len(data):
            yield Gap(STEP, f"png: ends at byte {len(data)} without its IEND chunk")
            return
        length = int.from_bytes(data[at : at + 4])
        kind, start, end = data[at + 4 : at + 8], at + 8, at + 8 + length
        if kind == b"IEND":
            yield from after_the_end(data, end + 4)
            return
        if kind in _CHUNKS:
            try:
                yield from _CHUNKS[kind](data[start:end], start, inflate)
            except ReadError as broken:
                yield Gap(STEP, f"png: {kind.decode()} at byte {at}: {broken}")
        if end + 4 > len(data):
            yield Gap(STEP, f"png: chunk {kind!r} at byte {at} ends {end + 4 - len(data)} bytes after the file")
            return
        at = end + 4
    yield Gap(STEP, f"png: more than {MAX_STEPS} chunks")


class _Inflater:
    """Inflates within bounds: of one text, and of all of a file."""

    def __init__(self) -> None:
        self.left = MAX_INFLATED_BYTES

    def __call__(self, raw: bytes) -> bytes:
        limit = min(MAX_TEXT_BYTES, self.left)
        if limit <= 0:
            raise ReadError(f"inflates beyond {MAX_INFLATED_BYTES} bytes of compressed text in one file")
        try:
            text = zlib.decompressobj().decompress(raw, limit)
        except zlib.error as broken:
            self.left -= len(raw)
            raise ReadError(f"cannot be inflated: {broken}") from broken
        self.left -= len(text)
        if len(text) == limit:
            raise ReadError(f"inflates to {limit} bytes or more, limit {MAX_TEXT_BYTES}")
        return text


def _latin_text(chunk: bytes, at: int, _: _Inflater) -> Iterator[Found]:
    keyword, _nul, text = chunk.partition(b"\0")
    yield from _text_blocks("tEXt", keyword, text, at)


def _packed_text(chunk: bytes, at: int, inflate: _Inflater) -> Iterator[Found]:
    keyword, _, rest = chunk.partition(b"\0")
    yield from _text_blocks("zTXt", keyword, inflate(rest[1:]), at)


def _unicode_text(chunk: bytes, at: int, inflate: _Inflater) -> Iterator[Found]:
    keyword, _, rest = chunk.partition(b"\0")
    packed, (_language, _, rest) = rest[:1] == b"\1", rest[2:].partition(b"\0")
    text = rest.partition(b"\0")[2]
    yield from _text_blocks("iTXt", keyword, inflate(text) if packed else text, at)


def _exif(chunk: bytes, at: int, _: _Inflater) -> Iterator[Found]:
    yield Block("exif", chunk.removeprefix(b"Exif\0\0"), at, "eXIf")


def _icc(chunk: bytes, at: int, inflate: _Inflater) -> Iterator[Found]:
    yield Block("icc", inflate(chunk.partition(b"\0")[2][1:]), at, "iCCP", is_packed=True)


def _time(chunk: bytes, at: int, _: _Inflater) -> Iterator[Found]:
    yield Block("text", b"tIME\0" + chunk, at, "tIME")


def _jumbf(chunk: bytes, at: int, _: _Inflater) -> Iterator[Found]:
    yield Block("jumbf", chunk, at, "caBX")  # C2PA 2.1, A.3.2


_CHUNKS = {
    b"tEXt": _latin_text,
    b"zTXt": _packed_text,
    b"iTXt": _unicode_text,
    b"eXIf": _exif,
    b"iCCP": _icc,
    b"tIME": _time,
    b"caBX": _jumbf,
}


def _text_blocks(chunk: str, keyword: bytes, text: bytes, at: int) -> Iterator[Found]:
    if len(text) > MAX_TEXT_BYTES:
        raise ReadError(f"{len(text)} bytes of text, limit {MAX_TEXT_BYTES}")
    if keyword == _XMP_KEYWORD:
        yield Block("xmp", text, at, f"{chunk} XMP")
    elif keyword.startswith(_RAW_PROFILE):
        yield from _raw_profile(keyword.removeprefix(_RAW_PROFILE).decode("latin-1"), text, at)
    else:
        yield Block("text", keyword + b"\0" + text, at, chunk)


def _raw_profile(name: str, text: bytes, at: int) -> Iterator[Found]:
    _, _, digits = (*text.lstrip().split(b"\n", 2), b"", b"")[:3]
    try:
        profile = bytes.fromhex(digits.decode("ascii"))
    except ValueError as broken:
        raise ReadError(f"profile {name!r}: {broken}") from broken
    label = f"Raw profile {name}"
    if name in ("exif", "APP1") and profile.startswith(_APP1_XMP):
        yield Block("xmp", profile.removeprefix(_APP1_XMP), at, label, is_packed=True)
    elif name in ("exif", "APP1"):
        yield Block("exif", profile.removeprefix(b"Exif\0\0"), at, label, is_packed=True)
    elif name == "xmp":
        yield Block("xmp", profile, at, label, is_packed=True)
    elif name in ("iptc", "8bim"):
        profile = profile.removeprefix(b"Photoshop 3.0\0")
        yield from (
            photoshop_blocks(profile, lambda _: at)
            if profile.startswith(b"8BIM")
            else [Block("iptc", profile, at, label, is_packed=True)]
        )
    elif name in ("icc", "icm"):
        yield Block("icc", profile, at, label, is_packed=True)
