"""Edits that move or cut the frame: crops, mirrors, rotations, and the chain of reposts."""

import io
from collections.abc import Callable
from random import Random

from PIL import Image

from provenance.examine.edits.base import recompressed, scaled

_TRANSFERS = 3  # of a chain of reposts


def cropped(picture: Image.Image, random: Random, *, removed: float) -> Image.Image:
    """What is left when a share of the area is cut off: the rest is a little wider or narrower, anywhere."""
    side = (1 - removed) ** 0.5
    shape = random.uniform(max(side, 0.8), min(1 / side, 1.25))
    width = max(1, round(picture.width * side * shape))
    height = max(1, round(picture.height * side / shape))
    left, top = random.randint(0, picture.width - width), random.randint(0, picture.height - height)
    return picture.crop((left, top, left + width, top + height))


def crop(removed: float) -> Callable[[Image.Image, Random], Image.Image]:
    def draw(picture: Image.Image, random: Random) -> Image.Image:
        return cropped(picture, random, removed=removed)

    return draw


def mirror(picture: Image.Image, random: Random) -> Image.Image:
    return picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)


def mirror_and_crop(picture: Image.Image, random: Random) -> Image.Image:
    return mirror(cropped(picture, random, removed=0.3), random)


def tilt(picture: Image.Image, random: Random) -> Image.Image:
    """By 8° either way, with black corners."""
    return picture.rotate(random.choice((-8, 8)), Image.Resampling.BICUBIC, expand=True)


def quarter_turn(picture: Image.Image, random: Random) -> Image.Image:
    return picture.transpose(random.choice((Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270)))


def half_turn(picture: Image.Image, random: Random) -> Image.Image:
    return picture.transpose(Image.Transpose.ROTATE_180)


def repost_chain(picture: Image.Image, random: Random) -> Image.Image:
    """Three times: cut a little, make smaller, compress."""
    for _ in range(_TRANSFERS):
        picture = cropped(picture, random, removed=random.uniform(0.02, 0.08))
        picture = picture.resize(scaled(picture.size, random.uniform(0.7, 0.95)), Image.Resampling.BICUBIC)
        picture = Image.open(io.BytesIO(recompressed(picture, random.randint(35, 75)))).convert("RGB")
    return picture
