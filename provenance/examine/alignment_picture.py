"""The picture of an alignment: two photos side by side with what they share outlined, and one laid on the other.

Above: A and B at equal height, each with the part that the other shows inside an outline, the rest paler, and lines
between matched points. Below: A laid on B, the same part of B, and where the two differ. Without an alignment there is
only the upper row, and a line that says so.
"""

import io
from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image

from provenance.examine import alignment_geometry as geometry
from provenance.examine import page as draw
from provenance.examine.alignment_geometry import Overlap, Points
from provenance.examine.alignment_views import AMPLIFIED, views
from provenance.examine.bytes_to_findings import ignore
from provenance.examine.decode.limits import Limits
from provenance.examine.decode.raster import Raster
from provenance.examine.decode.whole import raster_of
from provenance.examine.page import GAP_PX, LABEL_PX, MARGIN_PX, WIDTH_PX, Box, Pixels

Rows = Sequence[Sequence[float]]

MOST_BYTES = (4 << 20) - 1024  # of the PNG; the frame around it is part of the limit on answers
POINTS_AT_MOST = 60  # drawn; more cannot be told apart
_POINTS_APART_PX = 16  # on the page; nearer ones show the same
_UPPER_PX, _LOWER_PX = 620, 460  # greatest heights of the rows
_NOTE_FROM_PX = 330  # width of a picture from which its note fits above it
_QUICK = 3  # zlib's level: 6 takes three times as long for 5 % fewer bytes


def draw_alignment(
    a: bytes,
    b: bytes,
    *,
    matrix: Rows | None,
    points: Rows,
    limits: Limits,
    at_step: Callable[[str], None] = ignore,
) -> bytes:
    """A PNG of at most MOST_BYTES, 1600 px wide where that fits.

    `matrix` takes upright pixels of A to those of B; one that lays nothing of A on B is as good as None. `points` are
    rows (ax, ay, bx, by), best first. Raises InputError when one of the two cannot be read.
    """
    pictures = raster_of(a, limits, at_step), raster_of(b, limits, at_step)
    at_step("draw")
    page = _page(*pictures, geometry.overlap(matrix, *map(_size, pictures)), points)
    at_step("encode")
    return _encoded(page)


def warm_up() -> None:
    """Draws once, so that font and codec are in memory: a locked worker can open no file."""
    file = io.BytesIO()
    Image.linear_gradient("L").save(file, "PNG")
    picture = file.getvalue()
    draw_alignment(picture, picture, matrix=np.eye(3).tolist(), points=[(9, 9, 9, 9)], limits=Limits())


def _page(a: Raster, b: Raster, shared: Overlap | None, points: Rows) -> Image.Image:
    upper = _upper_row(_size(a), _size(b), MARGIN_PX + LABEL_PX)
    end = upper[0][1] + upper[0][3]
    lower = _lower_row(shared, end + GAP_PX + LABEL_PX) if shared else ()
    if lower:
        end = lower[0][1] + lower[0][3]
    page = draw.blank(end + MARGIN_PX)
    for picture, box, part in zip((a, b), upper, (shared.in_a, shared.in_b) if shared else (None, None), strict=True):
        draw.place(page, box, _whole(picture, box, part))
    if shared:
        draw.join(page, *_joined((a, b), upper, points))
        for box, view in zip(lower, views(a, b, shared, lower[0][2:]), strict=True):
            draw.place(page, box, view)
    return _labelled(Image.fromarray(page), upper, lower, shared)


def _upper_row(a: tuple[int, int], b: tuple[int, int], top: int) -> tuple[Box, Box]:
    """Boxes of equal height for pictures of these sizes, as large as the page allows, in its middle."""
    wide = WIDTH_PX - 2 * MARGIN_PX - GAP_PX
    shapes = a[0] / a[1], b[0] / b[1]
    height = max(1, round(min(_UPPER_PX, wide / sum(shapes))))
    widths = [max(1, int(min(height, wide / sum(shapes)) * shape)) for shape in shapes]
    left = (WIDTH_PX - sum(widths) - GAP_PX) // 2
    return (left, top, widths[0], height), (left + widths[0] + GAP_PX, top, widths[1], height)


def _lower_row(shared: Overlap, top: int) -> tuple[Box, ...]:
    """Three boxes of the shape of what B shows of A, each at the left of its third of the page."""
    wide = (WIDTH_PX - 2 * MARGIN_PX - 2 * GAP_PX) // 3
    extent = np.ptp(shared.in_b, axis=0)
    scale = min(wide / extent[0], _LOWER_PX / extent[1])
    width, height = (max(1, round(side * scale)) for side in extent)
    return tuple((MARGIN_PX + n * (wide + GAP_PX), top, width, height) for n in range(3))


def _whole(picture: Raster, box: Box, part: Points | None) -> Pixels:
    drawn = np.asarray(picture.image.resize(box[2:], Image.Resampling.LANCZOS))
    if part is None:
        return drawn
    return draw.outlined(drawn, geometry.moved(geometry.scaling(_size(picture), box[2:]), part))


def _joined(pictures: tuple[Raster, Raster], boxes: tuple[Box, Box], points: Rows) -> tuple[Points, Points]:
    """Where on the page the matched points lie: the best ones that do not crowd each other."""
    rows = np.asarray(points, np.float64).reshape(-1, 4)
    with np.errstate(invalid="ignore"):
        inside = ((rows > -1) & (rows < [*_size(pictures[0]), *_size(pictures[1])])).all(axis=1)  # NaN is not
    rows = rows[inside]
    starts, ends = (
        geometry.moved(geometry.scaling(_size(picture), box[2:], box[:2]), columns)
        for picture, box, columns in zip(pictures, boxes, (rows[:, :2], rows[:, 2:]), strict=True)
    )
    kept: list[int] = []
    for row in range(len(rows)):
        apart = [np.hypot(*(all_[kept] - all_[row]).T).min(initial=np.inf) for all_ in (starts, ends)]
        if min(apart) >= _POINTS_APART_PX and len(kept) < POINTS_AT_MOST:
            kept.append(row)
    return starts[kept], ends[kept]


def _labelled(page: Image.Image, upper: tuple[Box, Box], lower: Sequence[Box], shared: Overlap | None) -> Image.Image:
    for box, name, other in zip(upper, "AB", "BA", strict=True):
        fits = shared and box[2] >= _NOTE_FROM_PX
        draw.label(page, box[:2], (name, f"outlined: where {other} lies on it") if fits else (name,))
    if shared is None:
        draw.label(page, (MARGIN_PX, MARGIN_PX + 24), ("no alignment was found",))
        return page
    mirrored = np.linalg.det(shared.matrix[:2, :2]) < 0
    legend = f"white: equal; black: {-(-255 // AMPLIFIED)} grey levels apart"
    said = (
        ("A, mirrored and laid on B" if mirrored else "A, laid on B",),
        ("B, the same part",),
        (f"difference, {AMPLIFIED}x", legend),
    )
    for box, words in zip(lower, said, strict=True):
        draw.label(page, box[:2], words)
    return page


def _size(picture: Raster) -> tuple[int, int]:
    return picture.width, picture.height


def _encoded(page: Image.Image) -> bytes:
    """As PNG; smaller, where noise fills it, until it is few enough bytes."""
    while True:
        file = io.BytesIO()
        page.save(file, "PNG", compress_level=_QUICK)
        png = file.getvalue()
        if len(png) <= MOST_BYTES:
            return png
        scale = 0.95 * (MOST_BYTES / len(png)) ** 0.5
        page = page.resize((int(page.width * scale), int(page.height * scale)), Image.Resampling.LANCZOS)
