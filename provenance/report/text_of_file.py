"""What the file itself says, as lines of a report: camera, dates, position, words, edits, credentials, traces."""

from collections.abc import Iterator

from rich.text import Text

from provenance.model.credentials import Credentials, Problem
from provenance.model.dossier import Dossier
from provenance.model.findings import DateReading, PositionReading, Trace
from provenance.model.stated import About, EditStep, Stated

_WORDS: dict[About, str] = {
    "make": "make",
    "model": "camera",
    "camera_serial": "serial number",
    "lens": "lens",
    "lens_serial": "lens serial",
    "camera_owner": "camera's owner",
    "firmware": "firmware",
    "software": "software",
    "computer": "computer",
    "author": "author",
    "author_title": "author's title",
    "contact": "contact",
    "credit": "credit",
    "source": "source",
    "copyright": "copyright",
    "usage_terms": "terms of use",
    "title": "title",
    "caption": "caption",
    "caption_writer": "caption by",
    "instructions": "instructions",
    "job": "job",
    "keywords": "keywords",
    "place_taken": "taken at",
    "place_shown": "shows",
    "place": "place",
    "digital_source_type": "digital source",
    "document": "document",
    "original_document": "original document",
    "derived_from": "derived from",
}
_MEANS = ("taken", "gps", "created", "digitised", "modified", "saved")  # of dates, in the order a reader wants them
_LABEL = max(map(len, _WORDS.values())) + 2
_CHARACTERS = 300  # of one value; --json has it whole
_STEPS = 12  # of an edit history, half from each end
_INGREDIENTS = 12
_EVERYTHING = "/"  # what "changed" says where no part is named
_STATES = {"trusted": "bold green", "valid": "bold yellow", "invalid": "bold red", "remote": "bold yellow"}


def said_by_the_file(it: Dossier) -> Iterator[Text]:
    """Statements, positions, dates and edits; everything here is the file's own claim."""
    findings = it.case.findings
    count = len(findings.metadata)
    values = "1 metadata value, a claim" if count == 1 else f"{count} metadata values, all of them claims"
    yield Text(f"{values} of the file" if count else "no metadata at all")
    yield from _statements(it.stated)
    for position in findings.positions:
        yield _labelled("position", _position(position))
    yield from _dates(findings.dates)
    yield from _edits(it.stated.history)
    if it.stated.thumbnail:
        at = "" if it.stated.thumbnail.offset is None else f" at byte {it.stated.thumbnail.offset}"
        yield _labelled("thumbnail", f"{it.stated.thumbnail.bytes} bytes{at}", "IFD1")


def said_by_credentials(it: Credentials) -> Iterator[Text]:
    """The state first, and what it means; then who signed, what was done, and what is wrong."""
    text = Text.assemble((it.state, _STATES.get(it.state, "bold")), f": {it.explains}" if it.explains else "")
    yield text.append(f" [{it.checked_with}]" if it.checked_with else "", style="dim")
    signed = f"{it.signed_at}, by the clock of {_authority(it)}" if it.signed_at else "at a time nobody vouches for"
    if it.signer:
        yield _labelled("signed by", f"{it.signer}{f' ({it.issuer})' if it.issuer else ''}, {signed}")
    if it.claim_generator:
        yield _labelled("made with", it.claim_generator)
    if it.remote_url:
        yield _labelled("manifest at", f"{it.remote_url} (not fetched)")
    for action in it.actions[:_STEPS]:
        words = (action.action, action.when, action.software, action.digital_source_type)
        yield _labelled("action", ", ".join(filter(None, words)))
    for ingredient in it.ingredients[:_INGREDIENTS]:
        made_from = f"{ingredient.title or 'untitled'} ({ingredient.relationship or 'relation not stated'})"
        yield _labelled("made from", "  " * ingredient.depth + made_from)
        for problem in ingredient.problems:
            yield _labelled("", f"{'  ' * ingredient.depth}  {_problem(problem)}", style="red")
    if len(it.ingredients) > _INGREDIENTS:
        yield _labelled("", f"and {len(it.ingredients) - _INGREDIENTS} more, in --json")
    for problem in it.problems:
        yield _labelled("problem", _problem(problem), style="red")


def _authority(it: Credentials) -> str:
    known = "on the list" if it.time_authority_listed else "whom no list vouches for"
    return f"{it.time_authority or 'an unnamed authority'} ({known})"


def said_by_traces(traces: tuple[Trace, ...]) -> Iterator[Text]:
    """Each trace with its reason, its source, how far it can be relied on, and what else leaves it."""
    for trace in traces:
        held = "" if trace.score is None else f"; held in at least {trace.score:.0%} of the files it was counted on"
        text = Text(f"{trace.says}\n  because {trace.because}")
        if trace.but:
            text.append(f"\n  but {trace.but}")
        yield text.append(f"\n  [{trace.source}{held}]", style="dim")


def _statements(it: Stated) -> Iterator[Text]:
    for about, label in _WORDS.items():
        fields: dict[str, list[str]] = {}
        for statement in it.statements:
            if statement.about == about:
                fields.setdefault(statement.text, []).append(statement.field)
        for text, where in fields.items():
            yield _labelled(label, _short(text), ", ".join(where))


def _position(it: PositionReading) -> str:
    parts = [it.because]
    if it.altitude_m is not None:
        parts.append(f"altitude {it.altitude_m:.0f} m")
    if it.direction_deg is not None:
        north = f"{it.direction_north} north" if it.direction_north else "which north is not stated"
        parts.append(f"looking {it.direction_deg % 360:.0f}° from north ({north})")
    return ", ".join(parts)


def _dates(dates: tuple[DateReading, ...]) -> Iterator[Text]:
    """Each time once, with the fields that state it; what was taken first."""
    fields: dict[tuple[str, str], list[str]] = {}
    for date in sorted(dates, key=_rank):
        fields.setdefault((date.means, _date(date)), []).append(_field(date))
    for (means, stated), where in fields.items():
        yield _labelled(means, stated, ", ".join(dict.fromkeys(where)))


def _rank(it: DateReading) -> int:
    return _MEANS.index(it.means) if it.means in _MEANS else len(_MEANS)


def _date(it: DateReading) -> str:
    known = it.precision in ("second", "subsecond")
    zone = "" if it.time is None or it.time.is_day or it.time.has_zone else ", no zone stated"
    return f"{it.stated}{'' if known else f' (to the {it.precision})'}{zone}"


def _field(it: DateReading) -> str:
    """The field, and what it holds where the time leaves something of that out."""
    digits = "".join(filter(str.isdigit, it.text))
    plain = "".join(filter(str.isdigit, it.stated)).startswith(digits)
    return it.field if plain else f"{it.field} “{_short(it.text)}”"


def _edits(steps: tuple[EditStep, ...]) -> Iterator[Text]:
    """The first and the last of them, where there are many."""
    left_out = len(steps) - _STEPS
    for nth, step in enumerate(steps):
        if left_out > 0 and nth == _STEPS // 2:
            yield _labelled("", f"… {left_out} more steps, in --json")
        if left_out <= 0 or nth < _STEPS // 2 or nth >= len(steps) - _STEPS // 2:
            details = "" if step.details == _EVERYTHING else _short(step.details)
            words = ", ".join(filter(None, (step.action, step.when, step.software, details)))
            yield _labelled("edit", words, "" if nth else "XMP-xmpMM:History")


def _problem(it: Problem) -> str:
    about = f" ({it.about})" if it.about else ""
    return f"{it.code}{f': {it.says}' if it.says else ''}{about}"


def _labelled(label: str, value: str, where: str = "", *, style: str = "") -> Text:
    text = Text(f"{label:{_LABEL}}", style="cyan").append(value, style=style or "default")
    return text.append(f"  [{where}]", style="dim") if where else text


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _CHARACTERS else f"{line[:_CHARACTERS]}…"
