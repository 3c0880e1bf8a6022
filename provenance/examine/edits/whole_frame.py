"""Edits that keep the whole frame: smaller, other colours, blurred, noisy."""

from collections.abc import Callable
from random import Random

from PIL import Image, ImageChops, ImageEnhance, ImageFilter

from provenance.examine.edits.base import scaled

_NOISE = 24  # grey values up or down, of 255


def unchanged(picture: Image.Image, random: Random) -> Image.Image:
    """For edits that only encode anew."""
    return picture


def downscaled(scale: float) -> Callable[[Image.Image, Random], Image.Image]:
    def draw(picture: Image.Image, random: Random) -> Image.Image:
        return picture.resize(scaled(picture.size, scale), Image.Resampling.BICUBIC)

    return draw


def colour(picture: Image.Image, random: Random) -> Image.Image:
    """Much paler or much more colourful."""
    return ImageEnhance.Color(picture).enhance(random.choice((0.3, 1.9)))


def brightness(picture: Image.Image, random: Random) -> Image.Image:
    return ImageEnhance.Brightness(picture).enhance(random.choice((0.55, 1.5)))


def contrast(picture: Image.Image, random: Random) -> Image.Image:
    return ImageEnhance.Contrast(picture).enhance(random.choice((0.5, 1.7)))


def grey(picture: Image.Image, random: Random) -> Image.Image:
    return picture.convert("L").convert("RGB")


def blur(picture: Image.Image, random: Random) -> Image.Image:
    """By a Gaussian of 0.2 to 0.5 % of the long side."""
    return picture.filter(ImageFilter.GaussianBlur(max(picture.size) * random.uniform(0.002, 0.005)))


def noise(picture: Image.Image, random: Random) -> Image.Image:
    """Each value of each pixel up to _NOISE up or down."""
    drawn = Image.frombytes("RGB", picture.size, random.randbytes(3 * picture.width * picture.height))
    drawn = drawn.point([128 - _NOISE + value * 2 * _NOISE // 255 for value in range(256)] * 3)
    return ImageChops.add(picture, drawn, offset=-128)
