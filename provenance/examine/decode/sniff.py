"""What a file is, by its first bytes and never by its name."""

from provenance.errors import NotAnImageError, UnreadableError
from provenance.examine.decode import tiff

PIXEL_FORMATS = ("jpeg", "png", "webp", "gif", "tiff", "bmp", "avif", "heif")
METADATA_FORMATS = ("dng", "cr2", "cr3", "nef", "arw", "raw", "jxl")  # their pixels are not read
FORMATS = (*PIXEL_FORMATS, *METADATA_FORMATS)

# ISO/IEC 23008-12 annex B and the AV1 Image File Format: brands of still pictures and of picture sequences.
_HEIF_BRANDS = {
    b"heic",
    b"heix",
    b"heim",
    b"heis",
    b"hevc",
    b"hevx",
    b"hevm",
    b"hevs",
    b"mif1",
    b"mif2",
    b"mif3",
    b"msf1",
}
_AVIF_BRANDS = {b"avif", b"avis"}
_JXL_BOX = b"\0\0\0\x0cJXL \r\n\x87\n"

# Of TIFF 6.0, TIFF/EP and DNG 1.7, and of makers as ExifTool names them.
_NEW_SUBFILE_TYPE, _COMPRESSION, _PHOTOMETRIC, _MAKE, _SUB_IFDS, _DNG_VERSION = 254, 259, 262, 271, 330, 50706
_SENSOR_PHOTOMETRIC = {32803, 34892}  # colour filter array, linear raw
_SENSOR_COMPRESSION = {32767, 32769, 32770, 34713, 65000, 65535}  # Sony, Epson, Samsung, Nikon, Kodak, Pentax


def sniff(data: bytes) -> str:
    """The format of these bytes, one of FORMATS. Raises NotAnImageError for what we do not read."""
    if not data:
        raise UnreadableError("the file is empty: 0 bytes")
    found = _simple(data) or _boxed(data) or (_tiff(data) if tiff.is_tiff(data) else None)
    if found is None:
        raise NotAnImageError(f"begins with {data[:12]!r}, which is none of {', '.join(FORMATS)}")
    return found


def _simple(data: bytes) -> str | None:
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"  # also with further pictures behind it: MPO, motion photo, gain map
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if data.startswith((b"\xff\x0a", _JXL_BOX)):
        return "jxl"
    if data.startswith(b"BM") and int.from_bytes(data[14:18], "little") in (12, 16, 40, 52, 56, 64, 108, 124):
        return "bmp"  # two letters say little; the length of the header behind them has few values
    return None


def _boxed(data: bytes) -> str | None:
    """Formats of ISO base media files, by the brands of their first box."""
    if data[4:8] != b"ftyp":
        return None
    end = min(int.from_bytes(data[:4]), 512)
    major = data[8:12]
    brands = {major, *(data[at : at + 4] for at in range(16, end, 4))}
    if major == b"crx ":
        return "cr3"
    if major in _AVIF_BRANDS or (major in _HEIF_BRANDS | {b"miaf"} and brands & _AVIF_BRANDS):
        return "avif"
    if major in _HEIF_BRANDS or (major == b"miaf" and brands & _HEIF_BRANDS):
        return "heif"
    return None


def _tiff(data: bytes) -> str:
    if data[:4] in tiff.RAW_MAGIC:
        return "raw"
    if data[8:11] == b"CR\x02":
        return "cr2"
    directory = tiff.read_directory(data, tiff.first_offset(data))
    if directory is None:
        return "tiff"
    if _DNG_VERSION in directory.numbers:
        return "dng"
    if not _is_sensor_data(directory):
        return "tiff"
    make = directory.texts.get(_MAKE, "").upper()
    return "nef" if make.startswith("NIKON") else "arw" if make.startswith("SONY") else "raw"


def _is_sensor_data(directory: tiff.Directory) -> bool:
    """Whether the first directory is sensor data, or a small preview with the sensor data in a sub-directory."""
    numbers = directory.numbers
    is_preview = numbers.get(_NEW_SUBFILE_TYPE, 0) & 1 and _SUB_IFDS in numbers and _MAKE in directory.texts
    return bool(
        is_preview
        or numbers.get(_PHOTOMETRIC) in _SENSOR_PHOTOMETRIC
        or numbers.get(_COMPRESSION) in _SENSOR_COMPRESSION
    )
