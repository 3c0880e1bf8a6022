"""Place names in text: which are found, where, and what they mean."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from provenance.places.base import Gazetteer


def _found(gazetteer: Gazetteer, text: str) -> dict[str, str | None]:
    return {found.text: found.place.id if found.place else None for found in gazetteer.toponyms(text)}


def test_the_founding_caption_names_the_city_of_krasnoyarsk_and_nothing_else(gazetteer: Gazetteer) -> None:
    text = "Эшелон с САУ «Коксан» в Красноярске, 14 ноября"
    (found,) = gazetteer.toponyms(text)
    assert found.place is not None
    assert (found.place.id, found.start, text[found.start : found.end]) == ("gn:1502026", 24, "Красноярске")
    assert found.population == 1_090_811


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Эшелон на станции Красноярск", {"Красноярск": "rail:trans-siberian:890004"}),
        ("Train at Krasnoyarsk station", {"Krasnoyarsk": "rail:trans-siberian:890004"}),
        ("Поезд в Хасане", {"Хасане": "rail:khasan:987002"}),
        ("Howitzers near Khasan, Russia", {"Khasan": "rail:khasan:987002", "Russia": "country:RU"}),
        (
            "из Владивостока через Читу в Москву",
            {"Владивостока": "gn:2013348", "Читу": "gn:2025339", "Москву": "gn:524901"},
        ),
        ("снято в Красноярском крае", {"Красноярском крае": "region:RU.91"}),
        ("бои под Харьковом, у Києві", {"Харьковом": "gn:706483", "Києві": "gn:703448"}),
        ("in Ulan-Ude, Buryatia", {"Ulan-Ude": "gn:2014407", "Buryatia": "region:RU.11"}),
        ("북한에서", {"북한": "country:KP"}),
        ("울산에서 부산까지", {"울산": "gn:1833747", "부산": "gn:1838524"}),
        ("朝鲜军队在俄罗斯", {"朝鲜": "country:KP", "俄罗斯": "country:RU"}),
    ],
)
def test_names_in_captions_mean_these_places(gazetteer: Gazetteer, text: str, expected: dict[str, str]) -> None:
    assert _found(gazetteer, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Зима в этом году холодная",
        "Труд и мир",
        "Иван Киров и Андрей Красноярский",
        "улица Кирова",
        "President Clinton spoke",
        "Jack London wrote it",
        "It happened in March. Of course.",
        "us and them, in short",
        "Mobile phones rang; every mobile was loud",
        "IMG_20241114.jpg 12:30",
    ],
)
def test_words_and_people_are_not_places(gazetteer: Gazetteer, text: str) -> None:
    assert _found(gazetteer, text) == {}


@pytest.mark.parametrize(
    ("text", "name", "place_id"),
    [
        ("The mayor of Paris, Texas, spoke", "Paris", "gn:4717560"),
        ("The mayor of Paris, France, spoke", "Paris", "gn:2988507"),
        ("Moscow, Idaho, is far from Russia", "Moscow", "gn:5601538"),
        ("Tbilisi is the capital of Georgia", "Georgia", "country:GE"),
        ("Atlanta is the capital of Georgia", "Georgia", "region:US.GA"),
    ],
)
def test_what_else_is_named_decides_between_namesakes(
    gazetteer: Gazetteer, text: str, name: str, place_id: str
) -> None:
    assert _found(gazetteer, text)[name] == place_id


def test_a_county_is_not_the_city_of_its_name(gazetteer: Gazetteer) -> None:
    assert _found(gazetteer, "He lives in Orange County now") == {"Orange County": None}


def test_one_name_has_one_sense_in_a_text(gazetteer: Gazetteer) -> None:
    text = "Fire in Paris, Texas. People in Paris fled, and Paris is empty."
    assert {found.place.id for found in gazetteer.toponyms(text) if found.place and found.text == "Paris"} == {
        "gn:4717560"
    }


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(max_size=80) | st.text("Ав Москве,.«»ParisX county-st 平壌상", max_size=80))
def test_any_text_gives_spans_in_order_that_do_not_overlap(gazetteer: Gazetteer, text: str) -> None:
    at = 0
    for found in gazetteer.toponyms(text):
        assert at <= found.start < found.end <= len(text)
        assert text[found.start : found.end] == found.text
        at = found.end
