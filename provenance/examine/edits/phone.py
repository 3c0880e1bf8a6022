"""A screenshot of a phone: the picture as a post of a made-up app, always in one layout: a template."""

from random import Random

from PIL import Image, ImageDraw

from provenance.examine.edits.base import fitted
from provenance.examine.edits.overlays import font, words

SCREEN_PX = (720, 1560)  # 19.5 : 9, as phones have it, at the size messengers make of it
_PHOTO_TOP, _PHOTO_BOTTOM = 208, 1208
_INK, _PALE, _GROUND = "#101418", "#8a9199", "#ffffff"


def phone_frame(picture: Image.Image, random: Random) -> Image.Image:
    """Status bar, account, the picture as wide as the screen, buttons, a line of text, the bar of the app."""
    screen = Image.new("RGB", SCREEN_PX, _GROUND)
    pen = ImageDraw.Draw(screen)
    _status_bar(pen, random)
    _account(pen, random)
    pen.rectangle((0, _PHOTO_TOP, SCREEN_PX[0], _PHOTO_BOTTOM), "#000000")
    shown = picture.resize(fitted(picture.size, (SCREEN_PX[0], _PHOTO_BOTTOM - _PHOTO_TOP)))
    middle = (_PHOTO_TOP + _PHOTO_BOTTOM - shown.height) // 2
    screen.paste(shown, ((SCREEN_PX[0] - shown.width) // 2, middle))
    _buttons(pen, random)
    _app_bar(pen)
    return screen


def _status_bar(pen: ImageDraw.ImageDraw, random: Random) -> None:
    pen.text((40, 22), f"{random.randint(0, 23)}:{random.randint(0, 59):02}", _INK, font(30))
    for bar in range(4):
        pen.rectangle((540 + 14 * bar, 48 - 7 * bar, 549 + 14 * bar, 54), _INK)
    pen.rounded_rectangle((622, 26, 680, 54), 8, None, _INK, 3)
    pen.rectangle((627, 31, 627 + random.randint(8, 48), 49), _INK)


def _account(pen: ImageDraw.ImageDraw, random: Random) -> None:
    pen.ellipse((28, 98, 114, 184), "#3478f6")
    pen.ellipse((55, 112, 87, 144), _GROUND)
    pen.chord((43, 148, 99, 204), 180, 360, _GROUND)
    pen.text((136, 104), words(random, 2), _INK, font(32))
    pen.text((136, 148), f"{random.randint(2, 59)} min", _PALE, font(26))
    for dot in range(3):
        pen.ellipse((640 + 18 * dot, 138, 648 + 18 * dot, 146), _INK)


def _buttons(pen: ImageDraw.ImageDraw, random: Random) -> None:
    pen.polygon([(36, 1262), (60, 1238), (84, 1262), (60, 1292)], None, _INK, 5)
    pen.ellipse((124, 1240, 176, 1288), None, _INK, 5)
    pen.polygon([(216, 1240), (270, 1264), (216, 1288), (228, 1264)], None, _INK, 5)
    pen.polygon([(640, 1238), (676, 1238), (676, 1292), (658, 1274), (640, 1292)], None, _INK, 5)
    pen.text((36, 1312), f"{random.randint(2, 99_999):,} likes", _INK, font(30))
    pen.text((36, 1358), words(random, random.randint(3, 6)), _INK, font(28))


def _app_bar(pen: ImageDraw.ImageDraw) -> None:
    pen.line((0, 1432, SCREEN_PX[0], 1432), "#d0d4d8", 2)
    for nth in range(5):
        left = 48 + 144 * nth
        pen.rounded_rectangle((left, 1456, left + 48, 1504), 12, None, _INK if nth == 0 else _PALE, 5)
    pen.rounded_rectangle((240, 1532, 480, 1540), 4, _INK)
