"""Links among known pictures: kept, shared by processes, and never in the way when their file cannot be used."""

import os
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from provenance.index import links as module
from provenance.index.links import GROUP_AT_MOST, LINKS_AT_MOST, PART, WHOLE, Link, Links

CELLS = bytes(512)


def link(a: int, b: int, *, copy: int = 0, digits: float = 20.0) -> Link:
    return Link(a, b, copy, digits, b"\1" * 512, CELLS)


def opened(file: Path, ledger_id: str = "this ledger") -> Links:
    return Links(file, ledger_id=ledger_id)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "index" / "links.sqlite"


def test_a_link_is_found_from_both_ends_as_it_was_given() -> None:
    links = Links.in_memory()
    given = link(2, 5, copy=WHOLE, digits=12.5)
    assert links.take(0, 6, [given], ())
    assert links.of(2) == links.of(5) == [given]
    assert links.of(3) == []
    assert (given.other(2), given.other(5)) == (5, 2)
    assert (given.shared(2), given.shared(5)) == (b"\1" * 512, CELLS)


def test_what_was_taken_is_there_when_the_file_is_opened_again(file: Path) -> None:
    first = opened(file)
    first.take(0, 6, [link(2, 5)], ())
    first.close()
    again = opened(file)
    assert again.reaches == 6
    assert again.of(5) == [link(2, 5)]


@pytest.mark.parametrize("changed", ["ledger", "rule"])
def test_links_of_another_ledger_or_rule_are_forgotten(
    file: Path, changed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(file).take(0, 6, [link(2, 5)], ())
    if changed == "rule":
        monkeypatch.setattr(module, "LINKS_RULE", "another way")
    again = opened(file, "another ledger" if changed == "ledger" else "this ledger")
    assert again.reaches == 0
    assert again.of(2) == []


def test_taking_is_refused_where_another_was_first(file: Path) -> None:
    one, other = opened(file), opened(file)
    assert one.reaches == other.reaches == 0
    assert one.take(0, 6, [link(2, 5)], ())
    assert not other.take(0, 6, [link(3, 4)], {2})
    assert other.reaches == 6
    assert other.of(2) == [link(2, 5)]
    assert other.of(3) == []
    assert other.take(6, 7, [link(3, 4)], ())
    assert one.of(3) == [link(3, 4)]


def test_a_taking_that_fails_leaves_nothing_behind(file: Path) -> None:
    links = opened(file)

    def broken():  # type: ignore[no-untyped-def]
        yield link(2, 5)
        raise KeyError("a picture that cannot be read")

    with pytest.raises(KeyError):
        links.take(0, 6, broken(), ())
    assert links.reaches == 0
    assert links.of(2) == []
    assert opened(file).take(0, 6, [link(2, 5)], ())  # and no lock


def test_pictures_that_are_gone_take_their_links_with_them() -> None:
    links = Links.in_memory()
    links.take(0, 6, [link(1, 2), link(2, 5), link(1, 5)], ())
    links.take(6, 7, [link(2, 6)], {2})
    assert links.of(1) == links.of(5) == [link(1, 5)]
    assert links.of(2) == links.of(6) == []


def test_the_surest_links_come_first_and_no_more_than_a_bound() -> None:
    links = Links.in_memory()
    links.take(0, 200, [link(7, 8 + n, digits=float(n % 60)) for n in range(100)], ())
    links.take(200, 300, [link(7, 300 + n, copy=1 + n % 2, digits=90.0) for n in range(LINKS_AT_MOST)], ())
    found = links.rivals(7)  # copies take nobody's place
    assert len(found) == LINKS_AT_MOST
    digits = [each.digits for each in found]
    assert digits == sorted(digits, reverse=True)
    assert min(digits) >= 60 - LINKS_AT_MOST


def test_a_group_goes_from_copy_to_copy_and_over_no_other_link() -> None:
    links = Links.in_memory()
    copies = [link(1, 2, copy=WHOLE), link(2, 9, copy=WHOLE), link(4, 9, copy=WHOLE)]
    links.take(0, 10, [*copies, link(4, 5), link(5, 6, copy=WHOLE), link(6, 7, copy=PART)], ())
    assert links.group(1) == links.group(4) == {1, 2, 4, 9}
    assert links.group(6) == {5, 6}
    assert links.group(7) == {7}


def test_a_group_ends_somewhere() -> None:
    links = Links.in_memory()
    links.take(0, 2000, [link(n, n + 1, copy=WHOLE) for n in range(GROUP_AT_MOST + 100)], ())
    group = links.group(0)
    assert len(group) == GROUP_AT_MOST
    assert 0 in group


def test_forgetting_starts_anew(file: Path) -> None:
    links = opened(file)
    links.take(0, 6, [link(2, 5)], ())
    links.forget()
    assert links.reaches == 0
    assert links.of(2) == []
    assert opened(file).reaches == 0
    assert links.take(0, 6, [link(2, 5)], ())


# Files that cannot be used


@pytest.mark.parametrize("damage", ["garbage", "empty", "overwritten", "another program's"])
def test_a_damaged_file_is_made_anew(file: Path, damage: str) -> None:
    links = opened(file)
    links.take(0, 6, [link(n, n + 1) for n in range(200)], ())
    links.close()
    if damage == "another program's":
        file.unlink()
        with sqlite3.connect(file) as db:
            db.execute("create table about (x)")
            db.execute("create table link (y)")
        db.close()
    elif damage == "overwritten":
        data = bytearray(file.read_bytes())
        data[100:8192] = os.urandom(8092)
        file.write_bytes(data)
    else:
        file.write_bytes(b"" if damage == "empty" else b"no database at all " * 50)
    again = opened(file)
    assert again.note is None
    assert again.reaches == 0
    assert again.take(0, 6, [link(2, 5)], ())
    again.close()
    assert opened(file).of(2) == [link(2, 5)]


def test_without_a_place_to_write_links_are_kept_in_memory_and_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("")
    for nowhere in (tmp_path / "a file" / "links.sqlite", tmp_path):
        links = opened(nowhere)
        assert links.take(0, 6, [link(2, 5)], ())
        assert links.of(2) == [link(2, 5)]
        assert links.note is not None
        assert "cannot be kept" in links.note


def test_a_file_that_cannot_be_written_is_left_alone(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a folder for reading only; root may write everywhere, so SQLite is asked for no more than reading."""
    opened(file).take(0, 6, [link(2, 5)], ())
    before = file.read_bytes()
    connect = sqlite3.connect

    def for_reading(where: str, **options: Any) -> sqlite3.Connection:
        return connect(where if where == ":memory:" else f"file:{where}?mode=ro", uri=True, **options)

    monkeypatch.setattr(sqlite3, "connect", for_reading)
    links = opened(file, "another ledger")
    assert links.take(0, 6, [link(3, 4)], ())
    assert links.note is not None
    assert file.read_bytes() == before


# Threads and processes


def test_of_many_that_take_the_same_entries_one_does(file: Path) -> None:
    shared = [opened(file) for _ in range(3)]
    taken: list[tuple[int, int]] = []

    def work(links: Links, mine: int) -> None:
        while (since := links.reaches) < 40:
            if links.take(since, since + 1, [link(since, 100 + mine)], ()):
                taken.append((since, mine))

    threads = [threading.Thread(target=work, args=(links, n)) for n, links in enumerate(shared)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(since for since, _ in taken) == list(range(40))
    for since, mine in taken:
        assert shared[0].of(since) == [link(since, 100 + mine)]


def test_a_file_damaged_further_inside_is_made_anew_when_it_is_read(file: Path) -> None:
    links = opened(file)
    links.take(0, 6, [link(n, n + 1) for n in range(300)], ())
    links.close()
    size = file.stat().st_size
    with file.open("r+b") as whole:
        whole.seek(4096)
        whole.write(b"\xff" * (size - 4096))
    damaged = opened(file)
    for _ in range(2):
        assert damaged.of(2) == []
        assert damaged.reaches == 0
        assert damaged.take(0, 6, [link(2, 5)], ())
        damaged.forget()


def test_of_two_links_of_one_pair_the_surer_one_stays() -> None:
    for order in (1, -1):
        links = Links.in_memory()
        for since, found in enumerate([link(1, 2, copy=WHOLE, digits=90.0), link(1, 2, digits=9.0)][::order]):
            links.take(since, since + 1, [found], ())
        assert [each.copy for each in links.of(1)] == [WHOLE]
