"""The sample pictures' dossiers are what lies beside them. Change one on purpose, and say why in the commit."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from provenance.model.dossier import COPIES
from sample_images.golden import PICTURES, dossiers, golden_file

# Features and pixels are computed with instructions that differ between processors: figures may differ a little.
TOLERANCE = 0.03
_FIGURE = re.compile(r"\d+\.\d+|\d+%|10\^\d+|\d+(?= (of \d+ )?details)|(?<=of )\d+(?= details)")


@pytest.fixture(scope="module")
def now() -> dict[Path, dict[str, Any]]:
    return dict(dossiers())


def difference(expected: Any, found: Any, where: str = "") -> str | None:
    """Where two dossiers differ first; None where they do not."""
    if isinstance(expected, dict) and isinstance(found, dict):
        if expected.keys() != found.keys():
            return f"{where}: keys {sorted(expected.keys() ^ found.keys())}"
        return next((d for k in expected if (d := difference(expected[k], found[k], f"{where}.{k}"))), None)
    if isinstance(expected, list) and isinstance(found, list):
        if len(expected) != len(found):
            return f"{where}: {len(expected)} and {len(found)} items"
        pairs = enumerate(zip(expected, found, strict=True))
        return next((d for n, (a, b) in pairs if (d := difference(a, b, f"{where}[{n}]"))), None)
    if isinstance(expected, float) and isinstance(found, int | float):
        same = abs(expected - found) <= TOLERANCE * max(1, abs(expected))
    elif isinstance(expected, str) and isinstance(found, str):
        same = _FIGURE.sub("#", expected) == _FIGURE.sub("#", found)
    else:
        same = expected == found
    return None if same else f"{where}: expected {expected!r}, found {found!r}"


@pytest.mark.parametrize("picture", PICTURES, ids=lambda p: p.name)
def test_the_dossier_is_the_expected_one(picture: Path, now: dict[Path, dict[str, Any]]) -> None:
    expected = json.loads(golden_file(picture).read_text())
    assert difference(expected, now[picture]) is None


def expected(name: str) -> dict[str, Any]:
    (picture,) = (p for p in PICTURES if p.name == name)
    return json.loads(golden_file(picture).read_text())  # type: ignore[no-any-return]


def relations(dossier: dict[str, Any]) -> dict[str, str]:
    return {m["known"]["names"][0]: m["relation"] for m in dossier["matches"]}


@pytest.mark.parametrize("name", ["telegram_1280.jpg", "mirror.jpg"])
def test_a_stripped_copy_is_traced_to_its_original_and_takes_its_place_and_date(name: str) -> None:
    dossier = expected(name)
    copies = {"telegram_1280.jpg", "mirror.jpg", "crop.jpg", "screenshot.png", "train_krasnoyarsk_1.jpg"}
    assert {name for name, relation in relations(dossier).items() if relation in COPIES} == copies
    best = dossier["candidates"][0]
    assert best["evidence"][0]["source"] == "known_metadata"
    assert best["place"]["line"] == "trans-siberian"
    assert best["place"]["km"] == pytest.approx(4098, abs=3)
    assert dossier["taken"]["not_after"].startswith("2024-11-14")


def test_a_later_train_is_another_picture() -> None:
    assert relations(expected("december_train.jpg")).keys() == {"december_train.jpg", "december_train.heic"}


def test_the_next_frame_of_the_same_train_is_the_same_scene_and_no_copy() -> None:
    for name in ("train_krasnoyarsk_1.jpg", "telegram_1280.jpg", "mirror.jpg", "crop.jpg", "screenshot.png"):
        assert relations(expected(name)).get("train_krasnoyarsk_2.jpg") in ("same_scene", None)
        assert relations(expected("train_krasnoyarsk_2.jpg")).get(name) in ("same_scene", None)


def test_null_island_is_refused_and_said() -> None:
    dossier = expected("street.jpg")
    assert dossier["candidates"] == []
    assert any(g["step"] == "gps" and "0,0" in g["reason"] for g in dossier["gaps"])


def test_a_place_that_contradicts_the_position_is_a_conflict() -> None:
    assert any("gps" in c["between"] for c in expected("contradicting.jpg")["conflicts"])


def test_a_position_on_open_line_has_a_kilometre_with_its_error() -> None:
    place = expected("open_line.jpg")["candidates"][0]["place"]
    assert place["km"] == pytest.approx(4074.6, abs=2)
    assert place["km_error"] > 0
