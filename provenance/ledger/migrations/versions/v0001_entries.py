"""The first tables: entries, their contents, the tree, and what is derived for searching."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _number(
    name: str = "entry", refers_to: str | None = "entries.number", *, primary_key: bool = False
) -> sa.Column[int]:
    foreign = [sa.ForeignKey(refers_to)] if refers_to else []
    return sa.Column(name, NUMBER, *foreign, autoincrement=False, nullable=False, primary_key=primary_key)


def upgrade() -> None:
    op.create_table(
        "entries",
        _number("number", None, primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("recorded_at", sa.String(32), nullable=False),
        sa.Column("commitment", sa.LargeBinary(32), nullable=False),
        sa.Column("leaf", sa.LargeBinary(32), nullable=False),
    )
    op.create_table(
        "contents",
        _number(primary_key=True),
        sa.Column("salt", sa.LargeBinary(32), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    tree = op.create_table(
        "tree",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("peaks", sa.LargeBinary, nullable=False),
        sa.Column("ledger_id", sa.String(32), nullable=False),
    )
    op.bulk_insert(tree, [{"id": 0, "size": 0, "peaks": b"", "ledger_id": secrets.token_hex(16)}])
    op.create_table("unlinking", sa.Column("image_id", sa.String(64), primary_key=True))
    op.create_table("images", _number(primary_key=True), sa.Column("id", sa.String(64), nullable=False, unique=True))
    op.create_table(
        "names",
        _number(primary_key=True),
        sa.Column("image_entry", NUMBER, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
    )
    op.create_index("ix_names_image_entry", "names", ["image_entry"])
    op.create_table(
        "fingerprints",
        _number(primary_key=True),
        sa.Column("kind", sa.String(64), primary_key=True),
        sa.Column("rule", sa.String(64), primary_key=True),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    _create_sightings()
    op.create_table("erasures", _number("erased", primary_key=True), _number())
    op.create_index("ix_erasures_entry", "erasures", ["entry"])


def _create_sightings() -> None:
    op.create_table(
        "sightings",
        _number(primary_key=True),
        sa.Column("image_entry", NUMBER, nullable=False),
        sa.Column("url", sa.Text),
        sa.Column("source", sa.Text),
        sa.Column("posted_at", sa.String(40)),
        sa.Column("caption", sa.Text),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("earliest_us", sa.BigInteger, nullable=False),
        sa.Column("latest_us", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_sightings_image", "sightings", ["image_entry", "url"])
    op.create_index("ix_sightings_time", "sightings", ["latest_us", "entry"])
    op.create_table(
        "whereabouts",
        _number("entry", "sightings.entry", primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("latitude", sa.Float, nullable=False),
        sa.Column("longitude", sa.Float, nullable=False),
        sa.Column("by", sa.String(32), nullable=False),
        sa.Column("place", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_whereabouts_latitude", "whereabouts", ["latitude"])
