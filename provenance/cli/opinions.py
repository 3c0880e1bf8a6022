"""provenance opinion: what a person says of a match."""

from pathlib import Path

import click

from provenance.cli.output import common, desk_of, write_json, write_text
from provenance.model.image import is_image_id
from provenance.model.opinion import VERDICTS
from provenance.report import json as as_written
from provenance.report.text import opinion_text


@click.command("opinion")
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@click.option("--verdict", required=True, metavar="|".join(VERDICTS), help="What is said of the match.")
@click.option("--reason", required=True, metavar="TEXT", help="Why.")
@click.option("--by", metavar="NAME", help="Who says so.")
@common
def opinion_command(
    a: str, b: str, verdict: str, reason: str, by: str | None, ledger: str | None, as_json: bool
) -> int:
    """Confirm, reject or dispute a match of pictures A and B, given as files or ids.

    One of them must be a known picture. The latest opinion on a pair counts; a rejected match is still shown, but
    counts as no copy.
    """
    images = [each if is_image_id(each) else Path(each) for each in (a, b)]
    with desk_of(ledger) as desk:
        image_id, opinion = desk.add_opinion(images[0], images[1], verdict=verdict, reason=reason, by=by)
    write_json(as_written.opinion_on(image_id, opinion)) if as_json else write_text(opinion_text(opinion))
    return 0
