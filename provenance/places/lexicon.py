"""Names as the reader of texts needs them: which places bear a name, how large they are, and where."""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from math import log10
from typing import Any, NamedTuple

from provenance.places.declension import nominatives

Rows = Callable[[str, Iterable[Any]], list[tuple[Any, ...]]]

_MOST_ENTRIES = 60  # of one name, the largest: San Antonio has 400 and no text means the 61st
_CACHED_NAMES = 20_000
_ALTERNATE = 1.0  # ten times as many texts mean Salisbury by the name as Harare, which also bore it
_STOP_COUNTS_AS = 2_000  # inhabitants: a stop without a town of its name weighs like a village of the table's median


class Entry(NamedTuple):
    """A place that bears a name, without what only the reader of a dossier needs."""

    place_id: str
    kind: str
    latitude: float
    longitude: float
    country: str | None
    admin1: str | None
    population: int | None
    is_main: bool  # the name asked for is the place's main one, not an alternate

    def prominence(self) -> float:
        """How likely the name alone means this place: the power of ten of its inhabitants; areas before towns."""
        if self.kind == "rail_stop":
            return log10(_STOP_COUNTS_AS)
        head_start = {"country": 2.0, "region": 0.5}.get(self.kind, 0.0)
        return log10((self.population or 0) + 10) + head_start - (0.0 if self.is_main else _ALTERNATE)


class Lexicon:
    """Look-ups by folded name, remembered."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self.entries = lru_cache(_CACHED_NAMES)(self._entries)
        self.entries_declined = lru_cache(_CACHED_NAMES)(self._entries_declined)

    def _entries(self, key: str) -> tuple[Entry, ...]:
        """The places of that very name, the largest first."""
        rows = self._rows(
            "SELECT ifnull(id, 'gn:' || places.key), kind, latitude, longitude, country, admin1, population, is_main "
            "FROM names AS n JOIN places ON places.key = n.place WHERE n.key = ? "
            "ORDER BY layer, population DESC LIMIT ?",
            (key, _MOST_ENTRIES),
        )
        return tuple(Entry(*row) for row in rows)

    def _entries_declined(self, key: str) -> tuple[Entry, ...]:
        """The places whose name, in Russian or Ukrainian, is `key` in another case."""
        return tuple(dict.fromkeys(entry for name in self.declined(key) for entry in self.entries(name)))

    def declined(self, key: str) -> Iterator[str]:
        """The names in the lexicon of which `key` may be another case: word for word, each inflected or not."""
        words = key.split()
        if len(words) < 2:
            yield from (name for word in words for name in nominatives(word))
            return
        first, *rest = words
        choices = [{word, *nominatives(word)} for word in rest]
        for begin in (first, *nominatives(first)):
            for (name,) in self._rows(
                "SELECT DISTINCT key FROM names WHERE key > ? AND key < ? LIMIT 2000", (f"{begin} ", f"{begin}!")
            ):
                others = name.split()[1:]
                if len(others) == len(choices) and name != key and all(map(_in, others, choices)):
                    yield name


def _in(word: str, choices: set[str]) -> bool:
    return word in choices
