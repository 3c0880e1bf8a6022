"""provenance doctor: what is installed, what is missing, and what each missing part costs."""

import platform
from collections.abc import Iterator
from contextlib import closing
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import click
from rich.text import Text

from provenance.cli.output import common, report_console, settings_of, write_json
from provenance.errors import ProvenanceError
from provenance.examine.credentials.library import LISTS_OF
from provenance.index.base import HashIndex
from provenance.index.base_features import FeatureIndex
from provenance.index.features import EmbeddedFeatureIndex
from provenance.index.hashes import EmbeddedHashIndex
from provenance.ledger.urls import sqlite_path
from provenance.places.schema import built_version
from provenance.settings import Settings
from provenance.toolkit import empty_stores, examiner_of, open_stores

# Each library, and what its absence costs: None where nothing works without it.
_LIBRARIES = {
    "pillow": None,
    "pi-heif": None,
    "exifread": None,
    "c2pa-python": "content credentials are not checked, and a gap says so",
    "imagehash": None,
    "pdqhash": None,
    "opencv-python-headless": None,
    "numpy": None,
    "sqlalchemy": None,
    "tzdata": "zones of places are those that this system knows",
}
Part = dict[str, Any]


@click.command("doctor")
@common
def doctor_command(ledger: str | None, as_json: bool) -> int:
    """Look at every part this installation has, and say what each missing one costs."""
    console = report_console()
    settings = settings_of(ledger)
    for part in parts_of(settings):
        if as_json:
            write_json(part)
        else:
            state = Text("ok     ", style="green") if part["ok"] else Text("missing", style="yellow")
            console.print(state, Text(f"{part['name']}: {part['says']}"), Text(part["costs"] or "", style="yellow"))
    return 0


def parts_of(settings: Settings) -> Iterator[Part]:
    yield _part("python", says=platform.python_version())
    for name, costs in _LIBRARIES.items():
        yield _library(name, costs)
    yield _part("trust lists", says=f"C2PA's official lists of {LISTS_OF}; signers listed since are not known")
    yield from _stores(settings)
    yield from _wall(settings)


def _library(name: str, costs: str | None) -> Part:
    try:
        return _part(name, says=version(name))
    except PackageNotFoundError:
        return _part(name, ok=False, says="not installed", costs=costs or "no photo can be examined")


def _stores(settings: Settings) -> Iterator[Part]:
    file = settings.gazetteer_file(built_version())
    built = file.exists()
    costs = None if built else "the next command compiles it, which takes seconds, once"
    yield _part("gazetteer", ok=built, says=str(file), costs=costs)
    try:
        yield from _record(settings)
    except ProvenanceError as broken:
        yield _part("ledger", ok=False, says=f"{settings.ledger_url}: {broken.detail}", costs="nothing can be recorded")


def _record(settings: Settings) -> Iterator[Part]:
    ledger_file = sqlite_path(settings.ledger_url)
    stores = open_stores(ledger_file) if ledger_file.exists() else empty_stores()
    with closing(stores):
        entries = stores.ledger.entries()
        yield _part("ledger", says=f"{settings.ledger_url}, {entries} entries")
        for name, index in (("index", stores.hashes), ("feature index", stores.features)):
            found = _note(index)
            index.catch_up(entries)
            note = _note(index) or found
            costs = "searches are right but begin slower" if note else None
            yield _part(name, ok=note is None, says=note or f"knows {index.reaches} entries", costs=costs)
        joined, note = stores.links.reaches, stores.links.note
        costs = "the first check of each process is slow" if note else None
        rest = "" if joined >= entries else "; the next check joins the rest"
        says = note or f"{joined} of {entries} entries are joined{rest}"
        yield _part("links", ok=note is None, says=says, costs=costs)


def _note(index: HashIndex | FeatureIndex) -> str | None:
    """Why its files are not used or not written; only an index that keeps files has any."""
    return index.note if isinstance(index, EmbeddedHashIndex | EmbeddedFeatureIndex) else None


def _wall(settings: Settings) -> Iterator[Part]:
    with examiner_of(settings) as pool:
        try:
            for lock in pool.locks:
                costs = None if lock.holds else "one wall less around hostile photos"
                yield _part(f"worker {lock.name}", ok=lock.holds, says=lock.because, costs=costs)
        except ProvenanceError as broken:
            yield _part("workers", ok=False, says=broken.detail, costs="no photo can be examined")


def _part(name: str, *, says: str, ok: bool = True, costs: str | None = None) -> Part:
    return {"name": name, "ok": ok, "says": says, "costs": costs}
