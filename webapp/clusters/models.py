"""The tables of the pyramid; the triggers of migrations/sql/0002_pyramid.sql fill them."""

from enum import IntEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Identity,
    Index,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from webapp.extensions import Model

LEVELS = (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)
"""The levels of the grid that are counted."""

FINEST_LEVEL = LEVELS[-1]

ALL = "*"
"""The status of cells that count all statuses together, the country of those that count all countries."""


class Merged(IntEnum):
    """What a cell counts together: a view of half the world holds most combinations of the others."""

    NOTHING = 0
    STATUSES = 1
    COUNTRIES = 2
    BOTH = 3


LAST_LEVELS = {Merged.BOTH: 11, Merged.COUNTRIES: 6, Merged.STATUSES: 6}
"""Down to which level there are merged counts; below it, a cell has hardly more rows without them."""


class FacilityCell(Model):
    """The facilities of one category, status and country in one cell of the grid.

    `x_sum` and `y_sum` add up their finest grid cells, so their mean is exact. No country is an empty text.
    `merged` says whether statuses or countries are counted together, under a `*`.
    """

    __tablename__ = "facility_cells"
    __table_args__ = (
        # a view is read from the index alone, where the cells lie in order
        PrimaryKeyConstraint(
            *("level", "merged", "y", "x", "category", "status", "country"),
            postgresql_include=["members", "x_sum", "y_sum"],
        ),
        CheckConstraint("members >= 0", name="members_not_negative"),
        # what a removal left behind is found here at once
        Index("idx_facility_cells_empty", "level", postgresql_where=text("members = 0")),
    )

    level: Mapped[int] = mapped_column(SmallInteger)
    merged: Mapped[int] = mapped_column(SmallInteger)
    y: Mapped[int]
    x: Mapped[int]
    category: Mapped[str] = mapped_column(String(50, collation="C"))
    status: Mapped[str] = mapped_column(String(20, collation="C"))
    country: Mapped[str] = mapped_column(String(2, collation="C"))
    members: Mapped[int]
    x_sum: Mapped[int] = mapped_column(BigInteger)
    y_sum: Mapped[int] = mapped_column(BigInteger)


class FacilityCellChange(Model):
    """A change of the finest level that is not folded into the cells yet. Appended only, so nobody waits."""

    __tablename__ = "facility_cell_changes"
    __table_args__ = (Index("idx_facility_cell_changes_y_x", "y", "x"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    y: Mapped[int]
    x: Mapped[int]
    category: Mapped[str] = mapped_column(String(50, collation="C"))
    status: Mapped[str] = mapped_column(String(20, collation="C"))
    country: Mapped[str] = mapped_column(String(2, collation="C"))
    members: Mapped[int]
    x_sum: Mapped[int] = mapped_column(BigInteger)
    y_sum: Mapped[int] = mapped_column(BigInteger)
