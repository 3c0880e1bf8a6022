"""What a file says of itself, sorted by what it means: claims of the file, which can be edited or invented."""

from dataclasses import dataclass
from typing import Literal

# What fields are about, in the order a reader wants them. Who is in the picture is not among them, on purpose.
About = Literal[
    "make",
    "model",
    "camera_serial",
    "lens",
    "lens_serial",
    "camera_owner",
    "firmware",
    "software",
    "computer",
    "author",
    "author_title",
    "contact",
    "credit",
    "source",
    "copyright",
    "usage_terms",
    "title",
    "caption",
    "caption_writer",
    "instructions",
    "job",
    "keywords",
    "place_taken",
    "place_shown",
    "place",
    "digital_source_type",
    "document",
    "original_document",
    "derived_from",
]


@dataclass(frozen=True, slots=True)
class Statement:
    """One field and what it says, with what that is about."""

    about: About
    field: str  # ExifTool's name
    text: str


@dataclass(frozen=True, slots=True)
class EditStep:
    """One step of the edit history that software keeps (xmpMM:History), as written; empty where not stated."""

    action: str  # "saved", "converted", "derived", ...
    when: str
    software: str
    details: str  # what was changed, or the parameters


@dataclass(frozen=True, slots=True)
class EmbeddedThumbnail:
    """A small picture the file carries of itself."""

    bytes: int
    offset: int | None  # of its first byte in the file


@dataclass(frozen=True, slots=True)
class Stated:
    """Fields in the order of About, then of the file; the edit history, oldest first; the thumbnail."""

    statements: tuple[Statement, ...] = ()
    history: tuple[EditStep, ...] = ()
    thumbnail: EmbeddedThumbnail | None = None

    def texts(self, about: About) -> tuple[str, ...]:
        """What the file says about one thing, each wording once, in order."""
        return tuple(dict.fromkeys(each.text for each in self.statements if each.about == about))
