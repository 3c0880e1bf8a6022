"""The second half of the flow: matches with reasons, bounds on time, conflicts, gaps."""

from dataclasses import replace

import pytest
from PIL import Image

from provenance.desk import Desk
from provenance.examine.worker import InProcess
from provenance.index.links import Links
from provenance.investigate import judging
from provenance.investigate.judging import Subject
from provenance.investigate.looks import paired
from provenance.investigate.verify import Alignment
from provenance.model.dossier import Dossier, Transform
from tests.pictures import jpeg, scene

SIZE = (900, 600)


def encoded(picture: Image.Image, quality: int = 80) -> bytes:
    return jpeg(picture=picture, quality=quality)


@pytest.fixture
def original(desk: Desk) -> bytes:
    """A known picture with GPS at Krasnoyarsk and a capture time, among two others."""
    data = jpeg(3, 90, SIZE, taken="2024:11:14 10:22:33", offset="+07:00", gps=(56.0061, 92.8328))
    for name, each in (("original.jpg", data), ("b.jpg", jpeg(4, size=SIZE)), ("c.jpg", jpeg(5, size=SIZE))):
        list(desk.add(each, name=name))
    return data


def only_match(dossier: Dossier) -> tuple[str, str]:
    (match,) = dossier.case.matches
    return match.known.names[0], match.relation


def test_the_same_bytes_are_identical(desk: Desk, original: bytes) -> None:
    assert only_match(desk.check(original)) == ("original.jpg", "identical")


def test_a_recompressed_copy_is_the_same_picture_and_says_why(desk: Desk, original: bytes) -> None:
    dossier = desk.check(encoded(scene(3, SIZE).resize((450, 300)), 40))
    assert only_match(dossier) == ("original.jpg", "same_picture")
    (match,) = dossier.case.matches
    assert "PDQ distance" in match.because
    assert match.transform is not None
    assert match.transform.matrix[0][0] == pytest.approx(2, abs=0.05)


def test_a_slightly_cropped_copy_is_an_edited_copy_with_its_overlap(desk: Desk, original: bytes) -> None:
    (match,) = desk.check(encoded(scene(3, SIZE).crop((54, 36, 864, 576)))).case.matches
    assert match.relation == "edited_copy"
    assert match.known_overlap == pytest.approx(0.81, abs=0.04)
    assert match.query_overlap is not None
    assert match.query_overlap > 0.95
    assert match.transform is not None
    assert match.transform.matrix[0][2] == pytest.approx(54, abs=12)


@pytest.mark.parametrize(
    ("turn", "says"),
    [
        (Image.Transpose.FLIP_LEFT_RIGHT, "mirrored left to right"),
        (Image.Transpose.ROTATE_180, "rotated 180°"),
        (Image.Transpose.ROTATE_90, "rotated 90° anticlockwise"),
        (Image.Transpose.ROTATE_270, "rotated 90° clockwise"),
    ],
)
def test_a_turned_copy_is_found_and_the_turn_is_named(
    desk: Desk, original: bytes, turn: Image.Transpose, says: str
) -> None:
    (match,) = desk.check(encoded(scene(3, SIZE).transpose(turn))).case.matches
    assert match.relation == "edited_copy"
    assert says in match.because
    assert match.transform is not None
    assert match.transform.mirrored == (turn == Image.Transpose.FLIP_LEFT_RIGHT)


def test_the_transform_maps_query_corners_to_known_corners(desk: Desk, original: bytes) -> None:
    (match,) = desk.check(encoded(scene(3, SIZE).transpose(Image.Transpose.ROTATE_90))).case.matches
    assert match.transform is not None
    (a, b, c), (d, e, f), _ = match.transform.matrix
    x, y = 0, 0  # the top left of the query was the top right of the known picture
    assert (a * x + b * y + c, d * x + e * y + f) == (pytest.approx(899, abs=25), pytest.approx(0, abs=25))


def test_unrelated_pictures_do_not_match(desk: Desk, original: bytes) -> None:
    assert desk.check(jpeg(seed=77, size=SIZE)).case.matches == ()


def test_more_evidence_scores_higher_and_never_one(desk: Desk, original: bytes) -> None:
    near = desk.check(encoded(scene(3, SIZE), 85)).case.matches[0].score
    far = desk.check(encoded(scene(3, SIZE).crop((54, 36, 864, 576)).resize((240, 160)), 25)).case.matches[0].score
    assert 0 < far < near < 1


def test_quick_matches_by_hash_alone(desk: Desk, original: bytes) -> None:
    (match,) = desk.check(encoded(scene(3, SIZE), 50), quick=True).case.matches
    assert match.query_overlap is None
    assert "laid on each other" not in match.because


def test_a_stripped_copy_gets_its_originals_place_and_date(desk: Desk, original: bytes) -> None:
    dossier = desk.check(encoded(scene(3, SIZE), 60))
    best = dossier.candidates[0]
    assert best.evidence[0].source == "known_metadata"
    assert best.place.line == "trans-siberian"
    assert best.place.km == pytest.approx(4098, abs=5)
    assert any("2024-11-14T10:22:33+07:00" in e.says for e in dossier.taken.evidence)
    assert dossier.taken.not_before is None
    assert dossier.taken.not_after is None


def test_the_earliest_sighting_of_any_copy_bounds_the_time(desk: Desk, original: bytes) -> None:
    list(desk.add(original, name="original.jpg", url="https://example.org/2", posted_at="2024-11-20"))
    list(
        desk.add(
            encoded(scene(3, SIZE), 70),
            name="repost.jpg",
            url="https://example.org/1",
            posted_at="2024-11-14T12:00:00Z",
        )
    )
    dossier = desk.check(encoded(scene(3, SIZE), 50))
    assert dossier.earliest_sighting is not None
    assert dossier.earliest_sighting.url == "https://example.org/1"
    assert dossier.taken.not_after is not None
    assert dossier.taken.not_after.text == "2024-11-14T12:00:00Z"


def test_gps_against_caption_is_a_conflict_that_is_shown(desk: Desk, original: bytes) -> None:
    dossier = desk.check(original, caption="A train in Vladivostok")
    assert any("km apart" in c.says and set(c.between) == {"gps", "caption"} for c in dossier.conflicts)
    assert len(dossier.candidates) == 2


def test_a_picture_published_before_its_capture_time_is_a_conflict(desk: Desk, original: bytes) -> None:
    dossier = desk.check(original, posted_at="2024-11-01T00:00:00Z")
    assert any("before that" in c.says for c in dossier.conflicts)


def test_nothing_known_is_said_as_such(desk: Desk) -> None:
    dossier = desk.check(jpeg(seed=9))
    assert dossier.candidates == ()
    assert dossier.elsewhere_probability == 1.0
    assert dossier.would_change


def test_a_picture_without_pixels_still_gets_a_dossier(desk: Desk, original: bytes) -> None:
    cut = original[: len(original) // 2]
    dossier = desk.check(cut)
    assert {g.step for g in dossier.gaps} >= {"decode", "matching"}
    assert dossier.candidates[0].evidence[0].source == "gps"


def test_a_check_writes_nothing_and_remember_does(desk: Desk, original: bytes) -> None:
    before = desk.toolkit.ledger.entries()
    desk.check(jpeg(seed=11), caption="x")
    assert desk.toolkit.ledger.entries() == before
    remembered = desk.check(jpeg(seed=11), caption="x", remember=True)
    assert desk.known(remembered.case.findings.image.id).findings == remembered.case.findings


def test_a_deleted_picture_matches_no_more(desk: Desk, original: bytes) -> None:
    copy = encoded(scene(3, SIZE), 60)
    (match,) = desk.check(copy).case.matches
    desk.toolkit.ledger_to_write.delete_image(match.known.id)
    assert desk.check(copy).case.matches == ()


def test_two_desks_on_one_ledger_see_each_others_additions(desk: Desk, original: bytes) -> None:
    settings = desk.toolkit.settings
    with Desk.open(replace(settings, workers=1)) as other:
        assert desk.check(jpeg(seed=21)).case.matches == ()
        list(other.add(jpeg(seed=21), name="new.jpg"))
    assert only_match(desk.check(jpeg(seed=21))) == ("new.jpg", "identical")
    assert only_match(desk.check(encoded(scene(21), 50))) == ("new.jpg", "same_picture")


@pytest.mark.parametrize(
    "operation",
    [None, *Image.Transpose],
    ids=lambda operation: "as it is" if operation is None else operation.name,
)
def test_every_turn_maps_three_corners_of_the_query_to_those_of_the_known_picture(
    desk: Desk, original: bytes, operation: Image.Transpose | None
) -> None:
    """Three white squares are followed through the turn by Pillow itself, and through our matrix."""
    width, height = SIZE
    corners = [(90, 60), (810, 60), (90, 540)]
    known_dots = {corner: dot(corner) for corner in corners}
    query = scene(3, SIZE) if operation is None else scene(3, SIZE).transpose(operation)
    (match,) = desk.check(encoded(query)).case.matches
    assert match.transform is not None
    (a, b, c), (d, e, f), _ = match.transform.matrix
    for corner, picture in known_dots.items():
        x, y = centre(picture if operation is None else picture.transpose(operation))
        assert (a * x + b * y + c, d * x + e * y + f) == (
            pytest.approx(corner[0], abs=0.02 * width),
            pytest.approx(corner[1], abs=0.02 * height),
        )


def dot(at: tuple[int, int]) -> Image.Image:
    picture = Image.new("L", SIZE)
    picture.paste(255, (at[0] - 2, at[1] - 2, at[0] + 3, at[1] + 3))
    return picture


def centre(picture: Image.Image) -> tuple[float, float]:
    left, top, right, bottom = picture.getbbox() or (0, 0, 0, 0)
    return (left + right - 1) / 2, (top + bottom - 1) / 2


def test_a_picture_cut_at_one_side_is_no_longer_the_same_picture(desk: Desk, original: bytes) -> None:
    (match,) = desk.check(encoded(scene(3, SIZE).crop((0, 0, 900, 558)))).case.matches  # 7 % off the bottom
    assert match.relation == "edited_copy"
    assert match.known_overlap == pytest.approx(0.93, abs=0.03)


def test_pictures_without_detail_do_not_match_by_hash_alone(desk: Desk) -> None:
    sky = Image.linear_gradient("L").resize(SIZE).convert("RGB")
    list(desk.add(encoded(sky, 90), name="sky.jpg"))
    other = Image.linear_gradient("L").resize((600, 500)).point(lambda v: v // 2 + 60).convert("RGB")
    dossier = desk.check(encoded(other, 60), quick=True)
    assert dossier.case.matches == ()
    assert any(g.step == "matching" and "too little detail" in g.reason for g in dossier.gaps)


def test_the_publication_that_was_certainly_there_first_bounds_the_time(desk: Desk, original: bytes) -> None:
    list(desk.add(original, name="o.jpg", url="https://example.org/day", posted_at="2024-11-14"))
    list(desk.add(original, name="o.jpg", url="https://example.org/zone", posted_at="2024-11-14T20:00:00Z"))
    dossier = desk.check(original)
    assert dossier.earliest_sighting is not None
    assert dossier.earliest_sighting.url == "https://example.org/zone"  # the day lasts until noon of the 15th, UTC


def test_a_time_without_a_zone_makes_no_conflict_that_a_zone_could_undo(desk: Desk) -> None:
    data = jpeg(13, taken="2024:11:14 18:00:00")  # no zone: 14 November, 04:00 UTC where the clock is eastmost
    assert desk.check(data, posted_at="2024-11-14T06:00:00Z").conflicts == ()
    assert desk.check(data, posted_at="2024-11-14T03:00:00Z").conflicts != ()


def test_nothing_leaves_the_machine(desk: Desk, original: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole check, with every kind of evidence there is, while no socket can be made and no name looked up."""

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a check reached for the network")

    monkeypatch.setattr("socket.socket", refused)
    monkeypatch.setattr("socket.getaddrinfo", refused)
    list(
        desk.add(
            original, name="o.jpg", source="x", caption="Train in Omsk", claim_place="Omsk", posted_at="2024-11-14"
        )
    )
    dossier = desk.check(
        encoded(scene(3, SIZE), 60), caption="Красноярск, https://example.org/x", url="https://example.org"
    )
    assert {e.source for c in dossier.candidates for e in c.evidence} >= {"caption", "known_metadata", "sighting"}
    assert dossier.outside_calls == ()


@pytest.mark.parametrize(("overlap", "relation"), [(0.96, "same_picture"), (0.94, "edited_copy")])
def test_the_whole_frame_is_shown_from_95_per_cent_of_both_on(
    overlap: float, relation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether laid by features or, where there are none, as whole frames."""
    subject = Subject.of(InProcess().examine(encoded(scene(3, SIZE)), "a.jpg"))
    assert subject.look is not None
    pair = paired(subject.look, subject.look, mirrored=False, digits_from=0)
    assert pair is not None
    whole = Transform(mirrored=False, matrix=((1, 0, 0), (0, 1, 0), (0, 0, 1)))
    for ours, theirs in ((overlap, 1.0), (1.0, overlap)):
        laid = replace(pair, agreement=replace(pair.agreement, query_overlap=ours, known_overlap=theirs))
        monkeypatch.setattr(judging, "paired", lambda *_, laid=laid, **__: laid)
        found = judging.judge(subject, subject, Links.in_memory())
        assert found is not None
        assert found.relation == relation
        alignment = Alignment(whole, ours, theirs, agreement=0.99, pixels=4000)
        monkeypatch.setattr(judging, "paired", lambda *_, **__: None)
        monkeypatch.setattr(judging.verify, "align", lambda *_, found=alignment, **__: found)
        found = judging.judge(subject, subject, Links.in_memory())
        assert found is not None
        assert found.relation == relation


def test_the_cameras_zone_speaks_against_a_place_of_another_zone(desk: Desk) -> None:
    photo = jpeg(14, taken="2024:11:14 10:22:33", offset="+07:00")
    dossier = desk.check(photo, caption="Kyiv")
    (kyiv,) = dossier.candidates
    assert [e.source for e in kyiv.against] == ["clock"]
    assert kyiv.against[0].llr < 0
    assert [c.between for c in dossier.conflicts] == [("clock", "caption")]
    assert desk.check(photo, caption="Krasnoyarsk").candidates[0].probability > kyiv.probability
    assert desk.check(photo).candidates == ()  # a zone proposes no place


def test_the_name_of_a_saved_file_and_the_id_of_its_post_bound_the_time(desk: Desk) -> None:
    photo = jpeg(15)
    taken = desk.check(photo, name="IMG-20241114-WA0001.jpg").taken
    assert taken.not_after is not None
    assert taken.not_after.text == "2024-11-14"
    posted = desk.check(photo, name="IMG-20241114-WA0001.jpg", url="https://x.com/a/status/1769386591137448243").taken
    assert posted.not_after is not None
    assert posted.not_after.text == "2024-03-17T15:33:31.597Z"
