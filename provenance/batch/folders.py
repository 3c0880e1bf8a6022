"""Folders become lists of files, and work over them runs in parallel but answers in order."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import TypeVar

from provenance.errors import InputError, NotFoundError, TooLargeError

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Photo:
    """A file to look at: `shown` is the path as given (a folder argument joined with the relative path)."""

    shown: str
    path: Path
    alone: bool  # named itself on the command line, not found in a folder


def walk(paths: Iterable[str]) -> list[Photo]:
    """Everything in the paths that is no folder: folders recursively in sorted order, hidden entries skipped.

    What cannot be used is kept, so that reading it gives its error in its place: a path that does not exist, a folder
    that cannot be listed, a link to a folder found in a folder (it may lead back into it).
    """
    found: list[Photo] = []
    for given in paths:
        inside = _inside(given) if _is_folder(given) else [given]
        found.extend(Photo(shown, Path(shown), alone=shown == given) for shown in inside)
    return found


def read_photo(path: Path, *, max_bytes: int) -> bytes:
    """The bytes of a regular file. Raises InputError, naming the value and the bound, for anything else."""
    try:
        status = path.stat()
        if S_ISDIR(status.st_mode):
            raise InputError(_why_not_a_photo(path))
        if not S_ISREG(status.st_mode):
            raise InputError(f"{str(path)!r} is not a regular file")
        if status.st_size > max_bytes:
            raise TooLargeError(f"{status.st_size} bytes, limit {max_bytes}")
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except FileNotFoundError:
        raise NotFoundError(_why_absent(path)) from None
    except (OSError, ValueError) as unreadable:
        raise InputError(f"{str(path)!r} cannot be read: {_reason(unreadable)}") from unreadable
    if len(data) > max_bytes:
        raise TooLargeError(f"more than {max_bytes} bytes, limit {max_bytes}")
    return data


def in_order(items: Sequence[T], work: Callable[[T], R], *, jobs: int) -> Iterator[R]:
    """`work` of every item, `jobs` at a time, yielded in the order of the items as soon as each is known.

    At most 4 * jobs items are ahead of the reader, so memory does not grow with the folder.
    """
    with ThreadPoolExecutor(jobs, thread_name_prefix="photo") as pool:
        ahead: deque[Future[R]] = deque()
        try:
            for item in items:
                ahead.append(pool.submit(work, item))
                if len(ahead) >= 4 * jobs:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            for waiting in ahead:
                waiting.cancel()


def _is_folder(given: str) -> bool:
    try:
        return bool(given) and S_ISDIR(Path(given).stat().st_mode)
    except (OSError, ValueError):  # reading it says why
        return False


def _inside(folder: str) -> Iterator[str]:
    """Everything below the folder that is no folder or cannot be listed, sorted by the parts of its path."""
    waiting = [(folder, True)]
    while waiting:
        path, is_folder = waiting.pop()
        entries = _entries(path) if is_folder else None
        if entries is None:
            yield path
        else:
            waiting.extend(reversed(entries))


def _entries(folder: str) -> list[tuple[str, bool]] | None:
    """What is in the folder and whether it is a folder itself, no link; None where the folder cannot be listed."""
    try:
        with os.scandir(folder) as entries:
            return sorted(
                (os.path.join(folder, each.name), each.is_dir(follow_symlinks=False))  # noqa: PTH118 - Path drops ./
                for each in entries
                if not each.name.startswith(".")
            )
    except OSError:
        return None


def _why_not_a_photo(folder: Path) -> str:
    if folder.is_symlink():
        return f"{str(folder)!r} is a link to a folder, which is not followed"
    with os.scandir(folder):  # an OSError here is the reason: it cannot be listed
        return f"{str(folder)!r} is a folder, not a photo"


def _why_absent(path: Path) -> str:
    if path.is_symlink():
        return f"{str(path)!r} is a link to {str(path.readlink())!r}, where there is no file"
    return f"there is no file {str(path)!r}"


def _reason(unreadable: OSError | ValueError) -> str:
    return (isinstance(unreadable, OSError) and unreadable.strerror) or str(unreadable)
