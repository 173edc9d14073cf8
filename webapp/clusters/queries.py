"""Questions to the pyramid: what lies in a block of cells, and where the first of it is found."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Row,
    Select,
    String,
    any_,
    bindparam,
    func,
    literal,
    literal_column,
    select,
    text,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from webapp.clusters.models import FINEST_LEVEL, LEVELS, FacilityCell, FacilityCellChange
from webapp.facilities.models import Facility
from webapp.geo.bounding_box import BoundingBox
from webapp.geo.grid import GRID_LEVEL, CellRange, cell_ranges

AnyRow = Row[*tuple[Any, ...]]
AnySelect = Select[*tuple[Any, ...]]

LEVELS_AT_ONCE = 3
"""How far a search for the nearest goes down in one step: to 64 cells for each one."""

_TEXTS = ARRAY(String)
CHILDREN = text(
    (Path(__file__).resolve().parent / "sql" / "children.sql").read_text(encoding="utf-8")
).bindparams(
    bindparam("categories", type_=_TEXTS),
    bindparam("statuses", type_=_TEXTS),
    bindparam("countries", type_=_TEXTS),
)


@dataclass(frozen=True, kw_only=True)
class Facets:
    """What the pyramid tells facilities apart by; an empty tuple lets every value through."""

    categories: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()

    def for_all_categories(self) -> "Facets":
        """Return the same without the choice of categories."""
        return replace(self, categories=())


class Spot(NamedTuple):
    """A cell with its facilities: their number, and the sums of their finest columns and rows."""

    x: int
    y: int
    members: int
    x_sum: int
    y_sum: int


@dataclass(frozen=True)
class Nearest:
    """So many facilities, beginning at a finest cell of the grid."""

    x: int
    y: int
    number: int

    def first_of(self, spots: Sequence[Spot]) -> list[Spot]:
        """Return the nearest spots that together hold the number, by the centres of their members."""
        found, members = [], 0
        for spot in sorted(spots, key=self._distance):
            if members >= self.number:
                break
            found.append(spot)
            members += spot.members
        return found

    def _distance(self, spot: Spot) -> float:
        return math.hypot(spot.x_sum / spot.members - self.x, spot.y_sum / spot.members - self.y)


def select_groups(ranges: Sequence[CellRange], facets: Facets) -> AnySelect:
    """Select `x, y, category, members, x_sum, y_sum` of the cells in blocks of one level.

    Down to level 16 from the pyramid, below it from the index of the facilities themselves.
    """
    level = ranges[0].level
    if level > FINEST_LEVEL:
        return _select_rows(ranges, facets)
    stored = next(known for known in LEVELS if known >= level)
    parts = [part for block in ranges for part in _counted(block.at_level(stored), facets)]
    cells = union_all(*parts).subquery("cells")
    return _grouped(cells.c, shift=stored - level, members=func.sum(cells.c.members))


def _select_rows(ranges: Sequence[CellRange], facets: Facets) -> AnySelect:
    """Count facilities one by one; every column stands in one index, so the table is not read."""
    columns = Facility.__table__.c
    blocks = [block.at_level(GRID_LEVEL) for block in ranges]
    inside = [
        columns.grid_y.between(block.first_row, block.last_row)
        & columns.grid_x.between(block.first_column, block.last_column)
        for block in blocks
    ]
    parts = [
        select(
            columns.grid_x.label("x"),
            columns.grid_y.label("y"),
            columns.category,
            columns.grid_x.label("x_sum"),
            columns.grid_y.label("y_sum"),
        ).where(within, *_conditions(Facility, facets))
        for within in inside
    ]
    cells = union_all(*parts).subquery("cells")
    return _grouped(cells.c, shift=GRID_LEVEL - ranges[0].level, members=func.count())


def _grouped(cells: Any, *, shift: int, members: ColumnElement[int]) -> AnySelect:
    x, y = (column.op(">>")(literal_column(str(shift))) for column in (cells.x, cells.y))
    return (
        select(
            x.label("x"),
            y.label("y"),
            cells.category,
            members.cast(Integer).label("members"),
            func.sum(cells.x_sum).cast(BigInteger).label("x_sum"),
            func.sum(cells.y_sum).cast(BigInteger).label("y_sum"),
        )
        .group_by(x, y, cells.category)
        .having(members > 0)
    )


def count_in_box(session: Session, box: BoundingBox, facets: Facets) -> int | None:
    """Count the facilities of a box whose edges are edges of cells, None for any other box."""
    ranges = _coarsest(cell_ranges(box))
    if ranges is None:
        return None
    groups = select_groups(ranges, facets).subquery()
    return session.scalar(select(func.coalesce(func.sum(groups.c.members), 0).cast(Integer)))


def list_countries(session: Session) -> list[str]:
    """Return the codes of all countries that have a facility, in alphabetical order."""
    world = CellRange.world(LEVELS[0])
    cells = union_all(*_counted(world, Facets())).subquery()
    query = (
        select(cells.c.country)
        .where(cells.c.country != "")
        .group_by(cells.c.country)
        .having(func.sum(cells.c.members) > 0)
        .order_by(cells.c.country)
    )
    return list(session.scalars(query))


def find_cells_near(
    session: Session, start: Sequence[Spot], level: int, facets: Facets, wanted: Nearest
) -> list[Spot]:
    """Find cells of the finest level that hold about so many of the facilities nearest to a place.

    Goes down from the cells of a view, the nearest first: a filter that lets little through costs no more.
    """
    spots = wanted.first_of(start)
    while level < FINEST_LEVEL and spots:
        finer = next(known for known in LEVELS if known >= min(level + LEVELS_AT_ONCE, FINEST_LEVEL))
        spots = wanted.first_of(list_children(session, spots, (level, finer), facets))
        level = finer
    return spots


def list_children(
    session: Session, spots: Sequence[Spot], levels: tuple[int, int], facets: Facets
) -> list[Spot]:
    """Return the cells of a finer stored level inside cells of a coarser one; `levels` names both."""
    coarser, finer = levels
    rows = session.execute(
        CHILDREN,
        {
            "columns": [spot.x for spot in spots],
            "rows": [spot.y for spot in spots],
            "shift": finer - coarser,
            "level": finer,
            "categories": list(facets.categories),
            "statuses": list(facets.statuses),
            "countries": list(facets.countries),
        },
    )
    return [Spot(*row) for row in rows]


def _counted(block: CellRange, facets: Facets) -> list[AnySelect]:
    """Return the selects of the folded and of the pending counts of a block at a stored level."""
    cell, change, shift = FacilityCell, FacilityCellChange, FINEST_LEVEL - block.level
    finest = block.at_level(FINEST_LEVEL)
    rows = literal(list(range(block.first_row, block.last_row + 1)), ARRAY(Integer))
    folded = select(cell.x, cell.y, cell.category, cell.country, cell.members, cell.x_sum, cell.y_sum).where(
        cell.level == block.level,
        cell.y == any_(rows),  # one short stretch of the index for each row of cells
        cell.x.between(block.first_column, block.last_column),
        *_conditions(cell, facets),
    )
    pending = select(
        change.x.op(">>")(shift).label("x"),
        change.y.op(">>")(shift).label("y"),
        change.category,
        change.country,
        change.members,
        change.x_sum,
        change.y_sum,
    ).where(
        change.y.between(finest.first_row, finest.last_row),
        change.x.between(finest.first_column, finest.last_column),
        *_conditions(change, facets),
    )
    return [folded, pending]


def _conditions(
    table: type[FacilityCell | FacilityCellChange | Facility], facets: Facets
) -> list[ColumnElement[bool]]:
    chosen = (
        (table.category, facets.categories),
        (table.status, facets.statuses),
        (table.country, facets.countries),
    )
    return [known.in_(wanted) for known, wanted in chosen if wanted]


def _coarsest(ranges: Sequence[CellRange]) -> list[CellRange] | None:
    """Return the blocks in cells of the coarsest stored level that they are made of, None without one."""
    for level in LEVELS:
        coarser = [block.at_level(level) for block in ranges]
        if all(wide.at_level(GRID_LEVEL) == block for wide, block in zip(coarser, ranges, strict=True)):
            return coarser
    return None
