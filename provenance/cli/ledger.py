"""provenance ledger: proof that the record is whole."""

import click

from provenance.cli.output import common, say, settings_of, write_json
from provenance.desk import Desk


@click.group("ledger")
def ledger_command() -> None:
    """Verify the ledger, note its head, prove an entry."""


@ledger_command.command("verify")
@click.option("--bytes", "originals", is_flag=True, help="Also every stored file against its SHA-256 (slow).")
@common
def verify_command(originals: bool, ledger: str | None, as_json: bool) -> int:
    """Recompute every commitment and the tree. Exit code 5 when anything was changed or removed."""
    with Desk.open(settings_of(ledger)) as desk:
        found = desk.toolkit.ledger.verify(originals=originals)
    if as_json:
        write_json(
            {
                "entries": found.entries,
                "root": found.root,
                "intact": found.intact,
                "erased": found.erased,
                "problems": list(found.problems),
            }
        )
    else:
        state = "intact" if found.intact else "NOT INTACT"
        click.echo(f"{found.entries} entries ({found.erased} erased on record), root {found.root}: {state}")
        for problem in found.problems:
            say(f"  {problem}")
    return 0 if found.intact else 5


@ledger_command.command("head")
@common
def head_command(ledger: str | None, as_json: bool) -> int:
    """The number of entries and the root hash: write them down elsewhere, and nobody can rewrite the record unseen."""
    with Desk.open(settings_of(ledger)) as desk:
        head = desk.toolkit.ledger.head()
    write_json({"entries": head.entries, "root": head.root}) if as_json else click.echo(f"{head.entries} {head.root}")
    return 0


@ledger_command.command("prove")
@click.argument("entry", type=click.IntRange(0))
@common
def prove_command(entry: int, ledger: str | None, as_json: bool) -> int:
    """The proof (RFC 6962 audit path) that an entry is under the head."""
    with Desk.open(settings_of(ledger)) as desk:
        proof = desk.toolkit.ledger.prove(entry)
    told = {
        "entry": proof.entry,
        "entries": proof.entries,
        "root": proof.root,
        "leaf_hash": proof.leaf_hash,
        "path": list(proof.path),
    }
    if as_json:
        write_json(told)
    else:
        click.echo(f"entry {proof.entry} of {proof.entries}, leaf {proof.leaf_hash}, root {proof.root}")
        for step in proof.path:
            click.echo(f"  {step}")
    return 0
