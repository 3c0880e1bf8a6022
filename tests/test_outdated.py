"""Pictures that an earlier version recorded: what it did not look for is said, never passed off as absent."""

from dataclasses import replace

import pytest

from provenance.desk import Desk
from provenance.examine.worker import InProcess
from provenance.investigate.stated import stated
from provenance.model.findings import FINDINGS_VERSION, Findings
from provenance.report import json as as_written
from tests.pictures import jpeg

ORIGINAL, COPY = jpeg(3), jpeg(3, quality=60)


@pytest.fixture
def earlier(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk whose ledger holds the original as the first version recorded it, which wrote no version down."""
    today = InProcess.examine

    def then(it: InProcess, data: bytes, name: str, *, quick: bool = False) -> Findings:
        return replace(today(it, data, name, quick=quick), version=1, credentials=None, traces=())

    with monkeypatch.context() as patched:
        patched.setattr(InProcess, "examine", then)
        desk.add_bytes(ORIGINAL, "original.jpg", None)
    return desk


def steps(gaps: object) -> list[str]:
    return [gap.step for gap in gaps]  # type: ignore[attr-defined]


def test_what_is_examined_today_is_of_this_version(desk: Desk) -> None:
    findings = desk.examine(ORIGINAL)
    assert findings.version == FINDINGS_VERSION
    assert findings.outdated == ()


def test_a_known_picture_says_that_an_earlier_version_recorded_it(earlier: Desk) -> None:
    known = earlier.known(earlier.examine(ORIGINAL).image.id)
    answer = as_written.known_image(known, stated(known.findings.metadata), ())
    assert answer["credentials"] is None
    assert any(gap["step"] == "examined" and "earlier version" in gap["reason"] for gap in answer["gaps"])
    assert "examined" in steps(earlier.dossier_of(known.id).gaps)


def test_a_copy_of_it_says_that_its_credentials_are_unknown(earlier: Desk) -> None:
    (gap,) = (gap for gap in earlier.check(COPY, name="copy.jpg").gaps if gap.step == "examined")
    assert "original.jpg" in gap.reason


def test_of_pictures_known_today_nothing_of_the_kind_is_said(desk: Desk) -> None:
    desk.add_bytes(ORIGINAL, "original.jpg", None)
    assert "examined" not in steps(desk.check(COPY, name="copy.jpg").gaps)
