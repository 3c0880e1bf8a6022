"""Whatever is changed in the file behind the ledger's back, verify finds it and names the entry."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from provenance.errors import StorageError
from provenance.ledger import chain
from provenance.ledger.sql import SqlLedger
from provenance.ledger.tables import METADATA
from tests.ledgers import addition, at, image_id, opinion, seen

# Entry 0 and 1: a picture and its sighting. 2: another name of it. 3, 4: a picture and sighting that 7 erased.
# 5, 6: a third picture and its sighting. 8: an opinion on the first and the third.
ENTRIES = 9


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    ledger = SqlLedger(f"sqlite:///{folder / 'l.db'}")
    ledger.add([addition(1, seen("http://1", caption="Состав"), [at(1, 2)]), addition(1, name="other.jpg")])
    ledger.add([addition(seed, seen(f"http://{seed}", at="2024-11-14", caption="x")) for seed in (2, 3)])
    ledger.delete_image(image_id(2))
    ledger.add_opinion(opinion(1, 3))
    ledger.close()
    return folder


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "copy"))


def problems(folder: Path, *, originals: bool = False) -> tuple[str, ...]:
    ledger = SqlLedger(f"sqlite:///{folder / 'l.db'}")
    try:
        verified = ledger.verify(originals=originals)
    finally:
        ledger.close()
    assert verified.intact == (not verified.problems)
    return verified.problems


def tamper(folder: Path, *statements: str) -> None:
    with sqlite3.connect(folder / "l.db") as database:
        database.create_function("flip", 1, flip)
        for statement in statements:
            assert database.execute(statement).rowcount, f"{statement} changed nothing"
    database.close()


def flip(value: bytes | str) -> bytes:
    """The value with one bit turned; UTF-8 beyond ASCII is no UTF-8 any more."""
    data = value.encode() if isinstance(value, str) else value
    return data[:2] + bytes([data[2] ^ 0x40]) + data[3:]


def test_an_untouched_ledger_is_intact(folder: Path) -> None:
    assert problems(folder, originals=True) == ()


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE contents SET body = flip(body) WHERE entry = 1", "entry 1: its content does not match"),
        ("UPDATE contents SET salt = flip(salt) WHERE entry = 2", "entry 2: its content does not match"),
        ("UPDATE contents SET body = '{}' WHERE entry = 0", "entry 0: its content does not match"),
        ("UPDATE contents SET salt = 1000000000000 WHERE entry = 0", "entry 0: its content does not match"),
        ("UPDATE entries SET leaf = flip(leaf) WHERE number = 5", "entry 5: its leaf does not match"),
        ("UPDATE entries SET leaf = flip(leaf) WHERE number = 4", "entry 4: its leaf does not match"),
        ("UPDATE entries SET commitment = flip(commitment) WHERE number = 5", "entry 5: its leaf does not match"),
        ("UPDATE entries SET leaf = NULL, leaf = 'x' WHERE number = 0", "entry 0: its leaf does not match"),
        ("UPDATE entries SET commitment = 99 WHERE number = 0", "entry 0: its leaf does not match"),
        (
            "UPDATE entries SET recorded_at = '2020-01-01T00:00:00Z' WHERE number = 6",
            "entry 6: its leaf does not match",
        ),
        ("UPDATE entries SET kind = 'name' WHERE number = 6", "entry 6: its leaf does not match"),
        ("UPDATE entries SET kind = 'x' WHERE number = 6", "entry 6: its kind is 'x'"),
        ("DELETE FROM contents WHERE entry = 5", "entry 5: its content is gone and no deletion is on record"),
        ("DELETE FROM contents WHERE entry = 7", "entry 7: its content is gone and no deletion is on record"),
        ("DELETE FROM entries WHERE number = 7", "entry 7: missing"),
        ("DELETE FROM entries WHERE number >= 6", "entry 6 to 8: missing"),
        ("DELETE FROM entries WHERE number = 4", "entry 4: missing"),
        ("DELETE FROM entries", "entry 0 to 8: missing"),
        ("UPDATE entries SET number = 1000000000000 WHERE number = 8", "entry 8 to 999999999999: missing"),
        ("UPDATE entries SET number = -1 WHERE number = 0", "entry -1: its leaf does not match"),
        ("UPDATE sightings SET caption = 1 WHERE entry = 1", "entry 1: its row of sightings was changed"),
        (
            "UPDATE sightings SET caption = CAST(flip(caption) AS TEXT) WHERE entry = 1",
            "entry 1: its row of sightings was changed",
        ),
        ("UPDATE sightings SET words = ' y' WHERE entry = 6", "entry 6: its row of sightings was changed"),
        ("UPDATE sightings SET latest_us = 0 WHERE entry = 6", "entry 6: its row of sightings was changed"),
        ("UPDATE sightings SET image_entry = 5 WHERE entry = 1", "entry 1: its row of sightings was changed"),
        ("DELETE FROM sightings WHERE entry = 6", "entry 6: its row of sightings is missing"),
        (
            "INSERT INTO sightings SELECT 4, 5, url, source, posted_at, caption, words, 0, 0 FROM sightings LIMIT 1",
            "entry 4: a row of sightings was added",
        ),
        ("INSERT INTO names VALUES (99, 5, 'x.jpg')", "entry 99: a row of names belongs to no entry"),
        ("UPDATE names SET name = 'x.jpg' WHERE entry = 2", "entry 2: its row of names was changed"),
        ("DELETE FROM images WHERE entry = 0", "entry 0: its row of images is missing"),
        ("UPDATE images SET id = 'f' WHERE entry = 0", "entry 0: its row of images was changed"),
        (
            "UPDATE fingerprints SET value = flip(value) WHERE entry = 5",
            "entry 5: its row of fingerprints was changed",
        ),
        ("DELETE FROM fingerprints WHERE entry = 5 AND kind = 'pdq'", "entry 5: its row of fingerprints is missing"),
        (
            "UPDATE appearances SET preview = flip(preview) WHERE entry = 0",
            "entry 0: its row of appearances was changed",
        ),
        ("UPDATE appearances SET codes = flip(codes) WHERE entry = 5", "entry 5: its row of appearances was changed"),
        ("DELETE FROM appearances WHERE entry = 5", "entry 5: its row of appearances is missing"),
        ("INSERT INTO appearances (entry) VALUES (3)", "entry 3: a row of appearances was added"),
        ("UPDATE contents SET body = flip(body) WHERE entry = 8", "entry 8: its content does not match"),
        ("UPDATE opinions SET image_b = flip(image_b)", "entry 8: its row of opinions was changed"),
        ("DELETE FROM opinions", "entry 8: its row of opinions is missing"),
        ("INSERT INTO opinions VALUES (0, 'a', 'b')", "entry 0: a row of opinions was added"),
        ("INSERT INTO opinions VALUES (99, 'a', 'b')", "entry 99: a row of opinions belongs to no entry"),
        ("INSERT INTO fingerprints VALUES (0, 'pdq', 'r', x'00')", "entry 0: a row of fingerprints was added"),
        ("DELETE FROM erasures WHERE erased = 4", "entry 7: its row of erasures is missing"),
        ("INSERT INTO erasures VALUES (5, 7)", "entry 7: a row of erasures was added"),
        ("INSERT INTO contents VALUES (3, x'00', x'00')", "entry 3: its content does not match its commitment"),
        ("INSERT INTO contents VALUES (99, x'00', x'00')", "entry 99: a row of contents belongs to no entry"),
        ("UPDATE whereabouts SET entry = 4", "entry 4: a row of whereabouts belongs to no sighting"),
        ("UPDATE tree SET size = 11", "the row of the Merkle tree is damaged"),
        ("UPDATE tree SET size = 17", "entry 9 to 16: missing"),
        ("UPDATE tree SET size = 'many'", "the row of the Merkle tree is damaged"),
        ("UPDATE tree SET peaks = flip(peaks)", "the tree over 9 entries has the root"),
        ("DELETE FROM tree", "the row of the Merkle tree is missing"),
    ],
)
def test_one_change_is_found_and_its_entry_named(folder: Path, statement: str, found: str) -> None:
    tamper(folder, statement)
    assert any(problem.startswith(found) for problem in problems(folder)), problems(folder)


@pytest.mark.parametrize("table", [table.name for table in METADATA.tables.values() if table.name != "unlinking"])
def test_an_emptied_table_is_found(folder: Path, table: str) -> None:
    tamper(folder, f"DELETE FROM {table}")  # noqa: S608
    if table == "whereabouts":  # no entry vouches for them
        assert problems(folder) == ()
    else:
        assert problems(folder)


@pytest.mark.parametrize("change", ["codes = x'00'", "preview = x'00'", "features_width = 0", "geometry = NULL"])
def test_a_damaged_appearance_is_a_storage_error(folder: Path, change: str) -> None:
    tamper(folder, f"UPDATE appearances SET {change} WHERE entry = 5")  # noqa: S608
    ledger = SqlLedger(f"sqlite:///{folder / 'l.db'}")
    with pytest.raises(StorageError, match="entry 5: its row of appearances is damaged"):
        ledger.appearances([0, 5])
    ledger.close()


def test_a_content_that_comes_back_after_its_deletion_is_found(folder: Path) -> None:
    ledger = SqlLedger(f"sqlite:///{folder / 'l.db'}")
    with sqlite3.connect(folder / "l.db") as database:
        kept = database.execute("SELECT * FROM contents WHERE entry = 6").fetchone()
    database.close()
    ledger.delete_sighting("s6")
    ledger.close()
    with sqlite3.connect(folder / "l.db") as database:
        database.execute("INSERT INTO contents VALUES (?, ?, ?)", kept)
    database.close()
    assert "entry 6: deleted by entry 9, but it is still there" in problems(folder)


def test_a_changed_or_missing_original_is_found_when_asked(folder: Path) -> None:
    for seed, change in ((1, lambda path: path.write_bytes(b"other")), (3, Path.unlink)):
        change(folder / "l.db.originals" / image_id(seed)[:2] / image_id(seed)[2:])
    assert problems(folder) == ()
    found = problems(folder, originals=True)
    assert [problem[:7] for problem in found] == ["entry 0", "entry 5"]
    assert ("was changed" in found[0], "missing" in found[1]) == (True, True)


def test_more_problems_than_can_be_shown_are_counted(tmp_path: Path) -> None:
    ledger = SqlLedger(f"sqlite:///{tmp_path / 'l.db'}")
    ledger.add([addition(seed) for seed in range(130)])
    ledger.close()
    tamper(tmp_path, "UPDATE names SET name = 'x'")
    found = problems(tmp_path)
    assert (len(found), found[-1]) == (101, "and 30 more problems")


def test_a_ledger_rewritten_from_the_first_entry_verifies_and_only_a_noted_head_tells(folder: Path) -> None:
    """What verify cannot prove: docs/ledger.md says to note a head elsewhere because of this."""
    ledger = SqlLedger(f"sqlite:///{folder / 'l.db'}")
    noted = ledger.head()
    ledger.close()
    shutil.rmtree(folder)
    forged = SqlLedger(f"sqlite:///{folder / 'l.db'}")
    forged.add([addition(seed) for seed in range(ENTRIES)])
    assert forged.verify(originals=True).intact
    assert forged.head(noted.entries) != noted
    forged.close()


def test_nothing_of_a_deleted_picture_stays_in_the_files(tmp_path: Path) -> None:
    ledger = SqlLedger(f"sqlite:///{tmp_path / 'l.db'}")
    secret = seen("http://secret-url", caption="secret-caption " * 500, source="secret-source", says="secret-claim")
    ledger.add([addition(seed, seen(f"http://{seed}")) for seed in range(5)])
    ledger.add([addition(7, secret, [at(1, 2, name="secret-place")], name="secret-name.jpg")])
    ledger.add_opinion(opinion(7, 2, reason="secret-reason", by="secret-name"))
    ledger.add_opinion(opinion(99, 7, reason="secret-reason"))
    known = ledger.known([image_id(7)])[image_id(7)].findings
    assert known.features is not None
    ledger.delete_image(image_id(7))
    traces = [b"secret", image_id(7).encode(), bytes.fromhex(image_id(7)), known.fingerprints[0].value, b"picture 7"]
    traces += [known.features.codes, image_id(99).encode()]
    for file in (path for path in tmp_path.rglob("*") if path.is_file()):
        content = file.read_bytes()
        assert [trace for trace in traces if trace in content] == [], file
    ledger.close()


def test_the_leaf_of_an_entry_can_be_made_with_standard_tools(folder: Path) -> None:
    with sqlite3.connect(folder / "l.db") as database:
        number, kind, recorded_at, commitment, leaf, _, salt, body = database.execute(
            "SELECT * FROM entries JOIN contents ON entry = number WHERE number = 2"
        ).fetchone()
    database.close()
    assert commitment == chain.sha256(salt + body).digest()
    line = f"provenance entry 1 2 name {recorded_at} {commitment.hex()}".encode("ascii")
    assert (number, kind, leaf) == (2, "name", chain.sha256(b"\0" + line).digest())
    assert body == b'{"image_entry":0,"name":"other.jpg"}'
