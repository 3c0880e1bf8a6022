"""Text in the lowest bits of a lossless picture, where image generators hide their settings.

Convention of the web UI's extension "stealth pnginfo", which NovelAI follows: column by column, each from the top, the
lowest bit of alpha, or those of red, green and blue; of a byte the highest bit first. First fifteen letters that say
which, then the length of the text in bits (32 bits), then the text in UTF-8, gzipped where the letters end in "comp".
"""

import zlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from provenance.errors import ReadError
from provenance.examine.decode.limits import Limits
from provenance.examine.decode.raster import open_picture
from provenance.examine.faults import described
from provenance.examine.metadata.text import encoded_text
from provenance.examine.traces.base import Subject
from provenance.examine.traces.generator_texts import recognise
from provenance.examine.traces.png_column import first_column
from provenance.examine.traces.words import quoted
from provenance.model.findings import Trace

MAX_PIXELS = 12_000_000  # decoded where a PNG's first column begins with the letters: 0.4 s of the 0.7 of a step
_UNSEEN_PIXELS = 2_000_000  # decoded where the first column alone cannot tell: 0.05 s
MAX_TEXT_BYTES = 1024 * 1024  # after inflation; settings take up to some 100,000
_LETTERS = {"alpha": (b"stealth_pnginfo", b"stealth_pngcomp"), "rgb": (b"stealth_rgbinfo", b"stealth_rgbcomp")}
_LETTER_BYTES, _LENGTH_BYTES = 15, 4
_CHANNELS = {"alpha": slice(3, 4), "rgb": slice(0, 3)}

Pixels = NDArray[np.uint8]  # height x width x channels, or one column of them


class StealthText:
    """Text hidden in the lowest bits of a PNG or a lossless WebP, by the convention of image generators."""

    name = "stealth_text"
    quick = False

    def traces(self, subject: Subject) -> Iterator[Trace]:
        size = (subject.width or 0) * (subject.height or 0)
        if subject.raster is None or not _is_lossless(subject):
            return
        column = first_column(subject.data) if subject.format == "png" else None
        if not _may_hold(column, size):
            return
        if size > MAX_PIXELS:
            raise ReadError(
                f"the first column begins as hidden text does; {size} px are not searched, limit {MAX_PIXELS}"
            )
        pixels = _pixels(subject)
        if pixels is None:
            return
        for place, letters in _LETTERS.items():
            if pixels.shape[2] >= _CHANNELS[place].stop and (found := _bytes(pixels, place, _LETTER_BYTES)) in letters:
                yield _trace(place, found, _hidden_text(pixels, place, packed=found.endswith(b"comp")))


def _is_lossless(subject: Subject) -> bool:
    """A WebP's lossless bit stream is its own chunk (RFC 9649, 2.6); it stands within the first few."""
    return subject.format == "png" or (subject.format == "webp" and b"VP8L" in subject.data[:4096])


def _may_hold(column: Pixels | None, size: int) -> bool:
    if column is None:
        return size <= _UNSEEN_PIXELS
    seen = column[:, None, :]
    places = [place for place in _LETTERS if column.shape[1] >= _CHANNELS[place].stop]
    return any(
        letters.startswith(_bytes(seen, place, _LETTER_BYTES)) for place in places for letters in _LETTERS[place]
    )


def _pixels(subject: Subject) -> Pixels | None:
    """All pixels as they are stored; None where they have a palette or another depth, which the convention lacks."""
    image = open_picture(subject.data, subject.format, Limits()).image
    if image.mode not in ("RGB", "RGBA"):
        return None
    try:
        image.load()
    except Exception as broken:
        raise ReadError(described(broken)) from broken
    return np.asarray(image)


def _bytes(pixels: Pixels, place: str, count: int, start: int = 0) -> bytes:
    """So many bytes of the hidden stream, from byte `start` on; fewer where the picture ends."""
    channels = _CHANNELS[place]
    first, last = 8 * start, 8 * (start + count)
    a_column = pixels.shape[0] * (channels.stop - channels.start)
    columns = slice(first // a_column, -(-last // a_column))
    bits = (pixels[:, columns, channels].transpose(1, 0, 2) & 1).ravel()
    skipped = first - columns.start * a_column
    kept = bits[skipped : skipped + last - first]
    return np.packbits(kept[: len(kept) // 8 * 8]).tobytes()


def _hidden_text(pixels: Pixels, place: str, *, packed: bool) -> str:
    bits = int.from_bytes(_bytes(pixels, place, _LENGTH_BYTES, _LETTER_BYTES))
    count, start = bits // 8, _LETTER_BYTES + _LENGTH_BYTES
    channels = _CHANNELS[place]
    room = pixels.shape[0] * pixels.shape[1] * (channels.stop - channels.start) // 8 - start
    if not 0 < count <= room:
        raise ReadError(f"hidden text of {bits} bits, room for {8 * room} in the {place} channel")
    raw = _bytes(pixels, place, min(count, 4 * MAX_TEXT_BYTES), start)
    if not packed:
        return encoded_text(raw[:MAX_TEXT_BYTES])
    try:
        return encoded_text(zlib.decompressobj(31).decompress(raw, MAX_TEXT_BYTES))  # 31: gzip alone
    except zlib.error as broken:
        raise ReadError(f"hidden text of {count} bytes cannot be inflated: {broken}") from broken


def _trace(place: str, letters: bytes, text: str) -> Trace:
    known = recognise("", text)
    states = f"{known.generator}: {known.settings or known.fields}" if known else quoted(text, 240)
    return Trace(
        kind="generator",
        says="text is hidden in the pixels, by the convention by which image generators keep their settings",
        because=quoted(f"the lowest bits of {place} begin with {letters.decode()!r}, then: {states}", 400),
        source="convention of the extension stealth pnginfo for Stable Diffusion web UI, which NovelAI follows",
        but="anybody can write such bits into any lossless picture; a lossy save, a resize or a screenshot loses them",
    )
