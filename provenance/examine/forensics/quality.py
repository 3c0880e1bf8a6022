"""With which quality of libjpeg a JPEG was saved last, by its luminance quantisation table."""

from dataclasses import dataclass

from provenance.errors import ReadError
from provenance.examine.traces.ijg_quality import nearest
from provenance.examine.traces.jpeg_marks import marks


@dataclass(frozen=True, slots=True)
class SavedAt:
    """The quality, 1..100, whose table is the file's, or is the nearest to it."""

    quality: int
    exact: bool

    def __str__(self) -> str:
        return (
            f"the table of libjpeg's quality {self.quality}" if self.exact else f"a table near quality {self.quality}"
        )


def saved_at(data: bytes) -> SavedAt | None:
    """Of a JPEG; None where its tables are missing or damaged."""
    try:
        tables = marks(data).quantisation
    except ReadError:
        return None
    if not tables:
        return None
    quality, apart = nearest(tables[0])
    return SavedAt(quality, apart == 0)
