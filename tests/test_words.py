"""Names as keys: which spellings meet, and which must not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance.places.declension import nominatives
from provenance.places.words import fold, loose

LETTERS = st.characters(categories=("Ll", "Lu"), max_codepoint=0x052F) | st.sampled_from(" -'’.,平양")


@given(st.text(LETTERS, max_size=30))
def test_folding_twice_changes_nothing(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@settings(max_examples=50)
@given(st.text(max_size=30))
def test_any_text_has_keys_without_spaces_around(text: str) -> None:
    assert fold(text) == fold(text).strip()
    assert loose(text) == loose(text).strip()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Улан-Удэ", "УЛАН УДЭ"),
        ("Орёл", "орел"),
        ("Posol’skoye", "Posolskoye"),
        ("Zürich", "zurich"),
        ("St. Petersburg", "Saint Petersburg"),
        ("Йошкар-Ола", "йошкар ола"),
    ],
)
def test_spellings_of_one_name_fold_to_one_key(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_й_is_a_letter_not_an_и_with_a_mark() -> None:
    assert fold("Зуй") != fold("Зуи")


@pytest.mark.parametrize("spelling", ["Krasnoyarsk", "Krasnojarsk", "Krasnoiarsk", "Красноярск", "КРАСНОЯРСК"])
def test_ways_to_write_cyrillic_in_latin_letters_meet_loosely(spelling: str) -> None:
    assert loose(spelling) == loose("Красноярск")


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("красноярске", "красноярск"),
        ("хасане", "хасан"),
        ("москву", "москва"),
        ("казанью", "казань"),
        ("ельца", "елец"),
        ("орла", "орел"),
        ("мытищах", "мытищи"),
        ("нижнего", "нижний"),
        ("россии", "россия"),
        ("львова", "львів"),
        ("києві", "київ"),
    ],
)
def test_inflected_names_lead_back_to_their_nominative(form: str, name: str) -> None:
    assert name in nominatives(form)


def test_a_name_is_not_read_as_another_with_a_longer_stem() -> None:
    assert "красноярск" not in nominatives("краснояре")
    assert "хасан" not in nominatives("хаса")
