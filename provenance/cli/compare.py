"""provenance compare: two pictures held against each other."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from provenance.cli.output import common, desk_of, report_console, write_json
from provenance.errors import InputError
from provenance.report import json as as_written
from provenance.report.text import print_comparison


@click.command("compare")
@click.argument("a", type=click.Path(readable=False))
@click.argument("b", type=click.Path(readable=False))
@click.option("--out", metavar="FILE.png", help="Draw both pictures, what they share and where they differ.")
@common
def compare_command(a: str, b: str, out: str | None, ledger: str | None, as_json: bool) -> int:
    """How picture A relates to picture B, and because of what."""
    with desk_of(ledger) as desk:
        if out is None:
            found = desk.compare(a, b)
        else:
            _check_folder(Path(out))
            found, png = desk.compare_drawn(a, b)
            with _said_of(Path(out)):
                Path(out).write_bytes(png)
    write_json(as_written.comparison(found)) if as_json else print_comparison(found, report_console())
    return 0


def _check_folder(file: Path) -> None:
    """Raises InputError where nothing can be written, before the pictures are looked at."""
    with _said_of(file):
        if file.is_dir():
            raise InputError(f"{file} is a folder, and the picture needs a file")
        if file.suffix.lower() != ".png":
            raise InputError(f"{file} must end in .png: that is what is written")
        if not file.parent.is_dir():
            raise InputError(f"{file} cannot be written: there is no folder {file.parent}")


@contextmanager
def _said_of(file: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as refused:  # ValueError: a zero byte in the name
        raise InputError(f"{file} cannot be written: {getattr(refused, 'strerror', None) or refused}") from refused
