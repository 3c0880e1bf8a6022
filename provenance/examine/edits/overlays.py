"""Edits that draw on the picture or beside it: caption bars, text, stickers. Pillow's own font, so no file is read."""

from collections.abc import Callable
from functools import lru_cache
from math import cos, pi, sin
from random import Random

from PIL import Image, ImageDraw, ImageFont

_TEXT = (
    "never before seen here today nobody told them what they found near old station after rain when last train left "
    "look who came back breaking just now share this with everyone wait until night they said it was only water"
)
_WORDS = _TEXT.split()
Pen = ImageDraw.ImageDraw
_STICKER_COLOURS = ("#ffcc00", "#ff3b30", "#34c759", "#5856d6")


@lru_cache(maxsize=16)
def font(size_px: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(max(4, size_px))


def words(random: Random, count: int) -> str:
    """So many words of a headline."""
    return " ".join(random.choice(_WORDS) for _ in range(count)).capitalize()


def caption_bar(background: str, ink: str) -> Callable[[Image.Image, Random], Image.Image]:
    """A bar of one colour above or below the picture, with one or two lines of text."""

    def draw(picture: Image.Image, random: Random) -> Image.Image:
        size_px = max(4, min(picture.width, picture.height) // 14)
        lines = [words(random, random.randint(3, 6)) for _ in range(random.randint(1, 2))]
        height = round(size_px * (1.3 * len(lines) + 0.8))
        above = random.random() < 0.5
        made = Image.new("RGB", (picture.width, picture.height + height), background)
        made.paste(picture, (0, height if above else 0))
        top = 0 if above else picture.height
        pen = ImageDraw.Draw(made)
        pen.text((size_px // 2, top + 0.3 * size_px), "\n".join(lines), ink, font(size_px))
        return made

    return draw


def text_over(picture: Image.Image, random: Random) -> Image.Image:
    """Two lines of outlined white text somewhere on the picture, as memes bear it."""
    made = picture.copy()
    size_px = max(4, picture.width // 11)
    corner = (picture.width * random.uniform(0.02, 0.15), picture.height * random.uniform(0.02, 0.75))
    text = f"{words(random, 3)}\n{words(random, 3)}".upper()
    ImageDraw.Draw(made).text(
        corner, text, "white", font(size_px), stroke_width=max(1, size_px // 12), stroke_fill="black"
    )
    return made


def stickers(picture: Image.Image, random: Random) -> Image.Image:
    """One to three drawn shapes, each over 15 to 30 % of the short side."""
    made = picture.copy()
    pen = ImageDraw.Draw(made)
    for _ in range(random.randint(1, 3)):
        side = max(2.0, min(picture.size) * random.uniform(0.15, 0.3))
        x, y = random.uniform(0, picture.width - side), random.uniform(0, picture.height - side)
        shape = random.choice((_face, _star, _arrow))
        shape(pen, x, y, side, random.choice(_STICKER_COLOURS))
    return made


def _face(pen: Pen, x: float, y: float, side: float, colour: str) -> None:
    pen.ellipse((x, y, x + side, y + side), colour, "black", max(1, round(side / 30)))
    for eye in (0.28, 0.58):
        pen.ellipse((x + eye * side, y + 0.3 * side, x + (eye + 0.14) * side, y + 0.48 * side), "black")
    pen.arc(
        (x + 0.25 * side, y + 0.35 * side, x + 0.75 * side, y + 0.8 * side), 20, 160, "black", max(1, round(side / 16))
    )


def _star(pen: Pen, x: float, y: float, side: float, colour: str) -> None:
    half = side / 2
    points = []
    for nth in range(10):
        reach, angle = half * (1.0 if nth % 2 == 0 else 0.42), nth * pi / 5 - pi / 2
        points.append((x + half + reach * cos(angle), y + half + reach * sin(angle)))
    pen.polygon(points, colour, "black")


def _arrow(pen: Pen, x: float, y: float, side: float, colour: str) -> None:
    outline = ((0, 0.35), (0.55, 0.35), (0.55, 0.1), (1, 0.5), (0.55, 0.9), (0.55, 0.65), (0, 0.65))
    pen.polygon([(x + across * side, y + down * side) for across, down in outline], colour, "white")
