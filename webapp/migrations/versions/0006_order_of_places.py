"""The order of places, in which the features of a box are paged through."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "idx_facilities_place",
        "facilities",
        [sa.text("grid_key(grid_x, grid_y)"), "grid_x", "grid_y", "id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index("idx_facilities_place", "facilities")
