import struct

import pytest

from provenance.errors import InputError, NotAnImageError, UnreadableError
from provenance.examine.decode.sniff import FORMATS, METADATA_FORMATS, PIXEL_FORMATS, sniff
from tests import pictures

DRAWN = {
    "jpeg": pictures.jpeg,
    "png": pictures.png,
    "webp": pictures.webp,
    "gif": pictures.gif,
    "tiff": pictures.tiff,
    "bmp": pictures.bmp,
    "avif": pictures.avif,
    "heif": pictures.heic,
}


def tiff_of(*entries: tuple[int, int, int, int], head: bytes = b"II*\0", text: bytes = b"") -> bytes:
    """A TIFF of one directory: (tag, type, count, value) each; `text` follows it, at byte 8 + 6 + 12 * entries."""
    listed = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return head + struct.pack("<IH", 8, len(entries)) + listed + bytes(4) + text


def camera(make: bytes, *entries: tuple[int, int, int, int]) -> bytes:
    return tiff_of(*entries, (271, 2, len(make), 14 + 12 * (len(entries) + 1)), text=make)


def ftyp(major: bytes, *compatible: bytes) -> bytes:
    box = b"ftyp" + major + bytes(4) + b"".join(compatible)
    return struct.pack(">I", len(box) + 4) + box


@pytest.mark.parametrize("kind", PIXEL_FORMATS)
def test_each_format_with_pixels_is_known_by_its_bytes(kind):
    assert sniff(DRAWN[kind]()) == kind


PREVIEW = ((254, 4, 1, 1), (330, 4, 1, 900))  # the first directory is a preview, the rest in a sub-directory
METADATA_ONLY = {
    "dng": tiff_of((50706, 1, 4, 0x00000401)),
    "cr2": b"II*\0\x10\0\0\0CR\x02\0" + bytes(20),
    "cr3": ftyp(b"crx ", b"crx ", b"isom"),
    "nef": camera(b"NIKON CORPORATION\0", *PREVIEW),
    "arw": camera(b"SONY\0", (259, 3, 1, 32767)),
    "raw": camera(b"PENTAX Corporation\0", (262, 3, 1, 32803)),
    "jxl": b"\xff\x0a\x01\x02",
}


@pytest.mark.parametrize("kind", METADATA_FORMATS)
def test_each_format_without_pixels_is_known_by_its_bytes(kind):
    assert sniff(METADATA_ONLY[kind]) == kind


def test_every_format_has_a_test():
    assert set(DRAWN) | set(METADATA_ONLY) == set(FORMATS)


@pytest.mark.parametrize("magic", [b"IIRO", b"IIRS", b"MMOR", b"IIU\0"])
def test_tiff_with_a_makers_own_number_is_raw(magic):
    assert sniff(magic + bytes(30)) == "raw"


def test_a_camera_tiff_without_sensor_data_is_a_tiff():
    assert sniff(camera(b"NIKON CORPORATION\0", (259, 3, 1, 1), (262, 3, 1, 2))) == "tiff"


@pytest.mark.parametrize(
    ("brands", "kind"),
    [
        ((b"avif", b"mif1"), "avif"),
        ((b"avis", b"msf1"), "avif"),
        ((b"mif1", b"avif"), "avif"),
        ((b"mif1", b"heic"), "heif"),
        ((b"heix",), "heif"),
    ],
)
def test_boxed_formats_are_told_apart_by_their_brands(brands, kind):
    assert sniff(ftyp(*brands)) == kind


@pytest.mark.parametrize("append", [b"", b"motion" * 9, pictures.jpeg(4)])
def test_what_follows_a_jpeg_does_not_change_it(append):
    assert sniff(pictures.jpeg() + append) == "jpeg"


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7\n",
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
        b"8BPS\0\1" + bytes(20),
        b"\0\0\1\0\1\0\x10\x10",
        b"\0\0\0\x0cjP  \r\n\x87\n",
        ftyp(b"isom", b"mp42"),
        b"BMW 320i, first owner, no accidents",
        b"plain words",
        b"\xff",
    ],
    ids=["svg", "pdf", "eps", "psd", "ico", "jp2", "mp4", "text like bmp", "text", "one byte"],
)
def test_what_we_do_not_read_is_refused(data):
    with pytest.raises(NotAnImageError):
        sniff(data)


def test_a_refusal_shows_the_first_bytes_harmlessly_and_what_we_read():
    with pytest.raises(NotAnImageError) as refused:
        sniff(b"\x1b[31mred\n" + b"x" * 1000)
    assert "\\x1b[31mred\\n" in str(refused.value)
    assert "\x1b" not in str(refused.value)
    assert "jpeg" in str(refused.value)
    assert len(str(refused.value)) < 200


def test_nothing_at_all_is_refused_as_empty():
    with pytest.raises(UnreadableError, match="0 bytes"):
        sniff(b"")


@pytest.mark.parametrize("kind", [*DRAWN])
def test_every_beginning_of_a_file_is_known_or_refused(kind):
    data = DRAWN[kind]()
    for length in range(40):
        try:
            assert sniff(data[:length]) in FORMATS
        except InputError:
            continue
