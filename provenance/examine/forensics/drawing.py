"""From bytes to one panel's PNG. Read me first of this folder."""

from provenance.examine.decode.limits import Limits
from provenance.examine.forensics import panel_named
from provenance.examine.forensics.base import Step
from provenance.examine.forensics.pixels import subject_of
from provenance.examine.forensics.sheet_page import encoded, page_of
from provenance.examine.forensics.told import Told
from provenance.examine.traces.ijg_quality import nearest, scaled


def draw_forensics(data: bytes, *, panel: str, limits: Limits, at_step: Step) -> bytes:
    """A PNG of at most 4 MiB that holds a Told. Raises InputError when the picture cannot be read.

    `panel` is a name of PANELS; KeyError for another.
    """
    drawing = panel_named(panel)
    sheet = drawing.sheet(subject_of(data, limits, at_step), at_step)
    at_step("draw")
    page = page_of(sheet)
    at_step("encode")
    return encoded(page, Told(panel, sheet.says, sheet.cannot, dict(sheet.reads)))


def warm_up() -> None:
    """The tables of libjpeg's scale; fonts and codecs are in memory once an alignment was drawn."""
    nearest(scaled(75))
