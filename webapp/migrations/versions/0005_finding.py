"""What finds facilities by any filter among millions: samples, and indexes that hold more."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql"
KEYS: list[str | sa.TextClause] = [
    "category",
    "status",
    sa.text("grid_key(grid_x, grid_y)"),
    "country",
    "grid_x",
    "grid_y",
]
CELL = "level, merged, y, x, category, status, country"


def upgrade() -> None:
    _run("0005_grid_row.sql")
    op.drop_index("idx_facilities_grid", "facilities")
    _compare_words_by(' COLLATE "C"')
    # where a small table makes two indexes cost the same, the planner takes the younger one
    _make_again("idx_facilities_location", None)
    _make_again("idx_facilities_location_large_airport", sa.text("category = 'large_airport'"))
    _add_samples()
    op.create_index(
        "idx_facilities_grid",
        "facilities",
        KEYS,
        unique=False,
        postgresql_include=["id", "location", "location_precision", "updated_at"],
    )
    _make_text_index(sa.text("facility_marks(category, status, country, grid_x, grid_y)"))
    op.execute("ALTER TABLE facility_cells DROP CONSTRAINT pk_facility_cells")
    _run("0005_levels.sql")
    _set_key_of_cells("INCLUDE (members, x_sum, y_sum)")


def downgrade() -> None:
    op.execute("ALTER TABLE facility_cells DROP CONSTRAINT pk_facility_cells")
    _run("0005_without_levels.sql")
    _set_key_of_cells("")
    _make_text_index()
    op.execute("DROP FUNCTION facility_marks(text, text, text, integer, integer)")
    op.execute("DROP FUNCTION facility_mark(text, text)")
    op.drop_index("idx_facilities_grid", "facilities")
    _compare_words_by("")
    op.create_index("idx_facilities_grid", "facilities", KEYS, unique=False)
    for event in ("added", "changed", "removed"):
        op.execute(f"DROP TRIGGER facilities_sample_{event} ON facilities")
        op.execute(f"DROP FUNCTION facilities_sample_{event}")
    op.drop_table("facility_samples")
    op.execute("DROP FUNCTION facility_sample_share(integer)")
    for share in (64, 1024):
        condition = sa.text(f"(id::bigint * 2654435761 >> 20) % {share} = 0")
        op.create_index(
            f"idx_facilities_one_in_{share}",
            "facilities",
            ["location"],
            unique=False,
            postgresql_using="gist",
            postgresql_where=condition,
        )


def _compare_words_by(collation: str) -> None:
    """Order the words of vocabularies by their bytes, or as the database orders texts."""
    op.execute(f"ALTER TABLE categories ALTER COLUMN slug TYPE varchar(50){collation}")
    op.execute(
        f"ALTER TABLE facilities ALTER COLUMN category TYPE varchar(50){collation},"
        f" ALTER COLUMN status TYPE varchar(20){collation}, ALTER COLUMN country TYPE varchar(2){collation}"
    )


def _make_again(name: str, condition: sa.TextClause | None) -> None:
    op.drop_index(name, "facilities")
    op.create_index(
        name,
        "facilities",
        ["location"],
        unique=False,
        postgresql_using="gist",
        postgresql_where=condition,
    )


def _add_samples() -> None:
    for share in (64, 1024):
        op.drop_index(f"idx_facilities_one_in_{share}", "facilities")
    op.create_table(
        "facility_samples",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("share", sa.SmallInteger(), nullable=False),
        sa.Column("category", sa.String(length=50, collation="C"), nullable=False),
        sa.Column("status", sa.String(length=20, collation="C"), nullable=False),
        sa.Column("location", Geometry("POINT", srid=4326, spatial_index=False), nullable=False),
        sa.Column("location_precision", sa.String(length=20), nullable=False),
        sa.Column("country", sa.String(length=2, collation="C"), nullable=True),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("grid_x", sa.Integer(), nullable=False),
        sa.Column("grid_y", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility_samples")),
    )
    for name, condition in (("", None), ("sparse_", sa.text("share = 1024"))):
        op.create_index(
            f"idx_facility_samples_{name}location",
            "facility_samples",
            ["location"],
            unique=False,
            postgresql_using="gist",
            postgresql_where=condition,
        )
    _run("0005_samples.sql")


def _make_text_index(*more: str | sa.TextClause) -> None:
    op.drop_index("idx_facilities_search_text", "facilities")
    op.create_index(
        "idx_facilities_search_text",
        "facilities",
        ["search_text", *more],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    )


def _set_key_of_cells(include: str) -> None:
    op.execute(f"ALTER TABLE facility_cells ADD CONSTRAINT pk_facility_cells PRIMARY KEY ({CELL}) {include}")


def _run(file_name: str) -> None:
    statements = (SQL / file_name).read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(statements, execution_options={"no_parameters": True})
