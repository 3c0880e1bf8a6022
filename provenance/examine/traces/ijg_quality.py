"""The quantisation tables of libjpeg's quality scale, and which quality a table is of.

Tables: ITU-T T.81, K.1 and K.2. Scale: `jpeg_quality_scaling` and `jpeg_add_quant_table` of the Independent JPEG
Group's jcparam.c. Every table here is in zig-zag order, as a file holds it; Pillow hands them out in natural order.
"""

from functools import lru_cache

Table = tuple[int, ...]

_LUMA = (
    16, 11, 10, 16, 24, 40, 51, 61,  12, 12, 14, 19, 26, 58, 60, 55,  14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62,  18, 22, 37, 56, 68, 109, 103, 77,  24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101,  72, 92, 95, 98, 112, 100, 103, 99,
)  # fmt: skip
_CHROMA = (
    17, 18, 24, 47, 99, 99, 99, 99,  18, 21, 26, 66, 99, 99, 99, 99,  24, 26, 56, 99, 99, 99, 99, 99,
    47, 66, 99, 99, 99, 99, 99, 99,  *(99,) * 32,
)  # fmt: skip
_BASELINE_MAX, _EXTENDED_MAX = 255, 32767


def _zig_zag() -> Table:
    """The natural place of each value of a table in zig-zag order: T.81, figure A.6."""
    return tuple(8 * row + column for row, column in sorted(
        ((row, column) for row in range(8) for column in range(8)),
        key=lambda at: (sum(at), at[0] if sum(at) % 2 else at[1]),
    ))  # fmt: skip


ZIG_ZAG = _zig_zag()


@lru_cache(maxsize=512)
def scaled(quality: int, *, chroma: bool = False, extended: bool = False) -> Table:
    """The table of this quality, 1 to 100. `extended`: with 16 bit, as cjpeg writes low qualities without -baseline."""
    scale = 5000 // quality if quality < 50 else 200 - 2 * quality
    base = _CHROMA if chroma else _LUMA
    most = _EXTENDED_MAX if extended else _BASELINE_MAX
    return tuple(min(max((base[at] * scale + 50) // 100, 1), most) for at in ZIG_ZAG)


@lru_cache(maxsize=2)
def _qualities(*, chroma: bool) -> dict[Table, tuple[int, ...]]:
    """Each table of the scale, and the qualities that have it: very low ones share theirs."""
    of: dict[Table, tuple[int, ...]] = {}
    for extended in (False, True):
        for quality in range(1, 101):
            table = scaled(quality, chroma=chroma, extended=extended)
            if quality not in of.get(table, ()):
                of[table] = (*of.get(table, ()), quality)
    return of


def exact(luma: Table, chroma: Table | None) -> int | None:
    """The quality whose tables these are, both; None where there is none. The highest where several share them."""
    fits = set(_qualities(chroma=False).get(luma, ()))
    if chroma is not None:
        fits &= set(_qualities(chroma=True).get(chroma, ()))
    return max(fits, default=None)


def nearest(table: Table, *, chroma: bool = False) -> tuple[int, float]:
    """The quality whose table is nearest, and how far: the mean difference of a value. 0.0 is the very table."""

    def distance(quality: int) -> float:
        return sum(abs(a - b) for a, b in zip(table, scaled(quality, chroma=chroma), strict=True)) / len(table)

    best = min(range(100, 0, -1), key=distance)
    return best, distance(best)
