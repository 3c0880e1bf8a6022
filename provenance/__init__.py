"""Where does this photo come from? Known copies, metadata, places, times and prior sightings, each with its reason.

import provenance

desk = provenance.open("sqlite:///desk.db")
dossier = desk.check("photo.jpg", caption="...")
for recorded in desk.add("folder/", source="t.me/x"): ...
for sighting in desk.sightings(near="Krasnoyarsk", radius_km=50): ...
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from provenance.desk import Desk

__all__ = ["open"]


def open(ledger: str | None = None) -> "Desk":  # noqa: A001 - the contract's word, used as provenance.open
    """A desk over this ledger, "sqlite:///desk.db"; without one PROVENANCE_LEDGER, else the user's data folder.

    The ledger is made by the first write, not before. An address that cannot be used raises SettingsError when it is.
    """
    from dataclasses import replace

    from provenance.desk import Desk
    from provenance.settings import Settings

    settings = Settings.read()
    return Desk.open(replace(settings, ledger=ledger) if ledger else settings)
