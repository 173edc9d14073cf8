"""The words that facilities are found by."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql"


def upgrade() -> None:
    op.create_table(
        "facility_words",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("facilities", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility_words")),
    )
    op.create_index("idx_facility_words_word", "facility_words", ["word"], unique=False)
    op.create_index(
        "idx_facility_words_alike",
        "facility_words",
        ["word"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"word": "gin_trgm_ops"},
    )
    statements = (SQL / "0004_words.sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(statements, execution_options={"no_parameters": True})


def downgrade() -> None:
    for event in ("added", "changed"):
        op.execute(f"DROP TRIGGER facilities_learn_{event} ON facilities")
        op.execute(f"DROP FUNCTION facilities_learn_{event}")
    op.drop_table("facility_words")
    op.execute("DROP FUNCTION words_of(text)")
