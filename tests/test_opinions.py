"""What a person says of a match stands beside it, a rejected one counts as no copy, and every door says the same."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from rich.console import Console

from api.app import create_app
from provenance.cli import main
from provenance.cli.check import _is_match
from provenance.desk import Desk
from provenance.errors import InputError, NotFoundError
from provenance.model.dossier import Dossier
from provenance.model.opinion import NewOpinion
from provenance.report import json as as_written
from provenance.report.text import print_dossier
from tests.pictures import jpeg

ORIGINAL = jpeg(3, gps=(56.0061, 92.8328), taken="2024:11:14 10:22:33")
COPY = jpeg(3, quality=40)


@pytest.fixture
def known(desk: Desk) -> str:
    """The id of a known picture with GPS and a sighting; COPY is a copy of it."""
    (recorded,) = desk.add(ORIGINAL, name="original.jpg", url="https://example.org/1", posted_at="2024-11-15")
    assert recorded.added is not None
    return recorded.added.image_id


def say(desk: Desk, known: str, verdict: str, reason: str = "Another station") -> None:
    desk.add_opinion(COPY, known, verdict=verdict, reason=reason, by="Ivanov")


def line(dossier: Dossier) -> dict[str, Any]:
    return json.loads(json.dumps(as_written.dossier(dossier)))


def rests_on_the_known_picture(dossier: Dossier) -> list[bool]:
    return [
        bool(dossier.case.sightings),
        dossier.earliest_sighting is not None,
        dossier.taken.not_after is not None,
        bool(dossier.taken.evidence),
        any(e.source == "known_metadata" for c in dossier.candidates for e in c.evidence),
        _is_match(line(dossier)),
    ]


def test_a_rejected_match_is_shown_but_nothing_rests_on_it(desk: Desk, known: str) -> None:
    before = desk.check(COPY)
    assert all(rests_on_the_known_picture(before))
    say(desk, known, "rejected")
    after = desk.check(COPY)
    assert not any(rests_on_the_known_picture(after))
    (match,), (as_before,) = line(after)["matches"], line(before)["matches"]
    said = match["opinion"]
    assert (said["verdict"], said["reason"], said["by"]) == ("rejected", "Another station", "Ivanov")
    assert match == {**as_before, "opinion": said}
    assert as_before["opinion"] is None
    assert desk.copies_of(COPY) == {after.case.findings.image.id}


@pytest.mark.parametrize("verdict", ["disputed", "confirmed"])
def test_a_match_that_is_not_rejected_counts_and_says_so(desk: Desk, known: str, verdict: str) -> None:
    say(desk, known, "rejected")
    say(desk, known, verdict)
    after = desk.check(COPY)
    assert all(rests_on_the_known_picture(after))
    assert line(after)["matches"][0]["opinion"]["verdict"] == verdict
    assert known in desk.copies_of(COPY)


def test_an_opinion_holds_for_both_pictures_once_both_are_known(desk: Desk, known: str) -> None:
    say(desk, known, "rejected")
    (recorded,) = desk.add(COPY, name="copy.jpg")
    assert recorded.added is not None
    for one, other in ((known, recorded.added.image_id), (recorded.added.image_id, known)):
        verdicts = {m.known.id: m.opinion and m.opinion.verdict for m in desk.matches_of(desk.known(one).findings)}
        assert verdicts == {one: None, other: "rejected"}
        assert desk.copies_of(one) == {one}
        (match,) = (m for m in desk.dossier_of(one).case.matches if m.known.id == other)
        assert not match.is_copy


def test_the_text_says_it_in_one_line(desk: Desk, known: str) -> None:
    say(desk, known, "rejected", "Another\nstation")
    out = io.StringIO()
    print_dossier(desk.check(COPY), Console(file=out, width=200))
    (told,) = (each for each in out.getvalue().splitlines() if "Ivanov" in each)
    assert told.strip().startswith("rejected by Ivanov (")
    assert told.endswith("), so it counts as no copy: “Another station”")


A, B = "a" * 64, "b" * 64


@pytest.mark.parametrize(
    ("pair", "verdict", "reason", "says"),
    [
        ((A, B), "maybe", "x", "verdict is 'maybe', must be one of confirmed, rejected, disputed"),
        ((A, B), "rejected", " \n", "needs a reason"),
        ((A, A), "rejected", "x", "two pictures"),
        ((A, "A" * 64), "rejected", "x", "64 lower-case hex digits"),
    ],
)
def test_an_opinion_that_cannot_be_one_is_refused(pair: tuple[str, str], verdict: Any, reason: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        NewOpinion(pair, verdict, reason)


def test_the_desk_says_what_is_wrong_with_an_opinion(desk: Desk, known: str) -> None:
    with pytest.raises(InputError, match="verdict is 'no'"):
        desk.add_opinion(known, B, verdict="no", reason="x")
    with pytest.raises(InputError, match="reason has 8193 characters, limit 8192"):
        desk.add_opinion(known, B, verdict="rejected", reason="x" * 8193)
    with pytest.raises(NotFoundError, match="neither"):
        desk.add_opinion(A, B, verdict="rejected", reason="x")
    with pytest.raises(NotFoundError):
        desk.opinions_of(A)
    assert desk.opinions_of(known) == ()


@pytest.fixture
def client(desk: Desk) -> TestClient:
    return TestClient(create_app(desk), base_url="http://localhost", raise_server_exceptions=False)


def test_opinions_are_said_and_listed_over_http(client: TestClient, desk: Desk, known: str) -> None:
    copy = desk.examine(COPY).image.id
    rejected = {"about": known, "verdict": "rejected", "reason": "Another station", "by": "Ivanov"}
    disputed = {"about": copy, "verdict": "disputed", "reason": "Unclear"}
    first = client.post(f"/v1/images/{copy}/opinions", json=rejected)
    second = client.post(f"/v1/images/{known}/opinions", json=disputed)
    assert (first.status_code, second.status_code) == (201, 201)
    said_at = first.json()["said_at"]
    assert first.json() == {"image_id": copy, **rejected, "said_at": said_at}
    assert second.json() == {"image_id": known, **disputed, "by": None, "said_at": second.json()["said_at"]}
    listed = client.get(f"/v1/images/{known}/opinions").json()
    assert listed == {"items": [second.json(), {**first.json(), "image_id": known, "about": copy}], "next": None}
    dossier = client.post("/v1/checks", files={"file": ("q.jpg", COPY)}).json()
    assert dossier["matches"][0]["opinion"] == {
        "verdict": "disputed", "reason": "Unclear", "by": None, "said_at": second.json()["said_at"],
    }  # fmt: skip
    assert dossier == line(desk.check(COPY, name="q.jpg"))


@pytest.mark.parametrize(
    ("image_id", "change", "status", "says"),
    [
        (None, {"verdict": "maybe"}, 400, "verdict is 'maybe', must be one of confirmed, rejected, disputed"),
        (None, {"reason": ""}, 400, "needs a reason"),
        (None, {"about": "photo.jpg"}, 400, "'photo.jpg' is not the id of a picture"),
        ("nobody", {}, 400, "'nobody' is not the id of a picture"),
        (None, {"mood": "good"}, 400, "mood"),
        (A, {}, 404, "neither"),
    ],
)
def test_bad_opinions_over_http_are_problems(
    client: TestClient, known: str, image_id: str | None, change: dict[str, str], status: int, says: str
) -> None:
    body = {"about": B, "verdict": "rejected", "reason": "x", **change}
    answer = client.post(f"/v1/images/{image_id or known}/opinions", json=body)
    assert answer.status_code == answer.json()["status"] == status
    assert says in answer.json()["detail"]
    assert client.get(f"/v1/images/{A}/opinions").status_code == 404


def test_an_opinion_is_said_on_the_command_line_of_files_and_ids(
    desk: Desk, known: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "copy.jpg").write_bytes(COPY)
    monkeypatch.setattr("provenance.cli.opinions.desk_of", lambda _: _Open(desk))

    def run(*arguments: str) -> tuple[object, str]:
        monkeypatch.setattr("sys.argv", ["provenance", "opinion", *arguments])
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capsys.readouterr()
        return left.value.code, out or err

    given = (str(tmp_path / "copy.jpg"), known, "--reason", "Another station", "--by", "Ivanov")
    code, out = run(*given, "--verdict", "rejected", "--json")
    (recorded,) = desk.opinions_of(known)
    copy = desk.examine(COPY).image.id
    assert (code, json.loads(out)) == (0, as_written.opinion_on(copy, recorded))
    assert json.loads(out)["about"] == known
    code, out = run(*given, "--verdict", "confirmed")
    assert (code, out.startswith("confirmed by Ivanov (")) == (0, True)
    code, out = run(*given, "--verdict", "maybe")
    assert (code, "verdict is 'maybe', must be one of" in out) == (2, True)
    assert len(desk.opinions_of(copy)) == 2


class _Open:
    """A desk that stays open when a command is done with it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def __enter__(self) -> Desk:
        return self._desk

    def __exit__(self, *_: object) -> None:
        pass
