"""Whether pixels were compressed as a JPEG before they were saved as they are, and at which quality."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from provenance.errors import ReadError
from provenance.examine.traces.base import Subject
from provenance.examine.traces.dct_blocks import FREQUENCIES, coefficients
from provenance.examine.traces.double_jpeg import MAX_STEP, evidence
from provenance.examine.traces.earlier_grid import LEAST_DEVIATIONS, LEAST_OVER_RIVALS, Grid, earlier_grid
from provenance.examine.traces.full_luma import LOSSLESS, Luma, luma_of_jpeg, luma_of_lossless
from provenance.examine.traces.ijg_quality import Table, exact, scaled
from provenance.examine.traces.jpeg_marks import Marks
from provenance.model.findings import Trace
from provenance.model.trace_score import wilson_lower

# Of a table of 97 or more, whose steps are 1 and 2, nothing remains to be found.
_QUALITIES = range(1, 97)
_NEARLY_AS_GOOD = 2.0  # nats: such qualities are told too

LIMIT = 10.0  # nats; the highest of 1,470 pictures compressed once was 7.2 (docs/traces.md)

_TWICE = "double quantisation: Popescu and Farid 2004, Bianchi and Piva 2012"
_PERIODS = "periods of DCT coefficients: Fan and de Queiroz 2003, Bianchi and Piva 2012"
_HARMLESS = (
    "Galleries, editors and platforms save anew as a matter of course: saving twice is no forgery. The quality is "
)
_HARMLESS += "IJG's nearest; tables of other scales are told by the nearest one."


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the histograms say of an earlier compression on the same grid: its quality, and how surely."""

    lowest: int
    highest: int
    nats: float


class PreviousCompression:
    """The quality of an earlier JPEG: under a JPEG, on the same grid or another, or under a lossless picture."""

    name = "previous_compression"
    quick = False

    def traces(self, subject: Subject) -> Iterator[Trace]:
        if subject.raster is None:
            return  # the step that decodes has said why
        if subject.format == "jpeg":
            yield from _of_jpeg(subject.data, subject.marks)
        elif subject.format in LOSSLESS:
            pixels = subject.raster.width * subject.raster.height
            luma = luma_of_lossless(subject.data, subject.format, pixels=pixels)
            grid = None if luma is None else earlier_grid(luma, own=False)
            if grid:
                yield _lossless(grid, subject.format)


def compressed_before(luma: Luma, table: Table) -> Earlier | None:
    """The earlier quality that explains the coefficients best; None where none does better than no earlier one.

    `table` is the file's own, in zig-zag order.
    """
    ratios = evidence(coefficients(luma), table[1 : 1 + FREQUENCIES])
    sums = np.array([_sum(ratios, scaled(quality)) for quality in _QUALITIES])
    best = float(sums.max())
    if best <= 0:
        return None
    as_good = np.flatnonzero(sums > best - _NEARLY_AS_GOOD)
    return Earlier(_QUALITIES[int(as_good[0])], _QUALITIES[int(as_good[-1])], best)


def _sum(ratios: NDArray[np.float32], table: Table) -> float:
    steps = np.minimum(table[1 : 1 + FREQUENCIES], MAX_STEP)
    return float(ratios[np.arange(FREQUENCIES), steps].sum())


def _of_jpeg(data: bytes, found: Marks) -> Iterator[Trace]:
    if not found.quantisation or found.frame & 3 == 3:
        return  # lossless
    if found.depth != 8 or len(found.components) not in (1, 3) or (found.adobe_transform == 0 and found.sampling):
        raise ReadError(f"{len(found.components)} channels of {found.depth} bit, of which none is known to be luma")
    luma = luma_of_jpeg(data, pixels=found.width * found.height, scans=found.scans)
    earlier = compressed_before(luma, found.quantisation[0])
    if earlier and earlier.nats > LIMIT:
        yield _same_grid(earlier, found)
    grid = earlier_grid(luma, own=True)
    if grid:
        yield _other_grid(grid, found)


def _same_grid(earlier: Earlier, found: Marks) -> Trace:
    lowest, highest = earlier.lowest, earlier.highest
    return Trace(
        kind="previous_compression",
        says=f"the JPEG was compressed before at about IJG quality {_span(lowest, highest)}, and again {_now(found)}",
        because=f"the histograms of {FREQUENCIES} DCT frequencies have the pattern of two quantisations on one grid: "
        f"log-likelihood ratio {earlier.nats:.0f}, limit {LIMIT:.0f}",
        source=f"{_TWICE}; counted on pictures saved once and twice (docs/traces.md)",
        but=_HARMLESS,
        score=SAME_GRID_SCORE,
    )


def _other_grid(grid: Grid, found: Marks) -> Trace:
    return Trace(
        kind="previous_compression",
        says=f"the picture was compressed before at about IJG quality {grid.quality} on another grid, and again "
        f"{_now(found)}: it was cropped or moved in between",
        because=_fits(grid),
        source=f"{_PERIODS}; counted on pictures cropped and not (docs/traces.md)",
        but=f"{_HARMLESS} A black border or a caption set above moves the grid as a crop does.",
        score=GRID_SCORE,
    )


def _lossless(grid: Grid, format_: str) -> Trace:
    moved = "" if grid.right == grid.down == 0 else ", and was cropped or moved since"
    return Trace(
        kind="previous_compression",
        says=f"the {format_.upper()} holds a picture that was a JPEG of about IJG quality {grid.quality}{moved}",
        because=_fits(grid),
        source=f"{_PERIODS}; counted on pictures that were JPEG and not (docs/traces.md)",
        but=f"{_HARMLESS} A screenshot of a JPEG shown at its own size has the same trace.",
        score=GRID_SCORE,
    )


def _fits(grid: Grid) -> str:
    return (
        f"DCT coefficients of a grid {grid.right} px from the left and {grid.down} px from the top edge are near "
        f"multiples of its steps: mean cosine {grid.near:.2f}, {grid.deviations:.0f} deviations from 0, on grids "
        f"elsewhere {grid.rival:.0f} at most (limits {LEAST_DEVIATIONS:.0f}, and {LEAST_OVER_RIVALS} times those)"
    )


def _span(lowest: int, highest: int) -> str:
    return str(lowest) if lowest == highest else f"{lowest} to {highest}"


def _now(found: Marks) -> str:
    luma, *others = found.quantisation
    quality = exact(luma, others[0] if others else None)
    return f"at {quality}" if quality else "with tables of its own"


# Of what `python -m benchmarks.traces` was told of pictures with and without an earlier JPEG (docs/traces.md): on the
# same grid how much had the quality right within 2, on another how much there was an earlier JPEG at all.
SAME_GRID_SCORE = wilson_lower(1950, 1988)
GRID_SCORE = wilson_lower(239, 239)
