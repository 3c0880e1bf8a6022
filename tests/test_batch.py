"""Folders and long work: all that is in a folder is told, no file of others is touched, nothing waits for ever."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from provenance.batch.folders import Photo, read_photo, walk
from provenance.batch.resume import Kept
from provenance.cli.add import add_command
from provenance.cli.check import check_command
from provenance.errors import InputError, NotFoundError, TooLargeError

OURS = '{"path": "a.jpg", "image": {}, "file": {"bytes": 1, "changed_ns": 2}}\n'


def refusal(path: Path, *, max_bytes: int = 1000) -> str:
    with pytest.raises(InputError) as refused:
        read_photo(path, max_bytes=max_bytes)
    return refused.value.detail


@pytest.fixture
def somebody(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of an ordinary user's, whom permissions stop: they do not stop root."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        is_root = os.geteuid() == 0
        if is_root:
            os.setresuid(65534, 65534, 0)
        try:
            monkeypatch.chdir(folder)
            yield Path(folder)
        finally:
            if is_root:
                os.setresuid(0, 0, 0)
            for inner in Path(folder).iterdir():
                inner.chmod(0o700)
            monkeypatch.undo()


def test_paths_are_shown_as_they_were_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "a.jpg").touch()
    monkeypatch.chdir(tmp_path)
    given = ["./w", "w/", ".", "./w/a.jpg", f"{tmp_path}/w"]
    assert [each.shown for each in walk(given)] == [
        "./w/a.jpg",
        "w/a.jpg",
        "./w/a.jpg",
        "./w/a.jpg",
        f"{tmp_path}/w/a.jpg",
    ]
    assert [each.alone for each in walk(given)] == [False, False, False, True, False]


def test_a_folder_is_sorted_by_the_parts_of_its_paths(tmp_path: Path) -> None:
    for name in ("b/z.jpg", "b/a/y.jpg", "b.jpg", "a!/x.jpg", "a.jpg", ".git/h.jpg", "b/.h.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    inside = [each.path.relative_to(tmp_path) for each in walk([str(tmp_path)])]
    assert inside == sorted(Path(p) for p in ("b/z.jpg", "b/a/y.jpg", "b.jpg", "a!/x.jpg", "a.jpg"))


def test_what_is_no_file_in_a_folder_is_told_and_says_why(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a fifo")
    (tmp_path / "broken").symlink_to("nowhere")
    (tmp_path / "loop").symlink_to(".")
    (tmp_path / "self").symlink_to("self")
    whys = {each.path.name: refusal(each.path) for each in walk([str(tmp_path)])}
    assert list(whys) == ["a fifo", "broken", "loop", "self"]
    assert "is not a regular file" in whys["a fifo"]
    assert "is a link to 'nowhere', where there is no file" in whys["broken"]
    assert "is a link to a folder, which is not followed" in whys["loop"]
    assert "symbolic links" in whys["self"]


def test_a_folder_that_cannot_be_listed_is_told_in_its_place(somebody: Path) -> None:
    for name in ("a.jpg", "locked/b.jpg", "z.jpg"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).touch()
    Path("locked").chmod(0)
    assert [each.shown for each in walk(["."])] == ["./a.jpg", "./locked", "./z.jpg"]
    assert refusal(Path("locked")) == "'locked' cannot be read: Permission denied"
    assert [each.alone for each in walk(["locked"])] == [True]


def test_a_path_that_cannot_be_looked_at_stops_no_other(somebody: Path) -> None:
    Path("locked").mkdir(0o000)
    Path("unreadable.jpg").touch(0o000)
    given = ["n" * 300, "locked/a.jpg", "unreadable.jpg", "a\0b", "", "/dev/null/a.jpg"]
    assert [each.shown for each in walk(given)] == given
    assert refusal(Path("n" * 300)).endswith("cannot be read: File name too long")
    assert refusal(Path("locked/a.jpg")).endswith("cannot be read: Permission denied")
    assert refusal(Path("unreadable.jpg")).endswith("cannot be read: Permission denied")
    assert "null" in refusal(Path("a\0b"))
    assert "is a folder" in refusal(Path())


@pytest.mark.parametrize("command", [check_command, add_command])
def test_a_path_that_cannot_be_read_gets_its_line_and_no_usage_error(somebody: Path, command: click.Command) -> None:
    Path("unreadable.jpg").touch(0o000)
    with command.make_context("command", ["unreadable.jpg", "other.jpg"]) as made:
        assert made.params["paths"] == ("unreadable.jpg", "other.jpg")


def test_folders_deeper_than_the_stack_are_walked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(1200):
        Path("d").mkdir()
        os.chdir("d")
    os.mkfifo("end")
    os.chdir(tmp_path)
    try:
        assert [each.path.name for each in walk(["d"])] == ["end"]
    finally:
        subprocess.run(["rm", "-r", "d"], check=True)  # shutil.rmtree, with which pytest cleans up, is not so deep


def test_only_regular_files_within_the_limit_are_read(tmp_path: Path) -> None:
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"x" * 1000)
    assert read_photo(photo, max_bytes=1000) == b"x" * 1000
    with pytest.raises(TooLargeError, match="1000 bytes, limit 999"):
        read_photo(photo, max_bytes=999)
    assert "is not a regular file" in refusal(Path("/dev/zero"))
    with pytest.raises(TooLargeError, match="limit 10"):  # says of itself that it has 0 bytes
        read_photo(Path("/proc/self/status"), max_bytes=10)
    with pytest.raises(NotFoundError):
        read_photo(tmp_path / "nowhere.jpg", max_bytes=10)


@pytest.mark.parametrize(
    "foreign",
    [
        b"\xff\xd8\xff\xe0 a photo\n and its rest",
        b"\xff\xd8\xff\xe0 a photo without any end of line",
        b"one line that somebody wrote\n",
        b'{"path": "x"}\n',
        b'{"path": "x"}',
        b'{"path": 1, "file": null}\n',
        b'["path", "file"]\n',
        b'{"pa',
        b'not ours\n{"path": "a.jpg", "im',
        OURS.encode() + b"and a line of somebody's, not ended",
        OURS.encode() + b"\n" + OURS.encode(),
        b"[" * 100_000,
    ],
)
def test_a_file_that_is_not_ours_is_refused_and_left_as_it_is(tmp_path: Path, foreign: bytes) -> None:
    file = tmp_path / "victim.jpg"
    file.write_bytes(foreign)
    with pytest.raises(InputError, match=r"victim.jpg: line \d is not a result of ours"):
        Kept(file)
    assert file.read_bytes() == foreign


@pytest.mark.parametrize("cut", range(len(OURS)))
def test_only_a_line_that_was_cut_off_is_dropped(tmp_path: Path, cut: int) -> None:
    file = tmp_path / "results.jsonl"
    file.write_text(OURS + OURS[:cut])
    Kept(file)
    whole = cut == len(OURS) - 1  # all but its end: nothing is lost, the next line goes below it
    assert file.read_text() == (OURS * 2 if whole else OURS)


@pytest.mark.parametrize("name", ["missing/results.jsonl", "folder", "n" * 300, "locked.jsonl", "fifo"])
def test_results_that_cannot_be_kept_are_refused_before_the_work(somebody: Path, name: str) -> None:
    Path("folder").mkdir()
    Path("locked.jsonl").touch(0o444)
    os.mkfifo("fifo")
    with pytest.raises(InputError, match=f"--resume {name}"):
        Kept(Path(name))


def test_results_are_held_of_unchanged_photos_only(tmp_path: Path) -> None:
    photo = Photo("a.jpg", tmp_path / "a.jpg", alone=True)
    photo.path.write_bytes(b"as it was")
    kept = Kept(tmp_path / "results.jsonl")
    assert kept.result_of(photo) is None
    kept.keep(photo, {"path": "a.jpg", "matches": []})
    again = Kept(tmp_path / "results.jsonl").result_of(photo)
    assert again is not None
    assert again["matches"] == []
    photo.path.write_bytes(b"changed")
    assert kept.result_of(photo) is None
    kept.keep(photo, {"path": "a.jpg", "error": {}})
    assert kept.result_of(photo) is None
