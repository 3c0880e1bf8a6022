"""From bytes to a Subject: every pixel of a picture as it is stored, up to a bound."""

from dataclasses import replace

import numpy as np
from PIL import Image

from provenance.errors import ProvenanceError, ReadError, UnreadableError
from provenance.examine.decode import colour, raster
from provenance.examine.decode.header import stated_size
from provenance.examine.decode.limits import Limits, check_bytes, check_density, check_pixels, check_scans
from provenance.examine.decode.sniff import PIXEL_FORMATS, sniff
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
    check_bytes(data, limits)
    kind = sniff(data)
    if kind not in PIXEL_FORMATS:
        raise UnreadableError(f"pixels of {kind} are not read")
    size = stated_size(data, kind)
    if size is not None:
        check_pixels(*size, "panels", limits)
        if kind == "jpeg":
            check_density(data, *size, limits)
            check_scans(data, *size, limits)
    with raster.quiet():
        try:
            return _decoded(data, kind, limits)
        except ReadError as unread:
            raise UnreadableError(str(unread)) from unread


def _decoded(data: bytes, kind: str, limits: Limits) -> Subject:
    opened = raster.open_picture(data, kind, limits)
    if kind != "heif":
        try:
            opened.image.load()  # before `decode`, which would have a large JPEG decoded at a fraction of its size
        except ProvenanceError:
            raise
        except Exception as broken:
            raise ReadError(described(broken)) from broken
    tables = getattr(opened.image, "quantization", None) if kind == "jpeg" else None
    whole, _ = raster.decode(opened, limits)
    stored = _middle(whole._decoded)

    def upright(drawn: Image.Image) -> Image.Image:
        return replace(whole, _decoded=drawn, _profile=None).image

    rgb = colour.plain_rgb(colour.on_white(stored))
    return Subject(
        format=kind,
        rgb=np.asarray(rgb),
        luma=np.asarray(rgb.convert("L")),
        saved_at=saved_at(tables),
        is_part=stored.size != whole._decoded.size,
        original=replace(whole, _decoded=stored).image,
        upright=upright,
    )


def _middle(picture: Image.Image) -> Image.Image:
    """The picture, or of one over MOST_PX the middle of its shape, beginning where JPEG blocks begin."""
    if picture.width * picture.height <= MOST_PX:
        return picture
    scale = (MOST_PX / (picture.width * picture.height)) ** 0.5
    width, height = (max(1, int(side * scale)) for side in picture.size)
    left, top = ((picture.width - width) // 2, (picture.height - height) // 2)
    left, top = left - left % _GRID_PX, top - top % _GRID_PX
    return picture.crop((left, top, left + width, top + height))
