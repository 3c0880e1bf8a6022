"""Known bytes become the findings of an edit of them, in one go: the edit's own bytes never leave the wall."""

from collections.abc import Callable

from PIL import Image

from provenance.errors import ReadError, UnreadableError
from provenance.examine import bytes_to_findings
from provenance.examine.decode import raster
from provenance.examine.decode.limits import Limits
from provenance.examine.decode.whole import raster_of
from provenance.examine.edits import edit_named
from provenance.examine.edits.base import edited_file
from provenance.examine.options import FeatureOptions
from provenance.model.findings import Findings


def examine_edit(
    original: bytes,
    *others: bytes,
    edit: str,
    seed: int,
    limits: Limits,
    features: FeatureOptions,
    at_step: Callable[[str], None] = bytes_to_findings.ignore,
) -> Findings:
    """What matching compares of an edit of this picture, drawn on its canonical raster; no metadata, no thumbnail.

    `edit` is a name of THE LIST and `others` are as many further pictures as it needs. Raises InputError when one of
    them cannot be read.
    """
    pictures = [_pixels(data, limits, at_step) for data in (original, *others)]
    at_step("edit")
    data = edited_file(edit_named(edit), *pictures, seed=seed)
    found = bytes_to_findings.examine(data, f"{edit}.jpg", limits=limits, features=features, at_step=at_step)
    return Findings(found.image, found.fingerprints, gaps=found.gaps, preview=found.preview, features=found.features)


def _pixels(data: bytes, limits: Limits, at_step: Callable[[str], None]) -> Image.Image:
    whole = raster_of(data, limits, at_step)
    try:
        with raster.quiet():
            return whole.image
    except ReadError as unread:  # its colours
        raise UnreadableError(str(unread)) from unread
