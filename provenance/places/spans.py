"""The words of a text, and the spans of them that may name a place."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from provenance.places.lexicon import Entry, Lexicon
from provenance.places.word_lists import words_in
from provenance.places.words import fold, is_cyrillic

_MOST_WORDS = 4
_WORD = re.compile(r"(?:[A-Z]\.){2,}|[^\W\d_]+(?:['’ʼ][^\W\d_]{2,})*")
_ABBREVIATIONS = frozenset(("saint", "sainte", "mount", "fort", "w", "n", "s", "e"))  # a dot after these ends no name
_SENTENCE_END = re.compile(r"[.!?:…\n][\s“”\"«»'’)(\-–—•]*$")
_CAPITALS_ONLY = 3  # letters: US is a country, Us is not
# Scripts without capitals: Hebrew and Arabic, the scripts of India to Thailand, Hangul, Kana, Han.
_CASELESS = re.compile("[\u0590-\u0e7f\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff]+")
_LONGEST_UNSPACED = 8
_LEAST_CASELESS = 5.0  # powers of ten of inhabitants: without capitals to go by, only large places


class Word(NamedTuple):
    start: int
    end: int
    text: str
    key: str

    @property
    def is_capitalised(self) -> bool:
        return self.text[:1].isupper()


class Span(NamedTuple):
    """Words `first` to `last`, and the places that bear their name; none for what the gazetteer does not hold."""

    first: int
    last: int
    key: str
    entries: tuple[Entry, ...]
    is_stop: bool = False  # a station word stands beside it

    @property
    def sense(self) -> tuple[str, bool]:
        """What shares one meaning in a text."""
        return self.key, self.is_stop


class Words:
    """A text as words, and how they stand to each other."""

    def __init__(self, text: str, lexicon: Lexicon) -> None:
        self.text = text
        self.words = tuple(_words(text, lexicon))
        self.small = frozenset(word.key for word in self.words if not word.is_capitalised)

    def gap(self, index: int) -> str:
        """What stands between word `index` and the next."""
        return self.text[self.words[index].end : self.words[index + 1].start]

    def joins_next(self, index: int) -> bool:
        """Whether word `index` and the next may belong to one name."""
        if index + 1 >= len(self.words):
            return False
        gap = self.gap(index)
        return gap in (" ", "-", "\u00a0", "‑") or (gap in (". ", ".") and self.words[index].key in _ABBREVIATIONS)

    def before(self, index: int) -> Word | None:
        """The word before, when only a space stands between."""
        return self.words[index - 1] if index > 0 and self.gap(index - 1) in (" ", "\u00a0", ". ") else None

    def after(self, index: int) -> Word | None:
        return self.words[index + 1] if index + 1 < len(self.words) and self.gap(index) in (" ", "\u00a0") else None

    def begins_sentence(self, index: int) -> bool:
        start = self.words[index].start
        head = self.text[max(0, start - 12) : start]
        return not self.text[:start].strip() or _SENTENCE_END.search(head) is not None


def _words(text: str, lexicon: Lexicon) -> Iterator[Word]:
    for match in _WORD.finditer(text):
        if _CASELESS.match(match[0]):
            yield from _caseless(match[0], match.start(), lexicon)
        else:
            yield Word(match.start(), match.end(), match[0], fold(match[0]))


def _caseless(run: str, start: int, lexicon: Lexicon) -> Iterator[Word]:
    """The places in a run of letters without capitals: of Han and Kana anywhere in it, of others where it begins."""
    at = 0
    while at < len(run):
        longest = _LONGEST_UNSPACED if _UNSPACED.match(run) else len(run) - at
        for length in range(min(longest, len(run) - at), 1, -1):
            name = run[at : at + length]
            if any(entry.prominence() >= _LEAST_CASELESS for entry in lexicon.entries(fold(name))):
                yield Word(start + at, start + at + length, name, fold(name))
                at += length - 1
                break
        at += 1
        if not _UNSPACED.match(run):
            break


def spans_of(words: Words, lexicon: Lexicon) -> Iterator[Span]:
    """The longest names at each place of the text, from its beginning, not overlapping."""
    index = 0
    while index < len(words.words):
        span = _span_at(words, index, lexicon)
        if span is not None:
            yield span
            index = span.last
        index += 1


def _span_at(words: Words, first: int, lexicon: Lexicon) -> Span | None:
    word = words.words[first]
    if not (word.is_capitalised or _CASELESS.match(word.text)):
        return None
    lasts = list(_possible_lasts(words, first))
    for last in reversed(lasts):
        span = _named_span(words, first, last, lexicon)
        if span is not None:
            feature = _feature_end(words, first, span.last)
            return span if feature is None else Span(first, feature, "", ())
    feature = _feature_end(words, first, first)
    return Span(first, feature, "", ()) if feature is not None else None


def _possible_lasts(words: Words, first: int) -> Iterator[int]:
    """The words with which a name that begins at `first` may end."""
    for last in range(first, min(first + _MOST_WORDS, len(words.words))):
        word = words.words[last]
        if word.is_capitalised or last == first or word.key in words_in("area nouns after a name"):
            yield last
        if not words.joins_next(last):
            return


def _named_span(words: Words, first: int, last: int, lexicon: Lexicon) -> Span | None:
    text = words.text[words.words[first].start : words.words[last].end]
    key = fold(text)
    if _is_abbreviated_area(words, first, last):
        areas = tuple(entry for entry in lexicon.entries(key) if entry.kind == "region")
        if areas:
            return Span(first, last, key, areas)
    if len(key) < 2 or (
        len(key.replace(" ", "")) <= _CAPITALS_ONLY and not text.isupper() and not _CASELESS.match(text)
    ):
        return None
    entries = lexicon.entries(key)
    if is_cyrillic(key) and not any(entry.kind in ("country", "region") for entry in entries):
        entries += tuple(entry for entry in lexicon.entries_declined(key) if entry not in entries)
    is_stop = _beside_station_word(words, first, last)
    stops = tuple(entry for entry in entries if entry.kind == "rail_stop") if is_stop else ()
    return Span(first, last, key, stops or entries, bool(stops)) if entries else None


def _is_abbreviated_area(words: Words, first: int, last: int) -> bool:
    """Whether this stands as "Ky." does in "Paris, Ky."."""
    is_after_comma = first > 0 and words.gap(first - 1) == ", "
    return is_after_comma and words.text[words.words[last].end :].startswith(".")


def _beside_station_word(words: Words, first: int, last: int) -> bool:
    before, after = words.before(first), words.after(last)
    return (before is not None and before.key in words_in("station words before a name")) or (
        after is not None and after.key in words_in("station words after a name")
    )


def _feature_end(words: Words, first: int, last: int) -> int | None:
    """The last word of "X County" or "Lake X", where what was found is only a part of that name."""
    if words.words[first].key in words_in("features before a name") and last == first:
        return last + 1 if words.joins_next(last) and words.words[last + 1].is_capitalised else None
    while words.joins_next(last) and words.words[last + 1].is_capitalised and last - first < _MOST_WORDS:
        last += 1
        if words.words[last].key in words_in("features after a name"):
            return last
    return None
