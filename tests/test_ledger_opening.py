"""A ledger opens where it can, says why where it cannot, and its tables are those of the migrations."""

import shutil
import sqlite3
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from provenance.errors import SettingsError, StorageError
from provenance.ledger.base import Appearance, FeatureChange, SightingQuery
from provenance.ledger.migrations import configuration
from provenance.ledger.sql import SqlLedger
from provenance.ledger.tables import METADATA, REVISION, REVISION_TABLE
from provenance.ledger.urls import originals_folder, sqlite_path
from tests.ledgers import addition, findings, image_id, original, seen


def url(path: Path) -> str:
    return f"sqlite:///{path}"


def test_a_ledger_is_made_with_the_folders_above_it_and_found_again(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "desk.db"
    made = SqlLedger(url(path))
    made.add([addition(1, seen("http://a"))])
    head, identity = made.head(), made.identity
    made.close()
    again = SqlLedger(url(path))
    assert (again.head(), again.identity, again.original(image_id(1))) == (head, identity, original(1))
    again.close()
    assert {entry.name for entry in path.parent.iterdir()} == {"desk.db", "desk.db.originals"}


def test_a_ledger_made_anew_in_its_place_is_another(tmp_path: Path) -> None:
    identities = set()
    for _ in range(2):
        ledger = SqlLedger(url(tmp_path / "l.db"))
        identities.add(ledger.identity)
        ledger.close()
        (tmp_path / "l.db").unlink()
    assert len(identities) == 2


def test_the_originals_may_lie_elsewhere(tmp_path: Path) -> None:
    ledger = SqlLedger(url(tmp_path / "l.db"), originals=tmp_path / "photos")
    ledger.add([addition(1)])
    ledger.close()
    assert (tmp_path / "photos" / image_id(1)[:2] / image_id(1)[2:]).read_bytes() == original(1)


@pytest.mark.parametrize("wrong", ["", "desk.db", "sqlite://", "sqlite:///", "sqlite:///a?mode=ro", "postgresql://h/d"])
def test_only_a_sqlite_file_can_be_a_ledger(wrong: str) -> None:
    with pytest.raises(SettingsError, match="sqlite:///relative"):
        sqlite_path(wrong)


def test_the_place_of_a_ledger_is_known_without_opening_it() -> None:
    assert sqlite_path("sqlite:////var/l.db") == Path("/var/l.db")
    assert sqlite_path("sqlite:///l.db") == Path("l.db")
    assert originals_folder(Path("/var/l.db")) == Path("/var/l.db.originals")


def only_to_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tell the ledger what the system would tell anybody but root, who may write everything."""
    monkeypatch.setattr("provenance.ledger.store.os.access", lambda *_: False)


def test_a_ledger_that_cannot_be_written_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "kept #1%20é" / "l.db"
    made = SqlLedger(url(path))
    made.add([addition(1, seen("http://a"))])
    made.close()
    shutil.rmtree(path.with_name("l.db.originals") / "incoming")
    before = {file: file.is_file() and file.read_bytes() for file in path.parent.rglob("*")}
    only_to_be_read(monkeypatch)
    ledger = SqlLedger(url(path))
    assert [sighting.url for sighting in ledger.sightings(SightingQuery()).items] == ["http://a"]
    assert ledger.known([image_id(1)])[image_id(1)].urls == ("http://a",)
    assert ledger.verify(originals=True).intact
    for write in (lambda: ledger.add([addition(2)]), lambda: ledger.delete_image(image_id(1))):
        with pytest.raises(StorageError, match=r"l\.db cannot be written, only read"):
            write()
    ledger.close()
    assert {file: file.is_file() and file.read_bytes() for file in path.parent.rglob("*")} == before


def test_a_reader_that_cannot_write_sees_what_another_writes_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    SqlLedger(url(tmp_path / "l.db")).close()
    with monkeypatch.context() as patch:
        only_to_be_read(patch)
        reader = SqlLedger(url(tmp_path / "l.db"))
    assert reader.entries() == 0
    writer = SqlLedger(url(tmp_path / "l.db"))
    writer.add([addition(1)])
    assert reader.entries() == 1  # from the write-ahead log
    writer.close()
    assert reader.entries() == 1
    reader.close()


def test_an_empty_file_that_cannot_be_written_is_no_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "l.db").touch()
    only_to_be_read(monkeypatch)
    with pytest.raises(StorageError, match="cannot be written"):
        SqlLedger(url(tmp_path / "l.db"))
    with pytest.raises(StorageError, match="cannot be written"):
        SqlLedger(url(tmp_path / "none.db"))
    assert [(file.name, file.stat().st_size) for file in tmp_path.iterdir()] == [("l.db", 0)]


def test_what_is_no_ledger_is_left_as_it_is(tmp_path: Path) -> None:
    text, folder, below_file, other = (tmp_path / name for name in ("text", "folder", "text/l.db", "other.db"))
    text.write_bytes(b"not a database, but long enough to have a header " * 20)
    folder.mkdir()
    with sqlite3.connect(other) as database:
        database.execute("CREATE TABLE alembic_version (version_num TEXT)")
    database.close()
    before = other.read_bytes()
    for path, says in ((text, "not a database"), (folder, "folder"), (below_file, "l.db"), (other, "something else")):
        with pytest.raises(StorageError, match=says):
            SqlLedger(url(path))
    assert other.read_bytes() == before
    assert {entry.name for entry in tmp_path.iterdir()} == {"text", "folder", "other.db"}


def test_a_ledger_of_a_newer_version_is_not_touched(tmp_path: Path) -> None:
    SqlLedger(url(tmp_path / "l.db")).close()
    with sqlite3.connect(tmp_path / "l.db") as database:
        database.execute(f"UPDATE {REVISION_TABLE} SET version_num = '0999'")  # noqa: S608
    database.close()
    with pytest.raises(StorageError, match=f"newer version: revision 0999, this one knows up to {REVISION}"):
        SqlLedger(url(tmp_path / "l.db"))


def first_version(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.executescript((Path(__file__).parent / "data" / "ledger_0001.sql").read_text())
    database.close()


def test_a_ledger_of_the_first_version_opens_with_all_that_was_in_it(tmp_path: Path) -> None:
    first_version(tmp_path / "l.db")
    ledger = SqlLedger(url(tmp_path / "l.db"))
    verified = ledger.verify()
    assert (verified.problems, verified.entries) == ((), 6)
    assert verified.root == "29d85dc1b8b975e9d8b328df29ecb2652391dbd1d5b739e414f8354028a2ec29"
    assert ledger.known([image_id(1)])[image_id(1)].names == ("1.jpg", "other.jpg")
    pdq = replace(findings(3).fingerprints[0], turned=())
    assert ledger.appearances(range(9)).keys() == {0, 3}
    assert ledger.appearances([3])[3] == Appearance(3, image_id(3), 4, 2, pdq, None, findings(3).preview)
    assert list(ledger.feature_changes("features 1", since=0, below=6)) == [FeatureChange(5, 2, None)]
    ledger.close()


def test_a_ledger_of_the_first_version_that_was_tampered_with_opens_and_says_where(tmp_path: Path) -> None:
    first_version(tmp_path / "l.db")
    with sqlite3.connect(tmp_path / "l.db") as database:
        database.execute("UPDATE contents SET body = x'ff' WHERE entry = 3")
    database.close()
    ledger = SqlLedger(url(tmp_path / "l.db"))
    assert ledger.verify().problems == ("entry 3: its content does not match its commitment",)
    ledger.close()


def test_of_an_older_ledger_with_many_pictures_all_get_an_appearance(tmp_path: Path) -> None:
    ledger = SqlLedger(url(tmp_path / "l.db"))
    ledger.add([addition(seed) for seed in range(205)])  # a migration reads 200 at a time
    before = ledger.appearances(range(205))
    ledger.close()
    with sqlite3.connect(tmp_path / "l.db") as database:
        database.execute("DROP TABLE appearances")
        database.execute("DROP TABLE opinions")
        database.execute(f"UPDATE {REVISION_TABLE} SET version_num = '0001'")  # noqa: S608
    database.close()
    ledger = SqlLedger(url(tmp_path / "l.db"))
    assert ledger.appearances(range(205)) == before
    assert ledger.verify().intact
    ledger.close()


def test_a_damaged_ledger_is_a_storage_error(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    ledger = SqlLedger(url(path))
    ledger.add([addition(seed) for seed in range(20)])
    ledger.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))
    with pytest.raises(StorageError, match="malformed"):
        SqlLedger(url(path))


def test_the_tables_are_those_that_the_migrations_make(tmp_path: Path) -> None:
    SqlLedger(url(tmp_path / "l.db")).close()
    engine = create_engine(url(tmp_path / "l.db"))
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": REVISION_TABLE, "compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, METADATA) == []
        assert context.get_current_revision() == REVISION
    engine.dispose()
    assert ScriptDirectory.from_config(configuration()).get_current_head() == REVISION


def open_and_add(database: str, seed: int) -> None:
    ledger = SqlLedger(database)
    for number in range(5):
        ledger.add([addition(number, seen(f"{seed} {number}"))])
    ledger.close()


def test_processes_that_make_the_same_ledger_at_once_all_write_to_it(tmp_path: Path) -> None:
    processes = get_context("spawn")
    running = [processes.Process(target=open_and_add, args=(url(tmp_path / "l.db"), seed)) for seed in range(3)]
    for process in running:
        process.start()
    for process in running:
        process.join()
    ledger = SqlLedger(url(tmp_path / "l.db"))
    verified = ledger.verify(originals=True)
    ledger.close()
    assert [process.exitcode for process in running] == [0, 0, 0]
    assert (verified.intact, verified.entries) == (True, 5 + 15)
