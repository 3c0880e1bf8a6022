"""provenance sightings: where pictures were seen before."""

from pathlib import Path

import click

from provenance.cli.output import common, desk_of, report_console, write_json
from provenance.model.image import is_image_id
from provenance.report import json as as_written
from provenance.report.text import sighting_text


@click.command("sightings")
@click.option("--image", metavar="PATH|ID", help="Of this picture, or any edit of it.")
@click.option("--near", metavar="NAME|LAT,LON", help="Linked to a place within the radius of this one.")
@click.option("--radius-km", type=float, metavar="N", help="The radius (default: the place's own).")
@click.option("--line", metavar="L", help="Linked to a place along this rail line.")
@click.option("--from-km", type=float, metavar="A", help="From this kilometre of the line.")
@click.option("--to-km", type=float, metavar="B", help="To this kilometre of the line.")
@click.option("--since", metavar="ISO", help="Not before this time.")
@click.option("--until", metavar="ISO", help="Not after this time.")
@click.option("--source", metavar="NAME", help="By this source.")
@click.option("--text", metavar="WORDS", help="With all these words in its caption or claims.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="At most so many.")
@common
def sightings_command(
    image: str | None,
    near: str | None,
    radius_km: float | None,
    line: str | None,
    from_km: float | None,
    to_km: float | None,
    since: str | None,
    until: str | None,
    source: str | None,
    text: str | None,
    limit: int | None,
    ledger: str | None,
    as_json: bool,
) -> int:
    """Prior sightings, newest first. Filters combine; `matched_by` says why a sighting is somewhere."""
    console = report_console()
    with desk_of(ledger) as desk:
        for sighting in desk.sightings(
            image=Path(image) if image and not is_image_id(image) else image,
            near=near,
            radius_km=radius_km,
            line=line,
            from_km=from_km,
            to_km=to_km,
            since=since,
            until=until,
            source=source,
            text=text,
            limit=limit,
        ):
            write_json(as_written.sighting(sighting)) if as_json else console.print(sighting_text(sighting))
    return 0
