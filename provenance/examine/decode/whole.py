"""From bytes to the canonical raster in one call, for what needs the pixels and nothing else of a file."""

from collections.abc import Callable

from provenance.errors import ReadError, UnreadableError
from provenance.examine.decode import raster
from provenance.examine.decode.header import stated_size
from provenance.examine.decode.limits import Limits, check_bytes, check_density, check_pixels, check_scans
from provenance.examine.decode.sniff import PIXEL_FORMATS, sniff


def raster_of(data: bytes, limits: Limits, at_step: Callable[[str], None]) -> raster.Raster:
    """The canonical raster of a file. Raises InputError for whatever its pixels cannot be had of."""
    at_step("decode")
    check_bytes(data, limits)
    kind = sniff(data)
    if kind not in PIXEL_FORMATS:
        raise UnreadableError(f"pixels of {kind} are not read")
    size = stated_size(data, kind)
    if size is not None:
        check_pixels(*size, kind, limits)
        if kind == "jpeg":
            check_density(data, *size, limits)
            check_scans(data, *size, limits)
    with raster.quiet():
        try:
            return raster.decode(raster.open_picture(data, kind, limits), limits)[0]
        except ReadError as unread:
            raise UnreadableError(str(unread)) from unread
