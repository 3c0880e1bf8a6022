"""The pool: what a worker does to itself costs its own photo the step it failed in, and nothing else."""

import io
import os
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.errors import InputError, ProvenanceError, TooLargeError, UnreadableError
from provenance.examine import messages
from provenance.examine.fingerprints import FINGERPRINTS
from provenance.examine.messages import Examined, WorkerLimits, accepted
from provenance.examine.options import FeatureOptions
from provenance.examine.worker import Examiner, InProcess, WorkerPool
from provenance.model.features import FEATURES_RULE, LocalFeatures
from provenance.model.findings import DateReading, Findings, PositionReading, Preview, Trace
from provenance.model.fingerprint import Fingerprint
from provenance.model.image import ImageFacts
from provenance.model.place import Position
from provenance.settings import Settings
from tests import pictures

OPS = "tests.misbehaving_ops"
QUICK = WorkerLimits(step_cpu_s=0.2, decode_cpu_s=0.3, wall_s=4)


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(workers=2, limits=QUICK, ops=OPS) as pool:
        yield pool


def reasons(findings: Findings) -> dict[str, str]:
    return {gap.step: gap.reason for gap in findings.gaps}


def happens(condition: Callable[[], bool], within_s: float = 5) -> bool:
    deadline = time.monotonic() + within_s
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.005)
    return condition()


def is_gone(pid: int) -> bool:
    """No such process; a zombie would still be one."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("segfault", "died of SIGSEGV"),
        ("abort", "died of SIGABRT"),
        ("exit 0", "ended with exit code 0"),
        ("loop in Python", "used more than 0.2 s of CPU"),
        ("loop in C", "used more than 0.2 s of CPU"),
        ("sleep", "took longer than 4 s"),
        ("4 GiB", "MemoryError"),
        ("fail", "KeyError: "),
        ("garbage", "malformed"),
        ("too long", "a message of 2147483648 bytes, limit 1048576"),
        ("half a frame", "ended with exit code 0"),
        ("pickle", "not accepted"),
        ("unknown message", "Invalid value 'Pwned'"),
        ("deep", "not accepted"),
        ("another's id", "findings about another image"),
        ("NaN", "the metadata value nan"),
        ("nested", "more than 16 deep"),
        ("not found", "not accepted: a Refused"),
        ("foreign error", "not accepted: a Refused"),
    ],
)
def test_a_lost_worker_costs_its_photo_one_step_and_the_next_photo_nothing(
    pool: WorkerPool, how: str, reason: str, capfd: pytest.CaptureFixture[str]
) -> None:
    hostile = pool.examine(f"exif: {how}".encode(), "hostile.jpg")
    assert list(reasons(hostile)) == ["exif"]
    assert reason in reasons(hostile)["exif"]
    assert pool.examine(b"an honest photo", "next.jpg").gaps == ()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("how", ["loop in C", "segfault"])
def test_a_photo_whose_decoding_ends_the_worker_is_refused_with_step_and_limit(pool: WorkerPool, how: str) -> None:
    with pytest.raises(UnreadableError, match=r"decode: (used more than 0\.3 s of CPU|died of SIGSEGV)"):
        pool.examine(f"decode: {how}".encode(), "bomb.jpg")


def test_two_steps_may_cost_a_worker_each_but_not_three(pool: WorkerPool) -> None:
    assert list(reasons(pool.examine(b"exif,xmp: segfault", "two.jpg"))) == ["exif", "xmp"]
    with pytest.raises(UnreadableError, match="iptc: died of SIGSEGV"):
        pool.examine(b"exif,xmp,iptc: segfault", "three.jpg")


@pytest.mark.parametrize("how", ["print", "thread"])
def test_a_library_may_print_and_start_threads(pool: WorkerPool, how: str) -> None:
    assert pool.examine(f"decode: {how}".encode(), "x.jpg").gaps == ()


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("honest length", "bytes, limit 1048576"),
        ("honest nesting", "metadata more than 16 deep"),
        ("honest NaN", "the metadata value nan"),
        ("honest surrogate", "surrogates not allowed"),
        ("honest integer", "can't serialize ints"),
    ],
)
def test_metadata_that_cannot_be_sent_becomes_a_gap_and_costs_no_worker(
    pool: WorkerPool, how: str, reason: str
) -> None:
    findings = pool.examine(f"exif: {how}".encode(), "x.jpg")
    assert findings.metadata == {}
    assert [gap.step for gap in findings.gaps] == ["metadata"]
    assert reason.lower() in findings.gaps[0].reason.lower()


def test_a_refusal_keeps_its_class_and_loses_its_control_characters(pool: WorkerPool) -> None:
    with pytest.raises(TooLargeError) as refused:
        pool.examine(b"decode: too large", "x.jpg")
    assert refused.value.detail == "104857600 px, [2J limit 100000000"


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\x1b[2Jb.jpg", "\udcff.jpg", "x" * 5000, ""])
def test_name_and_size_are_the_parents_own(pool: WorkerPool, name: str) -> None:
    image = pool.examine(b"photo", name).image
    assert image.bytes == len(b"photo")
    assert image.name.isprintable()
    assert "/" not in image.name
    assert 1 <= len(image.name) <= 255


def test_photos_in_other_workers_are_untouched_by_a_crash(pool: WorkerPool) -> None:
    photos = [b"exif: segfault" if number == 5 else b"photo %d" % number for number in range(20)]
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(pool.examine, photos, map(str, range(20))))
    assert [f.image.id for f in found] == [sha256(photo).hexdigest() for photo in photos]
    assert [f.image.name for f in found if f.gaps] == ["5"]


def test_a_worker_killed_while_it_waited_costs_no_photo_anything() -> None:
    with WorkerPool(workers=1, ops=OPS) as pool:
        pid = pool.examine(b"exif: pid", "x").metadata["pid"]
        os.kill(pid, signal.SIGKILL)
        assert pool.examine(b"photo", "x").gaps == ()


def test_who_waits_for_a_worker_is_served_in_turn() -> None:
    served: list[int] = []
    with WorkerPool(workers=1, ops=OPS) as pool, ThreadPoolExecutor(6) as threads:
        pool.start()
        waiting: list[Future[Any]] = []
        for turn in range(6):
            photo = b"exif: nap" if turn == 0 else b"photo"
            waiting.append(threads.submit(pool.examine, photo, "x"))
            waiting[-1].add_done_callback(lambda _, turn=turn: served.append(turn))
            happens(lambda turn=turn: not pool._free and len(pool._line) == turn)
    assert served == [0, 1, 2, 3, 4, 5]


def test_a_worker_is_retired_after_its_share_of_photos() -> None:
    with WorkerPool(workers=1, limits=replace(QUICK, photos=2), ops=OPS) as pool:
        pids = [pool.examine(b"exif: pid", "x").metadata["pid"] for _ in range(4)]
    assert pids[0] == pids[1] != pids[2] == pids[3]


def test_close_ends_workers_at_once_and_releases_whoever_waits() -> None:
    pool = WorkerPool(workers=1, ops=OPS)
    pid = pool.examine(b"exif: pid", "x").metadata["pid"]
    with ThreadPoolExecutor(2) as threads:
        busy = threads.submit(pool.examine, b"exif: sleep", "x")
        happens(lambda: not pool._free)
        in_line = threads.submit(pool.examine, b"photo", "x")
        happens(lambda: len(pool._line) == 1)
        pool.close()
        for photo in (busy, in_line):
            with pytest.raises(ProvenanceError, match="the pool was closed"):
                photo.result(timeout=2)
    assert is_gone(pid)
    with pytest.raises(ProvenanceError, match="the pool is closed"):
        pool.examine(b"photo", "x")


def test_workers_end_when_their_parent_is_killed() -> None:
    script = (
        "import os; from provenance.examine.worker import WorkerPool; pool = WorkerPool(workers=1, ops='%s');"
        "print(pool.examine(b'exif: pid', 'x').metadata['pid'], flush=True); os.kill(os.getpid(), 9)"
    )
    root = os.path.dirname(os.path.dirname(__file__))  # noqa: PTH120
    parent = subprocess.run(
        [sys.executable, "-c", script % OPS], cwd=root, capture_output=True, text=True, check=False, timeout=30
    )
    assert parent.returncode == -signal.SIGKILL, parent.stderr
    assert happens(lambda: is_gone(int(parent.stdout)))


def test_a_worker_that_cannot_start_says_why_when_it_is_needed_not_before() -> None:
    with (
        WorkerPool(workers=1, ops="tests.no_such_ops") as pool,
        pytest.raises(ProvenanceError, match=r"did not start: ModuleNotFoundError: No module named 'tests\.no_such"),
    ):
        pool.examine(b"photo", "x")


PHOTOS = {
    "jpeg": pictures.jpeg(gps=(56.01, 92.79), taken="2024:11:14 10:22:33", offset="+07:00"),
    "png": pictures.png(),
    "webp": pictures.webp(),
    "gif": pictures.gif(frames=3),
    "tiff": pictures.tiff(),
    "bmp": pictures.bmp(),
    "avif": pictures.avif(),
    "heic": pictures.heic(),
}


@pytest.fixture(scope="module")
def real_pool() -> Iterator[WorkerPool]:
    with WorkerPool(workers=1) as pool:
        yield pool


@pytest.mark.parametrize("format_", PHOTOS)
@pytest.mark.parametrize("damaged", ["whole", "cut off", "overwritten"])
def test_locked_workers_find_what_an_open_process_finds(real_pool: WorkerPool, format_: str, damaged: str) -> None:
    """Nothing is left to be loaded from a file after the lock."""
    data = PHOTOS[format_]
    if damaged == "cut off":
        data = data[: len(data) * 2 // 3]
    if damaged == "overwritten":
        data = data[:40] + b"\xff" * 8 + data[48 : len(data) // 2] + b"\xff" * 8 + data[len(data) // 2 + 8 :]
    assert outcome(real_pool, data) == outcome(InProcess(), data)


def outcome(examiner: Examiner, data: bytes) -> Findings | str:
    try:
        return examiner.examine(data, "a/пример\x1b\udcff.jpg")
    except InputError as refused:
        return repr(refused)


def test_locked_workers_find_the_features_that_an_open_process_finds(real_pool: WorkerPool) -> None:
    found = real_pool.examine(PHOTOS["jpeg"], "x.jpg").features
    assert found is not None
    assert found.count > 200
    assert found == InProcess().examine(PHOTOS["jpeg"], "x.jpg").features


def test_a_quick_look_finds_no_features_and_says_nothing_of_them(real_pool: WorkerPool) -> None:
    for examiner in (real_pool, InProcess()):
        quick = examiner.examine(PHOTOS["jpeg"], "x.jpg", quick=True)
        whole = examiner.examine(PHOTOS["jpeg"], "x.jpg")
        assert quick.features is None
        assert quick == replace(whole, features=None)


def test_features_are_as_many_as_asked_for_in_a_frame_as_large() -> None:
    with WorkerPool(workers=1, features=FeatureOptions(frame_px=200, at_most=50)) as pool:
        found = pool.examine(PHOTOS["jpeg"], "x.jpg").features
    assert found is not None
    assert (found.count, found.width, found.height) == (50, 200, 150)


def test_every_fingerprint_that_is_made_may_cross_the_wall() -> None:
    findings = InProcess().examine(PHOTOS["jpeg"], "x.jpg")
    assert {f.kind: len(f.value) for f in findings.fingerprints} == messages.FINGERPRINT_BYTES
    assert [maker.kind for maker in FINGERPRINTS] == list(messages.FINGERPRINT_BYTES)


DATA = b"photo"
SPOTS = LocalFeatures(FEATURES_RULE, 300, 400, bytes(32), bytes(6))
HONEST = Findings(
    image=ImageFacts(sha256(DATA).hexdigest(), "x", "jpeg", 4, 3, 5, 1),
    fingerprints=(Fingerprint("pdq", bytes(32), "1", 100, (bytes(32),) * 7), Fingerprint("phash", bytes(8), "1")),
    metadata={"IFD0:Make": "Canon", "XMP:History": [{"Action": "saved", "When": None}], "GPS:Latitude": 56.01},
    positions=(PositionReading(Position(56, 92), 10.0, "EXIF GPS"),),
    dates=(DateReading("ExifIFD:DateTimeOriginal", "2024:11:14", "2024-11-14", "taken"),),
    features=SPOTS,
    thumbnail=b"\xff\xd8\xff\xe0",
)


def nested(depth: int) -> Any:
    return [nested(depth - 1)] if depth else 1


def test_honest_findings_are_accepted_as_they_are() -> None:
    assert accepted(HONEST, DATA, "x") == HONEST
    deep = replace(HONEST, metadata={"x": nested(14)})
    assert accepted(deep, DATA, "x") == deep


def test_findings_too_long_without_their_metadata_lose_their_traces_too(pool: WorkerPool) -> None:
    findings = pool.examine(b"exif: honest traces", "x.jpg")
    assert (findings.metadata, findings.traces) == ({}, ())
    assert [gap.step for gap in findings.gaps] == ["metadata", "traces"]


@pytest.mark.parametrize(
    ("lie", "problem"),
    [
        ({"fingerprints": (Fingerprint("sha256", bytes(32), "bytes"),)}, "a sha256 that is not the file's"),
        ({"fingerprints": (Fingerprint("pdq", bytes(64), "1"),)}, "a pdq of 64 bytes"),
        ({"fingerprints": (Fingerprint("pdq", bytes(32), "1", 100, (bytes(31),)),)}, "a pdq of 32 bytes"),
        ({"fingerprints": (Fingerprint("pdq", bytes(32), "1", 100, (bytes(32),) * 8),)}, "a pdq of 32 bytes"),
        ({"fingerprints": (Fingerprint("md5", bytes(16), "1"),)}, "a md5 of 16 bytes"),
        ({"metadata": {"x": [{"y": float("inf")}]}}, "the metadata value inf"),
        ({"metadata": {"x": b"raw"}}, "of type bytes"),
        ({"metadata": {"x": msgspec.msgpack.Ext(5, b"x")}}, "of type Ext"),
        ({"metadata": {"x": datetime.now(UTC)}}, "of type datetime"),
        ({"metadata": {"x": {1: 2}}}, "a metadata key that is no text"),
        ({"metadata": {"x": nested(15)}}, "more than 16 deep"),
        ({"metadata": {"x": [[]] * 100_000}}, "more than 100000 metadata values"),
        ({"positions": (PositionReading(Position(0, 0), float("nan"), ""),)}, "a radius of nan m"),
        ({"positions": (PositionReading(Position(0, 0), -1.0, ""),)}, "a radius of -1.0 m"),
        ({"positions": (PositionReading(Position(0, 0), 1.0, "", float("inf")),)}, "a height or direction"),
        ({"positions": (PositionReading(Position(0, 0), 1.0, "", 1.0, float("nan")),)}, "a height or direction"),
        ({"dates": (DateReading("f", "t", "the day before", "taken"),)}, "'the day before' is not a time"),
        ({"dates": (DateReading("f", "t", "2024-13", "taken"),)}, "the date '2024-13'"),
        ({"dates": (DateReading("f", "t", "", "taken"),)}, "the date ''"),
        ({"traces": (Trace("encoder", "", "", "", score=1.5),)}, "a trace with the score 1.5"),
        ({"features": replace(SPOTS, rule="sift-0")}, "features of the rule sift-0"),
        ({"features": replace(SPOTS, codes=SPOTS.codes * 501, geometry=SPOTS.geometry * 501)}, "501 features, limit"),
        ({"features": replace(SPOTS, height=401)}, "a frame of 300 x 401 px, limit 400"),
        ({"preview": Preview(256, 192, b"junk", "levels")}, "a preview that cannot be read"),
        ({"preview": Preview(256, 192, zlib.compress(bytes(9)), "levels")}, "a preview of 256 x 192 px with 9 values"),
        ({"preview": Preview(8, 257, bytes(8 * 257))}, "a preview of 8 x 257 px, limit 256"),
        ({"thumbnail": b"<script>"}, "a thumbnail that is no JPEG"),
        ({"thumbnail": b"\xff\xd8\xff" + bytes(1 << 18)}, "a thumbnail of 262147 bytes, limit 262144"),
    ],
)
def test_findings_that_are_not_well_formed_are_not_accepted(lie: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        accepted(replace(HONEST, **lie), DATA, "x")


def test_features_that_nobody_asked_for_are_not_accepted() -> None:
    with pytest.raises(ValueError, match="not asked for"):
        accepted(HONEST, DATA, "x", None)


def test_features_whose_lengths_do_not_belong_together_are_rejected_as_they_are_read() -> None:
    body = msgspec.msgpack.encode(Examined(HONEST)).replace(
        b"\xa8geometry\xc4\x06" + SPOTS.geometry, b"\xa8geometry\xc4\0"
    )
    with pytest.raises(msgspec.ValidationError, match="do not belong"):
        messages.read_reply(io.BytesIO(len(body).to_bytes(4) + body), 1 << 20)


def test_the_most_features_a_setting_allows_fit_into_an_answer() -> None:
    most = Settings(features_at_most=2000).features_at_most
    features = replace(SPOTS, codes=SPOTS.codes * most, geometry=SPOTS.geometry * most)
    body = msgspec.msgpack.encode(Examined(replace(HONEST, features=features)))
    assert len(body) < WorkerLimits().reply_bytes // 4
    assert accepted(replace(HONEST, features=features), DATA, "x", FeatureOptions(at_most=most)).features == features


def test_an_answer_nested_without_end_is_rejected() -> None:
    body = msgspec.msgpack.encode(Examined(replace(HONEST, metadata={"x": "HERE"})))
    bottomless = body.replace(b"\xa4HERE", b"\x91" * 100_000 + b"\x01")
    with pytest.raises(RecursionError):
        messages.read_reply(io.BytesIO(len(bottomless).to_bytes(4) + bottomless), 1 << 20)


@given(st.data())
def test_a_damaged_answer_is_read_or_rejected_and_nothing_else(data: st.DataObject) -> None:
    body = bytearray(msgspec.msgpack.encode(Examined(HONEST)))
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    try:
        reply = messages.read_reply(io.BytesIO(len(body).to_bytes(4) + body), 1 << 20)
        if isinstance(reply, Examined):
            accepted(reply.findings, DATA, "x")
    except (*messages.REJECTED, EOFError):
        pass
