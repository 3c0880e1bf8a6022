"""The original bytes of pictures, content-addressed: `ab/cdef...` holds the file whose SHA-256 is `abcdef...`."""

import os
import secrets
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from provenance.errors import InputError, StorageError
from provenance.model.image import is_image_id

# A write takes seconds; what has lain in `incoming` for longer belonged to a process that was killed.
STRAY_AFTER_S = 3600


class Originals:
    """A folder of originals. What `put` returned from is on disk, whole, whatever happens to the machine.

    A file is written in `incoming`, on the same file system, and renamed once its bytes are on disk, so a file under
    its final name is always whole. All methods raise StorageError when the folder cannot be read or written.
    """

    def __init__(self, folder: Path, *, writable: bool = True) -> None:
        self._folder = folder
        self._incoming = folder / "incoming"
        self._made: set[Path] = set()  # the folders that are known to be on disk
        if not writable:
            return
        try:
            self._incoming.mkdir(parents=True, exist_ok=True)
            self._remove_strays()
        except OSError as refused:
            raise StorageError(f"originals cannot be kept in {folder}: {refused}") from refused

    def put(self, originals: Mapping[str, bytes]) -> None:
        """Keep these bytes under their SHA-256; what is there already is not written again.

        All are written before the first is waited for, so that the disk can take them together.
        Raises InputError, before anything is written, when bytes do not have the id they are given under.
        """
        for image_id, data in originals.items():
            if (found := sha256(data).hexdigest()) != image_id:
                raise InputError(f"{len(data)} bytes given as {image_id} have the SHA-256 {found}")
        paths = {image_id: self._path(image_id) for image_id in originals}
        written: dict[str, tuple[Path, int]] = {}
        try:
            self._make_folders({path.parent for path in paths.values()})
            for image_id, path in paths.items():
                if not path.exists():
                    written[image_id] = self._write(originals[image_id])
            for image_id, (temporary, descriptor) in written.items():
                os.fsync(descriptor)
                temporary.replace(paths[image_id])
            # Of files found, too: another process may have renamed them a moment ago and not have come to this line.
            _sync_folders({path.parent for path in paths.values()})
        except OSError as refused:
            for temporary, _ in written.values():
                with suppress(OSError):
                    temporary.unlink(missing_ok=True)
            raise StorageError(f"an original cannot be written in {self._folder}: {refused}") from refused
        finally:
            for _, descriptor in written.values():
                os.close(descriptor)

    def has(self, image_id: str) -> bool:
        return self._path(image_id).exists()

    def read(self, image_id: str) -> bytes:
        """The bytes, checked against their SHA-256. Raises StorageError when they are missing or not the same."""
        try:
            data = self._path(image_id).read_bytes()
        except FileNotFoundError:
            raise StorageError(f"the original of {image_id} is missing in {self._folder}") from None
        except OSError as refused:
            raise StorageError(f"the original of {image_id} cannot be read: {refused}") from refused
        if sha256(data).hexdigest() != image_id:
            raise StorageError(f"the original of {image_id} was changed: its SHA-256 is {sha256(data).hexdigest()}")
        return data

    def erase(self, image_id: str) -> None:
        """Remove the file, if it is there. The disk's free blocks may still hold its bytes until they are reused."""
        path = self._path(image_id)
        try:
            path.unlink()
            _sync_folders({path.parent})
        except FileNotFoundError:
            return
        except OSError as refused:
            raise StorageError(f"the original of {image_id} cannot be erased: {refused}") from refused

    def _path(self, image_id: str) -> Path:
        if not is_image_id(image_id):
            raise ValueError(f"{image_id[:80]!r} is not 64 lower-case hex digits")
        return self._folder / image_id[:2] / image_id[2:]

    def _write(self, data: bytes) -> tuple[Path, int]:
        temporary = self._incoming / f"{os.getpid()}-{secrets.token_hex(8)}"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        try:
            with open(descriptor, "wb", closefd=False) as file:
                file.write(data)
        except OSError:
            os.close(descriptor)
            temporary.unlink(missing_ok=True)
            raise
        return temporary, descriptor

    def _make_folders(self, folders: set[Path]) -> None:
        fresh = folders - self._made
        for folder in fresh:
            folder.mkdir(exist_ok=True)
        if fresh:
            _sync_folders({self._folder})
            self._made |= fresh

    def _remove_strays(self) -> None:
        for stray in self._incoming.iterdir():
            with suppress(FileNotFoundError):  # its writer was only slow, and is done
                if time.time() - stray.stat().st_mtime > STRAY_AFTER_S:
                    stray.unlink()


def _sync_folders(folders: Iterable[Path]) -> None:
    for folder in folders:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
