"""Which of GeoNames' alternate names are worth keeping, and which of them is Russian. They come without a language."""

import re

from rapidfuzz import fuzz

from provenance.places.sources import City
from provenance.places.words import fold, is_cyrillic, romanised

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


def russian_name(city: City, names: list[str]) -> str | None:
    """The name in Russian letters that sounds most like the settlement's own names; None when there is none.

    GeoNames' alternate names come without their language, so the other Cyrillic ones are told apart by sound.
    """
    russian = [name for name in names if is_cyrillic(name) and _RUSSIAN_LETTERS.issuperset(name.casefold())]
    if len(russian) < 2:
        return russian[0] if russian else None
    latin = [fold(name) for name in names if name.isascii()]
    return max(russian, key=lambda name: sum(fuzz.ratio(romanised(name), other) for other in latin))
