"""Damaged bytes of every format: whatever comes out is findings, or one of this project's refusals."""

import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from provenance.errors import InputError, ReadError, TooLargeError
from provenance.examine import bytes_to_findings
from provenance.examine.bytes_to_findings import examine
from provenance.examine.decode import raster
from provenance.examine.decode.frames import count_frames
from provenance.examine.decode.header import stated_size
from provenance.examine.decode.limits import Limits
from provenance.examine.decode.sniff import FORMATS, PIXEL_FORMATS, sniff
from provenance.examine.safe_name import safe_name
from provenance.model.findings import Findings, Trace
from tests import pictures
from tests.test_raster import bitfields_bmp, wide_gamut
from tests.test_sniff import METADATA_ONLY

SIZE = (48, 36)
EXIF = pictures.exif({0x010F: "Canon"}, taken="2024:11:14 10:22:33", orientation=6, gps=(56.01, 92.79))
SMALL = Limits(max_pixels=2_000_000, max_jpeg_pixels=4_000_000)  # so that a damaged header costs no second
SOUND = {
    "jpeg": pictures.jpeg(size=SIZE, exif=EXIF, icc_profile=wide_gamut()),
    "progressive": pictures.jpeg(size=SIZE, progressive=True, exif=EXIF),
    "cmyk": pictures.encode(pictures.scene(3, SIZE).convert("CMYK"), "JPEG"),
    "mpo": pictures.encode(pictures.scene(3, SIZE), "MPO", save_all=True, append_images=[pictures.scene(4, SIZE)]),
    "png": pictures.png(size=SIZE, exif=EXIF),
    "palette": pictures.encode(pictures.scene(3, SIZE).quantize(16), "PNG", transparency=3),
    "webp": pictures.webp(size=SIZE, exif=EXIF),
    "gif": pictures.gif(size=SIZE, frames=3),
    "tiff": pictures.tiff(size=SIZE, compression="tiff_lzw", exif=pictures.exif(orientation=6)),
    "bmp": pictures.bmp(size=SIZE),
    "bitfields": bitfields_bmp((0xF00, 0xF0, 0xF), bytes(range(4)), 16),
    "avif": pictures.avif(size=SIZE, exif=EXIF),
    "heif": pictures.heic(),
    **METADATA_ONLY,
}

damage = st.lists(
    st.one_of(
        st.tuples(st.just("cut"), st.floats(0, 1), st.just(b"")),
        st.tuples(st.just("set"), st.floats(0, 1), st.binary(min_size=1, max_size=8)),
        st.tuples(st.just("set"), st.floats(0, 0.2), st.sampled_from([b"\0" * 4, b"\xff" * 4, b"\x7f" * 2, b"\x80"])),
        st.tuples(st.just("put"), st.floats(0, 1), st.binary(min_size=1, max_size=40)),
        st.tuples(st.just("take"), st.floats(0, 1), st.binary(min_size=1, max_size=40)),
    ),
    min_size=1,
    max_size=6,
)


def damaged(data: bytes, steps: list[tuple[str, float, bytes]]) -> bytes:
    for step, where, what in steps:
        at = int(where * len(data))
        if step == "cut":
            data = data[:at]
        elif step == "set":
            data = data[:at] + what + data[at + len(what) :]
        elif step == "put":
            data = data[:at] + what + data[at:]
        else:
            data = data[:at] + data[at + len(what) :]
    return data


def answer_or_refusal(ask, *refusals):
    try:
        return ask()
    except refusals as refused:
        return refused


@pytest.mark.parametrize("kind", SOUND)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=damage)
def test_damaged_files_give_findings_or_a_refusal_soon(kind, steps):
    began = time.process_time()
    answer = answer_or_refusal(lambda: examine(damaged(SOUND[kind], steps), kind, limits=SMALL), InputError)
    assert time.process_time() - began < 2
    if not isinstance(answer, Findings):
        assert str(answer)
        assert str(answer).isprintable()
        return
    assert any(gap.step == "decode" for gap in answer.gaps) or len(answer.fingerprints) == 5
    assert answer.image.width is None or answer.image.width > 0
    assert all(gap.reason for gap in answer.gaps)


@pytest.mark.parametrize("kind", PIXEL_FORMATS)
@settings(max_examples=30, deadline=None)
@given(steps=damage)
def test_the_decoder_gives_a_raster_or_one_of_our_errors(kind, steps):
    data = damaged(SOUND[kind], steps)
    with raster.quiet():
        answer = answer_or_refusal(
            lambda: raster.decode(raster.open_picture(data, kind, SMALL), SMALL)[0], InputError, ReadError
        )
    if isinstance(answer, raster.Raster):
        assert answer.image.mode == answer.small.mode == "RGB"
    else:
        assert " at 0x" not in str(answer)


@pytest.mark.parametrize("kind", FORMATS)
@settings(max_examples=30, deadline=None)
@given(data=st.binary(max_size=200), at=st.integers(0, 60))
def test_our_own_header_readers_survive_any_bytes(kind, data, at):
    begun = SOUND[kind][:at] + data
    size = stated_size(begun, kind)
    assert size is None or min(size) >= 1
    frames = count_frames(begun, kind, at_most=50)
    assert frames is None or frames >= 1


@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=64))
@example(data=b"\xff\xd8\xff")
@example(data=b"II*\0\xff\xff\xff\xff")
@example(data=b"BM" + bytes(12) + b"\x28")
@example(data=b"\0\0\0\1ftypheic" + bytes(8))
def test_any_bytes_are_known_or_refused(data):
    answer = answer_or_refusal(lambda: sniff(data), InputError)
    assert answer in FORMATS or str(answer).isprintable()


@settings(max_examples=200, deadline=None)
@given(name=st.text(alphabet=st.characters(), max_size=400))
def test_any_name_can_be_shown_and_written(name):
    shown = safe_name(name)
    assert 1 <= len(shown) <= 255
    assert "/" not in shown
    assert "\0" not in shown
    shown.encode()


@pytest.mark.parametrize("kind", SOUND)
def test_the_sound_files_are_sound(kind):
    findings = examine(SOUND[kind], kind)
    if findings.image.format in PIXEL_FORMATS:
        assert len(findings.fingerprints) == 5


def test_a_jpeg_of_fill_bytes_is_refused_before_it_is_decoded():
    whole = SOUND["jpeg"]
    with pytest.raises(TooLargeError, match="fill bytes in a row"):
        examine(whole[:-2] + b"\xff" * (1 << 16) + b"\xff\xd9", "x.jpg")
    assert examine(whole[:-2] + b"\xff" * 1000 + b"\xff\xd9", "x.jpg").image.width


class Halfway:
    name = "halfway"
    quick = True

    def traces(self, subject):
        yield Trace("encoder", "seen before it broke", "", "")
        raise ReadError("and then it broke")


def test_what_a_sign_found_before_it_failed_stays(monkeypatch):
    monkeypatch.setattr(bytes_to_findings, "SIGNS", (Halfway(),))
    findings = examine(SOUND["png"], "x.png")
    assert [trace.says for trace in findings.traces] == ["seen before it broke"]
    assert ("halfway", "and then it broke") in [(gap.step, gap.reason) for gap in findings.gaps]


def test_a_long_run_of_fill_bytes_costs_no_more_than_its_length():
    began = time.process_time()
    assert stated_size(b"\xff\xd8" + b"\xff" * 100_000 + b"\0", "jpeg") is None
    assert time.process_time() - began < 2
