"""What every edit promises, and how one becomes a file."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from PIL import Image

MOST_PX = 2048  # long side of an edited file: the largest that messengers pass on are about this
_QUALITIES = (70, 92)  # of what phones and messengers write


@dataclass(frozen=True, slots=True)
class Edit:
    """One way to change a picture.

    `draw(picture, random, *others)` gives a new RGB picture and leaves what it was handed as it is: all chance comes
    from `random`, so that a seed repeats it. `others` is how many other pictures it needs. The JPEG quality is drawn
    from `qualities`, both ends included.
    """

    name: str
    family: str
    draw: Callable[..., Image.Image]
    others: int = 0
    qualities: tuple[int, int] = _QUALITIES


def edited_file(edit: Edit, picture: Image.Image, *others: Image.Image, seed: int) -> bytes:
    """The edited picture as a JPEG, long side at most MOST_PX. The same pictures and seed give the same bytes."""
    random = Random(seed)  # noqa: S311 - chance that can be repeated
    made = edit.draw(picture, random, *others)
    made = made.resize(fitted(made.size, (MOST_PX, MOST_PX))) if max(made.size) > MOST_PX else made
    return recompressed(made, random.randint(*edit.qualities))


def recompressed(picture: Image.Image, quality: int) -> bytes:
    """The picture as a JPEG of this quality."""
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return file.getvalue()


def fitted(size: tuple[int, int], frame: tuple[float, float]) -> tuple[int, int]:
    """The largest size of the same shape that lies in the frame; no side is under 1 px."""
    scale = min(frame[0] / size[0], frame[1] / size[1])
    return scaled(size, scale)


def scaled(size: tuple[int, int], scale: float) -> tuple[int, int]:
    """The size times `scale`; no side is under 1 px."""
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
