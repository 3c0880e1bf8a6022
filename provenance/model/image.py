"""A picture as a file: its identity and its measures."""

import re
from dataclasses import dataclass

_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


def is_image_id(text: str) -> bool:
    """Whether `text` has the form of an image id: the SHA-256 of the file's bytes, 64 lower-case hex digits."""
    return _SHA256.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What a file is, before anything is made of it. Width and height are pixels of the upright picture."""

    id: str  # SHA-256 of the bytes, lower-case hex
    name: str  # a base name to show to people; never used as a path
    format: str  # one of examine.decode.sniff.FORMATS
    width: int | None
    height: int | None
    bytes: int
    frames: int | None  # how many the container holds; the first is examined

    def __post_init__(self) -> None:
        if not is_image_id(self.id):
            raise ValueError(f"image id {self.id[:80]!r} is not 64 lower-case hex digits")
