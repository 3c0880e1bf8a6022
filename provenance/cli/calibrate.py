"""provenance calibrate: how often matching is right and wrong, measured on edits of the known pictures."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from provenance.cli.calibration_plot import curve, svg
from provenance.cli.output import common, counted, desk_of, say, write_json, write_text
from provenance.errors import InputError
from provenance.investigate.calibration import Calibration, FalseMatch, Recommended, Share

THRESHOLDS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
AT_MOST = (0.01, 0.001)  # shares of edits with a false match that a threshold is recommended for
_SHOWN = 5  # false matches, and reasons why no edit could be made


@click.command("calibrate")
@click.option("--pictures", type=click.IntRange(2), default=60, show_default=True, help="Known pictures, by chance.")
@click.option("--edits", type=click.IntRange(1, 1000), default=6, show_default=True, help="Edits made of each.")
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed draws the same.")
@click.option("--jobs", type=click.IntRange(1, 256), help="Edits at a time (default: one for each core).")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, readable=False, path_type=Path),
    metavar="FILE.svg",
    help="Also draw the curve into FILE.svg.",
)
@common
def calibrate_command(
    pictures: int, edits: int, seed: int, jobs: int | None, out: Path | None, ledger: str | None, as_json: bool
) -> int:
    """Measure recall and false matches per threshold, on edits made of the known pictures."""
    with desk_of(ledger) as desk:
        trials = desk.trials(pictures=pictures, each=edits, seed=seed)
        outcomes = counted(desk.calibrate(trials, jobs=jobs), len(trials), "edits")
        with closing(outcomes):
            measured = Calibration(outcomes)
    for reason, times in measured.unread.most_common(_SHOWN):
        say(f"{times} edits could not be made: {reason}")
    if not measured.edits:
        raise InputError(f"none of {len(trials)} edits could be made")
    if as_json:
        write_json({"row": "sample", "pictures": measured.pictures, "edits": measured.edits, "seed": seed})
    else:
        write_text(f"{measured.edits} edits of {measured.pictures} known pictures, seed {seed}")
    for line in rows_of(measured) if as_json else text_of(measured):
        write_json(line) if isinstance(line, dict) else write_text(line)
    if out is not None:
        _write(out, svg(measured))
    return 0


def rows_of(measured: Calibration) -> Iterator[dict[str, Any]]:
    """One object a threshold, a recommendation, a family and a false match; `row` says which."""
    for threshold in THRESHOLDS:
        row = measured.at(threshold)
        yield {"row": "threshold", "threshold": threshold, **_shares(recall=row.recall, false=row.false_rate)}
    advised = [measured.recommended(at_most) for at_most in AT_MOST]
    for each in advised:
        yield {
            "row": "recommended",
            "false_at_most": each.at_most,
            "threshold": each.row.threshold,
            **_shares(recall=each.row.recall, false=each.row.false_rate),
            "shown": each.shown,
            "edits_needed": each.edits_needed,
        }
    for family in measured.families:
        for threshold in _telling(advised):
            yield {
                "row": "family",
                "family": family,
                "threshold": threshold,
                **_shares(recall=measured.recall(threshold, family)),
            }
    for wrong in measured.false_matches:
        yield {
            "row": "false_match",
            "edit": wrong.trial.edit,
            "seed": wrong.trial.seed,
            "pictures": list(wrong.trial.parts),
            "known": wrong.known_id,
            "score": wrong.score,
            "because": wrong.because,
        }


def text_of(measured: Calibration) -> Iterator[str]:
    """The same as tables and a curve to read."""
    yield "threshold   recall of copies        edits with a false match    (95 % intervals)"
    for threshold in THRESHOLDS:
        row = measured.at(threshold)
        yield f"{threshold:9.4f}   {_percent(row.recall):22}  {_percent(row.false_rate)}"
    yield ""
    yield from curve(measured)
    yield ""
    advised = [measured.recommended(at_most) for at_most in AT_MOST]
    for each in advised:
        yield from _advice(each)
    yield ""
    thresholds = _telling(advised)
    yield f"{'recall by family':22}" + "".join(f"{f'from {threshold:.4f}':24}" for threshold in thresholds) + "pairs"
    for family in measured.families:
        shares = [measured.recall(threshold, family) for threshold in thresholds]
        yield f"{family:22}" + "".join(f"{_percent(each):24}" for each in shares) + str(shares[0].of)
    if measured.false_matches:
        yield ""
        yield "strongest false matches (reposts that matching does not know as such look like these: look at them)"
        yield from map(_named, measured.false_matches[:_SHOWN])


def _telling(advised: list[Recommended]) -> list[float]:
    return sorted({0.0, *(each.row.threshold for each in advised)})


def _advice(advised: Recommended) -> Iterator[str]:
    row, at_most = advised.row, f"{100 * advised.at_most:g} %"
    yield f"false matches for at most {at_most} of edits: from {row.threshold:.4f}, recall {_percent(row.recall)}"
    if not advised.shown:
        yield (
            f"  not shown by this sample: {row.false_rate.count} of {row.false_rate.of} leaves up to "
            f"{100 * row.false_rate.high:.1f} % possible; at least {advised.edits_needed} edits are needed"
        )


def _named(wrong: FalseMatch) -> str:
    made_of = wrong.trial.parts[0][:12]
    return f"{wrong.score:9.4f}   {wrong.trial.edit} of {made_of} taken for {wrong.known_id[:12]}: {wrong.because}"


def _percent(share: Share) -> str:
    if share.value is None:
        return "nothing to count"
    return f"{100 * share.value:5.1f} % ({100 * share.low:.1f} to {100 * share.high:.1f})"


def _shares(**shares: Share) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name, each in shares.items():
        told |= {name: each.value, f"{name}_low": each.low, f"{name}_high": each.high}
        told |= {f"{name}_count": each.count, f"{name}_of": each.of}
    return told


def _write(out: Path, text: str) -> None:
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as refused:
        raise InputError(f"{str(out)!r} cannot be written: {refused.strerror}") from refused
