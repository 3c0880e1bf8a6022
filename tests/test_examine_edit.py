"""Edits are made behind the wall: hostile originals stay there, and nothing but what matching compares comes back."""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance.errors import InputError, NotAnImageError, TooLargeError, UnreadableError
from provenance.examine.decode.limits import Limits
from provenance.examine.edits import EDITS
from provenance.examine.messages import accepted_edit
from provenance.examine.options import FeatureOptions
from provenance.examine.worker import InProcess, WorkerPool
from provenance.model.findings import DateReading, Findings
from provenance.model.fingerprint import Fingerprint
from tests.edit_ops import honest
from tests.pictures import heic, jpeg, png

ORIGINAL = jpeg(3, size=(320, 240), gps=(56.01, 92.79), taken="2024:11:14 10:22:33")
OTHERS = (png(4), png(5), heic())
ONE_OF_A_FAMILY = {edit.family: edit for edit in EDITS}.values()


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(workers=1) as pool:
        yield pool


@pytest.fixture(scope="module")
def taken_over() -> Iterator[WorkerPool]:
    with WorkerPool(workers=1, ops="tests.edit_ops") as pool:
        yield pool


@pytest.mark.parametrize("edit", ONE_OF_A_FAMILY, ids=lambda edit: edit.name)
def test_a_locked_worker_makes_the_edit_that_an_open_process_makes(pool: WorkerPool, edit: Any) -> None:
    """Font and noise included: nothing is left to be loaded from a file after the lock."""
    others = OTHERS[: edit.others]
    inside = pool.examine_edit(ORIGINAL, *others, edit=edit.name, seed=9)
    assert inside == InProcess().examine_edit(ORIGINAL, *others, edit=edit.name, seed=9)
    assert {f.kind for f in inside.fingerprints} >= {"sha256", "pdq"}
    assert inside.gaps == ()


def test_an_edit_has_another_identity_and_nothing_of_the_originals_metadata(pool: WorkerPool) -> None:
    findings = pool.examine_edit(ORIGINAL, edit="grey", seed=1)
    assert findings.image.id != sha256(ORIGINAL).hexdigest()
    assert findings.image.name == "grey.jpg"
    assert (findings.metadata, findings.positions, findings.dates, findings.thumbnail) == ({}, (), (), b"")
    assert findings.preview is not None


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"no picture at all", NotAnImageError),
        (ORIGINAL[: len(ORIGINAL) // 40], UnreadableError),
        (png(3)[:60], UnreadableError),
        (b"", UnreadableError),
    ],
)
def test_an_original_that_cannot_be_read_is_refused_wherever_it_stands(
    pool: WorkerPool, data: bytes, error: type[InputError]
) -> None:
    with pytest.raises(error):
        pool.examine_edit(data, edit="grey", seed=1)
    with pytest.raises(error):
        pool.examine_edit(ORIGINAL, data, edit="in_picture_35", seed=1)
    assert pool.examine_edit(ORIGINAL, edit="grey", seed=1).gaps == ()


def test_limits_hold_for_originals_too() -> None:
    small = InProcess(examine_limits=Limits(max_bytes=1000))
    with pytest.raises(TooLargeError, match="limit 1000"):
        small.examine_edit(ORIGINAL, edit="grey", seed=1)
    few_pixels = InProcess(examine_limits=Limits(max_pixels=100))
    with pytest.raises(TooLargeError, match="limit 100 for png"):
        few_pixels.examine_edit(png(3), edit="grey", seed=1)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_damaged_originals_give_findings_or_an_input_error_and_nothing_else(data: st.DataObject) -> None:
    damaged = bytearray(data.draw(st.sampled_from([ORIGINAL, *OTHERS])))
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    try:
        findings = InProcess().examine_edit(bytes(damaged), edit="downscale_25", seed=1)
    except InputError:
        return
    assert findings.fingerprint("pdq") is not None


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("segfault", "edit: died of SIGSEGV"),
        ("exit", "edit: ended with exit code 0"),
        ("the original itself", "an edit that is the original itself"),
        ("metadata", "more about an edit than matching compares"),
        ("thumbnail", "more about an edit than matching compares"),
        ("foreign refusal", "not accepted: a Refused"),
    ],
)
def test_a_worker_that_dies_or_lies_costs_its_own_edit_only(taken_over: WorkerPool, how: str, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        taken_over.examine_edit(ORIGINAL, edit=how, seed=1)
    assert taken_over.examine_edit(ORIGINAL, edit="honest", seed=1).image.name == "honest.jpg"


def test_a_background_is_no_identity_for_an_edit_either() -> None:
    with pytest.raises(ValueError, match="the original itself"):
        accepted_edit(honest(b"background"), (b"photo", b"background"), "x.jpg", FeatureOptions())


EDITED = honest(b"edited")


@pytest.mark.parametrize(
    ("lie", "problem"),
    [
        ({"fingerprints": (Fingerprint("sha256", bytes(32), "bytes"),)}, "a sha256 that is not the file's"),
        ({"fingerprints": (Fingerprint("pdq", bytes(31), "1"),)}, "a pdq of 31 bytes"),
        (
            {"dates": (DateReading("ExifIFD:DateTimeOriginal", "2024:11:14", "2024-11-14", "taken"),)},
            "more about an edit",
        ),
    ],
)
def test_findings_of_an_edit_are_checked_as_any_other(lie: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        accepted_edit(replace(EDITED, **lie), (b"photo",), "x.jpg", FeatureOptions())


def test_honest_findings_of_an_edit_are_accepted_under_the_parents_name() -> None:
    accepted = accepted_edit(EDITED, (b"photo",), "x.jpg", FeatureOptions())
    assert accepted == Findings(image=replace(EDITED.image, name="x.jpg"))
