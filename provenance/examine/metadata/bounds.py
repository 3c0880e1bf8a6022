"""How much a reader may say: its answer crosses the wall in a message of limited length, so it is cut to size."""

from dataclasses import replace
from typing import Any, Final

from provenance.examine.metadata.base import LISTS, Reading
from provenance.model.findings import Gap, TextReading

# The whole message must stay well under 2 MiB with every reader at its limit.
READER_CHARACTERS: Final = 192 * 1024
VALUE_CHARACTERS: Final = 64 * 1024
CAPTION_CHARACTERS: Final = 8 * 1024
LIST_ITEMS: Final = 1000
NESTING: Final = 12
READINGS: Final = 32  # of each sort: positions, dates, captions, ...
GAPS: Final = 32
REASON_CHARACTERS: Final = 400


def within_bounds(step: str, reading: Reading) -> Reading:
    """The reading cut to what may cross the wall, with a gap for each thing that was cut."""
    cuts: list[str] = []
    metadata = _metadata(reading.metadata, cuts)
    lists: dict[str, Any] = {}
    for name in LISTS:
        found = getattr(reading, name)
        if name != "gaps" and len(found) > READINGS:
            cuts.append(f"{name}: only the first {READINGS} are kept")
            lists[name] = found[:READINGS]
    for name in ("place_fields", "captions"):
        found = lists.get(name, getattr(reading, name))
        if any(len(each.text) > CAPTION_CHARACTERS for each in found):
            lists[name] = tuple(map(_shortened, found))
    gaps = (*(Gap(step, reason) for reason in cuts), *reading.gaps)
    if len(gaps) > GAPS or any(len(gap.reason) > REASON_CHARACTERS for gap in gaps):
        gaps = tuple(Gap(gap.step, gap.reason[:REASON_CHARACTERS]) for gap in gaps[:GAPS])
    return replace(reading, metadata=metadata, gaps=gaps, **lists)


def _metadata(metadata: dict[str, Any], cuts: list[str]) -> dict[str, Any]:
    left = READER_CHARACTERS
    kept: dict[str, Any] = {}
    for key, value in metadata.items():
        if isinstance(value, str) and len(value) <= VALUE_CHARACTERS:
            cut, characters = value, len(value) + 2
        else:
            cut, characters = _cut(key, value, cuts, NESTING)
        if characters + len(key) > left:
            cuts.append(f"{key}: {characters} characters left out, limit {READER_CHARACTERS} for all fields together")
            continue
        left -= characters + len(key)
        kept[key] = cut
    return kept


def _cut(key: str, value: Any, cuts: list[str], depth: int) -> tuple[Any, int]:
    """The value within bounds, and about how many characters it takes."""
    if isinstance(value, str):
        if len(value) > VALUE_CHARACTERS:
            cuts.append(f"{key}: cut to {VALUE_CHARACTERS} of {len(value)} characters")
        return value[:VALUE_CHARACTERS], min(len(value), VALUE_CHARACTERS) + 2
    if not isinstance(value, list | dict):
        return value, 24
    if depth == 0:
        cuts.append(f"{key}: nested deeper than {NESTING}")
        return None, 4
    if len(value) > LIST_ITEMS:
        cuts.append(f"{key}: only {LIST_ITEMS} of {len(value)} items are kept")
    pairs = list(value.items() if isinstance(value, dict) else enumerate(value))[:LIST_ITEMS]
    kept = [(name, _cut(key, item, cuts, depth - 1)) for name, item in pairs]
    characters = 8 + sum(n + len(str(name)) + 4 for name, (_, n) in kept)
    if isinstance(value, dict):
        return {name: item for name, (item, _) in kept}, characters
    return [item for _, (item, _) in kept], characters


def _shortened(reading: TextReading) -> TextReading:
    return TextReading(reading.field, reading.text[:CAPTION_CHARACTERS])
