"""Which of GeoNames' alternate names are worth keeping, and which of them is Russian. They come without a language."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from rapidfuzz import fuzz

from provenance.places.sources import City
from provenance.places.words import fold, is_cyrillic, loose, romanised

# Latin alternate names in small letters are transliterations by machine; two or three capitals are airport codes.
_MACHINE_MADE = re.compile(r"[a-zß-öø-ÿāăąćčďđēęěğģīıķļłńňōőœřśşšťūůűźżžṅ]|[A-Z]{1,3}\Z")


def useful_names(city: City) -> list[str]:
    """The settlement's names without airport codes and the source's machine transliterations."""
    return [city.name, *(name for name in city.alternatenames if not _MACHINE_MADE.match(name))]


# What Korean, Chinese and Japanese write after the name of a city, and leave out in running text.
_CITY_SUFFIX = re.compile("(?<=..)(?:특별시|광역시|특별자치시|시|군|市|县|縣)$")


def with_short_forms(names: list[str]) -> list[str]:
    """The names, and those of Korea, China and Japan also without the word for city: 울산광역시, 울산."""
    return [*names, *(_CITY_SUFFIX.sub("", name) for name in names if _CITY_SUFFIX.search(name))]


_RUSSIAN_LETTERS = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюя -")
_NOT_RUSSIAN = re.compile("ъ(?![еёюя])|ьо|[сц]ьк")  # Bulgarian Къзъл, Могильов; Ukrainian Орськ, Полоцьк


def russian_name(city: City, names: list[str], known: Mapping[int, str] = MappingProxyType({})) -> str | None:
    """The settlement's known Russian name, else the one in Russian letters that is likeliest; None when there is none.

    GeoNames' alternate names come without their language, so the other Cyrillic ones are told apart by how they read
    in Latin letters: as the main name does, else most like all of the settlement's own. Of several that read alike,
    the one with soft signs (Пермь) and hyphens (Улан-Удэ), then with э: others leave them out.
    """
    if city.geonameid in known:
        return known[city.geonameid]
    cyrillic = [name for name in names if is_cyrillic(name) and _RUSSIAN_LETTERS.issuperset(name.casefold())]
    russian = [name for name in cyrillic if not _NOT_RUSSIAN.search(name.casefold())] or cyrillic
    if len(russian) < 2:
        return russian[0] if russian else None
    main = fold(city.name)
    latin = [fold(name) for name in names if name.isascii()]

    def likelihood(name: str) -> tuple[bool, bool, float, int, int, int]:
        alike = sum(fuzz.ratio(romanised(name), other) for other in latin)
        reads_so, loosely_so = romanised(name) == main, loose(name) == loose(main)
        return reads_so, loosely_so, alike, name.count("ь"), name.count("-"), name.casefold().count("э")

    return max(russian, key=likelihood)
