"""Recall and false matches against the threshold, as a picture: in block characters, and as SVG."""

from collections.abc import Iterator, Sequence
from math import ceil

from provenance.investigate.calibration import Calibration, Row

_BLOCKS = " ▁▂▃▄▅▆▇█"
_COLUMNS = 61  # thresholds from 0 to 1 in steps of 1/60
_WIDTH, _HEIGHT, _LEFT, _TOP, _ACROSS, _DOWN = 720, 420, 64, 48, 620, 300  # px
_POINTS = 200
# Okabe and Ito (2008): told apart by people who see colours differently.
_RECALL, _FALSE = "#0072b2", "#d55e00"


def curve(measured: Calibration) -> Iterator[str]:
    """Two charts in plain characters: recall to 100 %, false matches to as much as there is."""
    rows = _rows(measured, _COLUMNS - 1)
    yield "recall of copies, from each threshold on"
    yield from _chart([row.recall.value or 0.0 for row in rows], top=1.0, lines=6)
    rates = [row.false_rate.value or 0.0 for row in rows]
    yield "edits with a false match, from each threshold on"
    yield from _chart(rates, top=max(0.01, ceil(100 * max(rates)) / 100), lines=3)


def _chart(values: Sequence[float], *, top: float, lines: int) -> Iterator[str]:
    """Columns of eighths; whatever is above zero shows at least one."""
    eighths = [min(8 * lines, ceil(8 * lines * value / top)) for value in values]
    for line in reversed(range(lines)):
        label = f"{100 * top:.0f} %" if line == lines - 1 else "0 %" if line == 0 else ""
        yield f"{label:>6} │" + "".join(_BLOCKS[min(8, max(0, each - 8 * line))] for each in eighths)
    yield f"{'':6} └" + "─" * len(values)
    yield f"{'':7}0{'threshold':^{len(values) - 2}}1"


def svg(measured: Calibration) -> str:
    """Both curves with their 95 % bands as one SVG document, 720 x 420 px."""
    rows = _rows(measured, _POINTS)
    families = (
        (_RECALL, "recall of copies", [row.recall for row in rows]),
        (_FALSE, "edits with a false match", [row.false_rate for row in rows]),
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" '
        f'height="{_HEIGHT}" font-family="sans-serif" font-size="13" fill="#222222">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        f'<text x="{_LEFT}" y="28" font-size="15">Recall and false matches by threshold: '
        f"{measured.edits} edits of known pictures</text>",
        *_axes(),
    ]
    for nth, (colour, name, shares) in enumerate(families):
        lows = [_point(row.threshold, each.low) for row, each in zip(rows, shares, strict=True)]
        highs = [_point(row.threshold, each.high) for row, each in zip(rows, shares, strict=True)]
        line = [_point(row.threshold, each.value or 0.0) for row, each in zip(rows, shares, strict=True)]
        y = _TOP + _DOWN + 60
        x = _LEFT + 250 * nth
        parts += [
            f'<polygon points="{" ".join([*highs, *reversed(lows)])}" fill="{colour}" fill-opacity="0.18"/>',
            f'<polyline points="{" ".join(line)}" fill="none" stroke="{colour}" stroke-width="2"/>',
            f'<line x1="{x}" y1="{y - 4}" x2="{x + 24}" y2="{y - 4}" stroke="{colour}" stroke-width="3"/>',
            f'<text x="{x + 32}" y="{y}">{name}, 95 % band</text>',
        ]
    return "\n".join([*parts, "</svg>\n"])


def _axes() -> Iterator[str]:
    for fifth in range(6):
        share = fifth / 5
        x, y = _LEFT + share * _ACROSS, _TOP + (1 - share) * _DOWN
        yield f'<line x1="{_LEFT}" y1="{y:.0f}" x2="{_LEFT + _ACROSS}" y2="{y:.0f}" stroke="#dddddd"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4:.0f}" text-anchor="end">{100 * share:.0f} %</text>'
        yield f'<text x="{x:.0f}" y="{_TOP + _DOWN + 20}" text-anchor="middle">{share:.1f}</text>'
    middle = _LEFT + _ACROSS / 2
    yield f'<text x="{middle:.0f}" y="{_TOP + _DOWN + 38}" text-anchor="middle">threshold of the score</text>'


def _rows(measured: Calibration, steps: int) -> list[Row]:
    return [measured.at(step / steps) for step in range(steps + 1)]


def _point(threshold: float, share: float) -> str:
    return f"{_LEFT + threshold * _ACROSS:.1f},{_TOP + (1 - share) * _DOWN:.1f}"
