"""Bytes of metadata as text that can be stored, sent and shown."""

import codecs
import re
from encodings import cp1252

# A sandboxed worker can open no file, and Python loads a codec when it is first used: so use them all now.
for _codec in ("utf-8", "cp1252", "latin-1", "utf-16-le", "utf-16-be", "iso2022_jp"):
    codecs.lookup(_codec)

# C0 and C1 controls except tab and line ends: they carry no words, and can drive the terminal they are printed on.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]+")
_ESCAPED = re.compile("[\udc80-\udcff]")  # what surrogateescape makes of a byte that is no UTF-8
UNREADABLE = "\ufffd"  # ExifTool prints "?" there
# Longer texts are cut before work is spent on them. Of four bytes a character, one character more than bounds keeps.
MAX_BYTES = 256 * 1024 + 4
_WINDOWS_1252 = cp1252.decoding_table.replace("\ufffe", UNREADABLE)  # five bytes mean nothing there


def without_controls(text: str) -> str:
    """The text without control characters and lone surrogates."""
    return text if text.isprintable() else _CONTROLS.sub("", text)


def shortened(raw: bytes) -> bytes:
    """At most MAX_BYTES, cut between two characters of UTF-8."""
    if len(raw) <= MAX_BYTES:
        return raw
    end = MAX_BYTES
    while end > MAX_BYTES - 4 and raw[end] & 0xC0 == 0x80:
        end -= 1
    return raw[:end]


def text_of(raw: bytes) -> str:
    """Text up to the first NUL, as UTF-8; UNREADABLE for each byte that is none.

    EXIF and comments name no character set: which one such a byte is of (Windows-1252, Mac Roman, ...) is unknown.
    """
    text = shortened(raw.split(b"\0", 1)[0])
    if text.isascii():  # nearly all are
        return without_controls(text.decode("ascii"))
    return without_controls(_ESCAPED.sub(UNREADABLE, text.decode("utf-8", "surrogateescape")))


def encoded_text(raw: bytes) -> str:
    """Text of IPTC and PNG, NULs left out: UTF-8 where it is valid, else Windows-1252.

    The two are what is met there, whatever is declared (research of 3,082 files: neither alone is right).
    """
    return without_controls(decoded(shortened(raw))[0])


def decoded(raw: bytes) -> tuple[str, str]:
    """The text and the character set it was read by: "UTF-8", else "Windows-1252"."""
    try:
        return raw.decode(), "UTF-8"
    except UnicodeDecodeError:
        return codecs.charmap_decode(raw, "strict", _WINDOWS_1252)[0], "Windows-1252"


def utf16_text(raw: bytes, order: str | None = None) -> str:
    """UTF-16 text up to its first NUL character; `order` "<" or ">" where it is stated, else the likelier one."""
    codec = "utf-16-be" if (order or _likely_order(raw)) == ">" else "utf-16-le"
    return without_controls(raw[:MAX_BYTES].decode(codec, "replace").removeprefix("\ufeff").split("\0", 1)[0])


def _likely_order(raw: bytes) -> str:
    """In text of one script the high bytes vary less than the low ones. EXIF's order is no guide: cameras err."""
    if raw.startswith((b"\xfe\xff", b"\xff\xfe")):
        return ">" if raw.startswith(b"\xfe\xff") else "<"
    return ">" if len(set(raw[0:2048:2])) < len(set(raw[1:2048:2])) else "<"
