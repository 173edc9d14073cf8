"""Questions to the pyramid: what lies in a block of cells, and where the first of it is found."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Integer, String, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from webapp.clusters.models import FINEST_LEVEL, LAST_LEVELS, LEVELS, Merged
from webapp.facilities.vocabulary import Status
from webapp.geo.bounding_box import BoundingBox
from webapp.geo.grid import GRID_LEVEL, CellRange, Stretch, cell_ranges, stretches

SQL = Path(__file__).resolve().parent / "sql"

EXTENT_LEVELS = 6
"""How finely the extent of a cell's members is first looked for: to a 64th of the cell."""

LEVELS_AT_ONCE = 3
"""How far a search for the nearest goes down in one step: to 64 cells for each one."""

COUNTRIES_APART = 11
"""Cells of this level are 20 km wide at the equator."""

ENOUGH_TO_READ = 4
"""A search for the nearest stops early where its cells hold no more than so many times the wanted number."""

TEXTS, NUMBERS, KEYS = ARRAY(String), ARRAY(Integer), ARRAY(BigInteger)
FACET_PARAMETERS = {"categories": TEXTS, "statuses": TEXTS, "countries": TEXTS}
BLOCK_PARAMETERS = dict.fromkeys(("first_columns", "last_columns", "first_rows", "last_rows"), NUMBERS)
STRETCH_PARAMETERS = dict.fromkeys(("first_keys", "last_keys"), KEYS) | BLOCK_PARAMETERS


def read_query(path: Path, parameters: dict[str, ARRAY[Any]], *, without: str | None = None) -> TextClause:
    """Read an SQL file whose array parameters have these types; lines with a word may be left out."""
    lines = path.read_text(encoding="utf-8").removesuffix(";\n").splitlines()
    sql = "\n".join(line for line in lines if without is None or without not in line)
    binds = (bindparam(name, type_=kind) for name, kind in parameters.items() if f":{name}" in sql)
    return text(sql).bindparams(*binds)


CELLS = read_query(SQL / "cells.sql", FACET_PARAMETERS | BLOCK_PARAMETERS)
FINE_CELLS = read_query(SQL / "fine_cells.sql", FACET_PARAMETERS | STRETCH_PARAMETERS)
CHILDREN = read_query(SQL / "children.sql", FACET_PARAMETERS | {"columns": NUMBERS, "rows": NUMBERS})
COUNTRIES = read_query(SQL / "countries.sql", {})


@dataclass(frozen=True, kw_only=True)
class Facets:
    """What the pyramid tells facilities apart by; an empty tuple lets every value through."""

    categories: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()

    def parameters(self) -> dict[str, list[str]]:
        """Return the parameters of a query."""
        return {
            "categories": list(self.categories),
            "statuses": list(self.statuses),
            "countries": list(self.countries),
        }

    def merged_at(self, level: int) -> Merged:
        """Return which counts of a stored level answer with the fewest rows."""
        merged = Merged((not self.statuses) * Merged.STATUSES + (not self.countries) * Merged.COUNTRIES)
        return merged if level <= LAST_LEVELS.get(merged, 0) else Merged.NOTHING

    def spelt_out(self) -> dict[str, list[str]]:
        """Return the parameters of a query that asks for each status by itself."""
        return self.parameters() | {"statuses": list(self.statuses or Status)}


class CellCounts(NamedTuple):
    """A cell: the numbers of its facilities by category, whichever are chosen.

    The sums add up the finest columns and rows of the chosen ones.
    """

    x: int
    y: int
    categories: dict[str, int]
    x_sum: float
    y_sum: float


class Spot(NamedTuple):
    """A cell: its facilities, the sums of their finest columns and rows, the category of a lone one."""

    x: int
    y: int
    members: int
    x_sum: float
    y_sum: float
    category: str | None

    def where(self, level: int) -> CellRange:
        """Return the cell at its level; of a lone facility the finest one, which the sums give away."""
        if self.members > 1:
            return CellRange(level, self.x, self.x, self.y, self.y)
        column, row = int(self.x_sum), int(self.y_sum)
        return CellRange(GRID_LEVEL, column, column, row, row)


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


def list_cells(session: Session, blocks: Sequence[CellRange], facets: Facets) -> list[CellCounts]:
    """Return the counts of the cells in blocks of one level, empty cells left out.

    Down to level 16 from the pyramid, below it from an index of the facilities themselves.
    """
    level = blocks[0].level
    if level > FINEST_LEVEL:
        return _list_fine_cells(session, blocks, facets, level)
    stored = next(known for known in LEVELS if known >= level)
    where = block_parameters([block.at_level(stored) for block in blocks])
    how = {"level": stored, "merged": facets.merged_at(stored), "shift": stored - level}
    return _cells(session, CELLS, {**facets.parameters(), **where, **how})


def _list_fine_cells(
    session: Session, blocks: Sequence[CellRange], facets: Facets, level: int
) -> list[CellCounts]:
    keys = key_parameters([stretch for block in blocks for stretch in stretches(block)])
    where = {**keys, **block_parameters([block.at_level(level) for block in blocks])}
    return _cells(session, FINE_CELLS, {**facets.spelt_out(), **where, "shift": GRID_LEVEL - level})


def _cells(session: Session, query: TextClause, parameters: dict[str, Any]) -> list[CellCounts]:
    return [
        CellCounts(x, y, dict(zip(categories, members, strict=True)), x_sum, y_sum)
        for x, y, categories, members, x_sum, y_sum in session.execute(query, parameters)
    ]


def block_parameters(blocks: Sequence[CellRange]) -> dict[str, list[int]]:
    """Return the parameters of a query over blocks."""
    return {
        "first_columns": [block.first_column for block in blocks],
        "last_columns": [block.last_column for block in blocks],
        "first_rows": [block.first_row for block in blocks],
        "last_rows": [block.last_row for block in blocks],
    }


def stretch_parameters(parts: Sequence[Stretch]) -> dict[str, list[int]]:
    """Return the parameters of a query over stretches of keys."""
    return {**key_parameters(parts), **block_parameters([part.block for part in parts])}


def key_parameters(parts: Sequence[Stretch]) -> dict[str, list[int]]:
    """Return the keys alone."""
    return {
        "first_keys": [part.first_key for part in parts],
        "last_keys": [part.last_key for part in parts],
    }


def count_in_box(session: Session, box: BoundingBox, facets: Facets) -> int | None:
    """Count the facilities of a box whose edges are edges of cells, None for any other box."""
    blocks = _coarsest(cell_ranges(box))
    if blocks is None:
        return None
    counts = (cell.categories for cell in list_cells(session, blocks, facets))
    return sum(
        number
        for categories in counts
        for category, number in categories.items()
        if not facets.categories or category in facets.categories
    )


def list_countries(session: Session) -> list[str]:
    """Return the codes of all countries that have a facility, in alphabetical order."""
    return list(session.scalars(COUNTRIES, {"level": LEVELS[0], "merged": Merged.STATUSES}))


def find_extent(session: Session, cell: CellRange, facets: Facets) -> CellRange | None:
    """Find the block of cells around the facilities of a cell, None where there are none.

    To a 64th of the cell where they are apart; what is all in one place is looked at ever more closely.
    """
    block = cell
    while block.level < FINEST_LEVEL:
        finer = next(known for known in LEVELS if known >= min(block.level + EXTENT_LEVELS, FINEST_LEVEL))
        found = _bounds(list_cells(session, [block.at_level(finer)], facets), facets, finer)
        if found is None or found.cells > 1:
            return found
        block = found
    return _bounds(_list_fine_cells(session, [block], facets, GRID_LEVEL), facets, GRID_LEVEL)


def _bounds(cells: Sequence[CellCounts], facets: Facets, level: int) -> CellRange | None:
    wanted = set(facets.categories)
    spots = [(cell.x, cell.y) for cell in cells if not wanted or wanted & cell.categories.keys()]
    if not spots:
        return None
    columns, rows = zip(*spots, strict=True)
    return CellRange(level, min(columns), max(columns), min(rows), max(rows))


def find_spots_near(
    session: Session, start: Sequence[Spot], level: int, facets: Facets, wanted: Nearest
) -> tuple[list[Spot], int]:
    """Find cells that hold about so many of the facilities nearest to a place, and their level.

    Goes down from the cells of a view, the nearest first: a filter that lets little through costs no more.
    """
    spots = wanted.first_of(start)
    while level < FINEST_LEVEL and sum(spot.members for spot in spots) > ENOUGH_TO_READ * wanted.number:
        finer, level = list_finer(session, spots, level, facets, FINEST_LEVEL)
        spots = wanted.first_of(finer)
    return spots, level


def set_countries_apart(
    session: Session, spots: Sequence[Spot], level: int, facets: Facets
) -> tuple[Sequence[Spot], int]:
    """Return cells so fine that hardly any has two countries, and their level.

    A coarse one may hold many more facilities than those of the chosen countries.
    """
    while level < COUNTRIES_APART and any(spot.members > 1 for spot in spots):
        spots, level = list_finer(session, spots, level, facets, COUNTRIES_APART)
    return spots, level


def list_finer(
    session: Session, spots: Sequence[Spot], level: int, facets: Facets, finest: int
) -> tuple[list[Spot], int]:
    """Return the finer cells of those with several facilities, and those with one as they are."""
    finer = next(known for known in LEVELS if known >= min(level + LEVELS_AT_ONCE, finest))
    alone = [spot for spot in spots if spot.members == 1]
    together = [spot for spot in spots if spot.members > 1]
    return alone + (list_children(session, together, (level, finer), facets) if together else []), finer


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
            "merged": facets.merged_at(finer),
            **facets.parameters(),
        },
    )
    return [Spot(*row) for row in rows]


def _coarsest(ranges: Sequence[CellRange]) -> list[CellRange] | None:
    """Return the blocks in cells of the coarsest stored level that they are made of, None without one."""
    for level in LEVELS:
        coarser = [block.at_level(level) for block in ranges]
        if all(wide.at_level(GRID_LEVEL) == block for wide, block in zip(coarser, ranges, strict=True)):
            return coarser
    return None
