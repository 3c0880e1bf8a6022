"""Known pictures joined among themselves: what links say, whatever the order, and who joins first."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from provenance.index.links import PART, WHOLE, Links
from provenance.investigate import joining
from provenance.investigate.agreement import REGION
from provenance.investigate.joining import (
    COPY_AGREES,
    COPY_AREA,
    COPY_DISAGREES,
    WHOLE_FROM,
    copied,
    join,
    packed,
    unpacked,
)
from provenance.investigate.looks import paired
from provenance.investigate.matching import catch_up
from tests.known_pictures import KnownPictures, captioned, look, photo, screenshot, with_sticker

Edit = Callable[[Image.Image], Image.Image]
SHARES = {"agreeing": COPY_AGREES, "largest_disagreeing": COPY_DISAGREES, "largest_agreeing": COPY_AREA}


@pytest.mark.parametrize("missed", [None, *SHARES])
def test_two_are_one_picture_where_all_that_both_show_agrees_over_a_good_part(missed: str | None) -> None:
    real = paired(look(photo(1)), look(photo(1)), mirrored=False, digits_from=0)
    assert real is not None
    shares = dict(SHARES)
    if missed is not None:
        shares[missed] += 0.001 if missed == "largest_disagreeing" else -0.001
    assert copied(replace(real, agreement=replace(real.agreement, **shares))) == (WHOLE if missed is None else 0)


@pytest.mark.parametrize("overlap", ["query_overlap", "known_overlap"])
def test_what_shows_less_of_the_other_is_a_copy_in_part(overlap: str) -> None:
    real = paired(look(photo(1)), look(photo(1)), mirrored=False, digits_from=0)
    assert real is not None
    for share, copy in ((WHOLE_FROM, WHOLE), (WHOLE_FROM - 0.01, PART)):
        assert copied(replace(real, agreement=replace(real.agreement, **{overlap: share}))) == copy


def linked(first: Image.Image, second: Image.Image) -> int | None:
    """Whether, and how, the two are linked as copies; None where they are not linked."""
    known = KnownPictures(first=first, second=second)
    catch_up(known.stores)
    found = known.stores.links.of(0)
    assert found == known.stores.links.of(1)
    return found[0].copy if found else None


@pytest.mark.parametrize(
    ("edit", "copy"),
    [
        (lambda shown: shown.resize((300, 225)), WHOLE),
        (lambda shown: shown.convert("L").convert("RGB"), WHOLE),
        (lambda shown: shown.crop((0, 0, 360, 270)), WHOLE),
        (lambda shown: shown.crop((0, 0, 240, 200)), PART),
        (lambda shown: shown.transpose(Image.Transpose.FLIP_LEFT_RIGHT), WHOLE),
        (with_sticker, 0),
        (captioned, 0),
    ],
    ids=["smaller", "grey", "cropped", "cut out", "mirrored", "sticker", "caption"],
)
def test_whatever_agrees_all_over_is_a_copy_and_what_was_pasted_over_is_not_surely(edit: Edit, copy: int) -> None:
    assert linked(photo(5), edit(photo(5))) == copy


def test_photos_in_one_frame_are_linked_and_not_as_copies() -> None:
    assert linked(screenshot(photo(1)), screenshot(photo(2))) == 0


def test_unrelated_photos_are_not_linked() -> None:
    assert linked(photo(1), photo(2)) is None


def test_a_link_says_which_cells_of_each_picture_the_other_shows() -> None:
    known = KnownPictures(
        whole=photo(5), left=photo(5).crop((0, 0, 200, 300)).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    )
    catch_up(known.stores)
    (link,) = known.stores.links.of(0)
    of_whole, of_part = unpacked(link.shared(0)), unpacked(link.shared(1))
    assert of_whole[:, : REGION // 2].mean() > 0.6
    assert not of_whole[:, REGION // 2 + 1 :].any()
    assert of_part.mean() > 0.6
    # the part is the mirrored left half, cell for two cells
    twice = np.repeat(of_whole[:, : REGION // 2], 2, axis=1)[:, ::-1]
    assert (twice == of_part).mean() > 0.85


def test_links_do_not_depend_on_who_came_first() -> None:
    pictures = {"a": photo(5), "b": captioned(photo(5)), "c": photo(5).crop((40, 30, 390, 280))}
    found = []
    for names in ("abc", "cba", "bca"):
        known = KnownPictures(**{name: pictures[name] for name in names})
        catch_up(known.stores)
        links = {link for n in range(3) for link in known.stores.links.of(n)}
        ends = [{names[link.a]: link.shared_a, names[link.b]: link.shared_b} for link in links]
        found.append(
            {tuple(sorted(end.items())): (link.copy, link.digits) for end, link in zip(ends, links, strict=True)}
        )
    assert len(found[0]) == 3
    assert found[0] == found[1] == found[2]


def test_joining_twice_or_by_two_finds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    known = KnownPictures(a=photo(5), b=captioned(photo(5)))
    catch_up(known.stores)
    before = known.stores.links.of(0)
    assert known.stores.links.reaches == 2
    taken: list[int] = []
    monkeypatch.setattr(joining, "_links", lambda *_: taken.append(1) or [])
    catch_up(known.stores)
    assert taken == []
    assert known.stores.links.of(0) == before


def test_entries_that_another_process_has_joined_meanwhile_are_left_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    known = KnownPictures(a=photo(5), b=captioned(photo(5)))
    ledger, index, links = known.stores.ledger, known.stores.features, known.stores.links
    index.catch_up(2)
    take = Links.take

    def another_first(self: Links, *asked: object) -> bool:
        monkeypatch.setattr(Links, "take", take)
        links.take(0, 2, [], ())
        return take(self, *asked)  # type: ignore[arg-type]

    monkeypatch.setattr(Links, "take", another_first)
    join(ledger, index, links, 2)
    assert links.reaches == 2
    assert links.of(0) == []


def test_progress_is_told_up_to_the_end() -> None:
    known = KnownPictures(**{f"p{n}": photo(5).crop((0, 0, 100 + n, 90)) for n in range(3)})
    told: list[tuple[int, int]] = []
    catch_up(known.stores, lambda *step: told.append(step))
    assert told[-1] == (3, 3)


def test_cells_are_read_as_they_were_packed() -> None:
    cells = np.random.default_rng(1).random((REGION, REGION)) < 0.3
    assert (unpacked(packed(cells)) == cells).all()
    assert len(packed(cells)) == REGION * REGION // 8
