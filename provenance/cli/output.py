"""What every command shares: the desk it works on, JSON Lines, progress, and how errors of files are shown."""

import json
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

import click
from rich.console import Console, ConsoleOptions, RenderableType
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.segment import Segment
from rich.text import Text

from provenance.cli.harmless import printable, replaced
from provenance.desk import Desk
from provenance.ledger.base import Added
from provenance.settings import Settings

T = TypeVar("T")
Command = Callable[..., Any]

_A_HANDFUL = 5  # files from which a progress bar is worth its line


class SafeConsole(Console):
    """A console that passes nothing on which steers a terminal, and says when its reader went away."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for each in super().render(renderable, options):
            yield each if each.control else Segment(replaced(each.text), each.style)

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError  # rich would exit with 1, which here means that something matched


messages = SafeConsole(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)


def common(command: Command) -> Command:
    """The two options of every command: --ledger and --json."""
    command = click.option("--json", "as_json", is_flag=True, help="JSON Lines on standard output.")(command)
    return click.option(
        "--ledger", metavar="URL", help="The ledger, sqlite:///desk.db (default: PROVENANCE_LEDGER, else your own)."
    )(command)


def settings_of(ledger: str | None) -> Settings:
    settings = Settings.read()
    return replace(settings, ledger=ledger) if ledger else settings


@contextmanager
def desk_of(ledger: str | None) -> Iterator[Desk]:
    """The desk of this command's ledger, closed at the end; the gazetteer is compiled first where it is missing."""
    with Desk.open(settings_of(ledger)) as desk:
        with progress_of("Compiling the gazetteer (once): GeoNames and the rail stops", "names") as progress:
            desk.prepare_places(progress)
        yield desk


@contextmanager
def progress_of(title: str, what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar for work that may not be needed: drawn, and its title said, when it first reports (done, total)."""
    with _bar() as bar:
        tasks: list[TaskID] = []

        def progress(done: int, total: int) -> None:
            if not tasks:
                messages.print(title)
                tasks.append(bar.add_task(what, total=total))
            bar.update(tasks[0], completed=done, total=total)

        yield progress


def counted(items: Iterable[T], total: int, what: str) -> Generator[T, None, None]:
    """The items, with a bar of rate and time left on standard error when that is a terminal and they are many.

    Where the report goes to a terminal too, the bar is taken away while an item is printed.
    """
    if total <= _A_HANDFUL or not messages.is_terminal:
        yield from items
        return
    beside_the_report = sys.stdout.isatty()
    with _bar(transient=beside_the_report) as bar:
        task = bar.add_task(what, total=total)
        for item in items:
            if beside_the_report:
                bar.stop()
            yield item
            bar.advance(task)
            if beside_the_report:
                bar.start()


def _bar(*, transient: bool = False) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
        console=messages,
        transient=transient,
        disable=not messages.is_terminal,
    )


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "")


def report_console() -> Console:
    """Where a text to read goes: colour and the terminal's width on a terminal, 110 columns anywhere else."""
    width = None if sys.stdout.isatty() else 110
    return SafeConsole(highlight=False, width=width, markup=False, emoji=False)


def write_json(line: Mapping[str, object]) -> None:
    """One line of JSON, at once. A name that is no UTF-8 keeps its bytes as lone surrogates, escaped."""
    text = json.dumps(line, ensure_ascii=False, allow_nan=False)
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.buffer.flush()


def write_text(line: str) -> None:
    """One line for people on standard output, at once."""
    click.echo(printable(line))


def say(line: str) -> None:
    """One line for people on standard error."""
    messages.print(printable(line))


def say_what_was_left_out(added: Added) -> None:
    """Claims that came with a sighting which was known before are not recorded with it: nobody may think they are."""
    for claim in added.claims_left_out:
        sighting = f"sighting {added.sighting.id}" if added.sighting else "the sighting"
        by = claim.claimant or "nobody named"
        say(f"{sighting} was known before: the claim “{claim.value}” by {by} was not recorded with it")
