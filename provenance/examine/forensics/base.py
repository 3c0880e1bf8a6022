"""What a panel is handed, what it gives back, and what it promises."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from provenance.examine.decode.raster import LONG_SIDE_PX
from provenance.examine.forensics.quality import SavedAt
from provenance.examine.forensics.told import Reading

Pixels = NDArray[np.uint8]  # RGB, shape (height, width, 3), or grey, shape (height, width)
Step = Callable[[str], None]  # told before each piece of work; a locked worker bounds the CPU of each


@dataclass(frozen=True)
class Subject:
    """A picture at full size as it is stored: 8 bit, on white, not turned, not resized, no profile applied.

    Its 8 x 8 grid of JPEG blocks, if it has one, begins at the upper left corner, also where only a part is looked at.
    """

    format: str
    rgb: Pixels
    luma: Pixels  # ITU-R BT.601, as JPEG has it
    saved_at: SavedAt | None  # None for what is no JPEG
    is_part: bool  # only the middle of a larger picture
    original: Image.Image  # the same part as it is looked at: upright, sRGB, at most 1024 px
    upright: Callable[[Image.Image], Image.Image]  # the same of what is drawn of the stored pixels

    def drawn(self, pixels: Pixels, block_px: int = 1) -> Image.Image:
        """What was computed of the stored pixels, as RGB that lies on `original`; one pixel of it for so many px."""
        width, height = self.size
        scale = min(1.0, LONG_SIDE_PX / max(width, height))
        size = max(1, round(width * scale)), max(1, round(height * scale))
        how = Image.Resampling.BOX if block_px == 1 else Image.Resampling.NEAREST
        covered = (0.0, 0.0, width / block_px, height / block_px)
        return self.upright(Image.fromarray(pixels).resize(size, how, covered)).convert("RGB")

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the pixels looked at, as stored."""
        return self.luma.shape[1], self.luma.shape[0]

    @property
    def facts(self) -> Mapping[str, Reading]:
        """What every panel states beside its own readings."""
        width, height = self.size
        saved = self.saved_at
        return {
            "width_px": width,
            "height_px": height,
            "is_part": int(self.is_part),
            "saved_at": saved.quality if saved else None,
            "saved_at_exact": int(saved.exact) if saved else None,
        }

    @property
    def was_saved(self) -> str:
        """How the file was saved last, as sentences; and that only a part is looked at, if so."""
        width, height = self.size
        part = f" Only its middle, {width} x {height} px, was looked at." if self.is_part else ""
        if self.saved_at is None:
            return f"This file is no JPEG ({self.format}).{part}"
        return f"This JPEG was saved last with {self.saved_at}.{part}"


@dataclass(frozen=True)
class View:
    """One picture on a page: upright RGB, its name and a note in smaller letters."""

    name: str
    note: str
    picture: Image.Image
    soft: bool = True  # resized smoothly; False keeps the edges of blocks


@dataclass(frozen=True)
class Scale:
    """What the colours mean: RGB from the left end to the right, and what stands at the ends, with the unit."""

    colours: Pixels  # shape (n, 3)
    left: str
    right: str


@dataclass(frozen=True)
class Sheet:
    """What a panel found, ready to be laid out: views row by row, and its sentences."""

    title: str
    note: str
    columns: int
    views: Sequence[View]
    scale: Scale
    says: str  # what this picture shows, with its numbers
    cannot: str  # what it cannot show
    reads: Mapping[str, Reading]  # what was measured


class Panel(Protocol):
    """One method of looking at a picture's pixels. It draws any picture of whatever size, and says where it is mute."""

    @property
    def name(self) -> str:
        """A word for programs and file names."""
        ...

    def sheet(self, subject: Subject, at_step: Step) -> Sheet:
        """The same sheet for the same subject. `at_step` is called before each piece of work of about 4 Mpx."""
        ...
