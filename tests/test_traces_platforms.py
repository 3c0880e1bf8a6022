"""Marks of platforms and software: Facebook's fields, colour profiles, Photoshop, histories, sizes, nothing at all."""

import struct

import pytest
from PIL import ImageCms

from provenance.examine.metadata import read_blocks
from provenance.examine.metadata.containers import walk
from provenance.examine.traces import Subject
from provenance.examine.traces.dimensions import Dimensions
from provenance.examine.traces.jpeg_marks import scan_offsets
from provenance.examine.traces.platform_marks import PlatformMarks
from provenance.examine.traces.software import Software, kind_of
from tests import container_bytes as made
from tests import exif_bytes, pictures

APP13 = 0xED


def traces(sign, data, kind="jpeg", size=(640, 480), **metadata):
    blocks = walk(data, kind)
    found = {**read_blocks(blocks).metadata, **metadata}
    return list(sign.traces(Subject(data, kind, "picture", *size, blocks, found)))


def says(sign, data, kind="jpeg", size=(640, 480), **metadata):
    return [trace.says for trace in traces(sign, data, kind, size, **metadata)]


def facebook(picture, places, job="TestJobOfTwentyChars"):
    """The JPEG with Facebook's fields put in behind its first two bytes."""
    digits = (
        b"FBMD"
        + (b"\x01" + struct.pack(">H", len(places) - 1) + struct.pack(f"<{len(places)}I", *places)).hex().encode()
    )
    datasets = made.dataset(40, digits) + made.dataset(103, job.encode())
    segment = made.segment(APP13, made.PHOTOSHOP + made.resource(0x0404, datasets))
    return picture[:2] + segment + picture[2:], len(segment)


@pytest.fixture(scope="module")
def progressive():
    return pictures.jpeg(seed=4, size=(96, 64), progressive=True)


def test_facebooks_fields_are_recognised_and_held_against_the_scans(progressive):
    places = [*scan_offsets(progressive, 101), len(progressive)]
    assert len(places) == 11
    served, _ = facebook(progressive, places)
    mark, held = traces(PlatformMarks(), served)
    assert "Facebook" in mark.says
    assert "TestJobOfTwentyChars" in mark.because
    assert "not saved again" in held.says
    assert "inferred" in held.but


def test_a_copy_saved_again_no_longer_is_as_facebooks_field_describes(progressive):
    places = [*scan_offsets(progressive, 101), len(progressive)]
    again, _ = facebook(pictures.jpeg(seed=4, size=(96, 64), quality=50, progressive=True), places)
    baseline, _ = facebook(pictures.jpeg(seed=4, size=(96, 64)), places)
    for copy in (again, baseline):
        assert any("saved again since" in said and "lead" in said for said in says(PlatformMarks(), copy))


@pytest.mark.parametrize(
    "digits", ["", "01", "01000affffffff", "01ffff" + "00000000" * 3, "010001" + "05000000" + "04000000"]
)
def test_digits_of_another_form_are_a_mark_but_not_held_against_the_file(digits, progressive):
    datasets = made.dataset(40, b"FBMD" + digits.encode())
    segment = made.segment(APP13, made.PHOTOSHOP + made.resource(0x0404, datasets))
    found = says(PlatformMarks(), progressive[:2] + segment + progressive[2:])
    assert len(found) == (len(digits) >= 6)


def test_scans_are_found_where_their_markers_stand(progressive):
    places = scan_offsets(progressive, 101)
    assert all(progressive[at : at + 2] == b"\xff\xda" for at in places)
    assert len(scan_offsets(pictures.jpeg(seed=4, size=(96, 64)), 101)) == 1
    assert len(scan_offsets(b"\xff\xd8" + b"\xff\xda\x00\x02" * 1000, 101)) == 101


def profile(description, creator=b"\0\0\0\0"):
    words = description.encode() + b"\0"
    tag = b"desc\0\0\0\0" + struct.pack(">I", len(words)) + words
    head = bytearray(128)
    head[36:40], head[80:84] = b"acsp", creator
    return bytes(head) + struct.pack(">I", 1) + b"desc" + struct.pack(">II", 144, len(tag)) + tag


def with_profile(icc):
    return made.jpeg((0xE1, made.EXIF + exif_bytes.tiff({exif_bytes.MAKE: "x"})), (0xE2, b"ICC_PROFILE\0\1\1" + icc))


@pytest.mark.parametrize(
    ("description", "creator", "word"),
    [
        ("c2", b"lcms", "Facebook"),
        ("Display P3", b"appl", "iPhones"),
        ("Display P3", b"APPL", "iPhones"),
        ("Display P3", b"GOOG", "Display P3"),
        ("sRGB IEC61966-2.1", b"GOOG", "Google"),
        ("GIMP built-in sRGB", b"lcms", "GIMP"),
        ("Adobe RGB (1998)", b"ADBE", "Adobe"),
        ("Color LCD", b"appl", "screen"),
    ],
)
def test_telling_colour_profiles_are_told(description, creator, word):
    (trace,) = traces(PlatformMarks(), with_profile(profile(description, creator)))
    assert word in trace.says
    assert description in trace.because
    assert trace.but


def test_common_profiles_tell_nothing():
    assert not says(PlatformMarks(), with_profile(profile("sRGB IEC61966-2.1", b"HP  ")))
    assert not says(
        PlatformMarks(), with_profile(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()[:60])
    )


def test_screenshots_that_say_so_are_told():
    data = made.exif_jpeg(exif_bytes.tiff(exif={exif_bytes.USER_COMMENT: b"ASCII\0\0\0Screenshot"}))
    assert any("screenshot" in said for said in says(PlatformMarks(), data))
    other = made.exif_jpeg(exif_bytes.tiff({exif_bytes.DESCRIPTION: "the screenshotting contest"}))
    assert not says(PlatformMarks(), other)


def test_a_file_without_any_metadata_is_told_weakly():
    (trace,) = traces(PlatformMarks(), pictures.jpeg(size=(64, 48)))
    assert "no metadata" in trace.says
    assert trace.score is None
    assert "editors" in trace.but
    assert not says(PlatformMarks(), pictures.jpeg(size=(64, 48), taken="2024:11:14 10:22:33"))
    assert not says(PlatformMarks(), pictures.png(size=(64, 48)), "png")
    cut = made.jpeg((0xE0, b"JFIF\0" + bytes(9)))[:12]
    assert not says(PlatformMarks(), cut)  # its metadata is damaged, not absent


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("Adobe Photoshop CS5 Windows", "picture editor"),
        ("Adobe Photoshop Lightroom Classic 12.4 (Macintosh)", "develops"),
        ("GIMP 2.10.30", "picture editor"),
        ("Snapseed 2.0", "app"),
        ("Picasa", "viewer"),
        ("ImageMagick 6.5.7", "library"),
        ("VueScan 9 x64 (9.6.01)", "scan"),
        ("Ver1.000", ""),
        ("ILCE-7M3 v4.01", ""),
        ("16.1.2", ""),
    ],
)
def test_programs_are_told_by_kind_and_firmware_is_not(name, word):
    assert word in kind_of(name)
    assert bool(kind_of(name)) == bool(word)
    found = says(Software(), made.exif_jpeg(exif_bytes.tiff({exif_bytes.SOFTWARE: name})))
    assert len(found) == bool(word)


def test_a_history_is_told_step_by_step():
    steps = "".join(
        f'<rdf:li stEvt:action="saved" stEvt:softwareAgent="Editor {n}" stEvt:when="2024-11-1{n}T10:00:00Z"/>'
        for n in range(8)
    )
    body = f"<xmpMM:History><rdf:Seq>{steps}</rdf:Seq></xmpMM:History>"
    body += (
        '<xmpMM:DerivedFrom xmlns:stRef="http://ns.adobe.com/xap/1.0/sType/ResourceRef#" stRef:documentID="xmp.did:1"/>'
    )
    body += "<photoshop:DocumentAncestors><rdf:Bag><rdf:li>uuid:1</rdf:li></rdf:Bag></photoshop:DocumentAncestors>"
    history, pasted, derived = traces(Software(), made.xmp_jpeg(made.packet(body)))
    assert "8 steps" in history.says
    assert all(part in history.because for part in ("Editor 0", "3 more", "Editor 6", "Editor 7", "2024:11:17"))
    assert "Editor 4" not in history.because
    assert "xmp.did:1" in derived.because
    assert "pasted" in pasted.says


def test_photoshops_resources_and_save_for_web_are_told():
    version = struct.pack(">IBI", 1, 1, 15) + "Adobe Photoshop".encode("utf-16-be") + struct.pack(">I", 0)
    resources = made.resource(0x0421, version) + made.resource(0x0406, struct.pack(">hhh", 6, 0, 1) + b"\1")
    data = made.jpeg((APP13, made.PHOTOSHOP + resources), (0xEC, b"Ducky\0\1\0\4\0\0\0\x50\0\0"))
    photoshop, web = traces(Software(), data)
    assert "written by 'Adobe Photoshop', quality 10 of 12" in photoshop.because
    assert "quality 80" in web.because
    assert not says(Software(), made.iptc_jpeg(made.dataset(80, b"A person")))


@pytest.mark.parametrize(
    "resources", [b"8BIM", b"8BIM\x04\x21\0\0\xff\xff\xff\xff", made.resource(0x0421, b"\0\0\0\1\1\xff\xff")]
)
def test_broken_resources_say_nothing(resources):
    assert not says(Software(), made.jpeg((APP13, made.PHOTOSHOP + resources)))


@pytest.mark.parametrize(
    ("stated", "real", "word"),
    [
        ((4000, 3000), (1600, 1200), "made smaller"),
        ((4000, 3000), (1200, 1600), "made smaller"),
        ((4000, 3000), (3000, 4000), ""),
        ((4000, 3000), (4000, 3000), ""),
        ((4000, 3000), (3000, 3000), "cropped"),
        ((4000, 3000), (1280, 720), "cropped"),
        ((400, 300), (4000, 3000), "made larger"),
        ((400, 300), (900, 900), "enlarged"),
        ((0, 300), (900, 900), ""),
        ((4032, 3024), (1280, 960), "made smaller"),
    ],
)
def test_sizes_are_held_against_the_picture(stated, real, word):
    data = made.exif_jpeg(exif_bytes.tiff(exif={0xA002: stated[0], 0xA003: stated[1]}))
    found = says(Dimensions(), data, size=real)
    assert len(found) == bool(word)
    assert all(word in said for said in found)


def test_exif_and_xmp_that_turn_the_picture_differently_are_told():
    found = says(Dimensions(), b"", **{"IFD0:Orientation": 6, "XMP-tiff:Orientation": 1})
    assert "disagree" in found[0]
    assert not says(Dimensions(), b"", **{"IFD0:Orientation": 6, "XMP-tiff:Orientation": 6})
    assert not says(Dimensions(), b"", **{"IFD0:Orientation": "x", "XMP-tiff:Orientation": 99})


def test_sizes_of_unreadable_and_raw_files_are_not_held_against_anything():
    metadata = {"ExifIFD:ExifImageWidth": 10, "ExifIFD:ExifImageHeight": 10}
    assert not says(Dimensions(), b"", "tiff", **metadata)
    assert not says(Dimensions(), b"", "jpeg", (None, None), **metadata)
