"""Originals are kept under their SHA-256, whole or not at all."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance.errors import InputError, StorageError
from provenance.ledger.blobs import STRAY_AFTER_S, Originals

DATA = b"\xff\xd8 a photo"
ID = sha256(DATA).hexdigest()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.binary(max_size=50), max_size=5))
def test_what_was_put_is_read(tmp_path_factory: pytest.TempPathFactory, photos: list[bytes]) -> None:
    originals = Originals(tmp_path_factory.mktemp("o") / "originals")
    wanted = {sha256(photo).hexdigest(): photo for photo in photos}
    originals.put(wanted)
    originals.put(wanted)
    assert {image_id: originals.read(image_id) for image_id in wanted} == wanted


def test_a_file_lies_under_its_hash_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    Originals(tmp_path).put({ID: DATA})
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / ID[:2] / ID[2:]]


def test_bytes_under_another_id_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="8 bytes given as"):
        Originals(tmp_path).put({ID: DATA, "0" * 64: b"8 bytes!"})
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("wrong", ["", "../x", "A" * 64, "é" * 64, "0" * 63])
def test_only_a_hash_can_name_a_file(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(ValueError):
        Originals(tmp_path).has(wrong)


def test_a_changed_or_missing_file_is_said(tmp_path: Path) -> None:
    originals = Originals(tmp_path)
    with pytest.raises(StorageError, match="missing"):
        originals.read(ID)
    originals.put({ID: DATA})
    (tmp_path / ID[:2] / ID[2:]).write_bytes(DATA[:-1])
    with pytest.raises(StorageError, match="was changed"):
        originals.read(ID)


def test_an_erased_file_is_gone_and_can_be_put_again(tmp_path: Path) -> None:
    originals = Originals(tmp_path)
    originals.put({ID: DATA})
    originals.erase(ID)
    originals.erase(ID)
    assert not originals.has(ID)
    originals.put({ID: DATA})
    assert originals.read(ID) == DATA


def test_what_a_killed_process_left_is_cleared_once_it_is_old(tmp_path: Path) -> None:
    Originals(tmp_path)
    old, young = tmp_path / "incoming" / "1-a", tmp_path / "incoming" / "2-b"
    for stray in (old, young):
        stray.write_bytes(b"half a pho")
    long_ago = time.time() - STRAY_AFTER_S - 60
    os.utime(old, (long_ago, long_ago))
    Originals(tmp_path)
    assert (old.exists(), young.exists()) == (False, True)


def test_a_folder_that_cannot_be_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="originals cannot be kept"):
        Originals(tmp_path / "file" / "originals")


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    originals = Originals(tmp_path)
    originals.put({ID: DATA})
    originals.erase(ID)
    (tmp_path / ID[:2]).rmdir()
    with pytest.raises(StorageError, match="cannot be written"):
        originals.put({ID: DATA})
    assert not list((tmp_path / "incoming").iterdir())


def test_nobody_ever_sees_half_a_file(tmp_path: Path) -> None:
    data = bytes(30_000_000)
    image_id = sha256(data).hexdigest()
    path = tmp_path / image_id[:2] / image_id[2:]
    with ThreadPoolExecutor(1) as other:
        putting = other.submit(Originals(tmp_path).put, {image_id: data})
        while not path.exists():
            assert not (putting.done() and putting.exception())
        assert path.stat().st_size == len(data)
