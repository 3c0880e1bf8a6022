"""Words of one file that say different things where they should say one: EXIF, XMP and IPTC fields of one meaning.

Which fields mean the same: Metadata Working Group, Guidelines for Handling Image Metadata 2.0, chapter 5. Two agree
where they are equal but for what copying between the standards does to them: blanks, line ends, forms of one letter,
IPTC's short fields, lists written as one text, letters that EXIF's ASCII could not hold.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from provenance.model.dossier import Conflict
from provenance.model.findings import Findings
from provenance.model.place import Place


@dataclass(frozen=True, slots=True)
class _Field:
    kind: str  # the word of Conflict.between
    name: str  # ExifTool's
    at_most: int = 0  # bytes that fit in; 0: any number. IPTC-NAA IIM 4.2


_Stated = tuple[_Field, list[str]]

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
_BEFORE = 20  # characters shown before two texts part
_CUT_SLACK = 12  # bytes: software cuts at a letter's or a word's end
_COPYRIGHT = re.compile(r"\(c\)|&copy;", re.IGNORECASE)
# What says no more than the field itself does.
_COPYRIGHT_WORDS = re.compile(r"©|\bcopyright\b|\ball rights reserved\b|[\W_]+")
_CODE = 3  # letters: NY, CA, RU, DEU stand for names that no table here has
_PLACES = ("city", "state", "country", "location")
_LIST_MARKS = re.compile(r"\s*[;\n\r\0|]\s*")


Named = Callable[[str], Sequence[Place]]  # the places of a name: Gazetteer.named


def conflicts_of_texts(findings: Findings, named: Named = lambda _: ()) -> Iterator[Conflict]:
    """Each names both fields and both texts; of the same two texts in more fields there is one.

    Two names of one place (USA, United States) are no conflict, as far as `named` knows them, and neither are two texts
    of which the one has all the words of the other: it says more, not something else.
    """
    captions = {reading.field for reading in findings.captions}
    for meaning, fields in _SAME.items():
        stated = [(field, texts) for field in fields if (texts := _texts(findings, field.name))]
        if meaning == "description":  # what cameras write there by themselves is no caption
            stated = [(f, texts) for f, texts in stated if f.kind != "metadata" or f.name in captions]
        told: list[tuple[_Stated, _Stated]] = []
        for one, other in combinations(stated, 2):
            if _agree(*one, *other) or _mean_one(meaning, one[1], other[1], named):
                continue
            if any(_agree(*one, *x) and _agree(*other, *y) for x, y in told):
                continue
            told += ((one, other), (other, one))
            a, b = _shown("; ".join(one[1]), "; ".join(other[1]))
            says = f"{one[0].name} says {a}, {other[0].name} {b}: both are the {meaning}"
            yield Conflict(says, (one[0].kind, other[0].kind))


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


def _mean_one(meaning: str, a: list[str], b: list[str], named: Named) -> bool:
    """Whether two wordings can both be right: names of one place, a code for one, or all words of one in the other."""
    if meaning in _PLACES:
        if any(len(text.strip(" .")) <= _CODE for text in (*a, *b)):
            return True
        if {p.id for text in a for p in named(text)} & {p.id for text in b for p in named(text)}:
            return True
    one, other = (set(_COPYRIGHT_WORDS.sub(" ", _folded(" ".join(texts))).split()) for texts in (a, b))
    return one <= other or other <= one


def _shown(a: str, b: str) -> tuple[str, str]:
    """Both, as short as a report can bear; where they begin alike, from a little before they part."""
    alike = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    start = max(alike - _BEFORE, 0) if max(len(a), len(b)) > _SHOWN else 0
    return _from(a, start), _from(b, start)


def _from(text: str, start: int) -> str:
    end = start + _SHOWN
    return f"“{'…' if start else ''}{text[start:end]}{'…' if len(text) > end else ''}”"
