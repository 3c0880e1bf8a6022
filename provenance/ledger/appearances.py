"""What matching and its indexes read of the tables: how pictures look, and which came and went."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Column, Connection, LargeBinary, Row, Select, cast, null, select, union_all
from sqlalchemy.types import TypeEngine

from provenance.errors import StorageError
from provenance.ledger.base import Appearance, FeatureChange, FingerprintChange
from provenance.ledger.reading import ROWS_AT_A_TIME, in_batches
from provenance.ledger.tables import appearances, entries, erasures, fingerprints, images
from provenance.model.features import LocalFeatures
from provenance.model.findings import Preview
from provenance.model.fingerprint import Fingerprint

FEATURES_AT_A_TIME = 250  # at some 12 kB each

Values = tuple[Any, ...]


def read_appearances(connection: Connection, image_entries: Iterable[int]) -> dict[int, Appearance]:
    """How the pictures that these entries made known look. Raises StorageError where a row holds nonsense."""
    found = {}
    chosen = select(appearances, images.c.id).join(images, images.c.entry == appearances.c.entry)
    for some in in_batches(image_entries):
        for row in connection.execute(chosen.where(appearances.c.entry.in_(some))):
            found[row.entry] = _appearance(row)
    return found


def fingerprint_changes(
    connection: Connection, kind: str, rule: str, since: int, below: int
) -> Iterator[FingerprintChange]:
    """Additions of what is still known, and deletions of pictures whatever fingerprints they had, by entry."""
    added = _added(fingerprints.c.entry, fingerprints.c.value).where(
        fingerprints.c.kind == kind,
        fingerprints.c.rule == rule,
        fingerprints.c.entry >= since,
        fingerprints.c.entry < below,
    )
    both = union_all(added, _deleted(since, below, LargeBinary())).order_by("entry")
    for entry, image_entry, value in connection.execute(both.execution_options(yield_per=ROWS_AT_A_TIME)):
        yield FingerprintChange(entry, image_entry, value)


def feature_changes(connection: Connection, rule: str, since: int, below: int) -> Iterator[FeatureChange]:
    """The same of local features."""
    columns = [appearances.c[name] for name in _FEATURES]
    added = _added(appearances.c.entry, *columns).where(
        appearances.c.features_rule == rule, appearances.c.entry >= since, appearances.c.entry < below
    )
    both = union_all(added, _deleted(since, below, *(column.type for column in columns))).order_by("entry")
    for row in connection.execute(both.execution_options(yield_per=FEATURES_AT_A_TIME)):
        yield FeatureChange(row.entry, row.image_entry, _features(row, row.image_entry))


_FEATURES = ("features_rule", "features_width", "features_height", "codes", "geometry")


def _added(entry: Column[int], *columns: Column[Any]) -> Select[Values]:
    return select(entry, entry.label("image_entry"), *columns)


def _deleted(since: int, below: int, *types: TypeEngine[Any]) -> Select[Values]:
    """Deletions of pictures, with nothing in the columns of these types."""
    return (
        select(erasures.c.entry, erasures.c.erased, *(cast(null(), type_) for type_ in types))
        .join(entries, entries.c.number == erasures.c.erased)
        .where(entries.c.kind == "image", erasures.c.entry >= since, erasures.c.entry < below)
    )


def _appearance(row: Row[Values]) -> Appearance:
    try:
        return Appearance(
            image_entry=row.entry,
            image_id=row.id,
            width=row.width,
            height=row.height,
            pdq=None if row.pdq is None else Fingerprint("pdq", row.pdq, row.pdq_rule, row.pdq_quality),
            features=_features(row, row.entry),
            preview=_preview(row),
        )
    except (TypeError, ValueError) as broken:
        raise _damaged(row.entry, broken) from broken


def _preview(row: Row[Values]) -> Preview | None:
    if row.preview is None:
        return None
    return Preview(row.preview_width, row.preview_height, row.preview, row.preview_packing)


def _features(row: Row[Values], entry: int) -> LocalFeatures | None:
    if row.features_rule is None:
        return None
    try:
        return LocalFeatures(*(getattr(row, name) for name in _FEATURES))
    except (TypeError, ValueError) as broken:
        raise _damaged(entry, broken) from broken


def _damaged(entry: int, broken: Exception) -> StorageError:
    return StorageError(f"entry {entry}: its row of appearances is damaged: {broken}; run `provenance ledger verify`")
