import hashlib
import io
import struct
import subprocess
import sys
import textwrap
import warnings
from pathlib import Path

import pytest
from PIL import Image

from provenance.errors import NotAnImageError, ReadError, TooLargeError, UnreadableError
from provenance.examine import bytes_to_findings
from provenance.examine.bytes_to_findings import examine
from provenance.examine.decode.limits import Limits
from provenance.examine.draw import PREVIEW_PX, THUMBNAIL_PX
from provenance.examine.faults import described
from provenance.examine.fingerprints import FINGERPRINTS
from provenance.examine.fingerprints.pdq import Pdq
from provenance.examine.metadata import READERS
from provenance.examine.safe_name import safe_name
from provenance.model.findings import Gap
from tests import pictures
from tests.test_raster import scan_bomb

KINDS = [maker.kind for maker in FINGERPRINTS]
ROOT = Path(__file__).parents[1]


def test_a_photo_gives_its_facts_and_every_fingerprint():
    data = pictures.jpeg(3, size=(400, 300), orientation=6)
    findings = examine(data, "photo.jpg")
    image = findings.image
    assert image.id == hashlib.sha256(data).hexdigest()
    assert (image.name, image.format, image.bytes, image.frames) == ("photo.jpg", "jpeg", len(data), 1)
    assert (image.width, image.height) == (300, 400)
    assert [fingerprint.kind for fingerprint in findings.fingerprints] == KINDS
    assert not findings.gaps


def test_metadata_of_the_file_is_among_the_findings():
    findings = examine(pictures.jpeg(3, gps=(56.01, 92.79), taken="2024:11:14 10:22:33"), "photo.jpg")
    assert findings.metadata["ExifIFD:DateTimeOriginal"] == "2024:11:14 10:22:33"
    assert findings.positions[0].position.latitude == pytest.approx(56.01, abs=1e-4)


def test_the_format_is_what_the_bytes_say_whatever_the_name():
    assert examine(pictures.png(), "photo.jpg").image.format == "png"


def test_two_drawings_of_the_same_file_are_the_same():
    assert examine(pictures.jpeg(), "a.jpg") == examine(pictures.jpeg(), "a.jpg")


def test_thumbnail_and_preview_keep_within_their_sizes():
    findings = examine(pictures.jpeg(picture=pictures.scene().resize((2000, 1000))), "wide.jpg")
    thumbnail = Image.open(io.BytesIO(findings.thumbnail))
    assert thumbnail.format == "JPEG"
    assert thumbnail.size == (THUMBNAIL_PX, THUMBNAIL_PX // 2)
    assert (findings.preview.width, findings.preview.height) == (PREVIEW_PX, PREVIEW_PX // 2)


def test_small_pictures_are_not_drawn_larger():
    findings = examine(pictures.png(size=(40, 30)), "small.png")
    assert Image.open(io.BytesIO(findings.thumbnail)).size == (40, 30)
    assert (findings.preview.width, findings.preview.height) == (40, 30)


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "gif", "bmp", "avif", "heic"])
def test_a_cut_off_picture_has_its_facts_and_a_gap(kind):
    data = getattr(pictures, kind)()
    findings = examine(data[: len(data) * 2 // 3], f"cut.{kind}")
    assert [fingerprint.kind for fingerprint in findings.fingerprints] == ["sha256"]
    assert "decode" in [gap.step for gap in findings.gaps]
    assert (findings.image.width, findings.image.height) in ((640, 480), (320, 240))
    assert (findings.preview, findings.thumbnail) == (None, b"")


@pytest.mark.parametrize(("kind", "bytes_left"), [("jpeg", 100), ("png", 20), ("webp", 22), ("gif", 9), ("heic", 60)])
def test_a_picture_cut_off_before_its_size_is_refused(kind, bytes_left):
    with pytest.raises(UnreadableError, match=f"{bytes_left} bytes of"):
        examine(getattr(pictures, kind)()[:bytes_left], "cut")


def test_a_heif_with_metadata_and_no_picture_has_findings_and_a_gap():
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    xmp += b'<rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="pen"/></rdf:RDF></x:xmpmeta>'
    kind = b"mime" + b"\0application/rdf+xml\0"
    infe = box(b"infe", b"\2\0\0\0" + b"\0\1\0\0" + kind)
    iloc = lambda at: box(b"iloc", bytes(4) + b"\x44\0\0\1" + struct.pack(">HHHII", 1, 0, 1, at, len(xmp)))  # noqa: E731
    meta = lambda at: box(b"meta", bytes(4), iloc(at), box(b"iinf", bytes(4) + b"\0\1", infe))  # noqa: E731
    head = box(b"ftyp", b"heic\0\0\0\0heic")
    findings = examine(head + meta(len(head + meta(0)) + 8) + box(b"mdat", xmp), "a.heic")
    assert findings.metadata["XMP-xmp:CreatorTool"] == "pen"
    assert [gap.step for gap in findings.gaps] == ["decode"]
    assert findings.image.width is None


def box(kind: bytes, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return struct.pack(">I", 8 + len(content)) + kind + content


def test_a_format_without_pixels_has_findings_and_a_gap():
    findings = examine(b"\xff\x0a" + bytes(100), "photo.jxl")
    assert Gap("decode", "pixels of jxl are not read, only the metadata") in findings.gaps
    assert (findings.image.width, findings.image.height, findings.image.frames) == (None, None, None)


def test_what_is_no_image_or_too_large_is_refused_with_the_bound():
    with pytest.raises(NotAnImageError):
        examine(b"words", "photo.jpg")
    with pytest.raises(UnreadableError, match="0 bytes"):
        examine(b"", "photo.jpg")
    with pytest.raises(TooLargeError, match="101 bytes, limit 100"):
        examine(bytes(101), "photo.jpg", limits=Limits(max_bytes=100))
    with pytest.raises(TooLargeError, match="76800 px, limit 1000"):
        examine(pictures.png(), "photo.png", limits=Limits(max_pixels=1000))


def test_bombs_of_scans_and_of_a_header_are_refused():
    with pytest.raises(TooLargeError, match="more than 100 scans"):
        examine(scan_bomb(pictures.jpeg(progressive=True), 200), "bomb.jpg")
    data = pictures.jpeg()
    size_at = data.index(b"\xff\xc0") + 5
    with pytest.raises(TooLargeError, match=f"144000000 px in {len(data)} bytes, limit 50000000"):
        examine(data[:size_at] + struct.pack(">HH", 12_000, 12_000) + data[size_at + 4 :], "bomb.jpg")


def test_a_gif_whose_first_frame_is_larger_than_it_says_is_refused():
    data = bytearray(pictures.gif(size=(30, 20)))
    data[6:10] = b"\x0a\0\x0a\0"
    with pytest.raises(TooLargeError, match="30 x 20"):
        examine(bytes(data), "photo.gif", limits=Limits(max_pixels=200))


def test_many_frames_are_a_gap_and_no_number():
    findings = examine(pictures.gif(size=(20, 20), frames=5), "a.gif", limits=Limits(max_frames_counted=3))
    assert findings.image.frames is None
    assert Gap("frames", "more than 3 pictures; not counted further") in findings.gaps


def test_each_step_is_told_before_it_runs():
    told: list[str] = []
    examine(pictures.jpeg(), "photo.jpg", at_step=told.append)
    assert {"decode", "frames", "features", "preview", "thumbnail", "file_name"} <= set(told)
    assert {*KINDS} - {"sha256"} <= set(told)
    assert {reader.name for reader in READERS} <= set(told)


@pytest.mark.parametrize("step", ["decode", "pdq", "features", "preview", "thumbnail", "frames", "exif", "file_name"])
def test_a_skipped_step_is_not_run_and_leaves_a_gap(step):
    told: list[str] = []
    findings = examine(pictures.jpeg(), "photo.jpg", skip=frozenset({step}), at_step=told.append)
    assert step not in told
    assert findings.gaps == (Gap(step, "did not finish within its limit"),)
    assert (findings.image.width, findings.image.height) == (640, 480)


@pytest.mark.parametrize("fault", [ReadError("torn"), MemoryError(), RecursionError("deep"), KeyError(7)])
def test_a_fault_in_one_part_is_a_gap_and_costs_only_that_part(monkeypatch, fault):
    def compute(self, picture):
        raise fault

    monkeypatch.setattr(Pdq, "compute", compute)
    findings = examine(pictures.jpeg(), "photo.jpg")
    assert [gap.step for gap in findings.gaps] == ["pdq"]
    assert [fingerprint.kind for fingerprint in findings.fingerprints] == [kind for kind in KINDS if kind != "pdq"]


def test_what_a_library_said_is_told_on_one_printable_line():
    assert described(OSError("bad\n\x1b[31m  tag ")) == "OSError: bad [31m tag"
    assert described(MemoryError()) == "MemoryError"
    assert len(described(ValueError("x" * 1000))) == 300


def test_pillow_warns_nobody():
    broken = pictures.jpeg(exif=b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\x0f\1\2\0\xff\xff\xff\xff\0\0\0\0" * 50)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        examine(broken, "photo.jpg")
    assert not warned


NAMES = {
    "photo.jpg": "photo.jpg",
    "Фото 1 (копия).JPG": "Фото 1 (копия).JPG",
    "../../etc/passwd": "passwd",
    "C:\\Users\\a\\b.png": "b.png",
    "a\0b\x1b[2J.jpg": "a\\x00b\\x1b[2J.jpg",
    "gpj.\u202efdp": "gpj.\\u202efdp",
    "half\udce9.jpg": "half\\udce9.jpg",
    "line\u2028end": "line\\u2028end",
    "": "unnamed",
    "..": "unnamed",
    "folder/": "unnamed",
    "x" * 300 + ".jpeg": "x" * 250 + ".jpeg",
    "\x07" * 300: ("\\x07" * 64)[:255],
}


@pytest.mark.parametrize(("name", "shown"), NAMES.items(), ids=range(len(NAMES)))
def test_names_are_made_fit_to_be_shown(name, shown):
    assert safe_name(name) == shown
    assert shown.isprintable()


def test_a_name_that_had_to_be_changed_leaves_a_trace():
    findings = examine(pictures.png(size=(20, 20)), "../a\n.png")
    assert findings.image.name == "a\\x0a.png"
    assert "the name as given held a path or control characters" in [trace.says for trace in findings.traces]
    assert not examine(pictures.png(size=(20, 20)), "a.png").traces


def test_after_warming_up_nothing_is_imported_or_opened():
    """What a locked worker relies on: it can open no file."""
    script = """
        import sys
        from provenance.examine.bytes_to_findings import examine, warm_up
        from tests import pictures
        photos = [pictures.heic(), pictures.jpeg(gps=(1, 2), icc_profile=b"x" * 200)]
        photos += [getattr(pictures, kind)() for kind in ("png", "webp", "gif", "tiff", "bmp", "avif")]
        warm_up()
        reached = []
        sys.addaudithook(lambda event, of: event in ("open", "import", "os.listdir") and reached.append((event, of)))
        for photo in photos:
            examine(photo, "photo")
        assert not reached, reached
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def test_warming_up_examines_every_format_with_pixels_without_a_gap(monkeypatch):
    seen = []
    monkeypatch.setattr(bytes_to_findings, "examine", lambda data, name: seen.append(examine(data, name)))
    bytes_to_findings.warm_up()
    assert {findings.image.format for findings in seen} == {*bytes_to_findings.PIXEL_FORMATS}
    assert not [gap for findings in seen for gap in findings.gaps]


def test_a_file_that_ends_between_its_metadata_and_its_picture_still_tells_what_it_can():
    data = pictures.jpeg(3, gps=(56.0, 92.8), taken="2024:11:14 10:22:33")
    tables = data.index(b"\xff\xdb")
    findings = examine(data[: tables + 10], "cut.jpg")
    assert findings.positions
    assert "decode" in [gap.step for gap in findings.gaps]
    with pytest.raises(UnreadableError):
        examine(data[: tables - 20], "cut.jpg")
