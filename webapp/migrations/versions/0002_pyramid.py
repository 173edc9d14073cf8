"""The pyramid: facilities know their cell of the map's grid, and cells know how many facilities they hold."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql"
SHARES = (64, 1024)
FUNCTIONS = (
    "facilities_count_added",
    "facilities_count_changed",
    "facilities_count_removed",
    "fold_some_facility_cell_changes",
    "fold_facility_cell_changes",
    "fold_few_facility_cell_changes",
    "fold_many_facility_cell_changes",
    "sum_up_facility_cells",
    "facility_cells_lock",
    "facility_cell_keys",
)


def upgrade() -> None:
    _run("0002_grid.sql")
    op.add_column(
        "facilities",
        sa.Column(
            "grid_x", sa.Integer(), sa.Computed("grid_column(location)", persisted=True), nullable=False
        ),
    )
    op.add_column(
        "facilities",
        sa.Column("grid_y", sa.Integer(), sa.Computed("grid_row(location)", persisted=True), nullable=False),
    )
    op.create_index(
        "idx_facilities_grid",
        "facilities",
        ["category", "status", sa.text("grid_key(grid_x, grid_y)"), "country", "grid_x", "grid_y"],
        unique=False,
    )
    for share in SHARES:
        op.create_index(
            f"idx_facilities_one_in_{share}",
            "facilities",
            ["location"],
            unique=False,
            postgresql_using="gist",
            postgresql_where=sa.text(f"(id::bigint * 2654435761 >> 20) % {share} = 0"),
        )
    op.create_table(
        "facility_cells",
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("merged", sa.SmallInteger(), nullable=False),
        sa.Column("y", sa.Integer(), nullable=False),
        sa.Column("x", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=50, collation="C"), nullable=False),
        sa.Column("status", sa.String(length=20, collation="C"), nullable=False),
        sa.Column("country", sa.String(length=2, collation="C"), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("x_sum", sa.BigInteger(), nullable=False),
        sa.Column("y_sum", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("members >= 0", name=op.f("ck_facility_cells_members_not_negative")),
        sa.PrimaryKeyConstraint(
            "level",
            "merged",
            "y",
            "x",
            "category",
            "status",
            "country",
            name=op.f("pk_facility_cells"),
        ),
    )
    op.create_index(
        "idx_facility_cells_empty",
        "facility_cells",
        ["level"],
        unique=False,
        postgresql_where=sa.text("members = 0"),
    )
    op.create_table(
        "facility_cell_changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("y", sa.Integer(), nullable=False),
        sa.Column("x", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=50, collation="C"), nullable=False),
        sa.Column("status", sa.String(length=20, collation="C"), nullable=False),
        sa.Column("country", sa.String(length=2, collation="C"), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("x_sum", sa.BigInteger(), nullable=False),
        sa.Column("y_sum", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility_cell_changes")),
    )
    op.create_index("idx_facility_cell_changes_y_x", "facility_cell_changes", ["y", "x"], unique=False)
    _run("0002_pyramid.sql")


def downgrade() -> None:
    for event in ("added", "changed", "removed"):
        op.execute(f"DROP TRIGGER facilities_count_{event} ON facilities")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
    op.drop_table("facility_cell_changes")
    op.drop_table("facility_cells")
    _run("0002_without_grid.sql")
    for share in SHARES:
        op.drop_index(f"idx_facilities_one_in_{share}", "facilities")
    op.drop_column("facilities", "grid_y")
    op.drop_column("facilities", "grid_x")
    op.execute("DROP FUNCTION grid_key(integer, integer)")
    op.execute("DROP FUNCTION grid_column(geometry)")
    op.execute("DROP FUNCTION grid_row(geometry)")


def _run(file_name: str) -> None:
    """Run an SQL file as it is, without placeholders."""
    statements = (SQL / file_name).read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(statements, execution_options={"no_parameters": True})
