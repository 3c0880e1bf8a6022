"""With which quality of libjpeg a JPEG was saved last, by its luminance quantisation table."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from PIL import Image

Table = tuple[int, ...]  # 64 steps, in the order in which Pillow gives them


@dataclass(frozen=True, slots=True)
class SavedAt:
    """The quality, 1..100, whose table is the file's, or is the nearest to it."""

    quality: int
    exact: bool

    def __str__(self) -> str:
        return (
            f"the table of libjpeg's quality {self.quality}" if self.exact else f"a table near quality {self.quality}"
        )


def saved_at(tables: Mapping[int, Sequence[int]] | None) -> SavedAt | None:
    """Of a JPEG's tables by their number, as Pillow has them; None where there is no whole table 0."""
    luma = tuple((tables or {}).get(0, ()))
    if len(luma) != 64:
        return None
    apart = {quality: _apart(luma, table) for quality, table in _libjpeg().items()}
    nearest = min(apart, key=lambda quality: (apart[quality], -quality))
    return SavedAt(nearest, apart[nearest] == 0)


def _apart(a: Table, b: Table) -> int:
    return sum(abs(x - y) for x, y in zip(a, b, strict=True))


@cache
def _libjpeg() -> dict[int, Table]:
    """The luminance table of each quality, read from files that this libjpeg writes."""
    return {quality: _table(quality) for quality in range(1, 101)}


def _table(quality: int) -> Table:
    file = io.BytesIO()
    Image.new("L", (8, 8)).save(file, "JPEG", quality=quality)
    return tuple(Image.open(file).quantization[0])  # type: ignore[attr-defined]  # of JpegImageFile
