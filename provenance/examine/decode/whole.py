"""From bytes to the canonical raster in one call, for what needs the pixels and nothing else of a file."""

from collections.abc import Callable

from provenance.errors import ReadError, UnreadableError
from provenance.examine.decode import raster
from provenance.examine.decode.limits import Limits, check_bytes, checked_size
from provenance.examine.decode.sniff import PIXEL_FORMATS, sniff


def decodable_kind(data: bytes, limits: Limits) -> str:
    """The format of a file whose pixels may be decoded. Raises InputError for another, and over a limit."""
    check_bytes(data, limits)
    kind = sniff(data)
    if kind not in PIXEL_FORMATS:
        raise UnreadableError(f"pixels of {kind} are not read")
    checked_size(data, kind, limits)
    return kind


def raster_of(data: bytes, limits: Limits, at_step: Callable[[str], None]) -> raster.Raster:
    """The canonical raster of a file. Raises InputError for whatever its pixels cannot be had of."""
    at_step("decode")
    kind = decodable_kind(data, limits)
    with raster.quiet():
        try:
            return raster.decode(raster.open_picture(data, kind, limits), limits)[0]
        except ReadError as unread:
            raise UnreadableError(str(unread)) from unread
