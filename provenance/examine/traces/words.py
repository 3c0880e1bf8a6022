"""Texts of a subject's metadata, short enough to quote."""

from collections.abc import Iterator

from provenance.examine.metadata.text import encoded_text
from provenance.examine.traces.base import Subject
from provenance.model.findings import Metadata

QUOTED_CHARACTERS = 160
_MAX_TEXTS = 40  # of a PNG; generators write up to about 20


def word(metadata: Metadata, *fields: str) -> tuple[str, str]:
    """The first of these fields that holds a text, and that text without blanks around it; two empty texts if none."""
    for field in fields:
        value = metadata.get(field)
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if isinstance(value, str) and value.strip():
            return field, value.strip()
    return "", ""


def quoted(text: str, characters: int = QUOTED_CHARACTERS) -> str:
    """The text on one line, cut to a length that can be read."""
    line = " ".join(text[: 8 * characters].split())
    return f"{line[: characters - 3]}..." if len(line) > characters or len(text) > 8 * characters else line


def text_fields(subject: Subject) -> Iterator[tuple[str, str]]:
    """Keyword and text of each text chunk of a PNG, in file order."""
    texts = [block for block in subject.blocks.items if block.kind == "text" and block.label != "tIME"]
    for block in texts[:_MAX_TEXTS]:
        keyword, _, text = block.data.partition(b"\0")
        yield keyword.decode("latin-1"), encoded_text(text)
