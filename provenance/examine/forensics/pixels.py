"""From bytes to a Subject: every pixel of a picture as it is stored, up to a bound."""

import numpy as np

from provenance.errors import ProvenanceError, ReadError, UnreadableError
from provenance.examine.decode import colour, raster
from provenance.examine.decode.limits import Limits, check_pixels
from provenance.examine.decode.whole import decodable_kind
from provenance.examine.faults import described
from provenance.examine.forensics.base import Step, Subject
from provenance.examine.forensics.quality import saved_at

MOST_PX = 16_000_000  # looked at; of more, the middle. Ghosts of so many take 3 s of CPU, and a worker has 10 s in all
_GRID_PX = 16  # a part begins at a multiple of this, where JPEG blocks begin, those of reduced colour too


def subject_of(data: bytes, limits: Limits, at_step: Step) -> Subject:
    """The picture at full size. Raises InputError for whatever its pixels cannot be had of.

    No reduced decode here: it would lose the grid of JPEG blocks. So a JPEG's limit is that of other formats.
    """
    at_step("decode")
    kind = decodable_kind(data, limits)
    with raster.quiet():
        try:
            return _subject(data, kind, limits)
        except ReadError as unread:
            raise UnreadableError(str(unread)) from unread


def _subject(data: bytes, kind: str, limits: Limits) -> Subject:
    whole = _decoded(data, kind, limits)
    looked_at = _middle(whole)
    rgb = colour.plain_rgb(colour.on_white(looked_at.stored))
    return Subject(
        format=kind,
        rgb=np.asarray(rgb),
        luma=np.asarray(rgb.convert("L")),
        saved_at=saved_at(data) if kind == "jpeg" else None,
        is_part=looked_at is not whole,
        original=looked_at.image,
        upright=whole.upright,
    )


def _decoded(data: bytes, kind: str, limits: Limits) -> raster.Raster:
    opened = raster.open_picture(data, kind, limits)
    check_pixels(opened.width, opened.height, "panels", limits)
    if kind != "heif":
        try:
            opened.image.load()  # before `decode`, which would have a large JPEG decoded at a fraction of its size
        except ProvenanceError:
            raise
        except Exception as broken:
            raise ReadError(described(broken)) from broken
    return raster.decode(opened, limits)[0]


def _middle(whole: raster.Raster) -> raster.Raster:
    """The picture, or of one over MOST_PX the middle of its shape, beginning where JPEG blocks begin."""
    size = whole.stored.size
    pixels = size[0] * size[1]
    if pixels <= MOST_PX:
        return whole
    scale = (MOST_PX / pixels) ** 0.5
    width, height = (max(1, int(side * scale)) for side in size)
    left, top = ((size[0] - width) // 2, (size[1] - height) // 2)
    left, top = left - left % _GRID_PX, top - top % _GRID_PX
    return whole.part((left, top, left + width, top + height))
