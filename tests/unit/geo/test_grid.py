"""The grid that facilities are counted on: whole numbers decide, so every question gets the same answer."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.geo.strategies import latitudes, longitudes
from webapp.geo.bounding_box import WORLD, BoundingBox
from webapp.geo.grid import (
    GRID_LEVEL,
    STRETCHES_AT_MOST,
    CellRange,
    box_of,
    cell_centre,
    cell_ranges,
    column_of,
    key_of,
    keys_of,
    row_of,
    stretches,
)

EDGE_DIGITS = 9

levels = st.integers(0, GRID_LEVEL)


@st.composite
def boxes(draw: st.DrawFn) -> BoundingBox:
    south, north = sorted((draw(latitudes), draw(latitudes)))
    return BoundingBox(draw(longitudes), south, draw(longitudes), north)


@st.composite
def blocks(draw: st.DrawFn) -> CellRange:
    level = draw(levels)
    last = (1 << level) - 1
    columns = sorted((draw(st.integers(0, last)), draw(st.integers(0, last))))
    rows = sorted((draw(st.integers(0, last)), draw(st.integers(0, last))))
    return CellRange(level, *columns, *rows)


@pytest.mark.parametrize(
    ("level", "cell"), [(0, (0, 0)), (1, (1, 1)), (10, (616, 515)), (15, (19735, 16501))]
)
def test_cells_of_a_zoom_level_are_the_tiles_of_every_web_map(level: int, cell: tuple[int, int]) -> None:
    assert (column_of(36.8219, level), row_of(-1.2921, level)) == cell


@pytest.mark.parametrize(("lon", "lat"), [(180, 90), (180, -90), (-180, 89), (-180, -85.06)])
def test_the_edges_of_the_world_belong_to_the_outermost_cells(lon: float, lat: float) -> None:
    last = (1 << 9) - 1
    assert column_of(lon, 9) == (last if lon > 0 else 0)
    assert row_of(lat, 9) == (0 if lat > 0 else last)


@given(longitudes, latitudes, levels)
def test_a_coarser_cell_holds_what_its_finer_ones_hold(lon: float, lat: float, level: int) -> None:
    shift = GRID_LEVEL - level
    assert (column_of(lon) >> shift, row_of(lat) >> shift) == (column_of(lon, level), row_of(lat, level))


@given(boxes(), levels)
def test_a_widened_box_asks_for_the_same_cells_again(box: BoundingBox, level: int) -> None:
    cells = cell_ranges(box, level)
    again = BoundingBox(*(round(edge, EDGE_DIGITS) for edge in box_of(cells).as_list()))
    assert cell_ranges(again, level) == cells
    assert [block.at_level(GRID_LEVEL) for block in cells] == list(cell_ranges(again))


@given(boxes(), levels)
def test_the_two_sides_of_the_antimeridian_share_no_cell(box: BoundingBox, level: int) -> None:
    cells = cell_ranges(box, level)
    assert sum(block.columns for block in cells) <= 1 << level


def test_the_world_is_one_block() -> None:
    assert cell_ranges(WORLD, 5) == (CellRange.world(5),)
    assert CellRange.world(5).box == WORLD


@given(longitudes, latitudes, levels)
def test_an_envelope_holds_every_place_of_its_cells(lon: float, lat: float, level: int) -> None:
    column, row = column_of(lon, level), row_of(lat, level)
    envelope = CellRange(level, column, column, row, row).envelope
    assert envelope.west <= lon <= envelope.east
    assert envelope.south <= lat <= envelope.north


@given(longitudes, st.floats(-85, 85))
def test_the_centre_of_a_cell_is_in_that_cell(lon: float, lat: float) -> None:
    there = cell_centre(column_of(lon), row_of(lat))
    assert (column_of(there[0]), row_of(there[1])) == (column_of(lon), row_of(lat))


def test_keys_follow_the_z_order_curve() -> None:
    assert [key_of(column, row) for row in (0, 1) for column in (0, 1)] == [0, 1, 2, 3]
    assert key_of((1 << 30) - 1, (1 << 30) - 1) == (1 << 60) - 1
    assert key_of(0b101, 0b011) == 0b011011


@given(blocks(), st.data())
def test_stretches_hold_every_cell_of_their_block(block: CellRange, data: st.DataObject) -> None:
    exact = block.at_level(GRID_LEVEL)
    column = data.draw(st.integers(exact.first_column, exact.last_column))
    row = data.draw(st.integers(exact.first_row, exact.last_row))
    found = [part for part in stretches(block) if part.first_key <= key_of(column, row) <= part.last_key]
    assert len(found) == 1
    assert found[0].block == exact


@given(blocks())
def test_stretches_are_few_and_follow_one_another(block: CellRange) -> None:
    parts = stretches(block)
    edges = [key for part in parts for key in (part.first_key, part.last_key)]
    assert edges == sorted(edges)
    assert 1 <= len(parts) <= STRETCHES_AT_MOST


@given(levels, st.data())
def test_one_cell_is_one_stretch_of_exactly_its_keys(level: int, data: st.DataObject) -> None:
    column, row = (data.draw(st.integers(0, (1 << level) - 1)) for _axis in "xy")
    (part,) = stretches(CellRange(level, column, column, row, row))
    assert part.last_key - part.first_key + 1 == 1 << 2 * (GRID_LEVEL - level)


@given(boxes())
def test_the_keys_of_a_box_come_in_their_order_and_none_twice(box: BoundingBox) -> None:
    parts = cell_ranges(box)
    keys = keys_of(parts)
    assert all(first <= last for first, last in keys)
    assert all(before[1] < after[0] for before, after in itertools.pairwise(keys))
    for part in parts:
        corner = part.at_level(GRID_LEVEL)
        for column in (corner.first_column, corner.last_column):
            for row in (corner.first_row, corner.last_row):
                assert any(first <= key_of(column, row) <= last for first, last in keys)
