"""Every listed ledger engine keeps the promises of base.Ledger and answers as the one in memory does."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance.errors import InputError, NotFoundError
from provenance.ledger import ENGINES, chain
from provenance.ledger.base import (
    Addition,
    Appearance,
    Circle,
    FeatureChange,
    FingerprintChange,
    Ledger,
    SightingPage,
    SightingQuery,
)
from provenance.ledger.memory import MemoryLedger
from provenance.model.opinion import Opinion
from provenance.model.place import Position
from provenance.model.sighting import Claim, NewSighting
from provenance.model.times import StatedTime
from tests.ledgers import HandClock, addition, at, features, findings, image_id, open_ledger, opinion, original, seen


@pytest.fixture(params=[name for name, _ in ENGINES])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(request.param, tmp_path, HandClock())
    yield opened
    opened.close()


def urls(page: SightingPage) -> list[str | None]:
    return [sighting.url for sighting in page.items]


# What is added


def test_a_new_ledger_is_empty_and_intact(ledger: Ledger) -> None:
    assert (ledger.entries(), ledger.head().root) == (0, chain.Tree().root.hex())
    assert ledger.verify(originals=True).intact
    assert ledger.known([image_id(1)]) == {}
    assert ledger.sightings(SightingQuery()) == SightingPage((), None)


def test_the_same_bytes_again_add_no_second_picture_but_keep_a_new_name(ledger: Ledger) -> None:
    twice = ledger.add([addition(1, name="a.jpg"), addition(1, name="b.jpg")])
    again = ledger.add([addition(1, name="a.jpg"), addition(1, name="c.jpg")])
    assert [added.image_added for added in (*twice, *again)] == [True, False, False, False]
    assert ledger.known([image_id(1)])[image_id(1)].names == ("a.jpg", "b.jpg", "c.jpg")
    assert ledger.entries() == 3


def test_a_known_picture_comes_back_as_it_was_added(ledger: Ledger) -> None:
    ledger.add([addition(1), addition(2, seen("http://b")), addition(2, seen("http://a"))])
    known = ledger.known([image_id(2), image_id(1), image_id(3)])
    assert known.keys() == {image_id(1), image_id(2)}
    assert known[image_id(2)].findings == findings(2)
    assert known[image_id(2)].urls == ("http://b", "http://a")
    assert known[image_id(1)].urls == ()
    assert ledger.original(image_id(2)) == original(2)


def test_a_picture_is_known_by_the_entry_that_its_fingerprints_name(ledger: Ledger) -> None:
    ledger.add([addition(1, seen("http://a")), addition(2)])
    changes = list(ledger.fingerprint_changes("pdq", "raster 1", since=0, below=9))
    known = ledger.known_by_entry([change.image_entry for change in changes] + [1, 77])
    assert [known[change.image_entry].id for change in changes] == [image_id(1), image_id(2)]
    assert len(known) == 2


def test_a_sighting_is_one_by_its_url(ledger: Ledger) -> None:
    first, other = ledger.add([addition(1, seen("http://a", caption="x")), addition(2, seen("http://a"))])
    again = ledger.add_sighting(image_id(1), seen("http://a", caption="another"), [])
    assert first.sighting_added
    assert other.sighting_added
    assert (again.sighting, again.sighting_added) == (first.sighting, False)


def test_without_a_url_a_sighting_is_one_by_source_time_and_caption(ledger: Ledger) -> None:
    same = seen(source="t.me/x", at="2024-11-14", caption="Состав")
    ledger.add([addition(1, same), addition(1, same), addition(1, replace(same, claims=seen(says="y").claims))])
    for other in (replace(same, source=None), replace(same, posted_at=None), replace(same, caption="состав")):
        assert ledger.add_sighting(image_id(1), other, []).sighting_added
    assert len(ledger.sightings(SightingQuery()).items) == 4


POST = seen(source="t.me/x", at="2024-11-14T09:30:00+07:00", caption="Состав")


@pytest.mark.parametrize(
    ("first", "second", "are_one"),
    [
        (POST, replace(POST, url="http://a"), True),
        (replace(POST, url="http://a"), POST, True),
        (replace(POST, url="http://a"), replace(POST, url="http://b"), False),
        (POST, replace(POST, posted_at=StatedTime("2024-11-14T02:30:00Z")), True),
        (POST, replace(POST, posted_at=StatedTime("2024-11-14T09:30:00")), False),
        (POST, replace(POST, posted_at=None, url="http://a"), False),
        (seen(source="t.me/x"), seen(source="t.me/x", caption=""), True),
        (seen(source="t.me/x"), seen(source="t.me/x", says="Чита"), True),
        (seen(says="Чита"), seen(says="Чита"), True),
        (seen(says="Чита"), seen(says="Тула"), False),
        (seen(says="Чита"), seen("http://a", says="Чита"), False),
        (seen("http://a", says="Чита"), seen(says="Чита"), False),
        (seen(says="Чита"), seen(caption="x", says="Чита"), False),
    ],
)
def test_without_two_urls_what_else_is_known_tells_whether_sightings_are_one(
    ledger: Ledger, first: NewSighting, second: NewSighting, *, are_one: bool
) -> None:
    (added,) = ledger.add([addition(1, first)])
    again = ledger.add_sighting(image_id(1), second, [])
    assert again.sighting_added is not are_one
    assert (again.sighting == added.sighting) is are_one


def test_claims_that_come_with_a_known_sighting_are_told_as_left_out(ledger: Ledger) -> None:
    chita, tula = Claim("place", "Чита", "Иванов"), Claim("place", "Тула", "Иванов")
    others = (replace(chita, claimant=None), replace(chita, about="subject"))
    resolved = replace(chita, place=at(52, 113).place, status="supported")
    first, *_ = ledger.add([addition(1, replace(POST, claims=(chita,)))])
    (again,) = ledger.add([addition(1, replace(POST, claims=(tula, resolved, *others)))])
    assert first.claims_left_out == ()
    assert again.claims_left_out == (tula, *others)
    assert again.sighting == first.sighting
    assert ledger.add_sighting(image_id(1), replace(POST, claims=(tula,)), []).claims_left_out == (tula,)


def test_a_sighting_comes_back_as_it_was_added(ledger: Ledger) -> None:
    new = seen("http://a", at="2024-11-14T09:30", caption="Состав\n«Кокса́н»", source="t.me/x", says="Красноярск")
    (added,) = ledger.add([addition(1, new)])
    (found,) = ledger.sightings(SightingQuery()).items
    assert found == added.sighting
    assert (found.id, found.image_id, found.seen_at.text) == ("s1", image_id(1), "2026-11-22T12:00:00Z")
    assert NewSighting(found.url, found.source, found.posted_at, found.caption, found.claims) == new


def test_an_empty_sighting_is_none(ledger: Ledger) -> None:
    (added,) = ledger.add([addition(1, NewSighting())])
    assert (added.sighting, added.sighting_added) == (None, False)
    with pytest.raises(InputError):
        ledger.add_sighting(image_id(1), NewSighting(), [])


@pytest.mark.parametrize(
    "bad",
    [
        replace(addition(2), original=b"other bytes"),
        addition(2, name="half a pair \udcff"),
        addition(2, seen(caption="half a pair \ud800")),
        addition(2, seen("http://a"), [at(1, 2, name="\ud800")]),
    ],
)
def test_of_additions_with_one_that_cannot_be_recorded_none_is(ledger: Ledger, bad: Any) -> None:
    with pytest.raises(InputError):
        ledger.add([addition(1), bad])
    assert ledger.entries() == 0
    assert ledger.known([image_id(1), image_id(2)]) == {}


def test_what_is_not_known_is_not_found(ledger: Ledger) -> None:
    ledger.add([addition(1)])
    for wrong in (image_id(2), "", "../../etc/passwd", "s1"):
        with pytest.raises(NotFoundError):
            ledger.original(wrong)
        with pytest.raises(NotFoundError):
            ledger.delete_image(wrong)
        with pytest.raises(NotFoundError):
            ledger.add_sighting(wrong, seen("http://a"), [])
    for wrong in ("s0", "s1", "s-1", "s", "", "1", "s٣", "s" + "9" * 30):
        with pytest.raises(NotFoundError):
            ledger.delete_sighting(wrong)
    for number in (-1, 1):
        with pytest.raises(NotFoundError):
            ledger.prove(number)
    with pytest.raises(NotFoundError):
        ledger.head(2)


# What people say of matches


def test_opinions_on_a_picture_come_latest_first_from_either_side(ledger: Ledger) -> None:
    ledger.add([addition(1), addition(2), addition(3)])
    said = [opinion(1, 2), opinion(3, 1, "disputed", by=None), opinion(2, 1, "confirmed", "Тот же вагон")]
    recorded = [ledger.add_opinion(each) for each in said]
    pair = tuple(sorted((image_id(1), image_id(2))))
    now = StatedTime("2026-11-22T12:00:00Z")
    assert recorded[0] == Opinion(pair, "rejected", "Другая станция", "Иванов", now)
    assert ledger.opinions(image_id(1)) == tuple(reversed(recorded))
    assert ledger.opinions(image_id(2)) == (recorded[2], recorded[0])
    assert ledger.opinions(image_id(9)) == ()
    assert recorded[0].other(image_id(2)) == image_id(1)
    assert ledger.entries() == 6


def test_of_two_pictures_with_an_opinion_one_must_be_known(ledger: Ledger) -> None:
    ledger.add([addition(1)])
    first, second = ledger.add_opinion(opinion(1, 8)), ledger.add_opinion(opinion(8, 1))
    assert ledger.opinions(image_id(8)) == (second, first)
    with pytest.raises(NotFoundError, match="neither"):
        ledger.add_opinion(opinion(8, 9))
    with pytest.raises(InputError):
        ledger.add_opinion(opinion(1, 8, reason="half a pair \ud800"))
    assert ledger.entries() == 3


def test_a_deleted_picture_takes_the_opinions_on_it_along(ledger: Ledger) -> None:
    ledger.add([addition(1), addition(2), addition(3)])
    for pair in ((1, 2), (2, 8), (1, 3)):
        ledger.add_opinion(opinion(*pair))
    noted = ledger.head()
    ledger.delete_image(image_id(2))
    assert (ledger.opinions(image_id(2)), ledger.opinions(image_id(8))) == ((), ())
    assert [each.other(image_id(1)) for each in ledger.opinions(image_id(1))] == [image_id(3)]
    verified = ledger.verify(originals=True)
    assert (verified.intact, verified.erased) == (True, 3)
    assert ledger.head(noted.entries) == noted


def test_an_opinion_can_be_proved(ledger: Ledger) -> None:
    ledger.add([addition(1)])
    ledger.add_opinion(opinion(1, 2))
    proof = ledger.prove(1)
    path = [bytes.fromhex(node) for node in proof.path]
    assert chain.includes(bytes.fromhex(ledger.head().root), 2, 1, bytes.fromhex(proof.leaf_hash), path)


# What is deleted


def test_a_deleted_picture_leaves_only_a_hole(ledger: Ledger) -> None:
    ledger.add([addition(1, seen("http://a"), [at(1, 2)]), addition(1, name="x.jpg"), addition(2, seen("http://b"))])
    before = ledger.head()
    ledger.delete_image(image_id(1))
    assert ledger.known([image_id(1), image_id(2)]).keys() == {image_id(2)}
    assert ledger.known_by_entry([0]) == {}
    assert urls(ledger.sightings(SightingQuery())) == ["http://b"]
    assert ledger.sightings_of([image_id(1)]) == ()
    with pytest.raises(NotFoundError):
        ledger.original(image_id(1))
    verified = ledger.verify(originals=True)
    assert (verified.intact, verified.entries, verified.erased) == (True, 6, 3)
    assert ledger.head(before.entries) == before


def test_a_deleted_picture_can_be_added_again(ledger: Ledger) -> None:
    ledger.add([addition(1, seen("http://a"))])
    ledger.delete_image(image_id(1))
    (added,) = ledger.add([addition(1, seen("http://a"))])
    assert (added.image_added, added.sighting_added) == (True, True)
    assert ledger.original(image_id(1)) == original(1)
    assert list(ledger.known_by_entry(range(9))) == [3]
    ledger.delete_image(image_id(1))
    assert (ledger.verify(originals=True).intact, ledger.verify().erased) == (True, 4)


def test_a_deleted_sighting_leaves_its_picture(ledger: Ledger) -> None:
    added = ledger.add([addition(1, seen("http://a")), addition(1, seen("http://b"))])
    assert added[0].sighting is not None
    ledger.delete_sighting(added[0].sighting.id)
    assert ledger.known([image_id(1)])[image_id(1)].urls == ("http://b",)
    with pytest.raises(NotFoundError):
        ledger.delete_sighting(added[0].sighting.id)
    verified = ledger.verify()
    assert (verified.intact, verified.entries, verified.erased) == (True, 4, 1)
    assert ledger.add_sighting(image_id(1), seen("http://a"), []).sighting_added


def test_changes_of_fingerprints_tell_additions_and_deletions_in_order(ledger: Ledger) -> None:
    ledger.add([addition(1), addition(2, seen("http://a")), addition(3)])  # entries 0, 1 and 2, 3
    ledger.delete_image(image_id(2))  # 4
    ledger.add([addition(2)])  # 5
    value = {seed: findings(seed).fingerprints[0].value for seed in (1, 2, 3)}
    changes = [
        FingerprintChange(0, 0, value[1]),
        FingerprintChange(3, 3, value[3]),
        FingerprintChange(4, 1, None),
        FingerprintChange(5, 5, value[2]),
    ]
    assert list(ledger.fingerprint_changes("pdq", "raster 1", since=0, below=6)) == changes
    assert list(ledger.fingerprint_changes("pdq", "raster 1", since=3, below=5)) == changes[1:3]
    assert list(ledger.fingerprint_changes("pdq", "raster 2", since=0, below=6)) == [changes[2]]


def test_changes_of_features_tell_additions_and_deletions_in_order(ledger: Ledger) -> None:
    other = replace(addition(4), findings=replace(findings(4), features=features(4, "features 2")))
    ledger.add([addition(1), addition(2, seen("http://a")), addition(3), other])  # entries 0, 1 and 2, 3, 4
    ledger.delete_image(image_id(2))  # 5: it had no features
    ledger.delete_image(image_id(3))  # 6
    ledger.add([addition(3)])  # 7
    changes = [
        FeatureChange(0, 0, features(1)),
        FeatureChange(5, 1, None),
        FeatureChange(6, 3, None),
        FeatureChange(7, 7, features(3)),
    ]
    assert list(ledger.feature_changes("features 1", since=0, below=8)) == changes
    assert list(ledger.feature_changes("features 1", since=5, below=7)) == changes[1:3]
    assert list(ledger.feature_changes("features 2", since=0, below=5)) == [
        FeatureChange(4, 4, features(4, "features 2"))
    ]


def test_how_a_picture_looks_is_read_without_what_else_was_found(ledger: Ledger) -> None:
    blank = replace(findings(2), fingerprints=(), preview=None)
    blank = replace(blank, image=replace(blank.image, width=None, height=None))
    ledger.add([addition(1, seen("http://a")), Addition(blank, original(2)), addition(3), addition(4)])  # 0, 2, 3, 4
    ledger.delete_image(image_id(3))
    pdq = replace(findings(1).fingerprints[0], turned=())
    found = ledger.appearances([0, 1, 2, 3, 77])
    assert found == {
        0: Appearance(0, image_id(1), 4, 2, pdq, features(1), findings(1).preview),
        2: Appearance(2, image_id(2), None, None, None, None, None),
    }


# What is asked


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (SightingQuery(), "dcba"),
        (SightingQuery(source="t.me/x"), "ba"),
        (SightingQuery(image_ids=frozenset([image_id(1), image_id(9)])), "ba"),
        (SightingQuery(image_ids=frozenset()), ""),
        (SightingQuery(text="красноярск"), "ba"),
        (SightingQuery(text="ЕЛКИ, крас"), "a"),
        (SightingQuery(text="ноярск"), ""),
        (SightingQuery(text="100%_"), ""),
        (SightingQuery(text="иванов"), "b"),
        (SightingQuery(since=datetime(2024, 11, 16, tzinfo=UTC)), "dc"),
        (SightingQuery(until=datetime(2024, 11, 13, 10, tzinfo=UTC)), "a"),
        (SightingQuery(until=datetime(2024, 11, 13, 9, 59, 59, tzinfo=UTC)), ""),
        (SightingQuery(since=datetime(2024, 11, 15, 11, 59, 59, tzinfo=UTC), source="t.me/x"), "ba"),
        (SightingQuery(since=datetime(2024, 11, 15, 12, tzinfo=UTC), source="t.me/x"), "b"),
        (SightingQuery(since=datetime(2025, 1, 1, tzinfo=UTC), until=datetime(2024, 1, 1, tzinfo=UTC)), ""),
        (SightingQuery(areas=((Circle(Position(56, 92.8), 10_000),),)), "ba"),
        (SightingQuery(areas=((Circle(Position(56, 92.8), 10_000),),), source="t.me/x", text="ёлки"), "a"),
        (SightingQuery(areas=((Circle(Position(0, 179.95), 20_000),),)), "c"),
        (SightingQuery(areas=((Circle(Position(10, -179.95), 20_000),),)), "c"),
        (SightingQuery(areas=((Circle(Position(5, 179.95), 20_000),),)), ""),
        (SightingQuery(areas=((Circle(Position(0, -179.95), 20_000), Circle(Position(56, 92.8), 10_000)),)), "cba"),
        (SightingQuery(areas=((Circle(Position(90, 0), 10_020_000),),)), "cba"),
        (SightingQuery(areas=((Circle(Position(90, 0), 8_000_000),),)), "ba"),
        (SightingQuery(areas=((Circle(Position(56, 92.8), 10_000),), (Circle(Position(1, 2), 10),))), "b"),
        (SightingQuery(areas=(tuple(Circle(Position(56, 90 + n / 500), 10_000) for n in range(2000)),)), "ba"),
        (SightingQuery(areas=((Circle(Position(56, 92.8), 10_000),), (Circle(Position(9, 9), 10),))), ""),
        (SightingQuery(areas=((Circle(Position(56, 92.8), 10_000),), ())), ""),
    ],
)
def test_filters_combine_and_the_newest_come_first(ledger: Ledger, query: SightingQuery, found: str) -> None:
    near = at(56.01, 92.87)
    ledger.add(
        [
            addition(1, seen("a", at="2024-11-14", source="t.me/x", caption="Ёлки. Красноярске!"), [near]),
            addition(1, seen("b", at="2024-11-15T12:00:00Z", source="t.me/x", says="Красноярск"), [near, at(1, 2)]),
            addition(2, seen("c", at="2024-11-16T07:00:00+07:00", caption="100 %"), [at(0, -179.99), at(10, 179.99)]),
            addition(3, seen("d")),
        ]
    )
    assert "".join(str(url) for url in urls(ledger.sightings(query))) == found


def test_a_sighting_found_by_place_says_why(ledger: Ledger) -> None:
    places = [at(56.0, 92.8), at(56.0, 92.8, by="caption"), at(10, 20, name="elsewhere")]
    ledger.add([addition(1, seen("a"), places)])
    (found,) = ledger.sightings(SightingQuery(areas=((Circle(Position(56.1, 92.8), 12_000),),))).items
    assert found.matched_by == (
        "claim: Красноярск, 11 km from the centre",
        "caption: Красноярск, 11 km from the centre",
    )
    areas = ((Circle(Position(56.1, 92.8), 12_000),), (Circle(Position(10, 20), 1),))
    (found,) = ledger.sightings(SightingQuery(areas=areas)).items
    assert len(found.matched_by) == 3
    assert found.matched_by[2] == "claim: elsewhere, 0.0 km from the centre"
    (unasked,) = ledger.sightings(SightingQuery()).items
    assert unasked.matched_by == ()


def test_a_circle_holds_what_lies_on_its_rim_and_nothing_beyond(ledger: Ledger) -> None:
    ledger.add([addition(1, seen("a"), [at(60, 31)])])  # one degree of longitude at 60° N: 55 597 m
    assert not ledger.sightings(SightingQuery(areas=((Circle(Position(60, 30), 55_500),),))).items
    assert ledger.sightings(SightingQuery(areas=((Circle(Position(60, 30), 55_700),),))).items


def test_pages_follow_each_other_whatever_is_added_meanwhile(ledger: Ledger) -> None:
    far, near = at(50, 50), at(56, 92.8)
    for seed in range(12):
        ledger.add([addition(seed, seen(f"{seed:02}", at="2024-11-14"), [far if seed % 3 else near])])
    areas = ((Circle(near.place.position, 1000),),)
    for query in (SightingQuery(limit=2), SightingQuery(limit=2, areas=areas)):
        whole = urls(ledger.sightings(replace(query, limit=100)))
        shown: list[str | None] = []
        page = ledger.sightings(query)
        while page.next:
            assert len(page.items) == 2
            shown += urls(page)
            ledger.add([addition(50, seen(f"later {ledger.entries()}", at="2025-01-01"), [near])])
            page = ledger.sightings(replace(query, cursor=page.next))
        assert shown + urls(page) == whole


@pytest.mark.parametrize(
    "query",
    [
        *(SightingQuery(cursor=cursor) for cursor in ("", "x", "é", "MQ", "MSAyIDM", "\udcff")),
        *(SightingQuery(limit=limit) for limit in (0, -1, 10_001)),
        SightingQuery(text="a" * 1001),
        SightingQuery(text=" !? "),
        SightingQuery(areas=((Circle(Position(0, 0), 1),) * 2500, (Circle(Position(0, 0), 1),) * 2501)),
        SightingQuery(areas=((),) * 11),
    ],
)
def test_a_query_over_a_bound_is_refused(ledger: Ledger, query: SightingQuery) -> None:
    with pytest.raises(InputError):
        ledger.sightings(query)


def test_sightings_of_pictures_come_earliest_first(ledger: Ledger) -> None:
    times = ["2024-11-15", None, "2024-11-14T23:00:00Z", "2024-11-15"]
    for seed, time in enumerate(times):
        ledger.add([addition(seed % 2, seen(str(seed), at=time))])
    assert [s.url for s in ledger.sightings_of([image_id(0), image_id(1), image_id(9)])] == ["0", "3", "2", "1"]


# What is proved


def test_a_head_noted_once_stays_true_and_every_entry_can_be_proved(ledger: Ledger) -> None:
    noted = []
    for seed in range(7):
        ledger.add([addition(seed)])
        noted.append(ledger.head())
    ledger.delete_image(image_id(3))
    assert [ledger.head(head.entries) for head in noted] == noted
    for entry in range(ledger.entries()):
        proof = ledger.prove(entry)
        path = [bytes.fromhex(node) for node in proof.path]
        leaf, root = bytes.fromhex(proof.leaf_hash), bytes.fromhex(ledger.head().root)
        assert proof.root == ledger.head().root
        assert chain.includes(root, proof.entries, entry, leaf, path)


def test_threads_that_add_at_once_all_get_their_entries(ledger: Ledger) -> None:
    with ThreadPoolExecutor(6) as threads:
        added = list(threads.map(lambda seed: ledger.add([addition(seed % 20, seen(str(seed)))])[0], range(40)))
    assert sum(one.image_added for one in added) == 20
    assert ledger.entries() == 60
    assert sorted(str(url) for url in urls(ledger.sightings(SightingQuery()))) == sorted(map(str, range(40)))
    assert ledger.verify(originals=True).intact


# Random operations, held against the ledger in memory

SEEDS = st.integers(0, 3)
SIGHTINGS = st.builds(
    seen,
    st.sampled_from([None, "http://a", "http://b"]),
    at=st.sampled_from([None, "2024-11-14", "2024-11-14T09:30:00+07:00", "2024-11-14T02:30Z", "2024-11-14T02:30"]),
    caption=st.sampled_from([None, "Ёлки 50%", "состав_1 \0 x"]),
    source=st.sampled_from([None, "t.me/x"]),
    says=st.sampled_from([None, "Чита", "Тула"]),
)
PLACES = st.lists(st.builds(at, st.floats(-90, 90), st.floats(-180, 180)), max_size=2)
CIRCLES = st.builds(Circle, st.builds(Position, st.floats(-90, 90), st.floats(-180, 180)), st.floats(0, 2e7))
MOMENTS = st.none() | st.datetimes(datetime(2024, 11, 13), datetime(2024, 11, 16), timezones=st.just(UTC))
ADDITIONS = st.lists(
    st.builds(addition, SEEDS, st.none() | SIGHTINGS, PLACES, st.sampled_from([None, "other.jpg"])), max_size=3
)
QUERIES = st.builds(
    SightingQuery,
    since=MOMENTS,
    until=MOMENTS,
    source=st.sampled_from([None, "t.me/x"]),
    text=st.sampled_from([None, "елки", "50%", "состав_1 X"]),
    areas=st.lists(st.lists(CIRCLES, max_size=2).map(tuple), max_size=2).map(tuple),
    limit=st.integers(1, 3),
)
OPINIONS = (
    st.tuples(SEEDS, st.integers(4, 6) | SEEDS).filter(lambda pair: pair[0] != pair[1]).map(lambda pair: opinion(*pair))
)
OPERATIONS = st.one_of(
    st.tuples(st.just("add"), ADDITIONS),
    st.tuples(st.just("add_sighting"), SEEDS.map(image_id), SIGHTINGS, PLACES),
    st.tuples(st.just("delete_image"), SEEDS.map(image_id)),
    st.tuples(st.just("add_opinion"), OPINIONS),
    st.tuples(st.just("delete_sighting"), st.integers(0, 12).map("s{}".format)),
    st.tuples(st.just("sightings"), QUERIES),
)


def answer(ledger: Ledger, operation: tuple[Any, ...]) -> Any:
    try:
        return getattr(ledger, operation[0])(*operation[1:])
    except InputError as refused:
        return type(refused), str(refused)


def everything(ledger: Ledger) -> tuple[Any, ...]:
    ids = [image_id(seed) for seed in range(4)]
    verified = ledger.verify(originals=True)
    return (
        ledger.known(ids),
        ledger.known_by_entry(range(99)),
        ledger.sightings_of(ids),
        [ledger.opinions(image_id(seed)) for seed in range(7)],
        [list(ledger.fingerprint_changes("pdq", "raster 1", since=n, below=n + 9)) for n in (0, 3)],
        [list(ledger.feature_changes("features 1", since=n, below=n + 9)) for n in (0, 3)],
        ledger.appearances(range(99)),
        (verified.entries, verified.intact, verified.erased, verified.problems),
    )


@pytest.mark.parametrize("engine", [name for name, _ in ENGINES if name != "memory"])
@settings(deadline=None, max_examples=25)
@given(operations=st.lists(OPERATIONS, min_size=5, max_size=25))
def test_every_engine_answers_as_the_one_in_memory(
    engine: str, operations: list[tuple[Any, ...]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    clock = HandClock()
    plain = MemoryLedger(now=clock)
    tested = open_ledger(engine, tmp_path_factory.mktemp("ledger"), clock)
    try:
        for operation in operations:
            clock.tick()
            assert answer(tested, operation) == answer(plain, operation)
        assert everything(tested) == everything(plain)
    finally:
        tested.close()
