"""Folders become lists of files, and work over them runs in parallel but answers in order."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
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
    """Every file of the paths: folders recursively in sorted order, hidden entries skipped.

    A path that does not exist is kept, so that reading it gives its error in its place.
    """
    found: list[Photo] = []
    for each in paths:
        path = Path(each)
        if path.is_dir():
            found.extend(Photo(str(path / inner), path / inner, alone=False) for inner in _inside(path))
        else:
            found.append(Photo(each, path, alone=True))
    return found


def read_photo(path: Path, *, max_bytes: int) -> bytes:
    """The file's bytes. Raises InputError, naming the value and the bound, when it cannot be read or is too large."""
    try:
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except FileNotFoundError:
        raise NotFoundError(f"there is no file {str(path)!r}") from None
    except (OSError, ValueError) as unreadable:
        raise InputError(f"{str(path)!r} cannot be read: {unreadable}") from unreadable
    if len(data) > max_bytes:
        raise TooLargeError(f"{path.stat().st_size} bytes, limit {max_bytes}")
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


def _inside(folder: Path) -> list[Path]:
    files = (each.relative_to(folder) for each in folder.rglob("*") if each.is_file())
    return sorted(inner for inner in files if not any(part.startswith(".") for part in inner.parts))
