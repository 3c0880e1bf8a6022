"""Which pictures opinions are about."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "opinions",
        sa.Column("entry", NUMBER, sa.ForeignKey("entries.number"), autoincrement=False, primary_key=True),
        sa.Column("image_a", sa.String(64), nullable=False),
        sa.Column("image_b", sa.String(64), nullable=False),
    )
    op.create_index("ix_opinions_image_a", "opinions", ["image_a"])
    op.create_index("ix_opinions_image_b", "opinions", ["image_b"])
