"""The dossier as a report to read: what was found, because of what, and what could not be examined.

Captions and metadata are written by strangers: the console that is handed in must not let them steer a terminal, as
cli.output.SafeConsole does not.
"""

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from provenance.model.dossier import Candidate, Comparison, Dossier, Evidence, Match
from provenance.model.opinion import Opinion
from provenance.model.place import Place
from provenance.model.sighting import Sighting
from provenance.report.text_of_file import said_by_credentials, said_by_the_file, said_by_traces

_INDENT = 2
_HANG = 4  # of what is wrapped
_NARROWEST = 20
_SHOWN_FROM = 0.01  # a candidate under it gets a line, not its evidence
_UNLIKELY_AT_MOST = 8


def print_dossier(it: Dossier, console: Console, *, shown: str | None = None) -> None:
    """Print the dossier, most telling first; `shown` is the path to head it with. Colour only on a terminal."""
    image = it.case.findings.image
    size = f"{image.width} x {image.height} px" if image.width and image.height else "size unknown"
    console.print()
    console.print(Text(shown or image.name, style="bold"))
    frames = f", {image.frames} frames" if image.frames and image.frames > 1 else ""
    _line(console, f"{image.format}, {size}{frames}, {image.bytes} bytes, SHA-256 {image.id}", style="dim")
    _section(console, "Known pictures", [_match(m) for m in it.case.matches], "none of the known pictures matches")
    _section(
        console,
        "Where it may have been taken",
        [_candidate(c) for c in it.candidates if c.probability >= _SHOWN_FROM],
        None if it.candidates else "no evidence for any place",
    )
    if it.candidates:
        for text in _unlikely(it.candidates):
            _indented(console, text)
        _line(console, f"none of these: {it.elsewhere_word} ({_per_cent(it.elsewhere_probability)})")
    _section(console, "When", _when(it), "nothing bounds when it was taken")
    _section(console, "Seen before", [sighting_text(s) for s in it.case.sightings], "no sighting is known")
    _section(console, "Conflicts", [Text(c.says, style="red") for c in it.conflicts])
    _section(console, "What the file says", [*said_by_the_file(it)])
    credentials = it.case.findings.credentials
    _section(console, "Content credentials", [*said_by_credentials(credentials)] if credentials else [])
    _section(console, "Traces", [*said_by_traces(it.case.findings.traces)])
    _section(console, "Could not be examined", [Text(f"{g.step}: {g.reason}", style="yellow") for g in it.gaps])
    _section(console, "What would change this", [Text(w) for w in it.would_change])
    _line(console, f"outside calls: {len(it.outside_calls)}", style="dim")


def print_comparison(it: Comparison, console: Console) -> None:
    """Print how two pictures relate and because of what."""
    console.print(Text(f"{it.relation} (score {it.score:.3f})", style="bold"))
    _line(console, it.because)
    distances = ", ".join(f"{kind} {bits}" for kind, bits in it.distances.items())
    _line(console, f"bits apart in the best turn: {distances or 'nothing to compare'}")


def print_places(places: Iterable[Place], console: Console) -> None:
    """Print places as a table; nothing when there are none."""
    rows = list(places)
    if not rows:
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in ("name", "kind", "position", "line", "km", "distance"):
        table.add_column(head)
    for p in rows:
        km = "" if p.km is None else f"{p.km:.1f} ± {p.km_error or 0:.1f}"
        distance = "" if p.distance_m is None else f"{p.distance_m / 1000:.1f} km"
        where = f"{p.position.latitude:.5f}, {p.position.longitude:.5f}"
        table.add_row(_both_names(p), p.kind, where, p.line or "", km, distance)
    console.print(table)


def _section(console: Console, title: str, items: list[Text], when_empty: str | None = None) -> None:
    if not items and when_empty is None:
        return
    console.print(Text(title, style="bold cyan"))
    for item in items or [Text(when_empty or "", style="dim")]:
        _indented(console, item)


def _line(console: Console, text: str, *, style: str = "") -> None:
    _indented(console, Text(text, style=style))


def _indented(console: Console, text: Text) -> None:
    """Each line of the text wrapped to the console, what does not fit on it set in further than its beginning."""
    for line in text.split("\n", allow_blank=True):
        own = len(line.plain) - len(line.plain.lstrip(" "))
        for nth, part in enumerate(line[own:].wrap(console, max(console.width - _INDENT - own - _HANG, _NARROWEST))):
            part.rstrip()
            console.print(Text(" " * (_INDENT + own + (_HANG if nth else 0))).append_text(part), soft_wrap=True)


def _match(it: Match) -> Text:
    name = it.known.names[0] if it.known.names else it.known.id[:12]
    text = Text.assemble(
        (f"{it.relation} ", "bold"), (name, "green"), f" (score {it.score:.3f})\n  because {it.because}"
    )
    return text.append(f"\n  {opinion_text(it.opinion)}", style="yellow") if it.opinion else text


def opinion_text(it: Opinion) -> str:
    """One opinion as a line."""
    counts = ", so it counts as no copy" if it.verdict == "rejected" else ""
    who = " ".join((it.by or "somebody").split())
    return f"{it.verdict} by {who} ({it.said_at.text}){counts}: “{' '.join(it.reason.split())}”"


def _candidate(it: Candidate) -> Text:
    place = it.place
    km = "" if place.km is None else f", {place.line} km {place.km:.1f} ± {place.km_error or 0:.1f} ({place.km_system})"
    text = Text.assemble(
        (_both_names(place), "bold green"),
        f" ({place.kind}, within {_metres(it.radius_m)}{km}): ",
        (f"{it.word} ({_per_cent(it.probability)})", "bold"),
    )
    for word, evidence in (("for    ", it.evidence), ("against", it.against)):
        for e, others in _by_origin(evidence):
            text.append(f"\n  {word}  {e.source}: {e.because} [{e.origin}; {e.llr:+.1f}]")
            text.append(f" and {others} more of this origin, which count no more" if others else "", style="dim")
    return text


def _unlikely(candidates: Sequence[Candidate]) -> Iterator[Text]:
    """A line for each place that is named but excluded; its evidence is in what speaks against the others."""
    rest = [c for c in candidates if c.probability < _SHOWN_FROM]
    for it in rest[:_UNLIKELY_AT_MOST]:
        sources = ", ".join(dict.fromkeys(e.source for e in it.evidence if e.llr > 0))
        yield Text(f"{_both_names(it.place)} ({it.place.kind}), by {sources}: {it.word} (under 1%)")
    if len(rest) > _UNLIKELY_AT_MOST:
        yield Text(f"and {len(rest) - _UNLIKELY_AT_MOST} more under 1%, in --json")


def _by_origin(evidence: Iterable[Evidence]) -> list[tuple[Evidence, int]]:
    """The strongest item of each origin and source, and how many more there are."""
    groups: dict[tuple[str, str], list[Evidence]] = {}
    for e in evidence:
        groups.setdefault((e.origin, e.source), []).append(e)
    return [(group[0], len(group) - 1) for group in groups.values()]


def _per_cent(probability: float) -> str:
    """Never certain, never impossible (ICD 203)."""
    return "over 99%" if probability > 0.99 else "under 1%" if probability < 0.01 else f"{probability:.0%}"


def _metres(radius_m: float) -> str:
    return f"{radius_m:.0f} m" if radius_m < 1000 else f"{radius_m / 1000:.1f} km"


def _when(it: Dossier) -> list[Text]:
    said = [Text(f"{e.says}: {e.because}") for e in it.taken.evidence]
    bound = it.taken.not_before or it.taken.not_after
    return said if bound or not said else [Text("nothing bounds when it was taken; what follows are claims"), *said]


def sighting_text(it: Sighting) -> Text:
    """One sighting as a few lines."""
    where = it.url or it.source or "source not stated"
    text = Text(f"{it.time.text}  {it.id}  {where}")
    if it.url and it.source:
        text.append(f" ({it.source})")
    if it.caption:
        text.append(f"\n  “{it.caption}”")
    for claim in it.claims:
        text.append(f"\n  claim ({claim.status}): {claim.about} “{claim.value}”, by {claim.claimant or 'not stated'}")
    for why in it.matched_by:
        text.append(f"\n  answers by {why}", style="dim")
    return text


def _both_names(place: Place) -> str:
    """The name, with its English one beside it where that differs."""
    english = place.names.get("en")
    return f"{place.name} ({english})" if english and english != place.name else place.name
