"""Whether two pictures agree pixel by pixel once one is laid on the other, and how they lie.

Works on the small grey previews that examine drew, so no image is opened. This is the whole-frame stage: it follows
small crops, stretches and turns. Pieces of a picture (large crops, collages) need local features, not this.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from provenance.model.dossier import Transform
from provenance.model.findings import Preview
from provenance.model.preview_pixels import pixels

Size = tuple[int, int]  # width, height
Grey = NDArray[np.float32]  # shape (SIDE, SIDE)
Matrix = NDArray[np.float64]  # shape (3, 3), on column vectors (x, y, 1)

# Both previews are stretched to this square. Of 48, 64 and 96 px, 64 lost nothing of 96's micro-AP on 279 queries
# against 315 pictures (docs/matching.md) at an eighth of its time.
SIDE = 64
_STEPS, _STEP_AT_LEAST, _SMOOTH_PX = 50, 1e-3, 7  # findTransformECC: steps, smallest gain, smoothing
_OVERLAP_AT_LEAST = 0.3  # of the query; less than that is not a whole-frame copy and proves nothing here

_WHOLE = np.ones((SIDE, SIDE), np.uint8)

# What each of model.fingerprint.TURNS does to the query's pixels, and the same on the unit square (x right, y down).
_TURNED = (
    lambda a: a,
    lambda a: np.rot90(a),
    lambda a: np.rot90(a, 2),
    lambda a: np.rot90(a, -1),
    lambda a: a[::-1],
    lambda a: a[:, ::-1],
    lambda a: a.T,
    lambda a: np.rot90(a, 2).T,
)
_TURN_MATRIX: tuple[Matrix, ...] = tuple(
    np.array([*rows, (0, 0, 1)], dtype=np.float64)
    for rows in (
        ((1, 0, 0), (0, 1, 0)),
        ((0, 1, 0), (-1, 0, 1)),
        ((-1, 0, 1), (0, -1, 1)),
        ((0, -1, 1), (1, 0, 0)),
        ((1, 0, 0), (0, -1, 1)),
        ((-1, 0, 1), (0, 1, 0)),
        ((0, 1, 0), (1, 0, 0)),
        ((0, -1, 1), (-1, 0, 1)),
    )
)


@dataclass(frozen=True, slots=True)
class Alignment:
    """How a query lies on a known picture, and how well their edges agree where they overlap.

    `agreement` is the correlation of the two pictures' gradients over the overlap, -1..1: 0 for unrelated pictures,
    near 1 for copies. Light and contrast do not move it. `pixels` is the overlap on the SIDE x SIDE grid.
    """

    transform: Transform
    query_overlap: float
    known_overlap: float
    agreement: float
    pixels: int


def align(query: tuple[Size, Preview], known: tuple[Size, Preview], *, turn: int) -> Alignment | None:
    """Lay the query, turned as TURNS[turn] says, on the known picture; None where they cannot be laid together.

    Affine registration by enhanced correlation (Evangelidis and Psarakis, PAMI 2008; OpenCV's findTransformECC).
    """
    q = _square(_TURNED[turn](pixels(query[1])))
    k = _square(pixels(known[1]))
    if min(q.std(), k.std()) < 1:  # grey levels of 255: a blank picture agrees with everything
        return None
    found = _register(q, k)
    if found is None:
        return None
    laid = np.asarray(cv2.warpAffine(k, found, (SIDE, SIDE), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP), np.float32)
    shown = cv2.warpAffine(_WHOLE, found, (SIDE, SIDE), flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP)
    if shown.mean() < _OVERLAP_AT_LEAST:
        return None
    back = cv2.warpAffine(_WHOLE, found, (SIDE, SIDE), flags=cv2.INTER_NEAREST)
    matrix = _on_full_pixels(np.vstack([found, (0, 0, 1)]), turn, query[0], known[0])
    return Alignment(
        transform=transform(matrix),
        query_overlap=float(shown.mean()),
        known_overlap=float(back.mean()),
        agreement=_agreement(q, laid, shown > 0),
        pixels=int(shown.sum()),
    )


def unaligned(turn: int, query: Size, known: Size) -> Transform:
    """The transform of two whole frames of which one is turned: what a hash alone says."""
    return transform(_on_full_pixels(np.eye(3), turn, query, known))


def transform(matrix: Matrix) -> Transform:
    """The matrix in the form that is told; a negative determinant means mirrored."""
    rows = tuple((float(a), float(b), float(c)) for a, b, c in matrix)
    return Transform(mirrored=bool(np.linalg.det(matrix[:2, :2]) < 0), matrix=rows)


def _square(grey: NDArray[np.uint8]) -> Grey:
    square = cv2.resize(np.ascontiguousarray(grey), (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return np.asarray(square, np.float32)


def _register(q: Grey, k: Grey) -> NDArray[np.float32] | None:
    start = np.eye(2, 3, dtype=np.float32)
    stop = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, _STEPS, _STEP_AT_LEAST)
    try:
        _, found = cv2.findTransformECC(q, k, start, cv2.MOTION_AFFINE, stop, _WHOLE, _SMOOTH_PX)
    except cv2.error:  # it does not converge: the pictures share nothing to hold on to
        return None
    return np.asarray(found, np.float32) if np.isfinite(found).all() else None


def _agreement(q: Grey, laid: Grey, shown: NDArray[np.bool_]) -> float:
    qx, qy, kx, ky = (cv2.Sobel(g, cv2.CV_32F, dx, 1 - dx) for g in (q, laid) for dx in (1, 0))
    rim = np.ones((3, 3), np.uint8)
    inner = cv2.erode(shown.astype(np.uint8), rim, borderType=cv2.BORDER_CONSTANT, borderValue=(0,)) > 0
    both = float((qx * kx + qy * ky)[inner].sum())
    each = float((qx**2 + qy**2)[inner].sum()) * float((kx**2 + ky**2)[inner].sum())
    return both / each**0.5 if each > 0 else 0.0


def _on_full_pixels(on_squares: Matrix, turn: int, query: Size, known: Size) -> Matrix:
    """The same mapping between the upright pictures in their own pixels. Pixel centres are at whole numbers."""
    half = np.array([(1, 0, 0.5), (0, 1, 0.5), (0, 0, 1)])
    to_unit = np.diag([1 / SIDE, 1 / SIDE, 1.0]) @ half
    into = np.diag([1 / query[0], 1 / query[1], 1.0]) @ half
    out_of = np.linalg.inv(np.diag([1 / known[0], 1 / known[1], 1.0]) @ half)
    return np.asarray(out_of @ to_unit @ on_squares @ np.linalg.inv(to_unit) @ _TURN_MATRIX[turn] @ into)
