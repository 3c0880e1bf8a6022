"""What is found among known pictures: edits of them, how they lie, their parts, and nothing else."""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageFilter

from provenance.index.base_features import Voted
from provenance.investigate import matching
from provenance.investigate.matching import catch_up, compare, find_matches
from provenance.model.dossier import Match
from provenance.model.feature_arrays import FeatureArrays
from provenance.toolkit import open_stores
from tests.known_pictures import (
    COPIES,
    HEIGHT,
    SIZE,
    WIDTH,
    KnownPictures,
    captioned,
    examined,
    file_of,
    noise,
    photo,
    screenshot,
    with_pdq,
)
from tests.pictures import encode, flat, jpeg

FLIP, TURNED_180, TURNED_90 = Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_90
NAMES = {f"photo_{seed}": photo(seed) for seed in range(4)}
Point = tuple[float, float]
Edit = Callable[[Image.Image], Image.Image]


@pytest.fixture(scope="module")
def known() -> KnownPictures:
    return KnownPictures(**NAMES)


def moved(match: Match, point: Point) -> Point:
    assert match.transform is not None
    (a, b, c), (d, e, f), last = match.transform.matrix
    assert last == (0, 0, 1)
    return a * point[0] + b * point[1] + c, d * point[0] + e * point[1] + f


def lies(match: Match, *points: tuple[Point, Point], within: float = 0.01 * WIDTH) -> bool:
    """Whether the first point of each two, of the query, comes to lie on the second, of the known picture."""
    laid = [moved(match, of_query) for of_query, _ in points]
    return all(
        abs(at[0] - of_known[0]) <= within and abs(at[1] - of_known[1]) <= within
        for at, (_, of_known) in zip(laid, points, strict=True)
    )


def corners(width: int = WIDTH, height: int = HEIGHT) -> list[Point]:
    return [(0, 0), (width - 1, 0), (width - 1, height - 1), (0, height - 1)]


# How the query lies


def test_a_picture_matches_itself_with_score_1(known: KnownPictures) -> None:
    found = known.found(photo(2))
    assert list(found) == ["photo_2"]
    assert (found["photo_2"].relation, found["photo_2"].score) == ("identical", 1.0)


@pytest.mark.parametrize("quality", [95, 30])
def test_a_recompressed_picture_lies_as_it_is(known: KnownPictures, quality: int) -> None:
    found = known.found(jpeg(picture=photo(2), quality=quality))
    assert list(found) == ["photo_2"]
    match = found["photo_2"]
    assert match.relation == "same_picture"
    assert match.transform is not None
    assert not match.transform.mirrored
    assert lies(match, *zip(corners(), corners(), strict=True), within=1)
    assert match.query_overlap == pytest.approx(1, abs=0.02)
    assert match.known_overlap == pytest.approx(1, abs=0.02)


def tilted(degrees: float) -> Image.Image:
    """Turned anticlockwise about its centre within its frame, the corners filled."""
    return photo(2).rotate(degrees, Image.Resampling.BICUBIC, fillcolor=(90, 90, 90))


@pytest.mark.parametrize(
    ("query", "points"),
    [
        (photo(2).transpose(TURNED_90), [((0, 0), (399, 0)), ((0, 399), (0, 0)), ((299, 399), (0, 299))]),
        (photo(2).transpose(TURNED_180), [((0, 0), (399, 299)), ((399, 0), (0, 299)), ((399, 299), (0, 0))]),
        (photo(2).transpose(FLIP), [((0, 0), (399, 0)), ((399, 0), (0, 0)), ((399, 299), (0, 299))]),
        # about its centre, y down: what lies right of the centre came from below
        (tilted(8), [((199.5, 149.5), (199.5, 149.5)), ((299.5, 149.5), (298.5, 163.4))]),
        (photo(2).resize((240, 180)), [((0, 0), (0, 0)), ((239, 0), (399, 0)), ((239, 179), (399, 299))]),
        (photo(2).resize((1000, 750)), [((0, 0), (0, 0)), ((999, 0), (399, 0)), ((999, 749), (399, 299))]),
        (photo(2).resize((400, 220)), [((0, 0), (0, 0)), ((399, 0), (399, 0)), ((399, 219), (399, 299))]),
    ],
    ids=["90°", "180°", "mirrored", "8°", "smaller", "larger", "squeezed"],
)  # fmt: skip
def test_turning_mirroring_and_scaling_move_the_corners_and_hardly_the_score(
    known: KnownPictures, query: Image.Image, points: list[tuple[Point, Point]]
) -> None:
    as_it_is = known.copies(jpeg(picture=photo(2), quality=95))["photo_2"]
    found = known.found(query)
    assert list(found) == ["photo_2"]
    match = found["photo_2"]
    assert lies(match, *points)
    assert match.transform is not None
    assert match.transform.mirrored == (query == photo(2).transpose(FLIP))
    assert match.score == pytest.approx(as_it_is, abs=0.03)


def test_a_picture_turned_on_its_head_is_no_longer_the_same_picture(known: KnownPictures) -> None:
    assert known.found(photo(2).transpose(TURNED_180))["photo_2"].relation == "edited_copy"
    assert known.found(photo(2).transpose(FLIP))["photo_2"].relation == "edited_copy"


def test_the_transform_is_of_the_upright_pictures_whatever_their_sizes(known: KnownPictures) -> None:
    """A query larger than any frame that features are looked for in, turned by its EXIF orientation."""
    large = photo(2).transpose(Image.Transpose.ROTATE_90).resize((1500, 2000))
    match = known.found(jpeg(picture=large, orientation=6))["photo_2"]  # 6: to be shown turned 90° clockwise
    assert lies(match, ((0, 0), (0, 0)), ((1999, 0), (399, 0)), ((1999, 1499), (399, 299)))


# Parts


def test_a_crop_shows_which_part_it_is(known: KnownPictures) -> None:
    found = known.found(photo(2).crop((200, 150, 400, 300)))
    assert list(found) == ["photo_2"]
    match = found["photo_2"]
    assert match.relation == "edited_copy"
    assert lies(match, ((0, 0), (200, 150)), ((199, 149), (399, 299)))
    assert match.query_overlap == pytest.approx(1, abs=0.03)
    assert match.known_overlap == pytest.approx(0.25, abs=0.02)
    assert "lower right" in match.because


def test_more_of_a_picture_scores_higher(known: KnownPictures) -> None:
    boxes = [(0, 0, 120, 90), (0, 0, 200, 150), (0, 0, 300, 225), (0, 0, 400, 300)]
    scores = [known.copies(photo(3).crop(box).filter(ImageFilter.GaussianBlur(0.6)))["photo_3"] for box in boxes]
    assert scores == sorted(scores)
    assert len(set(scores)) == len(scores)
    assert scores[-1] < 1


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_picture_in_a_picture_is_found_and_the_one_around_it_too(known: KnownPictures, mirrored: bool) -> None:
    pasted = photo(2).resize((160, 120))
    query = photo(1).copy()
    query.paste(pasted.transpose(FLIP) if mirrored else pasted, (200, 150))
    found = known.found(query)
    assert set(found) == {"photo_1", "photo_2"}
    match = found["photo_2"]
    assert match.relation == "edited_copy"
    assert match.transform is not None
    assert match.transform.mirrored == mirrored
    left, right = (399, 0) if mirrored else (0, 399)
    assert lies(match, ((200, 150), (left, 0)), ((359, 150), (right, 0)), ((200, 269), (left, 299)))
    assert match.known_overlap == pytest.approx(1, abs=0.03)
    assert match.query_overlap == pytest.approx(0.16, abs=0.02)
    assert lies(found["photo_1"], *zip(corners(), corners(), strict=True))
    assert found["photo_1"].relation == "edited_copy"


def test_each_part_of_a_collage_is_found_where_it_is(known: KnownPictures) -> None:
    collage = Image.new("RGB", SIZE)
    places = {"photo_0": (0, 0), "photo_1": (200, 0), "photo_2": (0, 150), "photo_3": (200, 150)}
    for name, place in places.items():
        collage.paste(NAMES[name].resize((200, 150)), place)
    found = known.found(collage)
    assert set(found) == set(places)
    for name, (x, y) in places.items():
        assert lies(found[name], ((x, y), (0, 0)), ((x + 199, y), (399, 0)), ((x + 199, y + 149), (399, 299)))
        assert found[name].query_overlap == pytest.approx(0.25, abs=0.02)
        assert found[name].known_overlap == pytest.approx(1, abs=0.03)


@pytest.mark.parametrize("edit", [lambda p: p.resize((200, 150)), lambda p: p.transpose(FLIP)], ids=["small", "mirror"])
def test_pictures_too_soft_for_features_are_laid_on_each_other_as_a_whole(edit: Edit) -> None:
    soft = [photo(seed).filter(ImageFilter.GaussianBlur(30)) for seed in (2, 3, 4)]
    known = KnownPictures(a=soft[0], b=soft[1])
    found = known.found(edit(soft[0]))
    assert list(found) == ["a"]
    assert "laid on each other as a whole" in found["a"].because
    assert found["a"].known_overlap == pytest.approx(1, abs=0.03)
    assert known.found(soft[2]) == {}


# Near copies


class _Missing:
    """An index of features that misses every picture, as one may."""

    reaches = 0

    def catch_up(self, entries: int) -> None:
        self.reaches = entries

    def shortlist(self, query: FeatureArrays, **_: object) -> list[Voted]:
        return []


@pytest.mark.parametrize("flipped", [False, True])
def test_a_near_copy_that_only_its_hash_brings_is_laid_by_its_details_in_the_view_of_the_hash(flipped: bool) -> None:
    known = KnownPictures(whole=photo(2), other=photo(1))
    known.stores = replace(known.stores, features=_Missing())
    match = known.found(photo(2).transpose(FLIP) if flipped else jpeg(picture=photo(2), quality=40))["whole"]
    assert ("details of this picture, mirrored, lie" if flipped else "details of this picture lie") in match.because
    assert lies(match, *zip(corners(), corners()[1::-1] + corners()[:1:-1] if flipped else corners(), strict=True))


def test_of_many_near_copies_some_are_laid_and_another_picture_within_is_still_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(matching, "LAID_AT_MOST", 3)
    copies = {f"copy_{quality}": jpeg(picture=photo(0), quality=quality) for quality in (95, 85, 75, 65, 55)}
    query = photo(0).copy()
    query.paste(photo(2).resize((72, 54)), (20, 20))
    found = KnownPictures(**copies, pasted=photo(2)).found(query)
    assert set(found) == {*copies, "pasted"}
    laid = [name for name in copies if found[name].query_overlap is not None]
    assert len(laid) == 3
    assert lies(found["pasted"], ((20, 20), (0, 0)), ((91, 20), (399, 0)), ((91, 73), (399, 299)), within=6)


@pytest.mark.parametrize("lacking", ["query", "known", "both"])
def test_pictures_without_a_hash_are_found_by_their_details(lacking: str) -> None:
    part, whole = file_of(photo(2).crop((60, 40, 380, 290))), file_of(photo(2))
    query = examined(part) if lacking == "known" else with_pdq(examined(part), None)
    theirs = examined(whole) if lacking == "query" else with_pdq(examined(whole), None)
    known = KnownPictures(other=photo(1))
    known.add_examined("whole", theirs, whole)
    found = known.found(query)
    assert list(found) == ["whole"]
    assert found["whole"].relation == compare(query, theirs).relation == "edited_copy"
    assert lies(found["whole"], ((0, 0), (60, 40)), ((319, 249), (379, 289)))


# Nothing else


@pytest.mark.parametrize("header_first", [False, True])
def test_a_header_known_by_itself_does_not_make_one_picture_of_all_below_it(header_first: bool) -> None:
    pictures = {name: screenshot(photo(seed)) for seed, name in enumerate("abc", 1)}
    header = {"header": screenshot(photo(1)).crop((0, 0, 320, 58))}
    known = KnownPictures(**(header | pictures if header_first else pictures | header))
    assert set(known.copies(screenshot(photo(4)))) <= {"header"}
    assert next(iter(known.copies(screenshot(photo(2)).crop((0, 20, 310, 470))))) == "b"


def test_unrelated_pictures_match_nothing(known: KnownPictures) -> None:
    assert known.found(photo(77)) == {}


def test_noise_and_flat_pictures_match_nothing_and_not_each_other() -> None:
    plain = KnownPictures(noise=noise(1), grey=Image.new("RGB", SIZE, (200, 200, 200)), photo=photo(1))
    for query in (noise(2), flat(colour=(90, 90, 90)), flat(colour=(0, 0, 0))):
        assert plain.found(query) == {}
    assert compare(examined(file_of(noise(3))), examined(file_of(noise(4)))).relation == "different"


def test_a_plain_picture_says_that_it_is_too_plain(known: KnownPictures) -> None:
    _, gaps = find_matches(examined(flat()), known.stores, quick=False)
    assert [gap.step for gap in gaps] == ["matching", "matching"]
    assert "PDQ quality 0" in gaps[0].reason
    assert "too few details" in gaps[1].reason


# What is known, and in which order it came


def test_the_order_of_adding_does_not_change_the_answers() -> None:
    pictures = {
        "whole": photo(1),
        "cropped": photo(1).crop((0, 0, 260, 300)),
        "mirrored": photo(1).transpose(FLIP),
        "captioned": captioned(photo(1)),
        "turned": photo(1).rotate(30, fillcolor=(90, 90, 90)),
    }
    queries = [photo(1).crop((20, 20, 380, 280)), captioned(photo(1)).resize((320, 240))]
    answers = []
    for seed in range(2):
        names = sorted(pictures)
        random.Random(seed).shuffle(names)
        shuffled = KnownPictures()
        for name in names:
            shuffled.add(**{name: pictures[name]})
            if seed == 0:  # each is joined before the next comes
                catch_up(shuffled.stores)
        answers.append([told(shuffled.found(query)) for query in queries])
    assert answers[0] == answers[1]
    assert set(answers[0][0]) >= {"whole", "cropped", "mirrored"}
    assert "captioned" in answers[0][1]


def told(found: dict[str, Match]) -> dict[str, object]:
    """What is told of each match, in its order; ids and names of no account."""
    return {name: (m.relation, m.score, m.transform, m.query_overlap, m.because) for name, m in found.items()}


def test_a_deleted_picture_is_in_no_answer_and_no_link() -> None:
    two = KnownPictures(whole=photo(2), part=photo(2).crop((0, 0, 300, 220)))
    query = photo(2).resize((320, 240))
    assert set(two.copies(query)) == {"whole", "part"}
    assert len(two.stores.links.of(two.entry("whole"))) == 1
    two.delete("part")
    assert set(two.found(query)) == {"whole"}
    assert set(two.found(photo(2).crop((0, 0, 300, 220)))) == {"whole"}
    assert two.stores.links.of(two.entry("whole")) == []
    assert two.stores.links.of(two.entry("part")) == []
    two.delete("whole")
    assert two.found(query) == {}


def test_a_ledger_on_disk_gives_the_same_answers_and_so_does_it_reopened(tmp_path: Path) -> None:
    pictures = {"whole": photo(2), "captioned": captioned(photo(2)), "other": photo(0)}
    stores = open_stores(tmp_path / "ledger.db")
    in_memory, on_disk = KnownPictures(**pictures), KnownPictures(stores, **pictures)
    query = photo(1).copy()
    query.paste(photo(2).resize((200, 150)).transpose(FLIP), (150, 100))
    expected = told(in_memory.found(query))
    assert "whole" in expected
    assert told(on_disk.found(query)) == expected
    stores.close()
    on_disk.stores = open_stores(tmp_path / "ledger.db")
    assert on_disk.stores.links.reaches == len(pictures)
    assert told(on_disk.found(query)) == expected
    on_disk.stores.close()


def test_quick_compares_hashes_only(known: KnownPictures) -> None:
    assert known.found(photo(2).crop((200, 150, 400, 300)), quick=True) == {}
    match = known.found(encode(photo(2).resize((320, 240)), "PNG"), quick=True)["photo_2"]
    assert match.relation in COPIES
    assert match.query_overlap is None


def test_comparing_gives_the_points_that_both_show() -> None:
    part = photo(2).crop((100, 50, 400, 300)).transpose(FLIP)
    found = compare(examined(file_of(part)), examined(file_of(photo(2))))
    assert found.relation == "edited_copy"
    assert len(found.points) > 30
    for point in found.points:
        (x, y), (u, v) = point.query, point.known
        assert (u, v) == (pytest.approx(100 + 299 - x, abs=5), pytest.approx(50 + y, abs=5))
