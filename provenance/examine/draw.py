"""Pictures made from pictures."""

import io

import numpy as np
from PIL import Image

from provenance.examine.decode.raster import Raster
from provenance.model.findings import Preview
from provenance.model.preview_pixels import packed

THUMBNAIL_PX = 320  # long side; about 15 kB
PREVIEW_PX = 256  # long side; recall at precision .99 was .979 with 128 px and .996 with 256 (docs/matching.md)


def thumbnail(raster: Raster) -> bytes:
    """A JPEG to show to people, freshly encoded: nothing of the file's own bytes is in it."""
    picture = raster.small.copy()
    picture.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX), Image.Resampling.HAMMING)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=80)
    return file.getvalue()


def preview(raster: Raster) -> Preview:
    """A small grey version, for comparing pictures without opening them again."""
    picture = raster.grey.copy()
    picture.thumbnail((PREVIEW_PX, PREVIEW_PX), Image.Resampling.HAMMING)
    return packed(np.asarray(picture))
