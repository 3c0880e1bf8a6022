"""Names as keys: spellings of one name that ought to meet fold to one key.

Three keys, from strict to lenient: `fold` (case, diacritics, punctuation), `nominatives` in `declension` (Russian and
Ukrainian case endings), and `loose` (the ways Cyrillic is written in Latin letters).
"""

import re
import unicodedata

_GONE = "'’‘ʼ`´ʹʺ\"“”«»"  # apostrophes and quotation marks: Posol’skoye, Coeur d'Alene
_GAPS = "-‐‑‒–—_./,;:()[]\u00a0\t\n"
_COMBINING = range(0x0300, 0x0370)
_LATIN_BEYOND_ASCII = (*range(0x00C0, 0x0250), *range(0x1E00, 0x1F00))
_BY_HAND = {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ħ": "h"}

_ABBREVIATED = {"st": "saint", "ste": "sainte", "mt": "mount", "ft": "fort"}

# The Russian and Ukrainian alphabets by the BGN/PCGN systems, without their rules for what stands before a letter.
_LATIN_OF = dict(
    zip(
        "абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґ",
        "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya i yi ye g".replace("_", "-").split(),
        strict=True,
    )
)
_TO_LATIN = {ord(cyrillic): latin.replace("-", "") for cyrillic, latin in _LATIN_OF.items()}

# Latin spellings of one Cyrillic sound that scientific, German, French and English systems write differently.
_LOOSER = (
    (re.compile("shch|schtsch|sc|sch"), "s"),
    (re.compile("tsch|tch|ch"), "c"),
    (re.compile("zh|j(?=[bdgkmnprtv])"), "z"),
    (re.compile("sh"), "s"),
    (re.compile("kh"), "h"),
    (re.compile("ts|tz"), "c"),
    (re.compile("w"), "v"),
    (re.compile("[jy]"), "i"),
    (re.compile("ie"), "e"),
    (re.compile(r"(.)\1+"), r"\1"),
)


def _plain(letter: str) -> str:
    """A small Latin letter without its diacritics."""
    parts = unicodedata.normalize("NFKD", letter)
    return "".join(_BY_HAND.get(part, part) for part in parts if not unicodedata.combining(part))


_FOLDED: dict[int, str | None] = {
    **{code: _plain(chr(code)) for code in _LATIN_BEYOND_ASCII},
    **dict.fromkeys((*_COMBINING, *map(ord, _GONE)), None),
    **dict.fromkeys(map(ord, _GAPS), " "),
    ord("ё"): "е",
}


def fold(name: str) -> str:
    """The key of a name: casefolded, ё as е, Latin without diacritics, hyphens and dots as spaces, no apostrophes.

    Also the English abbreviations St, Mt and Ft in full. Folding twice changes nothing.
    """
    if not name.isascii():
        name = unicodedata.normalize("NFKC", name)
    words = name.casefold().translate(_FOLDED).split()
    if not _ABBREVIATED.keys().isdisjoint(words):
        words = [_ABBREVIATED.get(word, word) for word in words]
    return " ".join(words)


def romanised(name: str) -> str:
    """The folded name with Russian and Ukrainian letters written in Latin ones; others stay."""
    return fold(name).translate(_TO_LATIN)


def loose(name: str) -> str:
    """A key under which Latin and Cyrillic spellings of one name meet: Krasnojarsk, Krasnoyarsk, Красноярск.

    Lossy: a second chance for names that nothing else finds, not a first one.
    """
    key = romanised(name)
    for spelling, sound in _LOOSER:
        key = spelling.sub(sound, key)
    return key


_CYRILLIC = re.compile("[\u0400-\u052f]")


def is_cyrillic(text: str) -> bool:
    """Whether any letter is Cyrillic."""
    return _CYRILLIC.search(text) is not None
