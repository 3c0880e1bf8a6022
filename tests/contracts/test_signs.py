"""What every listed finder of traces promises, tested on each of them.

Damaged bytes give a ReadError or traces, nothing else, within bounded time. Each trace says what was seen, where the
rule comes from and what else leaves the same; and a locked worker can look for it.
"""

import io
import sys
import time
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from provenance.errors import ReadError
from provenance.examine.decode import raster
from provenance.examine.decode.limits import Limits
from provenance.examine.metadata import read_blocks
from provenance.examine.metadata.containers import walk
from provenance.examine.traces import SIGNS, Sign, Subject, jpeg_marks
from provenance.examine.traces.jpeg_marks import Marks
from provenance.model.findings import Trace
from tests import container_bytes as made
from tests import pictures
from tests.contracts.test_metadata_readers import GOOD, damage, damaged

CPU_S = 0.5  # for a few kilobytes, in a step that may take 0.7
TRACES_TEXT = 4000  # characters; a dossier is read by people
PARAMETERS = b"parameters\0a bridge in snow\nSteps: 20, Sampler: Euler, Seed: 7, Size: 320x240, Model: m"
DOCS = (Path(__file__).parents[2] / "docs" / "traces.md").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def files_to_look_at() -> dict[str, tuple[str, bytes]]:
    """Files with something to find, by what they are; (format, bytes)."""
    scene = pictures.scene(3, (320, 240))
    twice = Image.open(io.BytesIO(pictures.encode(scene, "JPEG", quality=60))).convert("RGB")
    telegram = pictures.encode(pictures.scene(3, (1280, 96)), "JPEG", quality=87, progressive=True, subsampling="4:2:0")
    held = pictures.encode(twice, "PNG")
    text = made.chunk(b"tEXt", PARAMETERS)
    return {
        **{f"metadata in {kind}": (kind, data) for kind, data in GOOD.items()},
        "twice a jpeg": ("jpeg", pictures.encode(twice, "JPEG", quality=90)),
        "telegram": ("jpeg", telegram),
        "camera": ("jpeg", pictures.jpeg(taken="2024:11:14 10:22:33", exif={pictures.MAKE: "Zenit"})),
        "generated": ("png", held[:33] + text + held[33:]),
        "was a jpeg": ("png", held),
        "lossless webp": ("webp", pictures.webp(lossless=True, size=(96, 64))),
        "gif": ("gif", pictures.gif()),
        "bmp": ("bmp", pictures.bmp(size=(64, 48))),
    }


def subject(data: bytes, kind: str, name: str = "IMG-20241114-WA0001.jpg") -> Subject:
    """As bytes_to_findings makes it, with what could not be read left out."""
    blocks = walk(data, kind)
    pixels, size = None, (None, None)
    try:
        opened = raster.open_picture(data, kind, Limits(max_pixels=1_000_000, max_jpeg_pixels=2_000_000))
        size = (opened.width, opened.height)
        pixels, _ = raster.decode(opened, Limits())
    except (ReadError, ValueError, KeyError):
        pass
    except Exception as broken:  # noqa: BLE001 - a size over the limit is an InputError of the whole file
        assert "limit" in str(broken)  # noqa: PT017
    return Subject(data, kind, name, *size, blocks, read_blocks(blocks).metadata, pixels)


def traces_of(sign: Sign, examined: Subject) -> tuple[Trace, ...]:
    try:
        return tuple(sign.traces(examined))
    except ReadError:
        return ()


def assert_reasoned(trace: Trace) -> None:
    assert trace.kind
    assert trace.says
    assert trace.because
    assert trace.source
    assert trace.but
    assert trace.score is None or 0 <= trace.score <= 1
    assert len(trace.says + trace.because + trace.source + trace.but) < TRACES_TEXT
    assert all(c.isprintable() for c in trace.says + trace.because + trace.source + trace.but)


@pytest.fixture(scope="module", autouse=True)
def _quiet():
    with raster.quiet():
        yield


@pytest.mark.parametrize("sign", SIGNS, ids=lambda sign: sign.name)
def test_every_trace_says_what_was_seen_by_which_rule_and_what_else_leaves_it(sign):
    for kind, data in files_to_look_at().values():
        for trace in traces_of(sign, subject(data, kind)):
            assert_reasoned(trace)


def test_the_example_files_leave_traces_of_several_kinds():
    kinds = {
        trace.kind
        for kind, data in files_to_look_at().values()
        for sign in SIGNS
        for trace in traces_of(sign, subject(data, kind))
    }
    assert {"encoder", "platform", "file_name", "previous_compression"} <= kinds


@pytest.mark.parametrize("sign", SIGNS, ids=lambda sign: sign.name)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(which=st.sampled_from(sorted(files_to_look_at())), how=damage)
def test_damaged_bytes_give_a_read_error_or_reasoned_traces_in_bounded_time(sign, which, how):
    kind, data = files_to_look_at()[which]
    examined = subject(damaged(data, how), kind)
    started = time.process_time()
    found = traces_of(sign, examined)
    assert time.process_time() - started < CPU_S
    for trace in found:
        assert_reasoned(trace)


@pytest.mark.parametrize("sign", SIGNS, ids=lambda sign: sign.name)
@settings(max_examples=30, deadline=None)
@given(data=st.binary(max_size=300), kind=st.sampled_from([*GOOD, "bmp", "avif"]), name=st.text(max_size=80))
def test_any_bytes_under_any_format_and_name_give_a_read_error_or_traces(sign, data, kind, name):
    assert all(isinstance(trace, Trace) for trace in traces_of(sign, Subject(data, kind, name)))


@pytest.mark.parametrize("sign", SIGNS, ids=lambda sign: sign.name)
def test_nothing_but_a_flat_picture_leaves_no_trace_but_its_encoder(sign):
    plain = pictures.flat(size=(150, 110))
    assert [t for t in sign.traces(subject(plain, "png", "a.png")) if t.score] == []


def test_looking_opens_no_file_and_imports_nothing():
    """A locked worker can do neither. What loads late has loaded in the worker's warm-up, which this does first."""
    from provenance.examine.bytes_to_findings import warm_up

    warm_up()
    subjects = [subject(data, kind) for kind, data in files_to_look_at().values()]
    seen: list[str] = []
    watching = True

    def listen(event: str, arguments: tuple[object, ...]) -> None:
        if watching and event in ("open", "import", "socket.connect"):
            seen.append(f"{event} {arguments[0]}")

    sys.addaudithook(listen)  # cannot be taken off again
    for examined in subjects:
        for sign in SIGNS:
            traces_of(sign, examined)
    watching = False
    assert seen == []


def test_all_signs_together_walk_a_jpeg_once(monkeypatch):
    walked = []

    def counted(*parts, **named):
        walked.append(1)
        return Marks(*parts, **named)

    monkeypatch.setattr(jpeg_marks, "Marks", counted)
    it = subject(pictures.jpeg(size=(320, 240)), "jpeg")
    for sign in SIGNS:
        list(sign.traces(it))
    assert walked == [1]


def test_names_are_unique():
    assert len({sign.name for sign in SIGNS}) == len(SIGNS)


@pytest.mark.parametrize("sign", SIGNS, ids=lambda sign: sign.name)
def test_every_sign_is_described_in_the_docs(sign):
    assert f"`{sign.name}`" in DOCS


def test_every_data_file_names_its_source():
    folder = files("provenance.examine.traces").joinpath("data")
    sources = folder.joinpath("SOURCES.md").read_text(encoding="utf-8")
    assert [f.name for f in folder.iterdir() if f.name.endswith(".json") and f"# {f.name}" not in sources] == []
