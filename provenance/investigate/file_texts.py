"""Words of one file that say different things where they should say one: EXIF, XMP and IPTC fields of one meaning.

Which fields mean the same: Metadata Working Group, Guidelines for Handling Image Metadata 2.0, chapter 5. Two agree
where they are equal but for what copying between the standards does to them: blanks, line ends, forms of one letter,
IPTC's short fields, lists written as one text, letters that EXIF's ASCII could not hold.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from provenance.model.dossier import Conflict
from provenance.model.findings import Findings


@dataclass(frozen=True, slots=True)
class _Field:
    kind: str  # the word of Conflict.between
    name: str  # ExifTool's
    at_most: int = 0  # bytes that fit in; 0: any number. IPTC-NAA IIM 4.2


_SAME = {
    "description": (
        _Field("metadata", "IFD0:ImageDescription"),
        _Field("xmp", "XMP-dc:Description"),
        _Field("iptc", "IPTC:Caption-Abstract", 2000),
    ),
    "creator": (
        _Field("metadata", "IFD0:Artist"),
        _Field("xmp", "XMP-dc:Creator"),
        _Field("iptc", "IPTC:By-line", 32),
    ),
    "copyright": (
        _Field("metadata", "IFD0:Copyright"),
        _Field("xmp", "XMP-dc:Rights"),
        _Field("iptc", "IPTC:CopyrightNotice", 128),
    ),
    "headline": (_Field("xmp", "XMP-photoshop:Headline"), _Field("iptc", "IPTC:Headline", 256)),
    "city": (_Field("xmp", "XMP-photoshop:City"), _Field("iptc", "IPTC:City", 32)),
    "state": (_Field("xmp", "XMP-photoshop:State"), _Field("iptc", "IPTC:Province-State", 32)),
    "country": (_Field("xmp", "XMP-photoshop:Country"), _Field("iptc", "IPTC:Country-PrimaryLocationName", 64)),
    "location": (_Field("xmp", "XMP-iptcCore:Location"), _Field("iptc", "IPTC:Sub-location", 32)),
}
_TEXT_AT_MOST = 8192  # characters compared
_SHOWN = 80
_CUT_SLACK = 3  # bytes: software cuts at a letter's or a word's end
_COPYRIGHT = re.compile(r"\(c\)|&copy;", re.IGNORECASE)
_LIST_MARKS = re.compile(r"\s*[;\n\r\0|]\s*")


def conflicts_of_texts(findings: Findings) -> Iterator[Conflict]:
    """Each names both fields and both texts."""
    captions = {reading.field for reading in findings.captions}
    for meaning, fields in _SAME.items():
        stated = [(field, texts) for field in fields if (texts := _texts(findings, field.name))]
        if meaning == "description":  # what cameras write there by themselves is no caption
            stated = [(f, texts) for f, texts in stated if f.kind != "metadata" or f.name in captions]
        for (one, a), (other, b) in combinations(stated, 2):
            if not _agree(one, a, other, b):
                says = f"{one.name} says {_shown(a)}, {other.name} {_shown(b)}: both are the {meaning}"
                yield Conflict(says, (one.kind, other.kind))


def _texts(findings: Findings, name: str) -> list[str]:
    """The texts of a field, in all its languages and entries; no empty ones."""
    values: list[Any] = [v for k, v in findings.metadata.items() if k == name or k.startswith(f"{name}-")]
    if name not in findings.metadata:
        return []
    flat = [each for value in values for each in (value if isinstance(value, list) else [value])]
    return [str(each)[:_TEXT_AT_MOST] for each in flat if isinstance(each, str | int | float) and str(each).strip()]


def _agree(one: _Field, a: list[str], other: _Field, b: list[str]) -> bool:
    """Whether some text of one is some text of the other, or both lists name the same."""
    wholes_a, wholes_b = [*a, "; ".join(a)], [*b, "; ".join(b)]
    if any(_same(x, one.at_most, y, other.at_most) for x in wholes_a for y in wholes_b):
        return True
    return _members(a) == _members(b)


def _members(texts: list[str]) -> set[str]:
    return {_folded(part) for text in texts for part in _LIST_MARKS.split(text) if part.strip()}


def _same(a: str, a_at_most: int, b: str, b_at_most: int) -> bool:
    one, other = _folded(a), _folded(b)
    if one == other or _lossy(one, other) or _lossy(other, one):
        return True
    return _cut(a, one, a_at_most, other) or _cut(b, other, b_at_most, one)


def _cut(text: str, folded: str, at_most: int, whole: str) -> bool:
    """Whether the text is the beginning of the other, cut where its field is full; a field of any size (0) never is."""
    sizes = (len(text), len(text.encode(errors="replace")))
    full = any(at_most - _CUT_SLACK <= size <= at_most for size in sizes)
    return full and whole.startswith(folded.rstrip("\ufffd?… "))


def _lossy(text: str, whole: str) -> bool:
    """Whether the text is the other with question marks where EXIF's ASCII, or a wrong character set, lost a letter."""
    if len(text) != len(whole) or not ({"?", "\ufffd"} & set(text)):
        return False
    return all(x == y or (x in "?\ufffd" and not y.isascii()) for x, y in zip(text, whole, strict=True))


def _folded(text: str) -> str:
    """One form for what is written in several: blanks, line ends, composed letters, capitals, the copyright sign."""
    whole = unicodedata.normalize("NFKC", _COPYRIGHT.sub("©", text.replace("\0", " ")))
    return " ".join(whole.casefold().split())


def _shown(texts: list[str]) -> str:
    text = "; ".join(texts)
    return f"“{text[:_SHOWN]}…”" if len(text) > _SHOWN else f"“{text}”"
