"""provenance import: photos with what was said of them, from tables."""

from pathlib import Path
from typing import Any

import click

from provenance.batch.folders import read_photo
from provenance.batch.tables import Row, read_table
from provenance.cli.output import common, counted, desk_of, say, say_what_was_left_out, write_json
from provenance.desk import Desk, context, sighting_of
from provenance.errors import InputError


@click.group("import")
def import_command() -> None:
    """Make photos known, with their sightings, from an export or a table."""


@import_command.command("csv")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@common
def csv_command(file: Path, ledger: str | None, as_json: bool) -> int:
    """A table with columns path, url, source, posted_at, caption, claim_place, claimant. Run again, it adds nothing."""
    rows = list(read_table(file))
    skipped = 0
    with desk_of(ledger) as desk:
        for row in counted(rows, len(rows), "rows"):
            line = record(desk, row)
            skipped += line["skipped"] is not None
            if as_json:
                write_json(line)
            elif line["skipped"]:
                say(f"{row.ref}: {row.path}: {line['skipped']}")
    if not as_json:
        say(f"{len(rows) - skipped} of {len(rows)} rows recorded, {skipped} skipped")
    return 0


def record(desk: Desk, row: Row) -> dict[str, Any]:
    """One row made known; a row that cannot be used says why and stops nothing."""
    line: dict[str, Any] = {"ref": row.ref, "path": row.path, "image": None, "sighting": None, "skipped": None}
    try:
        if not row.path:
            raise InputError("the row has no path")
        said = context(**{name: row.said[name] for name in ("caption", "url", "source", "posted_at")})
        data = read_photo(row.file, max_bytes=desk.toolkit.settings.max_bytes)
        sighting = sighting_of(said, desk.claims(row.said["claim_place"], row.said["claimant"]))
        added = desk.add_bytes(data, row.file.name, sighting)
    except InputError as refused:
        return {**line, "skipped": f"{refused.title}: {refused.detail}"}
    say_what_was_left_out(added)
    return {**line, "image": {"id": added.image_id}, "sighting": {"id": added.sighting.id} if added.sighting else None}
