"""provenance check: a dossier for each photo."""

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from provenance.batch.folders import walk
from provenance.batch.resume import Kept
from provenance.cli.harmless import printable
from provenance.cli.output import common, counted, desk_of, report_console, say, write_json
from provenance.desk import Checked, context
from provenance.errors import InputError
from provenance.model.dossier import COPIES
from provenance.report import json as as_written
from provenance.report.text import print_dossier


@click.command("check")
@click.argument("paths", nargs=-1, required=True, type=click.Path(readable=False))
@click.option("--caption", help="Words that came with the photo (one photo only, like the next three).")
@click.option("--url", help="Where it was published.")
@click.option("--posted-at", metavar="ISO", help="When, like 2024-11-14T09:30:00+07:00 or 2024-11-14.")
@click.option("--source", help="Who published it: a channel, an account, a paper.")
@click.option("--quick", is_flag=True, help="Hashes only: no picture is laid on another.")
@click.option("--remember", is_flag=True, help="Also make it a known picture, with its sighting.")
@click.option("--jobs", type=click.IntRange(1, 256), help="Photos at a time (default: one for each core).")
@click.option(
    "--resume",
    type=click.Path(dir_okay=False, readable=False, path_type=Path),
    metavar="FILE",
    help="Keep results in FILE and skip what it holds.",
)
@click.option("--fail-on-match", is_flag=True, help="Exit with 1 if any photo is a known picture or a copy of one.")
@click.option("--strict", is_flag=True, help="Exit with 2 if any file of a folder cannot be used.")
@common
def check_command(
    paths: tuple[str, ...],
    caption: str | None,
    url: str | None,
    posted_at: str | None,
    source: str | None,
    quick: bool,
    remember: bool,
    jobs: int | None,
    resume: Path | None,
    fail_on_match: bool,
    strict: bool,
    ledger: str | None,
    as_json: bool,
) -> int:
    """Say what can be said about each photo: known copies, places, times, and what could not be examined."""
    said = context(caption=caption, url=url, source=source, posted_at=posted_at)
    photos = walk(paths)
    if (caption or url or posted_at or source) and len(photos) != 1:
        raise InputError(f"--caption, --url, --posted-at and --source are said of one photo, not of {len(photos)}")
    kept = Kept(resume) if resume else None
    held = [kept.result_of(photo) if kept else None for photo in photos]
    todo = [photo for photo, result in zip(photos, held, strict=True) if result is None]
    tally = _Tally(held)
    with desk_of(ledger) as desk:
        results = counted(
            desk.check_each(todo, said=said, quick=quick, remember=remember, jobs=jobs), len(todo), "photos"
        )
        with closing(results):
            for checked in results:
                line = line_of(checked)
                tally.count(line, alone=checked.photo.alone)
                if kept:
                    kept.keep(checked.photo, line)
                write_json(line) if as_json else _print(checked)
    tally.tell()
    if tally.failed_alone or (strict and tally.failed):
        return 2
    return 1 if fail_on_match and tally.matched else 0


def line_of(checked: Checked) -> dict[str, Any]:
    if checked.dossier is not None:
        return {"path": checked.photo.shown, **as_written.dossier(checked.dossier)}
    assert checked.error is not None  # noqa: S101 - one of the two is there
    return {"path": checked.photo.shown, "error": as_written.error(checked.error)}


class _Tally:
    """What the exit code and the closing line rest on: what is done now, and what is held of photos skipped."""

    def __init__(self, held: Iterable[dict[str, Any] | None]) -> None:
        self.done = self.failed = self.failed_alone = self.matched = self.skipped = 0
        for line in held:
            if line is not None:
                self.skipped += 1
                self.matched += _is_match(line)

    def count(self, line: dict[str, Any], *, alone: bool) -> None:
        self.done += 1
        self.failed += "error" in line
        self.failed_alone += alone and "error" in line
        self.matched += _is_match(line)

    def tell(self) -> None:
        if self.done + self.skipped != 1:
            held = f", {self.skipped} held from before" if self.skipped else ""
            say(f"{self.done} checked, {self.matched} matched, {self.failed} could not be used{held}")


def _is_match(line: dict[str, Any]) -> bool:
    """Whether a line of a dossier has a match that counts as a copy, as model.dossier.Match.is_copy has it."""
    return any(
        match["relation"] in COPIES and (match.get("opinion") or {}).get("verdict") != "rejected"
        for match in line.get("matches", ())
    )


def _print(checked: Checked) -> None:
    if checked.dossier is not None:
        print_dossier(checked.dossier, report_console(), shown=printable(checked.photo.shown))
    elif checked.error is not None:
        say(f"{checked.photo.shown}: {checked.error.title}: {checked.error.detail}")
