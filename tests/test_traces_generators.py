"""What image generators leave: settings as text, IPTC's source types, labels, and text in the lowest bits of pixels."""

import gzip
import io
import json
import tracemalloc
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from provenance.errors import ReadError
from provenance.examine.decode import raster
from provenance.examine.decode.limits import Limits
from provenance.examine.metadata import read_blocks
from provenance.examine.metadata.containers import walk
from provenance.examine.traces import Subject, generators
from provenance.examine.traces.generator_texts import recognise
from provenance.examine.traces.generators import Generator
from provenance.examine.traces.png_column import ROWS, first_column
from provenance.examine.traces.source_types import MEANINGS, term_of
from provenance.examine.traces.stealth_text import StealthText
from tests import container_bytes as made
from tests import exif_bytes, pictures

INFOTEXT = (
    "photo of a duck, Steps: 9, of stone\nNegative prompt: monochrome\n"
    "Steps: 15, Sampler: UniPC, CFG scale: 5, Seed: 235284042, Size: 512x400, Model hash: c0d1994c73"
)
COMFY = json.dumps({"3": {"class_type": "KSampler", "inputs": {"seed": 8566257, "steps": 20, "model": ["4", 0]}}})


def subject(data, kind, *, pixels=False):
    blocks = walk(data, kind)
    picture = None
    if pixels:
        picture, _ = raster.decode(raster.open_picture(data, kind, Limits()), Limits())
    size = (picture.width, picture.height) if picture else (None, None)
    return Subject(data, kind, "picture", *size, blocks, read_blocks(blocks).metadata, picture)


def traces(data, kind):
    return list(Generator().traces(subject(data, kind)))


def text_png(**texts):
    return made.png(*((b"tEXt", f"{key}\0{value}".encode("latin-1")) for key, value in texts.items()))


@pytest.mark.parametrize(
    ("keyword", "text", "generator", "states"),
    [
        ("parameters", INFOTEXT, "Stable Diffusion", "Steps 15, Sampler UniPC"),
        ("prompt", COMFY, "ComfyUI", "seed 8566257"),
        ("workflow", '{"nodes": [], "links": [], "version": 0.4}', "ComfyUI", "nodes"),
        (
            "parameters",
            '{"base_model": "x.safetensors", "prompt": "", "seed": "1", "metadata_scheme": "fooocus"}',
            "Fooocus",
            "x.safetensors",
        ),
        ("parameters", '{"sui_image_params": {"seed": 7}}', "SwarmUI", "seed 7"),
        ("Dream", '"a cat" -s 50 -S 42 -W 512 -H 512 -C 7.5 -A k_lms', "InvokeAI", "-S 42"),
        ("sd-metadata", '{"app_id": "invoke-ai/InvokeAI", "image": {"seed": 3}}', "InvokeAI", "seed 3"),
        ("invokeai_metadata", '{"positive_prompt": "x", "seed": 5}', "InvokeAI", "seed 5"),
        ("Comment", '{"steps": 28, "sampler": "k_euler", "seed": 9, "scale": 5, "uc": ""}', "NovelAI", "steps 28"),
        ("Description", "a lake --v 5 Job ID: 01234567-89ab-cdef-0123-456789abcdef", "Midjourney", "Job ID"),
    ],
)
def test_each_generators_text_is_recognised_by_its_form(keyword, text, generator, states):
    found = recognise(keyword, text)
    assert found
    assert generator in found.generator
    assert states in found.settings + found.fields


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        ("Comment", "Steps: walk up the stairs"),
        ("Description", '{"title": "steps", "seed": 1}'),
        ("prompt", "What is your name?"),
        ("Software", "GIMP 2.10"),
        ("parameters", "f/2.8, 1/250 s"),
        ("Dream", "I had a dream"),
        ("workflow", '["a", "list"]'),
    ],
)
def test_other_texts_are_no_generators(keyword, text):
    assert recognise(keyword, text) is None


def test_text_of_any_container_is_looked_at():
    comment = b"UNICODE\0" + INFOTEXT.encode("utf-16-le")
    jpeg = made.exif_jpeg(exif_bytes.tiff(exif={exif_bytes.USER_COMMENT: comment}))
    webp = made.webp((b"EXIF", exif_bytes.tiff({exif_bytes.MAKE: "workflow:" + '{"nodes": [], "links": []}'})))
    for data, kind in ((text_png(parameters=INFOTEXT), "png"), (jpeg, "jpeg"), (webp, "webp")):
        (trace,) = traces(data, kind)
        assert trace.kind == "generator"
        assert trace.but
        assert trace.source


def test_of_two_texts_of_one_generator_the_one_with_settings_is_quoted():
    data = text_png(workflow='{"nodes": [], "links": []}', prompt=COMFY)
    (trace,) = traces(data, "png")
    assert "seed 8566257" in trace.because


@pytest.mark.parametrize(
    ("value", "kind", "says"),
    [
        ("http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia", "generator", "generative model"),
        ("compositeWithTrainedAlgorithmicMedia", "generator", "generative model"),
        ("https://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture/", "source_type", "digital camera"),
        ("http://example.org/other", "source_type", "not in IPTC's list"),
    ],
)
def test_the_digital_source_type_is_said_in_words(value, kind, says):
    namespace = 'xmlns:iptcExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
    data = made.xmp_jpeg(made.packet(f"<iptcExt:DigitalSourceType>{value}</iptcExt:DigitalSourceType>", namespace))
    (trace,) = traces(data, "jpeg")
    assert (trace.kind, says in trace.says) == (kind, True)
    assert value in trace.because


def test_every_term_of_the_vocabulary_is_found_by_its_address():
    assert all(term_of(f"http://cv.iptc.org/newscodes/digitalsourcetype/{term}") == term for term in MEANINGS)
    assert term_of("") == term_of("/") == ""


def test_labels_of_platforms_are_read():
    credit = made.xmp_jpeg(made.packet("<photoshop:Credit>Made with Google AI</photoshop:Credit>"))
    (trace,) = traces(credit, "jpeg")
    assert "Google" in trace.says
    label = '{"Label": "1", "ContentProducer": "a firm"}'
    (trace,) = traces(text_png(AIGC=label), "png")
    assert "a firm" in trace.because
    comment = b"ASCII\0\0\0" + json.dumps({"AIGC": {"Label": "1"}}).encode()
    (trace,) = traces(made.exif_jpeg(exif_bytes.tiff(exif={exif_bytes.USER_COMMENT: comment})), "jpeg")
    assert "Label" in trace.because


@pytest.mark.parametrize("hostile", ['{"a":' * 100_000, "Steps: 1, " * 100_000, '"' * 1_000_000, "{" + "\\u0000" * 9])
def test_hostile_texts_say_nothing(hostile):
    assert recognise("parameters", hostile) is None
    assert recognise("Dream", hostile) is None


def hidden(text, *, place="alpha", packed=False, size=(160, 200), claimed=None, mode=None):
    """A picture with the text in its lowest bits."""
    letters = {"alpha": "stealth_png", "rgb": "stealth_rgb"}[place] + ("comp" if packed else "info")
    content = gzip.compress(text.encode()) if packed else text.encode()
    stream = letters.encode() + (8 * len(content) if claimed is None else claimed).to_bytes(4) + content
    bits = np.unpackbits(np.frombuffer(stream, np.uint8))
    pixels = np.array(pictures.scene(5, size).convert(mode or ("RGBA" if place == "alpha" else "RGB")))
    channels = slice(3, 4) if place == "alpha" else slice(0, 3)
    columns = pixels[..., channels].transpose(1, 0, 2)
    flat = columns.reshape(-1).copy()
    flat[: len(bits)] = flat[: len(bits)] & 254 | bits
    pixels[..., channels] = flat.reshape(columns.shape).transpose(1, 0, 2)
    return Image.fromarray(pixels)


def stealth(picture, format="PNG", **options):  # noqa: A002 - Pillow's word
    kind = format.lower()
    return list(StealthText().traces(subject(pictures.encode(picture, format, **options), kind, pixels=True)))


def test_texts_are_parsed_up_to_a_bound_for_all_of_them(monkeypatch):
    """Forty texts of a megabyte of JSON each would take 2.8 s, of 0.7 that a step has."""
    parsed = []
    monkeypatch.setattr(generators, "_MAX_CHARACTERS_IN_ALL", 3000)
    monkeypatch.setattr(generators, "recognise", lambda keyword, text: parsed.append(len(text)))
    assert traces(text_png(**{f"key{n}": "x" * 1000 for n in range(9)}), "png") == []
    assert parsed == [1000] * 3


@pytest.mark.parametrize("place", ["alpha", "rgb"])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(("format", "options"), [("PNG", {}), ("WEBP", {"lossless": True, "exact": True})])
def test_hidden_text_is_found_and_read(place, packed, format, options):  # noqa: A002
    (trace,) = stealth(hidden(INFOTEXT, place=place, packed=packed), format, **options)
    assert trace.kind == "generator"
    assert "Steps 15" in trace.because
    assert place in trace.because


def test_a_large_picture_is_decoded_only_where_its_first_column_begins_with_the_letters(monkeypatch):
    from provenance.examine.traces import stealth_text

    monkeypatch.setattr(stealth_text, "_UNSEEN_PIXELS", 0)  # so that every picture counts as large
    assert stealth(hidden("a text"))
    assert stealth(hidden("a text", place="rgb"))
    with monkeypatch.context() as patched:
        patched.setattr(stealth_text, "_pixels", lambda _: pytest.fail("decoded for nothing"))
        assert not stealth(pictures.scene(6, (160, 200)))
        assert not stealth(pictures.scene(6, (160, 200)).convert("RGBA"))


def test_a_picture_too_large_to_be_searched_is_a_read_error_only_where_it_begins_so(monkeypatch):
    from provenance.examine.traces import stealth_text

    monkeypatch.setattr(stealth_text, "_UNSEEN_PIXELS", 0)
    monkeypatch.setattr(stealth_text, "MAX_PIXELS", 1000)
    assert not stealth(pictures.scene(6, (160, 200)))
    with pytest.raises(ReadError, match="limit 1000"):
        stealth(hidden("a text"))


def test_a_picture_without_hidden_text_says_nothing():
    assert not stealth(pictures.scene(6, (160, 200)))
    assert not stealth(pictures.scene(6, (160, 200)).convert("RGBA"))
    assert not stealth(pictures.scene(6, (160, 20)).convert("L"))
    assert not stealth(pictures.scene(6, (5, 4)))


@pytest.mark.parametrize("claimed", [0, 7, 2**32 - 1])
def test_a_false_length_is_a_read_error(claimed):
    with pytest.raises(ReadError, match="bits"):
        stealth(hidden("text", claimed=claimed))


def test_a_text_that_does_not_inflate_is_a_read_error():
    picture = hidden("stays as it is", packed=False)
    letters = np.unpackbits(np.frombuffer(b"stealth_pngcomp", np.uint8))
    pixels = np.array(picture)
    pixels[: len(letters), 0, 3] = pixels[: len(letters), 0, 3] & 254 | letters
    with pytest.raises(ReadError, match="inflated"):
        stealth(Image.fromarray(pixels))


def test_a_text_that_inflates_without_end_is_cut():
    picture = hidden("a" * 60_000_000, packed=True, size=(800, 800))
    tracemalloc.start()
    try:
        (trace,) = stealth(picture)
        assert tracemalloc.get_traced_memory()[1] < 30_000_000
    finally:
        tracemalloc.stop()
    assert len(trace.because) < 1000


@pytest.mark.parametrize("filter_", range(5))
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_the_first_column_is_what_a_decoder_gives(filter_, mode):
    pixels = np.array(pictures.scene(filter_ + 1, (40, 150)).convert(mode))
    if mode == "RGBA":
        pixels[..., 3] = pixels[..., 0] ^ 0x5A
    data = filtered_png(pixels, filter_)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(data))), pixels)
    assert np.array_equal(first_column(data), pixels[:ROWS, 0])


def filtered_png(pixels, filter_):
    """A PNG all of whose rows have this filter (W3C PNG, 9.2)."""
    import zlib

    height, width, channels = pixels.shape
    rows, above = [], np.zeros((width, channels), np.int32)
    for row in pixels.astype(np.int32):
        left = np.vstack([np.zeros((1, channels), np.int32), row[:-1]])
        corner = np.vstack([np.zeros((1, channels), np.int32), above[:-1]])
        guess = left + above - corner
        off = np.abs(np.stack([left, above, corner]) - guess)
        paeth = np.choose(off.argmin(axis=0), [left, above, corner])
        predicted = [0 * row, left, above, (left + above) // 2, paeth][filter_]
        rows.append(bytes([filter_]) + ((row - predicted) & 255).astype(np.uint8).tobytes())
        above = row
    head = width.to_bytes(4) + height.to_bytes(4) + bytes([8, 2 if channels == 3 else 6, 0, 0, 0])
    return made.png((b"IHDR", head), (b"IDAT", zlib.compress(b"".join(rows))))


@settings(max_examples=80, deadline=None)
@given(start=st.integers(0, 2000), byte=st.integers(0, 255), cut=st.integers(0, 4000), insert=st.binary(max_size=6))
def test_damaged_pngs_give_traces_or_read_errors(start, byte, cut, insert):
    whole = pictures.encode(hidden(INFOTEXT, packed=True, size=(130, 130)), "PNG")
    damaged = bytearray(whole)
    damaged[min(start, len(damaged) - 1)] = byte
    data = bytes(damaged[:start]) + insert + bytes(damaged[start : len(damaged) - cut])
    first_column(data)
    picture, _ = raster.decode(raster.open_picture(whole, "png", Limits()), Limits())
    with suppress(ReadError):
        list(StealthText().traces(Subject(data, "png", "x", 130, 130, raster=picture)))


def test_a_text_after_the_picture_counts_too():
    info = PngImagePlugin.PngInfo()
    info.add_itxt("parameters", INFOTEXT, zip=True)
    data = pictures.encode(pictures.scene(2, (32, 24)), "PNG", pnginfo=info)
    (trace,) = traces(data, "png")
    assert "Stable Diffusion" in trace.says
