"""The command line. Data goes to standard output, progress and messages to standard error."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from io import StringIO
from typing import Any

import click

from provenance.cli.harmless import printable, printable_lines
from provenance.errors import InputError, ProvenanceError, ServiceError, SettingsError, StorageError, TamperedError

# Command -> module of provenance.cli that holds it, so that `provenance check` does not pay for what `serve` needs.
COMMANDS = {
    "check": "check",
    "add": "add",
    "import": "imports",
    "sightings": "sightings",
    "compare": "compare",
    "opinion": "opinions",
    "places": "places",
    "toponyms": "places",
    "stops": "places",
    "lines": "places",
    "ledger": "ledger",
    "forensics": "forensics",
    "calibrate": "calibrate",
    "index": "index",
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
READER_GONE = 141  # 128 + SIGPIPE, as a shell reports programs that die of it


class _ReaderGone(Exception):  # noqa: N818 - no error of ours or of anybody
    """Nobody reads our output any more. No OSError, which click would turn into exit code 1: "it matched"."""


@contextmanager
def _noticing_the_reader() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as gone:
        raise _ReaderGone from gone


class _LateGroup(click.Group):
    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        with _noticing_the_reader():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        with _noticing_the_reader():
            return super().invoke(ctx)

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
        code = _run()
    except (_ReaderGone, BrokenPipeError):
        _let_go()
        code = READER_GONE
    sys.exit(code)


def _run() -> int:
    try:
        code = cli.main(standalone_mode=False)
    except click.ClickException as wrong:
        told = StringIO()
        wrong.show(told)
        click.echo(printable_lines(told.getvalue()), err=True, nl=False)
        return 2
    except click.Abort:
        return 130
    except ProvenanceError as failed:
        click.echo(printable(f"provenance: {failed.title}: {failed.detail}"), err=True)
        return exit_code(failed)
    except _ReaderGone:
        raise
    except Exception as fault:  # noqa: BLE001 - the last door: a fault of ours is said, with its place
        import traceback

        last = f"provenance: a fault of ours, please report it: {type(fault).__name__}: {fault}"
        click.echo(printable_lines(traceback.format_exc() + last), err=True)
        return FAULT_OF_OURS
    return code if isinstance(code, int) else 0


def _let_go() -> None:
    """Point the streams nobody reads at nothing, so that the interpreter's last flush of them does not complain."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            os.dup2(nothing, stream.fileno())


def exit_code(failed: ProvenanceError) -> int:
    return next((code for kind, code in EXIT_CODES if isinstance(failed, kind)), FAULT_OF_OURS)
