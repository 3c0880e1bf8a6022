"""How much a reader may say: its answer crosses the wall in a message of limited length, so it is cut to size."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from msgspec import msgpack

from provenance.examine.metadata.base import LISTS, Reading
from provenance.examine.metadata.containers.block import STEP
from provenance.model.findings import Gap, TextReading

# The whole message is 1 MiB at most (messages.WorkerLimits), with pictures and traces. All here in bytes of UTF-8.
READER_BYTES: Final = 200 * 1024  # the fields of one reader; one value of the longest takes 192
ALL_BYTES: Final = 512 * 1024  # what all readers say
FIELDS_BYTES: Final = 256 * 1024  # the fields of all, where they say more than that
TEXT_BYTES: Final = 64 * 1024  # captions, or place fields
VALUE_CHARACTERS: Final = 64 * 1024
CAPTION_CHARACTERS: Final = 8 * 1024
LIST_ITEMS: Final = 1000
NESTING: Final = 12
READINGS: Final = 32  # of each sort: positions, dates, captions, ...
GAPS: Final = 32
REASON_CHARACTERS: Final = 400
_NUMBER_SIZE: Final = 24  # at most, as digits
_HOLDERS: Final = (list, dict)
_KEY_SHOWN: Final = 100  # characters of a field's name in a gap: the file may choose it


def all_within_bounds(reading: Reading) -> Reading:
    """What all readers say, cut to what may cross the wall; nearly always it is far less."""
    try:
        if len(msgpack.encode(reading)) <= ALL_BYTES:
            return reading
    except (ValueError, OverflowError):  # something that no message can hold, which its sender will tell
        return reading
    return within_bounds(STEP, reading, FIELDS_BYTES)


def within_bounds(step: str, reading: Reading, most_bytes: int = READER_BYTES) -> Reading:
    """The reading cut to what may cross the wall, with a gap for each thing that was cut."""
    cuts: list[str] = []
    metadata = _metadata(reading.metadata, cuts, most_bytes)
    lists: dict[str, Any] = {}
    for name in LISTS:
        found = getattr(reading, name)
        if name != "gaps" and len(found) > READINGS:
            cuts.append(f"{name}: only the first {READINGS} are kept")
            lists[name] = found[:READINGS]
    for name in ("place_fields", "captions"):
        found = lists.get(name, getattr(reading, name))
        if sum(len(each.text) for each in found) > CAPTION_CHARACTERS:
            lists[name] = tuple(_shortened(name, found, cuts))
    if not cuts and not lists and not reading.gaps and metadata is reading.metadata:
        return reading
    gaps = (*(Gap(step, reason) for reason in cuts), *reading.gaps)
    if len(gaps) > GAPS or any(len(gap.reason) > REASON_CHARACTERS for gap in gaps):
        gaps = tuple(Gap(gap.step, gap.reason[:REASON_CHARACTERS]) for gap in gaps[:GAPS])
    return replace(reading, metadata=metadata, gaps=gaps, **lists)


def _metadata(metadata: dict[str, Any], cuts: list[str], most_bytes: int) -> dict[str, Any]:
    if _is_small(metadata):
        return metadata
    left = most_bytes
    kept: dict[str, Any] = {}
    cut: Any
    for key, value in metadata.items():
        if isinstance(value, str) and len(value) <= VALUE_CHARACTERS:
            cut, size = value, _size(value)
        elif isinstance(value, int | float):
            cut, size = value, _NUMBER_SIZE
        else:
            cut, size = _cut(key, value, cuts, NESTING)
        size += _size(key)
        if size > left:
            cuts.append(f"{key[:_KEY_SHOWN]}: {size} bytes left out, limit {most_bytes} for all fields together")
            continue
        left -= size
        kept[key] = cut
    return kept


def _is_small(metadata: dict[str, Any]) -> bool:
    """Whether all of it is short however it is spelt, with no lists and structures: of most readers it is."""
    characters = sum(map(len, metadata))
    for value in metadata.values():
        if isinstance(value, str):
            characters += len(value)
        elif isinstance(value, _HOLDERS):
            return False
    return 4 * characters + _NUMBER_SIZE * len(metadata) <= VALUE_CHARACTERS


def _cut(key: str, value: Any, cuts: list[str], depth: int) -> tuple[Any, int]:
    """The value within bounds, and about how many bytes it takes."""
    if isinstance(value, str):
        if len(value) > VALUE_CHARACTERS:
            cuts.append(f"{key}: cut to {VALUE_CHARACTERS} of {len(value)} characters")
        cut = value[:VALUE_CHARACTERS]
        return cut, _size(cut)
    if not isinstance(value, _HOLDERS):
        return value, _NUMBER_SIZE
    if depth == 0:
        cuts.append(f"{key}: nested deeper than {NESTING}")
        return None, 4
    if len(value) > LIST_ITEMS:
        cuts.append(f"{key}: only {LIST_ITEMS} of {len(value)} items are kept")
    pairs = list(value.items() if isinstance(value, dict) else enumerate(value))[:LIST_ITEMS]
    kept = [(name, _cut(key, item, cuts, depth - 1)) for name, item in pairs]
    size = 8 + sum(n + _size(str(name)) for name, (_, n) in kept)
    if isinstance(value, dict):
        return {name: item for name, (item, _) in kept}, size
    return [item for _, (item, _) in kept], size


def _size(text: str) -> int:
    return 4 + (len(text) if text.isascii() else len(text.encode(errors="replace")))


def _shortened(name: str, readings: Iterable[TextReading], cuts: list[str]) -> Iterator[TextReading]:
    left = TEXT_BYTES
    for reading in readings:
        text = reading.text[:CAPTION_CHARACTERS]
        left -= _size(text)
        if left < 0:
            cuts.append(f"{name}: {reading.field} and what follows it are left out, limit {TEXT_BYTES} bytes")
            return
        yield TextReading(reading.field, text)
