"""provenance forensics: what a photo's pixels look like to error level analysis, JPEG ghosts and noise."""

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from textwrap import wrap
from typing import Any

import click

from provenance.batch.folders import Photo, walk
from provenance.cli.harmless import printable
from provenance.cli.output import common, counted, desk_of, report_console, say, write_json, write_text
from provenance.desk import Shown
from provenance.errors import InputError
from provenance.report import json as as_written

_NAME_BYTES = 200  # of a photo's name in a file's; with a number and the suffix it stays under the 255 of most systems


@click.command("forensics")
@click.argument("paths", metavar="PHOTO...", nargs=-1, required=True, type=click.Path(readable=False))
@click.option("--out", metavar="DIR", required=True, help="Folder for the pictures, made if missing.")
@click.option("--jobs", type=click.IntRange(1, 256), help="Photos at a time (default: one for each core).")
@click.option("--strict", is_flag=True, help="Exit with 2 if any file of a folder cannot be used.")
@common
def forensics_command(
    paths: tuple[str, ...], out: str, jobs: int | None, strict: bool, ledger: str | None, as_json: bool
) -> int:
    """Draw error levels, JPEG ghosts and noise: where to look closer, and no proof.

    Writes DIR/NAME.ela.png, NAME.ghosts.png and NAME.noise.png, over what an earlier run left there, each with what it
    can and cannot show. A second photo of the same name gets NAME-2.
    """
    photos = walk(paths)
    folder = _made(out)
    names = _Names(folder, photos)
    failed = failed_alone = 0
    with desk_of(ledger) as desk:
        results = counted(desk.forensics_each(photos, jobs=jobs), len(photos), "photos")
        with closing(results):
            for shown in results:
                failed += bool(shown.errors)
                failed_alone += bool(shown.errors) and shown.photo.alone
                for line in _lines(shown, folder, names):
                    write_json(line) if as_json else _print(line)
    return 2 if failed_alone or (strict and failed) else 0


def _lines(shown: Shown, folder: Path, names: "_Names") -> Iterator[dict[str, Any]]:
    """A line for each picture, once it is written, and for each that could not be drawn."""
    path = shown.photo.shown
    if shown.error:
        yield {"path": path, "error": as_written.error(shown.error)}
        return
    name = names.of(shown.photo, [panel.panel for panel in shown.panels])
    for panel in shown.panels:
        file = folder / f"{name}.{panel.panel}.png"
        with _said_of(file):
            file.write_bytes(panel.png)
        yield {
            "path": path,
            "panel": panel.panel,
            "file": str(file),
            "says": panel.says,
            "cannot": panel.cannot,
            "reads": dict(panel.reads),
        }
    for named, error in shown.errors:
        yield {"path": path, "panel": named, "error": as_written.error(error)}


def _print(line: dict[str, Any]) -> None:
    if error := line.get("error"):
        said = f"{line['panel']}: " if "panel" in line else ""
        say(f"{line['path']}: {said}{error['title']}: {error['detail']}")
        return
    write_text(line["file"])
    for sentence in (line["says"], line["cannot"]):
        for part in wrap(sentence, report_console().width - 2):
            write_text(f"  {part}")


class _Names:
    """Names for what is written: no two photos of a run get the same, and no photo of it is written over."""

    def __init__(self, folder: Path, photos: Iterable[Photo]) -> None:
        self._folder = folder
        self._taken = {_key(photo.path) for photo in photos}

    def of(self, photo: Photo, panels: Iterable[str]) -> str:
        base = _short(printable(photo.path.name.replace("\\", "_")) or "unnamed")
        panels = list(panels)
        nth = 1
        while True:
            name = base if nth == 1 else f"{base}-{nth}"
            files = {_key(self._folder / f"{name}.{panel}.png") for panel in panels}
            if not files & self._taken:
                self._taken |= files
                return name
            nth += 1


def _key(path: Path) -> str:
    """The same for two names of one file, also where upper and lower case are one."""
    with _said_of(path):
        return str(path.resolve()).casefold()


def _short(name: str) -> str:
    return name.encode()[-_NAME_BYTES:].decode(errors="ignore")


def _made(out: str) -> Path:
    """The folder, made where it is missing. Raises InputError before a photo is looked at."""
    folder = Path(out)
    with _said_of(folder):
        if folder.exists() and not folder.is_dir():
            raise InputError(f"{out} is a file, and the pictures need a folder")
        folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def _said_of(file: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, RuntimeError) as refused:  # ValueError: a zero byte; RuntimeError: links in a circle
        raise InputError(f"{file} cannot be written: {getattr(refused, 'strerror', None) or refused}") from refused
