"""provenance doctor: what is installed, what is missing, and what each missing part costs."""

import platform
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import click
from rich.text import Text

from provenance.cli.output import common, report_console, settings_of, write_json
from provenance.errors import ProvenanceError
from provenance.places.schema import built_version
from provenance.settings import Settings
from provenance.toolkit import Toolkit, examiner_of

_LIBRARIES = ("pillow", "pi-heif", "exifread", "imagehash", "pdqhash", "opencv-python-headless", "numpy", "sqlalchemy")
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
    for name in _LIBRARIES:
        yield _part(name, says=version(name))
    yield from _stores(settings)
    yield from _wall(settings)


def _stores(settings: Settings) -> Iterator[Part]:
    file = settings.gazetteer_file(built_version())
    built = file.exists()
    costs = None if built else "the next command compiles it, which takes seconds, once"
    yield _part("gazetteer", ok=built, says=str(file), costs=costs)
    kit = Toolkit(settings)
    try:
        yield _part("ledger", says=f"{settings.ledger_url}, {kit.ledger.entries()} entries")
    except ProvenanceError as broken:
        yield _part("ledger", ok=False, says=f"{settings.ledger_url}: {broken.detail}", costs="nothing can be recorded")
    finally:
        kit.close()


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
