"""The grid that facilities are counted on: Web Mercator cells of 2**level along each side of the world.

Level 30 is the finest: its cells are 3.7 cm wide at the equator and are stored with each facility. A
coarser cell is a shift to the right, so whole numbers alone decide which facilities a box or a cell holds,
and sums of cells agree with counts of rows to the last one. Formulas: see `geo.mercator`.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from webapp.geo.bounding_box import WORLD, BoundingBox
from webapp.geo.mercator import down_the_map, latitude_at

GRID_LEVEL = 30
"""The finest level: two of its cell numbers still fit into PostgreSQL's four-byte integers."""

STRETCHES_AT_MOST = 48
"""A block is covered with so many cells or fewer before those are put together into stretches of keys."""

CELL_LEVELS_BELOW_ZOOM = 2
"""A cell of 64 pixels is a quarter of a 256-pixel tile along each side."""


SPREAD_STEPS = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)


@dataclass(frozen=True, slots=True)
class CellRange:
    """A block of cells of one level, ends included: columns run east from -180, rows south from the top."""

    level: int
    first_column: int
    last_column: int
    first_row: int
    last_row: int

    @classmethod
    def world(cls, level: int) -> "CellRange":
        """Return all cells of a level."""
        last = (1 << level) - 1
        return cls(level, 0, last, 0, last)

    @property
    def columns(self) -> int:
        """How many cells from west to east."""
        return self.last_column - self.first_column + 1

    @property
    def rows(self) -> int:
        """How many cells from north to south."""
        return self.last_row - self.first_row + 1

    @property
    def cells(self) -> int:
        """How many cells."""
        return self.columns * self.rows

    def at_level(self, level: int) -> "CellRange":
        """Return the cells of another level that hold this block: the same area where that is finer."""
        shift = level - self.level
        if shift >= 0:
            return CellRange(
                level,
                self.first_column << shift,
                ((self.last_column + 1) << shift) - 1,
                self.first_row << shift,
                ((self.last_row + 1) << shift) - 1,
            )
        return CellRange(
            level,
            self.first_column >> -shift,
            self.last_column >> -shift,
            self.first_row >> -shift,
            self.last_row >> -shift,
        )

    def intersection(self, other: "CellRange") -> "CellRange | None":
        """Return the cells that both blocks of a level hold, None where they are apart."""
        first_column = max(self.first_column, other.first_column)
        last_column = min(self.last_column, other.last_column)
        first_row, last_row = max(self.first_row, other.first_row), min(self.last_row, other.last_row)
        if first_column > last_column or first_row > last_row:
            return None
        return CellRange(self.level, first_column, last_column, first_row, last_row)

    @property
    def box(self) -> BoundingBox:
        """Return the box (degrees) that holds exactly the finest cells of this block.

        Its edges run through the middle of the outermost finest cells, which no rounding reaches; the
        outermost rows reach the poles, since facilities beyond the map's edge belong to them.
        """
        finest = self.at_level(GRID_LEVEL)
        size = 1 << GRID_LEVEL
        return BoundingBox(
            WORLD.west if finest.first_column == 0 else _longitude((finest.first_column + 0.5) / size),
            WORLD.south if finest.last_row == size - 1 else latitude_at((finest.last_row + 0.5) / size),
            WORLD.east if finest.last_column == size - 1 else _longitude((finest.last_column + 0.5) / size),
            WORLD.north if finest.first_row == 0 else latitude_at((finest.first_row + 0.5) / size),
        )

    @property
    def envelope(self) -> BoundingBox:
        """Return a box (degrees) that holds every place in this block, and a little more: for an index."""
        finest = self.at_level(GRID_LEVEL)
        last = (1 << GRID_LEVEL) - 1
        return CellRange(
            GRID_LEVEL,
            max(0, finest.first_column - 1),
            min(last, finest.last_column + 1),
            max(0, finest.first_row - 1),
            min(last, finest.last_row + 1),
        ).box


@dataclass(frozen=True, slots=True)
class Stretch:
    """Keys from the first to the last: cells that follow one another along the Z-order curve.

    It may hold a little more than the block it belongs to, which says exactly what is meant.
    """

    first_key: int
    last_key: int
    block: CellRange


def stretches(block: CellRange) -> list[Stretch]:
    """Return few stretches of keys that hold a block, so that an index of keys is read in few places."""
    level = block.level
    while block.at_level(level).cells > STRETCHES_AT_MOST:
        level -= 1
    cover, size = block.at_level(level), 1 << 2 * (GRID_LEVEL - level)
    columns = range(cover.first_column, cover.last_column + 1)
    rows = range(cover.first_row, cover.last_row + 1)
    exact = block.at_level(GRID_LEVEL)
    keys = (key_of(column, row) for column in columns for row in rows)
    return [Stretch(start * size, (end + 1) * size - 1, exact) for start, end in _runs(keys)]


def keys_of_cells(cells: Iterable[tuple[int, int]], level: int) -> list[tuple[int, int]]:
    """Return the first and last keys of all stretches of single cells (column, row) of a level."""
    size = 1 << 2 * (GRID_LEVEL - level)
    keys = (key_of(column, row) for column, row in cells)
    return [(start * size, (end + 1) * size - 1) for start, end in _runs(keys)]


def _runs(keys: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Return the first and the last of keys that follow one another."""
    ordered = sorted(keys)
    starts = (key for key, before in zip(ordered, [-2, *ordered], strict=False) if key != before + 1)
    ends = (key for key, after in zip(ordered, [*ordered, -2][1:], strict=True) if key + 1 != after)
    return zip(starts, ends, strict=True)


def keys_of(blocks: Sequence[CellRange]) -> list[tuple[int, int]]:
    """Return the first and last keys of all stretches of several blocks, in their order and none twice."""
    found: list[tuple[int, int]] = []
    for part in sorted((part.first_key, part.last_key) for block in blocks for part in stretches(block)):
        if found and part[0] <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], part[1]))
        else:
            found.append(part)
    return found


def key_of(column: int, row: int) -> int:
    """Return the place of a cell along the Z-order curve of its level: the bits of both numbers, interleaved.

    The cells inside a coarser cell follow one another. The SQL function grid_key does the same for the finest
    level. Source: G. M. Morton, A computer oriented geodetic data base, IBM 1966.
    """
    return _spread(column) | _spread(row) << 1


def _spread(number: int) -> int:
    for shift, mask in SPREAD_STEPS:
        number = (number | number << shift) & mask
    return number


def cell_ranges(box: BoundingBox, level: int = GRID_LEVEL) -> tuple[CellRange, ...]:
    """Return the cells that a box touches: one block, or two apart where it crosses the antimeridian."""
    blocks = tuple(
        CellRange(
            level,
            column_of(part.west, level),
            column_of(part.east, level),
            row_of(part.north, level),
            row_of(part.south, level),
        )
        for part in box.split()
    )
    if len(blocks) > 1 and blocks[1].last_column + 1 >= blocks[0].first_column:
        return (replace(blocks[0], first_column=0),)  # all round the world
    return blocks


def box_of(blocks: Sequence[CellRange]) -> BoundingBox:
    """Return the box (degrees) of what `cell_ranges` returned: widened to the edges of its cells."""
    first, last = blocks[0].box, blocks[-1].box
    return BoundingBox(first.west, first.south, last.east, first.north)


def column_of(lon_deg: float, level: int = GRID_LEVEL) -> int:
    """Return the column of a longitude; 180 belongs to the last one."""
    return _clamped((lon_deg + 180) / 360, level)


def row_of(lat_deg: float, level: int = GRID_LEVEL) -> int:
    """Return the row of a latitude; beyond the map's edge it is the outermost one."""
    return _clamped(down_the_map(lat_deg), level)


def cell_centre(column_mean: float, row_mean: float) -> tuple[float, float]:
    """Return (lon, lat) of a point between the finest cells, such as the mean of many cells' numbers."""
    size = 1 << GRID_LEVEL
    return _longitude((column_mean + 0.5) / size), latitude_at((row_mean + 0.5) / size)


def _longitude(across: float) -> float:
    return across * 360 - 180


def _clamped(share: float, level: int) -> int:
    # taken at the finest level first, so that every level cuts at the very same places
    finest = max(0, min((1 << GRID_LEVEL) - 1, math.floor(share * (1 << GRID_LEVEL))))
    return finest >> (GRID_LEVEL - level)
