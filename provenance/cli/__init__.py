"""The command line. Data goes to standard output, progress and messages to standard error."""

import sys
from importlib import import_module

import click

from provenance.errors import InputError, ProvenanceError, ServiceError, SettingsError, StorageError, TamperedError

# Command -> module of provenance.cli that holds it, so that `provenance check` does not pay for what `serve` needs.
COMMANDS = {
    "check": "check",
    "add": "add",
    "import": "imports",
    "sightings": "sightings",
    "compare": "compare",
    "places": "places",
    "toponyms": "places",
    "stops": "places",
    "lines": "places",
    "ledger": "ledger",
    "doctor": "doctor",
    "serve": "serve",
}

# Exit codes, by who can act; the first class that fits decides.
EXIT_CODES: tuple[tuple[type[ProvenanceError], int], ...] = (
    (TamperedError, 5),
    (InputError, 2),
    (StorageError, 3),
    (SettingsError, 4),
    (ServiceError, 3),
)
FAULT_OF_OURS = 70  # EX_SOFTWARE of sysexits.h


class _LateGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"provenance.cli.{COMMANDS[cmd_name]}")
        found = getattr(module, f"{cmd_name}_command")
        assert isinstance(found, click.Command)  # noqa: S101 - COMMANDS and the modules are one table
        return found


@click.group(cls=_LateGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="provenance")
def cli() -> None:
    """Where does this photo come from? Known copies, metadata, places and sightings, each with its reason."""


def main() -> None:
    """The entry point: every error of ours becomes one line on standard error and an exit code."""
    try:
        code = cli.main(standalone_mode=False)
    except click.ClickException as wrong:
        wrong.show()
        code = 2
    except click.Abort:
        code = 130
    except BrokenPipeError:  # the reader of our output went away: nothing to tell anybody
        sys.stderr.close()
        code = 0
    except ProvenanceError as failed:
        click.echo(f"provenance: {failed.title}: {failed.detail}", err=True)
        code = exit_code(failed)
    except Exception as fault:  # noqa: BLE001 - the last door: a fault of ours is said, with its place
        import traceback

        traceback.print_exc()
        click.echo(f"provenance: a fault of ours, please report it: {type(fault).__name__}: {fault}", err=True)
        code = FAULT_OF_OURS
    sys.exit(code if isinstance(code, int) else 0)


def exit_code(failed: ProvenanceError) -> int:
    return next((code for kind, code in EXIT_CODES if isinstance(failed, kind)), FAULT_OF_OURS)
