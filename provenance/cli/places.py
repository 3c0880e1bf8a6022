"""provenance places, toponyms, stops and lines: the gazetteer and the rail table."""

import json
import re
import sys
from collections.abc import Iterable
from typing import Any, NoReturn

import click

from provenance.cli.output import common, desk_of, report_console, write_json, write_text
from provenance.desk import position_of
from provenance.errors import InputError
from provenance.model.place import Place
from provenance.places.base import Gazetteer
from provenance.report import json as as_written
from provenance.report.text import print_places

_SOUTHERN = re.compile(r"-\s*\.?\d[^,]*,")  # how LAT,LON begins south of the equator: no option looks like that


class _PlacesGroup(click.Group):
    """`places build` is a command; anything else after `places` is to be looked up, options first or last."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["find", *args]
        return super().parse_args(ctx, args)


class _LooksUp(click.Command):
    """A command whose argument may be LAT,LON with a minus before it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        southern = [each for each in args if _SOUTHERN.match(each)]
        if southern and "--" not in args:
            args = [*(each for each in args if each not in southern), "--", *southern]
        return super().parse_args(ctx, args)


@click.group("places", cls=_PlacesGroup)
def places_command() -> None:
    """Places of a name, or near LAT,LON: `provenance places Красноярск`, `provenance places 56.01,92.83`."""


@places_command.command("find", hidden=True, cls=_LooksUp)
@click.argument("query")
@click.option("--radius-km", type=click.FloatRange(0, 20040), default=30, show_default=True, help="Around LAT,LON.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@common
def find_command(query: str, radius_km: float, limit: int, ledger: str | None, as_json: bool) -> int:
    with desk_of(ledger) as desk:
        found = desk.places(query, radius_m=radius_km * 1000, limit=limit)
    _write(found, as_json=as_json)
    return 0


@places_command.command("build")
@common
def build_command(ledger: str | None, as_json: bool) -> int:
    """Compile the gazetteer now, if it is not there (any command does so when it needs it)."""
    with desk_of(ledger) as desk:
        gazetteer = desk.toolkit.gazetteer
        told = {"version": gazetteer.version, "attribution": list(gazetteer.attribution)}
    write_json(told) if as_json else write_text(f"gazetteer {told['version']}: {'; '.join(gazetteer.attribution)}")
    return 0


@click.command("toponyms")
@click.argument("text", required=False)
@click.option("--jsonl", is_flag=True, help='Read {"id", "text"} lines from standard input instead.')
@common
def toponyms_command(text: str | None, jsonl: bool, ledger: str | None, as_json: bool) -> int:
    """Place names in a text, with the characters they stand at and the place each means."""
    if jsonl == (text is not None):
        raise InputError("give either a TEXT or --jsonl with lines on standard input")
    with desk_of(ledger) as desk:
        gazetteer = desk.toolkit.gazetteer
        if text is None:
            return _answer_lines(sys.stdin.buffer, gazetteer)
        if as_json:
            write_json(_answer(gazetteer, None, text))
        else:
            for t in gazetteer.toponyms(text):
                meant = f"{t.place.name} ({t.place.kind}, {t.place.country})" if t.place else "not resolved"
                write_text(f"{t.start}–{t.end}  {t.text}  {meant}")
    return 0


@click.command("stops")
@click.option("--line", metavar="L", help="Of this line.")
@click.option("--near", metavar="LAT,LON", help="Nearest to this position.")
@click.option("--km", metavar="A:B", help="Between these kilometres of the line.")
@common
def stops_command(line: str | None, near: str | None, km: str | None, ledger: str | None, as_json: bool) -> int:
    """Rail stops, in order of their line; or the nearest to a position."""
    section = _kilometres(km) if km else None
    if section and not line:
        raise InputError("--km needs --line")
    position = position_of(near) if near else None
    if near and position is None:
        raise InputError(f"--near {near[:80]!r} is not LAT,LON")
    with desk_of(ledger) as desk:
        rail = desk.toolkit.rail
        found = rail.stops_between(line, *section) if line and section else rail.stops(line)
        if position is not None:
            wanted = {p.id for p in found}
            found = [p for p in rail.nearest_stops(position, limit=len(wanted)) if p.id in wanted][:20]
    _write(found, as_json=as_json)
    return 0


@click.command("lines")
@common
def lines_command(ledger: str | None, as_json: bool) -> int:
    """Rail lines, with the kilometres their stops are known by."""
    with desk_of(ledger) as desk:
        for line in desk.toolkit.rail.lines():
            if as_json:
                write_json(as_written.line(line))
            else:
                km = "no usable kilometres"
                if line.km_from is not None and line.km_to is not None:
                    km = f"km {line.km_from:.0f} to {line.km_to:.0f} ({line.km_system})"
                write_text(f"{line.id:28} {line.stops:5} stops  {km}")
    return 0


def _answer_lines(lines: Iterable[bytes], gazetteer: Gazetteer) -> int:
    """Answer each line in its place; a bad one stops nothing, and is told in the exit code."""
    code = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            asked = _document(number, line)
            answer = _answer(gazetteer, asked.get("id"), asked["text"])
        except InputError as refused:
            answer = {"id": None, "error": as_written.error(refused)}
            code = 2
        write_json(answer)
    return code


def _answer(gazetteer: Gazetteer, id: object, text: str) -> dict[str, object]:  # noqa: A002 - the contract's word
    return {"id": id, "toponyms": [as_written.toponym(t) for t in gazetteer.toponyms(text)]}


def _document(number: int, line: bytes) -> dict[str, Any]:
    try:
        asked = json.loads(line, parse_constant=_refuse)
    except (ValueError, RecursionError) as wrong:
        raise InputError(f"standard input, line {number}: no JSON") from wrong
    if not isinstance(asked, dict) or not isinstance(asked.get("text"), str):
        raise InputError(f'standard input, line {number}: not of the form {{"id", "text"}} with a string as text')
    return asked


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def _kilometres(text: str) -> tuple[float, float]:
    try:
        low, high = (float(part) for part in text.split(":"))
    except ValueError:
        raise InputError(f"--km {text[:40]!r} is not of the form A:B") from None
    return low, high


def _write(places: list[Place], *, as_json: bool) -> None:
    if as_json:
        for place in places:
            write_json(as_written.place(place))
    else:
        print_places(places, report_console())
