"""Edits that lay the picture beside or into other known pictures."""

from collections.abc import Callable
from random import Random

from PIL import Image, ImageOps

from provenance.examine.edits.base import fitted

_CELL_PX = (480, 360)
_GAP_PX = 6


def picture_in_picture(share: float) -> Callable[[Image.Image, Random, Image.Image], Image.Image]:
    """The picture pasted anywhere into another; it fits into `share` of that one's width and height."""

    def draw(picture: Image.Image, random: Random, background: Image.Image) -> Image.Image:
        made = background.copy()
        frame = (background.width * share, background.height * share)
        inset = picture.resize(fitted(picture.size, frame), Image.Resampling.BICUBIC)
        left = random.randint(0, max(0, made.width - inset.width))
        top = random.randint(0, max(0, made.height - inset.height))
        made.paste(inset, (left, top))
        return made

    return draw


def collage(picture: Image.Image, random: Random, *others: Image.Image) -> Image.Image:
    """Four pictures in two rows of two, each cut to its cell's shape, in any order."""
    pictures = [picture, *others]
    random.shuffle(pictures)
    (width, height), gap = _CELL_PX, _GAP_PX
    made = Image.new("RGB", (2 * width + 3 * gap, 2 * height + 3 * gap), "white")
    for nth, each in enumerate(pictures):
        column, row = nth % 2, nth // 2
        made.paste(ImageOps.fit(each, _CELL_PX), (gap + column * (width + gap), gap + row * (height + gap)))
    return made
