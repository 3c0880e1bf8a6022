"""The name a file came with, made fit to be shown."""

import unicodedata

_MAX_CHARACTERS = 255
_UNSEEN = {"Cc", "Cs", "Zl", "Zp"}  # control characters, lone surrogates, line and paragraph separators
_BIDI = {"\u061c", "\u200e", "\u200f", *"\u202a\u202b\u202c\u202d\u202e", *"\u2066\u2067\u2068\u2069"}


def safe_name(name: str) -> str:
    """The base name, with what could mislead a reader or a terminal written out: `\\x1b`, `\\u202e`.

    Both / and \\ separate. At most 255 characters, cut before the suffix; "unnamed" where nothing is left.
    """
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(_escaped(character) for character in base[:_MAX_CHARACTERS])
    if base[_MAX_CHARACTERS:] or len(shown) > _MAX_CHARACTERS:
        shown = _cut(shown, base)
    return "unnamed" if shown.strip() in ("", ".", "..") else shown


def _escaped(character: str) -> str:
    if character not in _BIDI and unicodedata.category(character) not in _UNSEEN:
        return character
    return f"\\x{ord(character):02x}" if ord(character) < 256 else f"\\u{ord(character):04x}"


def _cut(shown: str, base: str) -> str:
    dot = base.rfind(".")
    suffix = "".join(_escaped(c) for c in base[dot:]) if 0 < len(base) - dot <= 10 and dot > 0 else ""
    return shown[: _MAX_CHARACTERS - len(suffix)] + suffix
