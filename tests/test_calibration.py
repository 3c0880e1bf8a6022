"""Measured error per threshold: the counting, on outcomes made by hand; and the whole way, on drawn pictures."""

import json
from collections import Counter
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from provenance.cli import cli
from provenance.cli.calibrate import rows_of, text_of
from provenance.cli.calibration_plot import curve, svg
from provenance.desk import Desk
from provenance.errors import InputError
from provenance.examine.edits import EDITS, edit_named
from provenance.examine.worker import InProcess
from provenance.investigate.calibration import (
    BACKGROUND,
    Calibration,
    FalseMatch,
    Outcome,
    Trial,
    TruePair,
    judged,
    plan,
    share,
)
from provenance.ledger.urls import originals_folder
from provenance.model.dossier import KnownImage, Match, Relation
from provenance.settings import Settings
from provenance.toolkit import Toolkit
from tests.edit_ops import honest
from tests.pictures import encode, jpeg, scene

TRIAL = Trial("grey", "colour", ("a",), 1)


def outcome(*found: float | None, wrong: tuple[float, ...] = (), family: str = "colour") -> Outcome:
    false_matches = tuple(FalseMatch(TRIAL, f"k{nth}", score, "") for nth, score in enumerate(wrong))
    return Outcome(TRIAL, tuple(TruePair(family, score) for score in found), false_matches)


def match(known_id: str, score: float, relation: Relation = "edited_copy") -> Match:
    return Match(KnownImage(known_id, (), (), honest(b"")), relation, score, None, None, None, "")


def counts(measured: Calibration, threshold: float) -> tuple[int, int, int, int]:
    row = measured.at(threshold)
    return row.recall.count, row.recall.of, row.false_rate.count, row.false_rate.of


# --- what counts as what ------------------------------------------------------------------------------------------

COPIES = {part: frozenset({part}) for part in "abcd"}


def test_the_original_is_true_and_any_other_copy_false() -> None:
    it = judged(TRIAL, [match("a", 0.9), match("x", 0.4)], COPIES)
    assert it.true_pairs == (TruePair("colour", 0.9),)
    assert [(m.known_id, m.score) for m in it.false_matches] == [("x", 0.4)]


def test_an_original_that_is_not_found_counts_as_missed() -> None:
    assert judged(TRIAL, [], COPIES).true_pairs == (TruePair("colour", None),)


def test_a_view_of_the_same_scene_is_neither_found_nor_a_false_match() -> None:
    it = judged(TRIAL, [match("a", 0.9, "same_scene"), match("x", 0.9, "same_scene")], COPIES)
    assert it == Outcome(TRIAL, (TruePair("colour", None),))


def test_what_the_engine_takes_for_a_copy_of_the_original_counts_neither_way() -> None:
    it = judged(TRIAL, [match("a", 0.9), match("repost", 0.8)], {"a": frozenset({"a", "repost"})})
    assert it == Outcome(TRIAL, (TruePair("colour", 0.9),))


def test_a_copy_of_a_background_counts_neither_way_and_the_background_is_true() -> None:
    trial = Trial("in_picture_20", "picture_in_picture", ("a", "b"), 1)
    it = judged(trial, [match("b", 0.7), match("repost", 0.6)], {"a": frozenset("a"), "b": frozenset({"b", "repost"})})
    assert it.true_pairs == (TruePair("picture_in_picture", None), TruePair(BACKGROUND, 0.7))
    assert it.false_matches == ()


def test_every_part_of_a_collage_is_true_once() -> None:
    trial = Trial("collage", "collage", ("a", "b", "c", "b"), 1)
    it = judged(trial, [match(part, 0.5) for part in "abcx"], COPIES)
    assert it.true_pairs == (TruePair("collage", 0.5),) * 3
    assert [m.known_id for m in it.false_matches] == ["x"]


# --- counting -----------------------------------------------------------------------------------------------------


def test_recall_and_false_rate_count_scores_at_the_threshold_or_above() -> None:
    measured = Calibration([outcome(0.9), outcome(0.5, wrong=(0.3, 0.5)), outcome(None, wrong=(0.2,)), outcome(0.2)])
    assert counts(measured, 0.0) == (3, 4, 2, 4)
    assert counts(measured, 0.5) == (2, 4, 1, 4)
    assert counts(measured, 0.51) == (1, 4, 0, 4)
    assert counts(measured, 0.91) == (0, 4, 0, 4)


def test_an_edit_with_many_false_matches_counts_once() -> None:
    assert Calibration([outcome(wrong=(0.9, 0.8, 0.7)), outcome()]).at(0.5).false_rate.value == 0.5


def test_recall_is_told_by_family() -> None:
    measured = Calibration([outcome(0.9), outcome(None, family="crop"), outcome(0.4, family="crop")])
    assert measured.families == ["colour", "crop"]
    assert (measured.recall(0.0, "crop").count, measured.recall(0.0, "crop").of) == (1, 2)
    assert measured.recall(0.0).of == 3


def test_what_could_not_be_made_is_told_and_not_counted() -> None:
    measured = Calibration([outcome(0.9), Outcome(TRIAL, unread="gone"), Outcome(TRIAL, unread="gone")])
    assert measured.unread == {"gone": 2}
    assert (measured.edits, measured.at(0.0).recall.of) == (1, 1)


def test_wilsons_interval_is_that_of_the_literature() -> None:
    """81 of 263: 0.2553 to 0.3662 (Newcombe, Statistics in Medicine 17, 1998, table I, method 3)."""
    it = share(81, 263)
    assert (it.low, it.high) == (pytest.approx(0.2553, abs=5e-5), pytest.approx(0.3662, abs=5e-5))


def test_none_of_n_leaves_three_in_n_possible() -> None:
    assert (share(0, 300).low, share(0, 300).high) == (0.0, pytest.approx(0.01))
    assert share(0, 2).high == 1.0
    assert (share(0, 0).value, share(0, 0).low, share(0, 0).high) == (None, 0.0, 1.0)


@given(st.integers(1, 5000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_a_share_lies_in_its_interval(counted: tuple[int, int]) -> None:
    it = share(*counted)
    assert it.value is not None
    assert 0 <= it.low <= it.value <= it.high <= 1


@given(st.lists(st.tuples(st.floats(0, 1), st.lists(st.floats(0, 1), max_size=3)), min_size=1, max_size=40))
def test_higher_thresholds_never_find_more_and_a_recommendation_keeps_its_word(
    outcomes: list[tuple[float, list[float]]],
) -> None:
    measured = Calibration([outcome(found, wrong=tuple(wrong)) for found, wrong in outcomes])
    rows = [measured.at(step / 20) for step in range(21)]
    for lower, higher in pairwise(rows):
        assert higher.recall.count <= lower.recall.count
        assert higher.false_rate.count <= lower.false_rate.count
    for at_most in (0.5, 0.1, 0.01):
        row = measured.recommended(at_most).row
        assert row.false_rate.count <= at_most * measured.edits
        if row.threshold > 0.0002:
            assert measured.at(row.threshold - 0.0002).false_rate.count > at_most * measured.edits


def test_the_recommended_threshold_is_just_above_the_first_score_too_many() -> None:
    outcomes = [outcome(0.9, wrong=(0.8432,)), outcome(0.9, wrong=(0.61,)), *[outcome(0.7)] * 98]
    measured = Calibration(outcomes)
    assert measured.recommended(0.01).row.threshold == pytest.approx(0.6101)
    assert measured.recommended(0.001).row.threshold == pytest.approx(0.8433)
    assert measured.recommended(0.001).row.recall.count == 2
    assert measured.recommended(0.02).row.threshold == 0.0


def test_no_recommended_threshold_is_reached_by_the_score_it_shall_keep_out() -> None:
    for score in (0.0, 0.0003, 0.0029, 0.8432, 0.99995, 1.0):  # 0.0003 * 10,000 is less than 3
        measured = Calibration([outcome(wrong=(score,))])
        assert score < measured.recommended(0.01).row.threshold <= score + 0.0002


def test_a_sample_too_small_to_show_a_rate_says_so() -> None:
    small, enough = Calibration([outcome(0.9)] * 299), Calibration([outcome(0.9)] * 300)
    assert [small.recommended(0.01).shown, enough.recommended(0.01).shown] == [False, True]
    assert enough.recommended(0.001).edits_needed == 3000
    assert not enough.recommended(0.001).shown
    assert any("leaves up to 1.0 % possible; at least 3000 edits are needed" in line for line in text_of(enough))


# --- the plan -----------------------------------------------------------------------------------------------------


def test_every_edit_is_made_about_equally_often_and_no_picture_has_one_twice() -> None:
    trials = plan(EDITS, [f"p{nth}" for nth in range(20)], each=6, seed=4)
    made = Counter(trial.edit for trial in trials)
    assert len(trials) == 120
    assert set(made) == {edit.name for edit in EDITS}
    assert max(made.values()) - min(made.values()) <= 1
    assert max(Counter((trial.parts[0], trial.edit) for trial in trials).values()) == 1


def test_the_other_pictures_are_others_and_as_many_as_the_edit_needs() -> None:
    needed = {edit.name: edit.others for edit in EDITS}
    for trial in plan(EDITS, ["a", "b"], each=len(EDITS), seed=0):
        assert len(trial.parts) == 1 + needed[trial.edit]
        assert trial.parts[0] not in trial.parts[1:]


def test_a_seed_repeats_the_plan() -> None:
    assert plan(EDITS, ["a", "b", "c"], each=9, seed=1) == plan(EDITS, ["a", "b", "c"], each=9, seed=1)
    assert plan(EDITS, ["a", "b", "c"], each=9, seed=1) != plan(EDITS, ["a", "b", "c"], each=9, seed=2)


# --- how it is shown ----------------------------------------------------------------------------------------------

SHOWN = Calibration([*[outcome(0.8)] * 3, outcome(None, wrong=(0.25,))])


def test_the_curve_falls_where_recall_and_false_matches_end() -> None:
    lines = list(curve(SHOWN))
    recall, wrong = lines[1:7], lines[10:13]
    bottom = recall[-1].partition("│")[2]
    assert bottom[:49].strip("█") == ""  # thresholds 0 to 0.8 in steps of 1/60
    assert bottom[49:].strip() == ""
    assert recall[1].partition("│")[2].rstrip() == "▄" * 49  # three quarters of six lines
    assert recall[0].partition("│")[2].strip() == ""
    assert wrong[-1].partition("│")[2].rstrip() == "█" * 16  # 0 to 0.25
    assert wrong[0].startswith("  25 %")


def test_the_drawing_is_an_svg_with_both_curves_and_loads_nothing() -> None:
    drawn = ElementTree.fromstring(svg(SHOWN))  # noqa: S314 - our own
    lines = drawn.findall("{http://www.w3.org/2000/svg}polyline")
    assert len(lines) == 2
    recall = [tuple(map(float, point.split(","))) for point in lines[0].attrib["points"].split()]
    assert recall[0] == (64.0, 123.0)  # three quarters of 300 px above the axis at 348
    assert recall[-1] == (684.0, 348.0)
    assert "href" not in svg(SHOWN)
    assert "<script" not in svg(SHOWN)


def test_each_row_of_json_says_what_it_is() -> None:
    rows = list(rows_of(SHOWN))
    assert Counter(row["row"] for row in rows) == {"threshold": 12, "recommended": 2, "family": 2, "false_match": 1}
    first = rows[0]
    assert (first["recall"], first["recall_count"], first["recall_of"]) == (0.75, 3, 4)
    assert (first["false"], first["false_count"], first["false_of"]) == (0.25, 1, 4)
    json.dumps(rows, allow_nan=False)


# --- the whole way ------------------------------------------------------------------------------------------------


def known(desk: Desk, seeds: range) -> None:
    for seed in seeds:
        desk.add_bytes(jpeg(seed, size=(320, 240)), f"{seed}.jpg", None)


def made(desk: Desk, **asked: Any) -> list[Outcome]:
    return list(desk.calibrate(desk.trials(**{"pictures": 60, "each": 8, "seed": 1} | asked), jobs=2))


EASY = [edit_named(name) for name in ("recompress_50", "downscale_50", "grey", "in_picture_50")]


def test_easy_edits_of_drawn_pictures_are_found_and_the_ledger_is_left_as_it_was(desk: Desk) -> None:
    known(desk, range(3))
    ids = sorted({trial.parts[0] for trial in desk.trials(pictures=60, each=1, seed=1)})
    before = desk.toolkit.ledger.head()
    outcomes = list(desk.calibrate(plan(EASY, ids, each=4, seed=1)))
    measured = Calibration(outcomes)
    assert (measured.pictures, measured.edits, measured.unread) == (3, 12, {})
    for family in ("recompress", "downscale", "colour"):
        assert (measured.recall(0.0, family).count, measured.recall(0.0, family).of) == (3, 3)
    assert measured.recall(0.0, BACKGROUND).of == 3
    assert measured.false_matches == []
    assert desk.toolkit.ledger.head() == before


def test_a_seed_repeats_the_answers(desk: Desk) -> None:
    known(desk, range(2))
    assert made(desk, each=2, seed=5) == made(desk, each=2, seed=5)


def test_a_repost_among_the_known_pictures_is_no_false_match(desk: Desk) -> None:
    known(desk, range(2))
    repost = encode(scene(0, (320, 240)).resize((300, 225)), "JPEG", quality=60)
    desk.add_bytes(repost, "repost.jpg", None)
    outcomes = made(desk, each=4)
    trials = [o.trial for o in outcomes]
    assert len(trials) == 12
    assert Calibration(outcomes).false_matches == []


def test_an_original_that_is_gone_is_counted_and_stops_nothing(tmp_path: Path) -> None:
    file = tmp_path / "ledger.db"
    with Desk(Toolkit(Settings(ledger=f"sqlite:///{file}"), examiner=InProcess())) as desk:
        known(desk, range(3))
        gone = desk.trials(pictures=3, each=1, seed=1)[0].parts[0]
        (originals_folder(file) / gone[:2] / gone[2:]).unlink()
        outcomes = made(desk, each=2)
    unread = [o for o in outcomes if o.unread is not None]
    assert {gone in o.trial.parts for o in unread} == {True}
    assert {"is missing" in o.unread for o in unread if o.unread} == {True}
    assert len(outcomes) == 6
    assert len(unread) < 6


def test_an_edit_that_claims_to_be_a_known_file_is_not_counted(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    known(desk, range(2))
    other = desk.examine(jpeg(0, size=(320, 240)))
    liar = SimpleNamespace(examine_edit=lambda *originals, edit, seed: other, close=lambda: None)
    monkeypatch.setattr(desk.toolkit, "_examiner", liar)
    assert {o.unread for o in made(desk, each=1)} == {"an edit with the very bytes of a known picture"}


def test_fewer_than_two_known_pictures_with_pixels_are_too_few(desk: Desk) -> None:
    with pytest.raises(InputError, match="0 known pictures with pixels, at least 2"):
        desk.trials(pictures=60, each=6, seed=0)
    known(desk, range(1))
    with pytest.raises(InputError, match="1 known pictures with pixels"):
        desk.trials(pictures=60, each=6, seed=0)


@pytest.fixture
def ledger(tmp_path: Path, desk: Desk) -> str:
    known(desk, range(3))
    return f"sqlite:///{tmp_path / 'ledger.db'}"


def run(*arguments: str) -> Result:
    return CliRunner(env={"PROVENANCE_WORKERS": "1"}).invoke(cli, ["calibrate", *arguments], standalone_mode=False)


def test_the_command_prints_tables_and_draws_the_curve(ledger: str, tmp_path: Path) -> None:
    told = run("--ledger", ledger, "--edits", "2", "--seed", "3", "--out", str(tmp_path / "curve.svg"))
    assert told.exception is None
    assert "6 edits of 3 known pictures, seed 3" in told.stdout
    assert "recall by family" in told.stdout
    assert "─" * 61 in told.stdout
    assert (tmp_path / "curve.svg").read_text().startswith("<svg")


@pytest.fixture
def without_the_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("provenance.toolkit.examiner_of", lambda settings: InProcess())


@pytest.mark.usefixtures("without_the_wall")
def test_json_lines_hold_the_same(ledger: str) -> None:
    told = run("--ledger", ledger, "--edits", "2", "--seed", "3", "--json")
    rows = [json.loads(line) for line in told.stdout.splitlines()]
    assert rows[0] == {"row": "sample", "pictures": 3, "edits": 6, "seed": 3}
    assert {row["row"] for row in rows} >= {"threshold", "recommended", "family"}


@pytest.mark.usefixtures("without_the_wall")
def test_a_drawing_that_cannot_be_written_costs_no_table(ledger: str, tmp_path: Path) -> None:
    told = run("--ledger", ledger, "--edits", "1", "--out", str(tmp_path / "none" / "curve.svg"))
    assert isinstance(told.exception, InputError)
    assert "recall by family" in told.stdout


def test_an_empty_ledger_is_refused_with_what_to_do(tmp_path: Path) -> None:
    told = run("--ledger", f"sqlite:///{tmp_path / 'nothing.db'}")
    assert isinstance(told.exception, InputError)
    assert "provenance add" in str(told.exception)
