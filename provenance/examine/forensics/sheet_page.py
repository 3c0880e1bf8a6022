"""A panel's sheet as the PNG that is handed out: the house's page, with what it can and cannot show written on it."""

import io
from collections.abc import Iterator
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from provenance.examine import page as draw
from provenance.examine.forensics.base import Scale, Sheet, View
from provenance.examine.forensics.told import Told, as_chunk
from provenance.examine.page import GAP_PX, LABEL_PX, MARGIN_PX, WIDTH_PX, Box

MOST_BYTES = (4 << 20) - 1024  # of the PNG; the frame around it is part of the limit on answers
_WIDE_PX = WIDTH_PX - 2 * MARGIN_PX
_TALLEST_PX, _ALL_ROWS_PX = 900, 1800  # a view; all rows of views
_TITLE_PX = 44
_BAR_PX = (300, 14)
_TEXT_PX, _LINE_PX = 17, 25
_INK = (28, 30, 33)
_QUICK = 3  # zlib's level: 6 takes three times as long for 5 % fewer bytes


def page_of(sheet: Sheet) -> Image.Image:
    """At most 1600 px wide: title, views, what the colours mean, and the sheet's two sentences."""
    boxes = _boxes(sheet)
    below = boxes[-1][1] + boxes[-1][3] + GAP_PX
    said = (*_wrapped(sheet.says), *_wrapped(sheet.cannot))
    text_from = below + _BAR_PX[1] + GAP_PX
    pixels = draw.blank(text_from + len(said) * _LINE_PX + MARGIN_PX)
    for view, box in zip(sheet.views, boxes, strict=True):
        draw.place(pixels, box, _fitted(view, box[2:]))
    width, height = _BAR_PX
    steps = np.linspace(0, len(sheet.scale.colours) - 1, width).astype(int)
    bar = np.repeat(sheet.scale.colours[steps][None], height, axis=0)
    bar_from = MARGIN_PX + round(_length(sheet.scale.left)) + 10
    draw.place(pixels, (bar_from, below, width, height), bar)
    page = Image.fromarray(pixels)
    draw.label(page, (MARGIN_PX, MARGIN_PX + 24), (sheet.title, sheet.note))
    for view, box in zip(sheet.views, boxes, strict=True):
        draw.label(page, box[:2], (view.name, view.note))
    _write_scale(page, sheet.scale, bar_from, below)
    pen = ImageDraw.Draw(page)
    for nth, line in enumerate(said):
        pen.text((MARGIN_PX, text_from + nth * _LINE_PX), line, fill=_INK, font=_font())
    return page


def encoded(page: Image.Image, told: Told) -> bytes:
    """A PNG of at most MOST_BYTES that says in a text chunk what is written on it; smaller where noise fills it."""
    while True:
        file = io.BytesIO()
        page.save(file, "PNG", compress_level=_QUICK, pnginfo=as_chunk(told))
        png = file.getvalue()
        if len(png) <= MOST_BYTES:
            return png
        scale = 0.95 * (MOST_BYTES / len(png)) ** 0.5
        page = page.resize((int(page.width * scale), int(page.height * scale)), Image.Resampling.LANCZOS)


def _boxes(sheet: Sheet) -> list[Box]:
    """Where each view lies: in its column and row, as large as these allow, in the shape of the first view."""
    rows = -(-len(sheet.views) // sheet.columns)
    column = (_WIDE_PX - (sheet.columns - 1) * GAP_PX) // sheet.columns
    first = sheet.views[0].picture
    scale = min(column / first.width, min(_TALLEST_PX, _ALL_ROWS_PX // rows) / first.height)
    width, height = max(1, round(first.width * scale)), max(1, round(first.height * scale))
    return [
        (
            MARGIN_PX + nth % sheet.columns * (column + GAP_PX),
            MARGIN_PX + _TITLE_PX + LABEL_PX + nth // sheet.columns * (height + GAP_PX + LABEL_PX),
            width,
            height,
        )
        for nth in range(len(sheet.views))
    ]


def _fitted(view: View, size: tuple[int, int]) -> draw.Pixels:
    how = Image.Resampling.LANCZOS if view.soft else Image.Resampling.NEAREST
    return np.asarray(view.picture.convert("RGB").resize(size, how))


def _write_scale(page: Image.Image, scale: Scale, left: int, top: int) -> None:
    pen, font = ImageDraw.Draw(page), _font()
    middle = top + _BAR_PX[1] // 2
    pen.text((left - 10, middle), scale.left, fill=_INK, font=font, anchor="rm")
    pen.text((left + _BAR_PX[0] + 10, middle), scale.right, fill=_INK, font=font, anchor="lm")


def _wrapped(text: str) -> Iterator[str]:
    """The lines of a text as wide as the page."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and _length(longer) > _WIDE_PX:
            yield line
            longer = word
        line = longer
    yield line


def _length(text: str) -> float:
    return _font().getlength(text)


@cache
def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(_TEXT_PX)  # parsed anew at each call: 2 ms
