"""What an alignment's picture is drawn with: colours, outlines, lines between points, words."""

import itertools
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Pixels = NDArray[np.uint8]  # RGB, shape (height, width, 3)
Points = NDArray[np.float64]  # (x, y) in pixels of the page, shape (n, 2)
Box = tuple[int, int, int, int]  # left, top, width, height on the page

WIDTH_PX, MARGIN_PX, GAP_PX, LABEL_PX = 1600, 24, 28, 34

_PAPER, _NOTHING = (250, 250, 248), (226, 228, 230)  # the page; where there is no picture
_INK, _PALE_INK, _ACCENT, _LINK = (28, 30, 33), (96, 101, 108), (232, 89, 12), (11, 114, 133)
_FADED = 0.5  # share of paper in what lies outside an outline
_SHIFT = 4  # OpenCV's fixed point: sixteenths of a pixel


def blank(height: int) -> Pixels:
    return np.full((height, WIDTH_PX, 3), _PAPER, np.uint8)


def place(page: Pixels, box: Box, drawn: Pixels) -> None:
    left, top, width, height = box
    page[top : top + height, left : left + width] = drawn


def outlined(picture: Pixels, polygon: Points) -> Pixels:
    """The picture with a line around a convex part of it, and the rest paler."""
    paler = (1 - _FADED) * picture + _FADED * np.array(_PAPER)
    drawn = np.where(inside(polygon, picture.shape[1::-1])[..., None], picture, paler).astype(np.uint8)
    inner = np.clip(polygon, 1, np.array(drawn.shape[1::-1]) - 2)  # not half outside, where it follows the frame
    line = [np.rint(inner * 2**_SHIFT).astype(np.int32)]
    for colour, thick in (((255, 255, 255), 6), (_ACCENT, 3)):
        cv2.polylines(drawn, line, True, colour, thick, cv2.LINE_AA, _SHIFT)
    return drawn


def inside(polygon: Points, size: tuple[int, ...]) -> NDArray[np.bool_]:
    """Which pixels of a picture of that size (width, height) a convex polygon covers."""
    part = np.zeros((size[1], size[0]), np.uint8)
    cv2.fillConvexPoly(part, np.rint(polygon * 2**_SHIFT).astype(np.int32), 1, cv2.LINE_8, _SHIFT)
    return part > 0


def emptied(picture: Pixels, shown: NDArray[np.bool_]) -> Pixels:
    """The picture with a plain grey where there is nothing to show."""
    return np.where(shown[..., None], picture, np.array(_NOTHING)).astype(np.uint8)


def join(page: Pixels, starts: Points, ends: Points) -> None:
    """A thin line from each start to its end, and a dot on both."""
    lines = page.copy()
    pairs = np.rint(np.stack([starts, ends], axis=1) * 2**_SHIFT).astype(int).tolist()
    for start, end in pairs:
        cv2.line(lines, start, end, _LINK, 1, cv2.LINE_AA, _SHIFT)
    cv2.addWeighted(lines, 0.6, page, 0.4, 0, dst=page)
    for point in itertools.chain(*pairs):
        cv2.circle(page, point, 5 << _SHIFT, (255, 255, 255), cv2.FILLED, cv2.LINE_AA, _SHIFT)
        cv2.circle(page, point, 3 << _SHIFT, _LINK, cv2.FILLED, cv2.LINE_AA, _SHIFT)


def label(page: Image.Image, at: tuple[int, int], said: Sequence[str]) -> None:
    """What stands above a box whose top left corner is `at`: its name, and in smaller letters a note, if any."""
    pen, x = ImageDraw.Draw(page), float(at[0])
    for text, size, ink in zip(said, (21, 16), (_INK, _PALE_INK), strict=False):
        font = ImageFont.load_default(size)
        pen.text((x, at[1] - 11), text, fill=ink, font=font, anchor="ls")
        x += font.getlength(text) + 14
