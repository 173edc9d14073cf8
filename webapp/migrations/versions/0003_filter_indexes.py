"""Indexes for the filters and the orders of the list."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

RARE = {
    "approximate": "location_precision = 'approximate'",
    "area_centroid": "location_precision = 'area_centroid'",
    "planned": "status = 'planned'",
    "temporarily_closed": "status = 'temporarily_closed'",
    "closed": "status = 'closed'",
}
PLACES = {
    "idx_facilities_location": None,
    "idx_facilities_location_large_airport": "category = 'large_airport'",
}


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.create_index(
        "idx_facilities_category_location",
        "facilities",
        ["category", "location"],
        unique=False,
        postgresql_using="gist",
    )
    # where a small table makes both cost the same, the planner takes the younger one
    for name, condition in PLACES.items():
        op.drop_index(name, "facilities")
        op.create_index(
            name,
            "facilities",
            ["location"],
            unique=False,
            postgresql_using="gist",
            postgresql_where=None if condition is None else sa.text(condition),
        )
    for word, condition in RARE.items():
        op.create_index(
            f"idx_facilities_location_{word}",
            "facilities",
            ["location"],
            unique=False,
            postgresql_using="gist",
            postgresql_where=sa.text(condition),
        )
    for column in ("category", "country"):
        op.create_index(
            f"idx_facilities_{column}_sort_name", "facilities", [column, "sort_name", "id"], unique=False
        )
        op.drop_index(f"idx_facilities_{column}", "facilities")


def downgrade() -> None:
    for column in ("category", "country"):
        op.create_index(f"idx_facilities_{column}", "facilities", [column], unique=False)
        op.drop_index(f"idx_facilities_{column}_sort_name", "facilities")
    op.drop_index("idx_facilities_category_location", "facilities")
    for word in RARE:
        op.drop_index(f"idx_facilities_location_{word}", "facilities")
