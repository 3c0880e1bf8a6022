"""What tests share: the compiled gazetteer, a desk without the wall, and one with it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from provenance.desk import Desk
from provenance.examine.worker import InProcess
from provenance.places.base import Gazetteer, Rail
from provenance.settings import Settings
from provenance.toolkit import Toolkit, places_of


@pytest.fixture(scope="session")
def places() -> tuple[Gazetteer, Rail]:
    return places_of(Settings(), None)


@pytest.fixture(scope="session")
def gazetteer(places: tuple[Gazetteer, Rail]) -> Gazetteer:
    return places[0]


@pytest.fixture(scope="session")
def rail(places: tuple[Gazetteer, Rail]) -> Rail:
    return places[1]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk over an empty ledger; photos are examined in this process, because the tests made them."""
    settings = Settings(ledger=f"sqlite:///{tmp_path / 'ledger.db'}")
    with Desk(Toolkit(settings, examiner=InProcess())) as desk:
        yield desk
