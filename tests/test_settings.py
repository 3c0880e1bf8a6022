"""Settings: read once, checked, refused with the value and the bound."""

from pathlib import Path

import pytest

from provenance.errors import SettingsError
from provenance.settings import Settings


def test_an_empty_environment_gives_the_defaults() -> None:
    assert Settings.read({}) == Settings()
    assert Settings.read({"PROVENANCE_WORKERS": "  "}) == Settings()


def test_values_are_read_by_their_names() -> None:
    read = Settings.read(
        {"PROVENANCE_WORKERS": "3", "PROVENANCE_LEDGER": "sqlite:///x.db", "PROVENANCE_API_KEYS": "a, b"}
    )
    assert (read.workers, read.ledger_url, read.api_keys) == (3, "sqlite:///x.db", ("a", "b"))


@pytest.mark.parametrize(
    ("name", "value"),
    [("WORKERS", "many"), ("WORKERS", "-1"), ("MAX_BYTES", "0"), ("FEATURES_PX", "1025"), ("FEATURES_AT_MOST", "9")],
)
def test_a_value_that_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"PROVENANCE_{name} is '?{value}"):
        Settings.read({f"PROVENANCE_{name}": value})


def test_the_gazetteer_lies_where_it_is_told(tmp_path: Path) -> None:
    assert Settings(gazetteer=str(tmp_path / "g.sqlite")).gazetteer_file("1") == tmp_path / "g.sqlite"
    assert "1" in Settings().gazetteer_file("1").name
