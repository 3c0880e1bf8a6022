"""provenance index: what is derived from the ledger, made anew."""

import click

from provenance.cli.output import common, progress_of, settings_of, write_json, write_text
from provenance.desk import Desk


@click.group("index")
def index_command() -> None:
    """Make what matching searches anew from the ledger: `provenance index rebuild`."""


@index_command.command("rebuild")
@common
def rebuild_command(ledger: str | None, as_json: bool) -> int:
    """Make both indexes anew from the ledger and join all known pictures again."""
    with Desk.open(settings_of(ledger)) as desk, progress_of("Joining the known pictures", "entries") as progress:
        entries = desk.toolkit.rebuild_indexes(progress)
    write_json({"entries": entries}) if as_json else write_text(f"{entries} entries are indexed and joined")
    return 0
