"""Place names in a text: which spans are names, and which places they mean.

A dictionary and rules. Each rule adds to or takes from a score in powers of ten of inhabitants: a name is taken for a
place when that place is large enough for the doubt its surroundings leave. Figures and failures: docs/places.md.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from provenance.places.geometry import sphere_m
from provenance.places.lexicon import Entry, Lexicon
from provenance.places.spans import Span, Words, spans_of
from provenance.places.word_lists import words_in
from provenance.places.words import is_cyrillic

# Powers of ten of inhabitants. Set by looking at every other article of two news corpora (TR-News and LGL), checked on
# the others; docs/places.md has both figures.
THRESHOLD = 4.6
PREPOSITION = 1.2
MORE_WORDS = 1.0
INSIDE_AREA = 3.0  # "Paris, Kentucky"
STATION = 4.0
COMMON_WORD = -3.0
FIRST_NAME = -1.5
SENTENCE_START = -0.5
BESIDE_A_NAME = -1.5  # an unknown capitalised word before or after: a person or an organisation
PERSON = -5.0
ORGANISATION = -2.0
STREET = -4.0
ALL_CAPITALS = -1.0
SMALL_ELSEWHERE = -2.0  # the same word stands in the text without its capital

REGION_NAMED = 2.5  # the text names the region, or the country, the place lies in
COUNTRY_NAMED = 1.0
NEIGHBOUR_NAMED = 1.5
NEIGHBOUR_WITHIN_M = 150_000.0
_NEIGHBOUR_DEGREES = 1.4  # of latitude: a little more than that
STOP_IN_CYRILLIC = 2.4  # a stop's name in Cyrillic weighs like a city of half a million: Хасан is not Hassan in India
STOP_IN_LATIN = 1.0  # less, because a stop's name in Latin letters may be a word of any language
ONE_PLACE_WITHIN_M = 15_000.0  # a stop and a city of one name this near are one place, and the city is meant
_ROUNDS = 2  # the first choice by size alone, the second by what the first chose beside it


class Mention(NamedTuple):
    """A place name in a text and what it was resolved to; None where it names what the gazetteer does not hold."""

    start: int
    end: int
    entry: Entry | None
    rivals: int


def toponyms_in(text: str, lexicon: Lexicon) -> list[Mention]:
    """The place names of a text, in order, not overlapping."""
    words = Words(text, lexicon)
    spans = tuple(spans_of(words, lexicon))
    meanings = Meanings(words, spans)
    surroundings = Surroundings(words, spans)
    found = []
    for span in spans:
        start, end = words.words[span.first].start, words.words[span.last].end
        if not span.entries:
            if not words.begins_sentence(span.first):
                found.append(Mention(start, end, None, 0))
        elif meanings.weight_of(span) + surroundings.score(span) >= THRESHOLD:
            found.append(Mention(start, end, meanings.of(span), len(span.entries) - 1))
    return found


def likeliest(entries: Sequence[Entry], key: str) -> Entry:
    """The place a name means when nothing stands beside it."""
    return max(entries, key=lambda entry: weight(entry, entries, key))


def weight(entry: Entry, rivals: Sequence[Entry], key: str) -> float:
    """How likely a name alone means this place, in powers of ten of inhabitants."""
    alone = entry.prominence()
    if entry.kind != "rail_stop" or any(_is_town_of(entry, rival) for rival in rivals):
        return alone
    return alone + (STOP_IN_CYRILLIC if is_cyrillic(key) else STOP_IN_LATIN)


def _is_town_of(stop: Entry, other: Entry) -> bool:
    return other.kind == "city" and _apart_m(stop, other) <= ONE_PLACE_WITHIN_M


def _apart_m(a: Entry, b: Entry) -> float:
    return sphere_m(a.latitude, a.longitude, b.latitude, b.longitude)


class Meanings:
    """Which place each name of a text means: one sense a text, each name in the light of the others."""

    def __init__(self, words: Words, spans: Sequence[Span]) -> None:
        named = [span for span in spans if span.entries]
        self._entries = {span.sense: span.entries for span in named}
        self._areas_after = _areas_after(words, named)
        self._chosen: dict[tuple[str, bool], tuple[Entry, float]] = {}
        for _ in range(_ROUNDS):
            self._chosen = {sense: self._choose(sense) for sense in self._entries}

    def of(self, span: Span) -> Entry:
        return self._chosen[span.sense][0]

    def weight_of(self, span: Span) -> float:
        return self._chosen[span.sense][1]

    def _choose(self, sense: tuple[str, bool]) -> tuple[Entry, float]:
        entries = self._entries[sense]
        others = [entry for other, (entry, _) in self._chosen.items() if other != sense]
        areas = self._areas_after.get(sense, ())
        weighed = [(entry, weight(entry, entries, sense[0]) + self._support(entry, others, areas)) for entry in entries]
        return max(weighed, key=lambda choice: choice[1])

    def _support(self, entry: Entry, others: Sequence[Entry], areas_after: Sequence[Entry]) -> float:
        inside = INSIDE_AREA if any(_lies_in(entry, area) for area in areas_after) else 0.0
        return inside + max((_support_by(entry, other) for other in others), default=0.0)


def _support_by(entry: Entry, other: Entry) -> float:
    """How much another place of the text speaks for this one."""
    if _lies_in(entry, other):
        return REGION_NAMED if other.kind == "region" else COUNTRY_NAMED
    if _lies_in(other, entry):
        return REGION_NAMED if entry.kind == "region" else COUNTRY_NAMED
    is_near = abs(entry.latitude - other.latitude) < _NEIGHBOUR_DEGREES and entry.kind != "country" != other.kind
    return NEIGHBOUR_NAMED if is_near and _apart_m(entry, other) < NEIGHBOUR_WITHIN_M else 0.0


def _lies_in(inner: Entry, outer: Entry) -> bool:
    if outer.kind == "country":
        return inner.country == outer.country and inner.kind != "country"
    return outer.kind == "region" and (inner.country, inner.admin1) == (outer.country, outer.admin1) and inner != outer


def _areas_after(words: Words, named: Sequence[Span]) -> dict[tuple[str, bool], tuple[Entry, ...]]:
    """For each name, the areas named right after it: "Paris, Kentucky", "Gori in Georgia"."""
    found: dict[tuple[str, bool], tuple[Entry, ...]] = {}
    for span, following in pairwise(named):
        between = words.text[words.words[span.last].end : words.words[following.first].start].strip(" ")
        if between in (",", "in", "(", "- ", "в"):
            areas = tuple(entry for entry in following.entries if entry.kind in ("country", "region"))
            found[span.sense] = (*found.get(span.sense, ()), *areas)
    return found


class Surroundings:
    """What the words around a name say for or against its being a place."""

    def __init__(self, words: Words, spans: Sequence[Span]) -> None:
        self._words = words
        self._covered = {index for span in spans for index in range(span.first, span.last + 1)}
        self._surnames = {
            words.words[index + 1].key
            for index, word in enumerate(words.words)
            if word.is_capitalised and self._is_person_word(word.key) and words.after(index) is not None
        }

    def _is_person_word(self, key: str) -> bool:
        return key in words_in("first names") or key in words_in("titles before a person")

    def score(self, span: Span) -> float:
        return self._own(span) + self._before(span) + self._after(span) + (STATION if span.is_stop else 0.0)

    def _own(self, span: Span) -> float:
        """What the name itself says."""
        words, text = self._words, self._words.words[span.first].text
        if span.last > span.first:
            return COMMON_WORD if span.key.replace(" ", "_") in words_in("words") else MORE_WORDS
        score = 0.0
        if span.key in words_in("words"):
            score += COMMON_WORD
        if span.key in words_in("first names"):
            score += FIRST_NAME
        elif span.key in self._surnames:
            score += PERSON / 2
        if span.key in words.small:
            score += SMALL_ELSEWHERE
        if text.isupper() and len(text) > 1:
            score += ALL_CAPITALS
        return score

    def _before(self, span: Span) -> float:
        words = self._words
        if words.begins_sentence(span.first):
            return SENTENCE_START if words.words[span.first].is_capitalised else 0.0
        word = words.before(span.first)
        if word is None:
            return 0.0
        if word.key in words_in("prepositions of place"):
            return PREPOSITION
        if word.key in words_in("streets and dedications before a name"):
            return STREET
        if not word.is_capitalised or word.key in words_in("directions"):
            return 0.0
        if self._is_person_word(word.key):
            return PERSON
        return 0.0 if self._is_free(span.first - 1) else BESIDE_A_NAME

    def _is_free(self, index: int) -> bool:
        """Whether the capital of a word is no sign of a longer name."""
        return index in self._covered or self._words.begins_sentence(index)

    def _after(self, span: Span) -> float:
        word = self._words.after(span.last)
        if word is None or not word.is_capitalised or span.last + 1 in self._covered:
            return 0.0
        if span.key in words_in("first names"):
            return PERSON
        return ORGANISATION if word.key in words_in("organisations after a name") else BESIDE_A_NAME
