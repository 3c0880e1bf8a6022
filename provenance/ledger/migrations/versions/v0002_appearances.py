"""How pictures look, in columns, so that matching need not read whole entries; made from the entries there are."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from alembic import op

from provenance.errors import StorageError
from provenance.ledger import codec

revision = "0002"
down_revision = "0001"

ENTRIES_AT_A_TIME = 200  # at some 150 kB of content each
NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    appearances = op.create_table(
        "appearances",
        sa.Column("entry", NUMBER, sa.ForeignKey("entries.number"), autoincrement=False, primary_key=True),
        sa.Column("width", sa.Integer),
        sa.Column("height", sa.Integer),
        sa.Column("pdq", sa.LargeBinary(32)),
        sa.Column("pdq_rule", sa.String(64)),
        sa.Column("pdq_quality", sa.Integer),
        sa.Column("features_rule", sa.String(64)),
        sa.Column("features_width", sa.Integer),
        sa.Column("features_height", sa.Integer),
        sa.Column("codes", sa.LargeBinary),
        sa.Column("geometry", sa.LargeBinary),
        sa.Column("preview_width", sa.Integer),
        sa.Column("preview_height", sa.Integer),
        sa.Column("preview", sa.LargeBinary),
        sa.Column("preview_packing", sa.String(32)),
    )
    for rows in _rows():
        op.bulk_insert(appearances, rows)


# What is read of an entry of that time; what else it holds is passed over.


@dataclass
class _Facts:
    width: int | None
    height: int | None


@dataclass
class _Fingerprint:
    kind: str
    value: bytes
    rule: str
    quality: int | None = None


@dataclass
class _Features:
    rule: str
    width: int
    height: int
    codes: bytes
    geometry: bytes


@dataclass
class _Preview:
    width: int
    height: int
    pixels: bytes
    packing: str = "raw"


@dataclass
class _Findings:
    image: _Facts
    fingerprints: list[_Fingerprint]
    preview: _Preview | None = None
    features: _Features | None = None


def _rows() -> Iterator[list[dict[str, Any]]]:
    """A row of each picture; of one whose content was tampered with none, so that `ledger verify` names it."""
    entry, of, body = sa.column("entry", NUMBER), sa.column("entry", NUMBER), sa.column("body", sa.LargeBinary)
    images, contents = sa.table("images", entry), sa.table("contents", of, body)
    chosen = sa.select(images.c.entry, contents.c.body).join(contents, contents.c.entry == images.c.entry)
    after = -1
    in_order = chosen.order_by(images.c.entry).limit(ENTRIES_AT_A_TIME)
    while batch := op.get_bind().execute(in_order.where(images.c.entry > after)).all():
        after = batch[-1].entry
        yield [row for number, content in batch for row in _row(number, content)]


def _row(entry: int, body: bytes) -> Iterator[dict[str, Any]]:
    try:
        findings = codec.decode(body, _Findings)
    except StorageError:
        return
    pdq = next((each for each in findings.fingerprints if each.kind == "pdq"), None)
    features, preview = findings.features, findings.preview
    yield {
        "entry": entry,
        "width": findings.image.width,
        "height": findings.image.height,
        "pdq": pdq and pdq.value,
        "pdq_rule": pdq and pdq.rule,
        "pdq_quality": pdq and pdq.quality,
        "features_rule": features and features.rule,
        "features_width": features and features.width,
        "features_height": features and features.height,
        "codes": features and features.codes,
        "geometry": features and features.geometry,
        "preview_width": preview and preview.width,
        "preview_height": preview and preview.height,
        "preview": preview and preview.pixels,
        "preview_packing": preview and preview.packing,
    }
