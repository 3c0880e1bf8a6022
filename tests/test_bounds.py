"""When a picture can have been taken: what bounds, from which side, and what only claims."""

from dataclasses import replace
from typing import Any

import pytest

from provenance.investigate.conflicts import find_conflicts
from provenance.investigate.time_bounds import bound_time
from provenance.model.credentials import Action, Credentials, Ingredient
from provenance.model.dossier import Case, Context, KnownImage, Match, Relation
from provenance.model.findings import DateReading, Findings, PositionReading
from provenance.model.image import ImageFacts
from provenance.model.place import Position
from provenance.model.sighting import Sighting
from provenance.model.times import StatedTime

X_POST = "https://x.com/a/status/1769386591137448243"  # 2024-03-17T15:33:31.597Z
X_MEDIUM = "https://pbs.twimg.com/media/GI4faDWWsAEclit?format=jpg"  # 2024-03-17T15:32:06.935Z


def findings(digit: str = "a", **more: Any) -> Findings:
    return Findings(ImageFacts(digit * 64, f"{digit}.jpg", "jpeg", 640, 480, 1000, 1), **more)


def case(it: Findings | None = None, *, matches: tuple[Match, ...] = (), **context: Any) -> Case:
    sightings = context.pop("sightings", ())
    return Case(it or findings(), Context(**context), matches, sightings)


def sighting(number: int, url: str | None = None, posted_at: str | None = None) -> Sighting:
    posted = StatedTime(posted_at) if posted_at else None
    return Sighting(f"s{number}", "a" * 64, url, None, posted, StatedTime("2026-01-01T00:00:00Z"), None)


def name(stated: str, means: str = "saved") -> DateReading:
    return DateReading("file name", f"{stated}.jpg", stated, means)


def copy(known: Findings, relation: Relation = "edited_copy", shown: float | None = 0.9) -> Match:
    it = KnownImage(known.image.id, (known.image.name,), (), known)
    return Match(it, relation, 0.9, None, shown, 0.9, "")


def not_after(it: Case) -> str | None:
    bound = bound_time(it).not_after
    return bound.text if bound else None


def test_nothing_known_bounds_nothing() -> None:
    taken = bound_time(case())
    assert (taken.not_before, taken.not_after, taken.evidence) == (None, None, ())


def test_the_time_in_a_posts_id_bounds_what_was_recorded_later() -> None:
    it = case(sightings=(sighting(1, X_POST),))
    assert not_after(it) == "2024-03-17T15:33:31.597Z"
    first, second, *_ = bound_time(it).evidence
    assert "X's id in the address" in first.because
    assert "recorded in this ledger" in second.because  # all that bounds is listed


def test_the_address_given_with_the_picture_counts_and_so_does_the_upload_of_a_medium() -> None:
    assert not_after(case(url=X_MEDIUM)) == "2024-03-17T15:32:06.935Z"
    assert not_after(case(url=X_MEDIUM, posted_at=StatedTime("2024-03-17T15:00:00Z"))) == "2024-03-17T15:00:00Z"


def test_an_id_that_does_not_bound_is_listed_only() -> None:
    taken = bound_time(case(url="https://mastodon.social/@a/109374284543500000"))
    assert taken.not_after is None
    assert ["Mastodon" in e.because for e in taken.evidence] == [True]


def test_of_many_ids_the_earliest_binds() -> None:
    later = tuple(sighting(n, f"https://x.com/a/status/{1769386591137448243 + (n << 32)}") for n in range(1, 9))
    assert not_after(case(sightings=(*later, sighting(0, X_POST)))) == "2024-03-17T15:33:31.597Z"


@pytest.mark.parametrize(
    ("stated", "means", "bound"),
    [
        ("2024-11-14T10:22:33", "saved", "2024-11-14T10:22:33"),
        ("2024-11-14T08:22:33.123Z", "saved", "2024-11-14T08:22:33.123Z"),
        ("2024-11-14T10:22:33", "taken", None),  # a camera's name is a claim
        ("2000-01-01T00:10:00", "saved", None),  # a phone whose clock was never set
    ],
)
def test_the_name_of_a_saved_file_bounds_and_a_cameras_does_not(stated: str, means: str, bound: str | None) -> None:
    assert not_after(case(findings(dates=(name(stated, means),)))) == bound


def test_a_name_without_a_zone_binds_at_the_last_instant_it_may_mean() -> None:
    saved = findings(dates=(name("2024-11-14T10:22:33"),))
    assert not_after(case(saved, posted_at=StatedTime("2024-11-14T22:00:00Z"))) == "2024-11-14T22:00:00Z"
    assert not_after(case(saved, posted_at=StatedTime("2024-11-14T23:00:00Z"))) == "2024-11-14T10:22:33"
    assert "up to 2024-11-14T22:22:33Z" in bound_time(case(saved)).evidence[0].because


@pytest.mark.parametrize(
    ("relation", "shown", "bounds"),
    [
        ("identical", None, True),
        ("same_picture", 1.0, True),
        ("edited_copy", 0.9, True),
        ("edited_copy", 0.3, False),  # a collage: the rest of it may be younger
        ("edited_copy", None, False),
        ("same_scene", 0.9, False),
    ],
)
def test_a_known_copys_name_and_signature_bound_where_it_shows_this_picture(
    relation: Relation, shown: float | None, bounds: bool
) -> None:
    saved = findings("b", dates=(name("2024-11-14"),))
    signed = findings(
        "c", credentials=Credentials("trusted", signed_at="2024-11-14T10:00:00Z", time_authority_listed=True)
    )
    assert not_after(case(matches=(copy(saved, relation, shown),))) == ("2024-11-14" if bounds else None)
    assert not_after(case(matches=(copy(signed, relation, shown),))) == ("2024-11-14T10:00:00Z" if bounds else None)


@pytest.mark.parametrize(
    ("state", "signed_at", "bound"),
    [
        ("trusted", "2024-11-14T10:00:00+00:00", "2024-11-14T10:00:00+00:00"),
        ("valid", "2024-11-14T10:00:00Z", "2024-11-14T10:00:00Z"),
        ("invalid", "2024-11-14T10:00:00Z", None),
        ("trusted", None, None),  # no validated time stamp
        ("trusted", "yesterday", None),
        ("trusted", "2024-11-14T10:00:00", None),  # a time stamp has a zone
    ],
)
def test_a_validated_time_stamp_bounds_from_above(state: Any, signed_at: str | None, bound: str | None) -> None:
    stamped = Credentials(state, signed_at=signed_at, time_authority_listed=True)
    assert not_after(case(findings(credentials=stamped))) == bound


def test_the_time_stamp_of_an_authority_on_no_list_bounds_and_says_that_anybody_can_run_one() -> None:
    stamped = Credentials("valid", signed_at="2024-11-14T10:00:00Z", time_authority="Clock Ltd", actions=(CAPTURE,))
    for it in (
        case(findings(credentials=stamped)),
        case(matches=(copy(findings("c", credentials=stamped), "same_picture", 1.0),)),
    ):
        taken = bound_time(it)
        assert taken.not_before is None
        assert taken.not_after is not None
        assert taken.not_after.text == "2024-11-14T10:00:00Z"
        assert "Clock Ltd, held against no list (anybody can run such an authority" in taken.evidence[0].because


def test_from_below_only_a_listed_authority_can_bound() -> None:
    taken = bound_time(case(findings(credentials=replace(SIGNED, time_authority_listed=False))))
    assert taken.not_before is None


def test_each_name_that_a_known_picture_was_added_under_bounds() -> None:
    plain = copy(findings("b"), "same_picture", 1.0)
    named = replace(plain, known=replace(plain.known, names=("plain.jpg", "photo_2024-11-15_08-12-40.jpg")))
    assert not_after(case(matches=(plain,))) is None
    assert not_after(case(matches=(named,))) == "2024-11-15T08:12:40"


def test_the_same_bytes_known_under_a_name_that_was_saved_bound_too_and_are_listed_once() -> None:
    known = findings("a", dates=(name("2024-11-14"),))
    it = case(matches=(copy(known, "identical", None),))
    assert not_after(it) == "2024-11-14"
    both = case(known, matches=(copy(known, "identical", None),))
    assert len(bound_time(both).evidence) == 1


CAPTURE = Action("c2pa.created", "2024-11-14T10:00:00+00:00", "Camera", "digitalCapture")
SIGNED = Credentials(
    "trusted", signer="Maker", signed_at="2024-11-14T10:00:20Z", time_authority_listed=True, actions=(CAPTURE,)
)


def test_a_trusted_cameras_own_word_bounds_from_below_where_a_time_stamp_shows_its_clock_was_right() -> None:
    taken = bound_time(case(findings(credentials=SIGNED)))
    assert taken.not_before is not None
    assert taken.not_before.text == "2024-11-14T09:55:00Z"
    assert taken.not_after is not None
    assert taken.not_after.text == "2024-11-14T10:00:20Z"
    assert any("rests on the signer's word" in e.because for e in taken.evidence)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"state": "valid"}, "not on the trust list"),
        ({"state": "invalid"}, "they do not hold"),
        ({"actions": ()}, "does not state that a camera captured it"),
        ({"actions": (replace(CAPTURE, digital_source_type="trainedAlgorithmicMedia"),)}, "does not state"),
        ({"actions": (replace(CAPTURE, action="c2pa.edited"),)}, "does not state"),
        ({"actions": (CAPTURE, Action("c2pa.edited", "", "", ""))}, "edited or made from others"),
        ({"ingredients": (Ingredient("x.jpg", "parentOf", has_manifest=False),)}, "edited or made from others"),
        ({"actions": (replace(CAPTURE, when=""),)}, "no time of capture"),
        ({"actions": (replace(CAPTURE, when="2024-11-14T10:00:00"),)}, "no time of capture with a zone"),
        ({"actions": (replace(CAPTURE, when="2024-11-14T09:50:00Z"),)}, "more than 5 minutes apart"),
    ],
)
def test_nothing_else_bounds_from_below_and_it_says_why(changed: dict[str, Any], why: str) -> None:
    taken = bound_time(case(findings(credentials=replace(SIGNED, **changed))))
    assert taken.not_before is None
    assert any(why in e.because for e in taken.evidence)


def test_without_a_time_stamp_nothing_bounds_from_below_and_nothing_is_said() -> None:
    taken = bound_time(case(findings(credentials=replace(SIGNED, signed_at=None))))
    assert (taken.not_before, taken.not_after, taken.evidence) == (None, None, ())


def test_capture_times_are_claims_with_their_zone_or_the_lack_of_it() -> None:
    dates = (
        DateReading("ExifIFD:DateTimeOriginal", "2024:11:14 10:22:33", "2024-11-14T10:22:33", "taken"),
        DateReading("XMP-photoshop:DateCreated", "2024-11", "2024-11", "created", "month"),
        DateReading("GPS:GPSTimeStamp", "03:22:33", "2024-11-14T03:22:33Z", "gps"),
        name("2024-11-14T10:22:33", "taken"),
        DateReading("XMP-xmp:CreateDate", "2024-11-14", "2024-11-14", "created"),
        DateReading("IFD0:ModifyDate", "2000:01:01 00:00:01", "2000-01-01T00:00:01", "modified"),
    )
    taken = bound_time(case(findings(dates=dates)))
    assert (taken.not_before, taken.not_after) == (None, None)
    assert [e.says for e in taken.evidence] == [
        "claims to have been taken 2024-11-14T10:22:33, without a zone",
        "claims to have been taken in 2024-11, no day stated",
        "claims to have been taken 2024-11-14T03:22:33Z",
    ]
    # one time of one file is one claim, in however many fields
    assert taken.evidence[0].origin == "ExifIFD:DateTimeOriginal and file name of the file"
    assert taken.evidence[0].because.startswith(
        "ExifIFD:DateTimeOriginal of the file says “2024:11:14 10:22:33” and file name of the file says"
    )


def test_a_claim_of_a_clock_that_was_never_set_says_so() -> None:
    date = DateReading("ExifIFD:DateTimeOriginal", "2000:01:01 00:00:07", "2000-01-01T00:00:07", "taken")
    (claim,) = bound_time(case(findings(dates=(date,)))).evidence
    assert "never set" in claim.because


def conflicts(it: Case) -> list[tuple[str, tuple[str, ...]]]:
    return [(c.says, c.between) for c in find_conflicts(it, (), lambda _a, _b: False)]


def test_bounds_that_contradict_each_other_are_a_conflict_that_shows_both() -> None:
    it = case(findings(credentials=SIGNED), posted_at=StatedTime("2024-11-01T00:00:00Z"))
    taken = bound_time(it)
    assert taken.not_before is not None
    assert taken.not_after is not None
    assert taken.not_before.earliest > taken.not_after.latest
    ((says, between),) = conflicts(it)
    assert taken.not_before.text in says
    assert taken.not_after.text in says
    assert between == ("credentials", "context")


def test_a_capture_time_after_the_file_was_saved_is_a_conflict_one_for_all_its_fields() -> None:
    date = DateReading("ExifIFD:DateTimeOriginal", "2024:11:20 10:22:33", "2024-11-20T10:22:33", "taken")
    again = replace(date, field="XMP-exif:DateTimeOriginal")
    ((says, between),) = conflicts(case(findings(dates=(date, again, name("2024-11-14")))))
    assert "XMP-exif:DateTimeOriginal" in says
    assert between == ("metadata", "file name")
    assert "2024-11-20T10:22:33" in says
    assert "2024-11-14" in says


def test_two_positions_of_one_file_are_a_conflict_beyond_their_radii() -> None:
    exif = PositionReading(Position(56.0061, 92.8328), 10, "EXIF GPS 56.00610, 92.83280")
    near, far = (PositionReading(Position(56.0061, 92.8328 + east), 10, "XMP GPS") for east in (0.001, 0.002))
    assert conflicts(case(findings(positions=(exif, near)))) == []  # 62 m
    ((says, between),) = conflicts(case(findings(positions=(exif, far))))  # 125 m
    assert between == ("gps", "xmp")
    assert "0.1 km apart" in says


def test_a_posting_time_before_the_posts_own_id_is_a_conflict() -> None:
    early, late = (StatedTime(f"2024-03-{day}T15:33:31Z") for day in (16, 18))
    assert [b for _, b in conflicts(case(url=X_POST, posted_at=early))] == [("context", "id")]
    assert conflicts(case(url=X_POST, posted_at=late)) == []
    assert conflicts(case(url=X_POST, posted_at=StatedTime("2024-03-17"))) == []
    it = case(sightings=(sighting(1, X_POST, "2024-03-16T15:33:31Z"),))
    assert [b for _, b in conflicts(it)] == [("sighting", "id")]
