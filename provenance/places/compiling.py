"""GeoNames, areas and rail stops as the rows of the compiled gazetteer."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import pi, sqrt
from pathlib import Path

from rapidfuzz import fuzz

from provenance.places import sources
from provenance.places.build import Progress
from provenance.places.extent import enclosing_circle, town_radius_m
from provenance.places.geometry import cell
from provenance.places.naming import russian_name, useful_names, with_short_forms
from provenance.places.schema import GEONAMES, INDEXES, RAIL, SCHEMA, built_version
from provenance.places.sources import Area, City, Stop
from provenance.places.words import fold, loose

_LEAST_AREA_M = 5000.0  # of an area with one settlement
_CYRILLIC_COUNTRIES = frozenset({"RU", "UA", "BY", "KZ"})  # their names are written in Latin letters in many ways
_ONE_SPELLING = 85.0  # per cent alike, by rapidfuzz: Odessa is Odesa (91), New York is not New York City (76)
_LAST_CYRILLIC = "\u052f"
_REPORT_EVERY = 5000


def write(path: Path, progress: Progress, level: int) -> None:
    """Fill the new file at `path`."""
    database = sqlite3.connect(path)
    try:
        # The file is thrown away when anything goes wrong, so it needs neither a journal nor a sync before the end.
        database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536;" + SCHEMA)
        _Writer(database, progress).write(sources.cities(level))
        database.executescript(INDEXES)
        database.execute("INSERT INTO meta VALUES ('version', ?)", (built_version(),))
        database.commit()
        database.execute("ANALYZE")
        database.commit()
    finally:
        database.close()


class _Writer:
    """One build: what was read, what was written, and the names gathered until all places are there."""

    def __init__(self, database: sqlite3.Connection, progress: Progress) -> None:
        self._database = database
        self._progress = progress
        self._russian = sources.russian_names()
        self._names: list[tuple[str, int, bool]] = []
        self._loose: list[tuple[str, int]] = []
        self._next_key = 0

    def write(self, cities: list[City]) -> None:
        stops, areas = sources.stops(), sources.areas()
        total = len(cities) + len(stops) + len(areas)
        regions = _region_codes(areas, cities)
        self._write_stops(stops, {area.ru: code for area, code in regions})
        self._write_areas(areas, regions, cities)
        done = len(stops) + len(areas)
        for written, city in enumerate(cities, done):
            if written % _REPORT_EVERY == 0:
                self._progress(written, total)
            self._write_city(city)
        self._write_names()
        self._progress(total, total)

    def _add(self, row: dict[str, object]) -> None:
        columns = ", ".join(row)
        marks = ", ".join("?" * len(row))
        self._database.execute(f"INSERT INTO places ({columns}) VALUES ({marks})", tuple(row.values()))  # noqa: S608

    def _own_key(self) -> int:
        self._next_key -= 1
        return self._next_key

    def _name(self, key: int, main: Sequence[str], others: Iterable[str] = ()) -> None:
        """Note names; others count as main where they are spellings of a main one, or in a script those never are."""
        mains = {folded for name in main if (folded := fold(name))}
        self._names += [(folded, key, True) for folded in mains]
        for folded in {fold(name) for name in others} - mains - {""}:
            counts = folded[0] > _LAST_CYRILLIC or any(fuzz.ratio(folded, main) >= _ONE_SPELLING for main in mains)
            self._names.append((folded, key, counts))

    def _name_loosely(self, key: int, *names: str) -> None:
        self._loose += [(folded, key) for folded in set(map(loose, names)) if folded]

    def _write_stops(self, stops: list[Stop], admin1_of: dict[str, str]) -> None:
        usable = {line.line: line.usable_to_esr != "none" for line in sources.lines()}
        systems = {stop.line: stop.km_system for stop in stops}
        for rank, line in enumerate(sources.lines()):
            row = (rank, line.line, line.name, systems[line.line], usable[line.line])
            self._database.execute("INSERT INTO lines VALUES (?, ?, ?, ?, ?)", row)
        seen: set[str] = set()
        for stop in stops:  # the main line comes first in the table, so its entry is the one that is found
            is_first = stop.stop not in seen
            seen.add(stop.stop)
            self._write_stop(stop, admin1_of.get(stop.region_ru), is_first=is_first)

    def _write_stop(self, stop: Stop, admin1: str | None, *, is_first: bool) -> None:
        key = self._own_key()
        self._add(
            {
                "key": key,
                "id": stop.id,
                "layer": RAIL,
                "kind": "rail_stop",
                "name": stop.name_en,
                "names": json.dumps({"ru": stop.name_ru, "en": stop.name_en}, ensure_ascii=False),
                "latitude": stop.latitude,
                "longitude": stop.longitude,
                "radius_m": stop.radius_m,
                "country": stop.country,
                "admin1": admin1,
                "cell": cell(stop.latitude, stop.longitude) if is_first else None,
                "line": stop.line,
                "seq": stop.seq,
                "km": stop.km,
                "km_error": stop.km_error,
                "km_system": stop.km_system,
                "is_knot": stop.is_knot,
            }
        )
        if is_first:
            self._name(key, (stop.name_ru, stop.name_en))
            self._name_loosely(key, stop.name_ru, stop.name_en)

    def _write_areas(self, areas: list[Area], regions: list[tuple[Area, str]], cities: list[City]) -> None:
        by_country, by_region = _settlements(cities)
        facts = sources.countries()
        ru = {area.country: area for area in areas if area.kind == "country"}
        for iso, country in facts.items():
            members = by_country.get(iso)
            if members:
                least_m = sqrt(country.areakm2 / pi) * 1000
                names = ru.get(iso) or Area("country", iso, "", country.name, "", ())
                self._write_area(names, f"country:{iso}", None, members, country.population, least_m, country.name)
        for area, code in regions:
            members = by_region[area.country, code]
            if not members:
                continue
            population = sum(city.population for city in members)
            self._write_area(area, f"region:{area.country}.{code}", code, members, population, _LEAST_AREA_M)

    def _write_area(
        self,
        area: Area,
        place_id: str,
        admin1: str | None,
        members: list[City],
        population: int,
        least_m: float,
        *more_names: str,
    ) -> None:
        key = self._own_key()
        centre, radius_m = enclosing_circle([city.latitude for city in members], [city.longitude for city in members])
        self._add(
            {
                "key": key,
                "id": place_id,
                "layer": GEONAMES,
                "kind": area.kind,
                "name": area.name,
                "names": json.dumps({"ru": area.ru, "en": area.name}, ensure_ascii=False) if area.ru else None,
                "latitude": centre.latitude,
                "longitude": centre.longitude,
                "radius_m": round(max(radius_m, least_m), -2),
                "country": area.country,
                "admin1": admin1,
                "population": population,
                "cell": cell(centre.latitude, centre.longitude),
                "zone": "|".join(sorted({city.timezone for city in members} - {""})) or None,
            }
        )
        self._name(key, (area.name, area.ru, *area.aliases, *more_names))

    def _write_city(self, city: City) -> None:
        names = useful_names(city)
        ru = russian_name(city, names, self._russian)
        self._add(
            {
                "key": city.geonameid,
                "layer": GEONAMES,
                "kind": "city",
                "name": city.name,
                "names": json.dumps({"ru": ru, "en": city.name}, ensure_ascii=False) if ru else None,
                "latitude": city.latitude,
                "longitude": city.longitude,
                "radius_m": town_radius_m(city.population),
                "country": city.countrycode,
                "admin1": city.admin1code,
                "population": city.population,
                "cell": cell(city.latitude, city.longitude),
                "zone": city.timezone or None,
            }
        )
        self._name(city.geonameid, (city.name, ru or ""), with_short_forms(names))
        if city.countrycode in _CYRILLIC_COUNTRIES:
            self._name_loosely(city.geonameid, city.name, *([ru] if ru else []))

    def _write_names(self) -> None:
        self._database.executemany("INSERT INTO names VALUES (?, ?, ?)", sorted(self._names))
        self._database.executemany("INSERT INTO loose_names VALUES (?, ?)", sorted(self._loose))


def _settlements(cities: list[City]) -> tuple[dict[str, list[City]], dict[tuple[str, str], list[City]]]:
    by_country: dict[str, list[City]] = defaultdict(list)
    by_region: dict[tuple[str, str], list[City]] = defaultdict(list)
    for city in cities:
        by_country[city.countrycode].append(city)
        by_region[city.countrycode, city.admin1code].append(city)
    return by_country, by_region


def _region_codes(areas: list[Area], cities: list[City]) -> list[tuple[Area, str]]:
    """Each region with its admin-1 code: the one areas.csv gives, or that of the city it names."""
    wanted = {(area.country, area.code[1:]) for area in areas if area.code.startswith("@")}
    wanted_countries = {country for country, _ in wanted}
    best: dict[tuple[str, str], tuple[bool, int, str]] = {}
    for city in cities:
        if city.countrycode not in wanted_countries:
            continue
        for name, is_main in ((city.name, True), *((name, False) for name in city.alternatenames)):
            city_name = (city.countrycode, name)
            if city_name in wanted:  # Stavropol is also a former name of the larger Tolyatti
                best[city_name] = max(best.get(city_name, (False, -1, "")), (is_main, city.population, city.admin1code))
    given = {area.name: area.code for area in areas if not area.code.startswith("@")}
    found = {area.name: best[area.country, area.code[1:]][2] for area in areas if (area.country, area.code[1:]) in best}
    codes = given | found  # of a region whose city is too small for this level there is none
    return [(area, codes[area.name]) for area in areas if area.kind == "region" and area.name in codes]
