"""provenance add: photos become known pictures."""

from contextlib import closing
from typing import Any

import click

from provenance.batch.folders import walk
from provenance.cli.output import common, counted, desk_of, say, say_what_was_left_out, write_json, write_text
from provenance.desk import Recorded, context, sighting_of
from provenance.report import json as as_written


@click.command("add")
@click.argument("paths", nargs=-1, required=True, type=click.Path(readable=False))
@click.option("--url", help="Where it was published; with this or any option below, a sighting is recorded too.")
@click.option("--source", help="Who published it: a channel, an account, a paper.")
@click.option("--posted-at", metavar="ISO", help="When, like 2024-11-14T09:30:00+07:00 or 2024-11-14.")
@click.option("--caption", help="The words that came with it, verbatim.")
@click.option("--claim-place", metavar="NAME|LAT,LON", help="Where somebody says it was taken.")
@click.option("--claimant", help="Who says so.")
@click.option("--jobs", type=click.IntRange(1, 256), help="Photos at a time (default: one for each core).")
@click.option("--strict", is_flag=True, help="Exit with 2 if any file of a folder cannot be used.")
@common
def add_command(
    paths: tuple[str, ...],
    url: str | None,
    source: str | None,
    posted_at: str | None,
    caption: str | None,
    claim_place: str | None,
    claimant: str | None,
    jobs: int | None,
    strict: bool,
    ledger: str | None,
    as_json: bool,
) -> int:
    """Make photos known. A line is written when the picture and its bytes are on disk, not before."""
    said = context(caption=caption, url=url, source=source, posted_at=posted_at)
    photos = walk(paths)
    new = failed = failed_alone = 0
    with desk_of(ledger) as desk:
        sighting = sighting_of(said, desk.claims(claim_place, claimant))
        results = counted(desk.add_each(photos, sighting=sighting, jobs=jobs), len(photos), "photos")
        with closing(results):
            for each in results:
                new += bool(each.added and each.added.image_added)
                failed += each.error is not None
                failed_alone += each.error is not None and each.photo.alone
                write_json(line_of(each)) if as_json else _print(each)
                if each.added:
                    say_what_was_left_out(each.added)
    if len(photos) != 1:
        say(f"{new} new, {len(photos) - new - failed} known before, {failed} could not be used")
    return 2 if failed_alone or (strict and failed) else 0


def line_of(it: Recorded) -> dict[str, Any]:
    added = it.added
    return {
        "path": it.photo.shown,
        "image": {"id": added.image_id} if added else None,
        "added": bool(added and added.image_added),
        "sighting": {"id": added.sighting.id} if added and added.sighting else None,
        "error": as_written.error(it.error) if it.error else None,
    }


def _print(it: Recorded) -> None:
    if it.error is not None:
        say(f"{it.photo.shown}: {it.error.title}: {it.error.detail}")
    elif it.added is not None:
        what = "new" if it.added.image_added else "known before"
        seen = f", sighting {it.added.sighting.id}" if it.added.sighting else ""
        write_text(f"{it.added.image_id[:12]}  {what}{seen}  {it.photo.shown}")
