"""The SQL model: entries and their contents are the record; every other table is made from them, for searching.

A row of a derived table carries in `entry` the entry it was made from, and `rows_of` is the only place that makes
one, for writing as for verifying. The migrations build these tables; tests hold both against each other.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

from provenance.ledger.entries import Content, Deletion, Naming, Seeing
from provenance.ledger.queries import microseconds, searched_text
from provenance.model.findings import Findings
from provenance.model.opinion import NewOpinion
from provenance.model.sighting import NewSighting
from provenance.model.times import StatedTime

REVISION = "0003"  # the migration these tables are as of
REVISION_TABLE = "ledger_revision"

METADATA = MetaData()
NUMBER = BigInteger().with_variant(Integer, "sqlite")  # in SQLite only an INTEGER key is the row's own address


def _entry(**options: Any) -> Column[int]:
    return Column("entry", NUMBER, ForeignKey("entries.number"), autoincrement=False, **options)


entries = Table(
    "entries",
    METADATA,
    Column("number", NUMBER, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("recorded_at", String(32), nullable=False),
    Column("commitment", LargeBinary(32), nullable=False),
    Column("leaf", LargeBinary(32), nullable=False),
)
contents = Table(
    "contents",
    METADATA,
    _entry(primary_key=True),
    Column("salt", LargeBinary(32), nullable=False),
    Column("body", LargeBinary, nullable=False),
)
tree = Table(  # one row: chain.Tree after the last entry
    "tree",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False),
    Column("peaks", LargeBinary, nullable=False),
    Column("ledger_id", String(32), nullable=False),  # drawn when the ledger was made
)
unlinking = Table(  # originals of deleted pictures that may still lie in the folder; empty but for a moment
    "unlinking", METADATA, Column("image_id", String(64), primary_key=True)
)

images = Table("images", METADATA, _entry(primary_key=True), Column("id", String(64), nullable=False, unique=True))
names = Table(
    "names",
    METADATA,
    _entry(primary_key=True),
    Column("image_entry", NUMBER, nullable=False, index=True),
    Column("name", Text, nullable=False),
)
fingerprints = Table(
    "fingerprints",
    METADATA,
    _entry(primary_key=True),
    Column("kind", String(64), primary_key=True),
    Column("rule", String(64), primary_key=True),
    Column("value", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
appearances = Table(  # what matching needs of a picture, so that it need not read the whole entry
    "appearances",
    METADATA,
    _entry(primary_key=True),
    Column("width", Integer),
    Column("height", Integer),
    Column("pdq", LargeBinary(32)),
    Column("pdq_rule", String(64)),
    Column("pdq_quality", Integer),
    Column("features_rule", String(64)),
    Column("features_width", Integer),
    Column("features_height", Integer),
    Column("codes", LargeBinary),
    Column("geometry", LargeBinary),
    Column("preview_width", Integer),
    Column("preview_height", Integer),
    Column("preview", LargeBinary),
    Column("preview_packing", String(32)),
)
sightings = Table(
    "sightings",
    METADATA,
    _entry(primary_key=True),
    Column("image_entry", NUMBER, nullable=False),
    Column("url", Text),
    Column("source", Text),
    Column("posted_at", String(40)),
    Column("caption", Text),
    Column("words", Text, nullable=False),  # queries.searched_text
    Column("earliest_us", BigInteger, nullable=False),  # what posted_at, else recorded_at, may mean:
    Column("latest_us", BigInteger, nullable=False),  # microseconds since 1970 UTC
    Index("ix_sightings_image", "image_entry", "url"),
    Index("ix_sightings_time", "latest_us", "entry"),
)
opinions = Table(  # the pictures are named by id, because one of them need not be known
    "opinions",
    METADATA,
    _entry(primary_key=True),
    Column("image_a", String(64), nullable=False, index=True),
    Column("image_b", String(64), nullable=False, index=True),
)
erasures = Table(  # `erased` lost its content by the deletion `entry`
    "erasures",
    METADATA,
    Column("erased", NUMBER, ForeignKey("entries.number"), primary_key=True, autoincrement=False),
    _entry(nullable=False, index=True),
)
DERIVED = (images, names, fingerprints, appearances, sightings, opinions, erasures)

whereabouts = Table(  # made by whoever knows a gazetteer, so no entry can vouch for them
    "whereabouts",
    METADATA,
    Column("entry", NUMBER, ForeignKey("sightings.entry"), primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("latitude", Float, nullable=False, index=True),
    Column("longitude", Float, nullable=False),
    Column("by", String(32), nullable=False),
    Column("place", LargeBinary, nullable=False),  # codec.encode(Place)
    sqlite_with_rowid=False,
)

Row = dict[str, Any]


def rows_of(entry: int, recorded_at: str, content: Content) -> dict[Table, list[Row]]:
    """The derived rows an entry accounts for."""
    match content:
        case Findings():
            return _image_rows(entry, content)
        case Naming(image_entry, name):
            return {names: [{"entry": entry, "image_entry": image_entry, "name": name}]}
        case Seeing(image_entry, seen):
            return {sightings: [_sighting_row(entry, recorded_at, image_entry, seen)]}
        case NewOpinion((image_a, image_b)):
            return {opinions: [{"entry": entry, "image_a": image_a, "image_b": image_b}]}
        case Deletion(erased):
            return {erasures: [{"erased": number, "entry": entry} for number in erased]}


def _image_rows(entry: int, findings: Findings) -> dict[Table, list[Row]]:
    values = {(print_.kind, print_.rule): print_.value for print_ in reversed(findings.fingerprints)}
    return {
        images: [{"entry": entry, "id": findings.image.id}],
        names: [{"entry": entry, "image_entry": entry, "name": findings.image.name}],
        fingerprints: [
            {"entry": entry, "kind": kind, "rule": rule, "value": value} for (kind, rule), value in values.items()
        ],
        appearances: [_appearance_row(entry, findings)],
    }


def _appearance_row(entry: int, findings: Findings) -> Row:
    pdq, features, preview = findings.fingerprint("pdq"), findings.features, findings.preview
    return {
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


def _sighting_row(entry: int, recorded_at: str, image_entry: int, seen: NewSighting) -> Row:
    time = seen.posted_at or StatedTime(recorded_at)
    return {
        "entry": entry,
        "image_entry": image_entry,
        "url": seen.url,
        "source": seen.source,
        "posted_at": seen.posted_at and seen.posted_at.text,
        "caption": seen.caption,
        "words": searched_text(seen),
        "earliest_us": microseconds(time.earliest),
        "latest_us": microseconds(time.latest),
    }
