"""provenance compare: two pictures held against each other."""

import click

from provenance.cli.output import common, desk_of, report_console, write_json
from provenance.report import json as as_written
from provenance.report.text import print_comparison


@click.command("compare")
@click.argument("a", type=click.Path(readable=False))
@click.argument("b", type=click.Path(readable=False))
@common
def compare_command(a: str, b: str, ledger: str | None, as_json: bool) -> int:
    """How picture A relates to picture B, and because of what."""
    with desk_of(ledger) as desk:
        found = desk.compare(a, b)
    write_json(as_written.comparison(found)) if as_json else print_comparison(found, report_console())
    return 0
