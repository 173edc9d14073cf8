import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.geo.strategies import positions
from webapp.geo.bounding_box import WORLD, BoundingBox
from webapp.geo.mercator import MAX_LATITUDE_DEG, MAX_ZOOM, cell_bounds, cell_of, cells_per_side, zoom_for
from webapp.geo.position import Position

NAIROBI = Position(36.8219, -1.2921)
ROUNDING_DEG = 1e-9


def test_the_map_ends_where_it_is_square() -> None:
    assert pytest.approx(85.0511287798066) == MAX_LATITUDE_DEG


@pytest.mark.parametrize(("zoom", "tile"), [(0, (0, 0)), (1, (1, 1)), (10, (616, 515)), (15, (19735, 16501))])
def test_tiles_are_those_of_every_web_map(zoom: int, tile: tuple[int, int]) -> None:
    assert cell_of(NAIROBI, zoom, 256) == tile


def test_cells_are_fractions_of_tiles() -> None:
    x, y = cell_of(NAIROBI, 10, 256)
    cell_x, cell_y = cell_of(NAIROBI, 10)

    assert (cell_x // 4, cell_y // 4) == (x, y)
    assert cells_per_side(0) == 4


def test_the_first_tile_is_the_whole_world() -> None:
    assert cell_bounds(0, 0, 0, 256) == WORLD


def test_a_tile_lies_where_it_should() -> None:
    box = cell_bounds(1, 1, 2, 256)

    assert box.as_list() == pytest.approx([-90, 0, 0, 66.51326044311186])


@pytest.mark.parametrize("position", [Position(180, 90), Position(180, -90), Position(-180, 89)])
def test_the_edges_of_the_world_belong_to_the_outermost_cells(position: Position) -> None:
    x, y = cell_of(position, 3)
    last = cells_per_side(3) - 1

    assert x in {0, last}
    assert y in {0, last}
    assert cell_bounds(x, y, 3).contains(position)


@given(positions, st.integers(0, 20))
def test_a_cell_holds_its_positions(position: Position, zoom: int) -> None:
    box = cell_bounds(*cell_of(position, zoom), zoom)

    assert box.west - ROUNDING_DEG <= position.lon_deg <= box.east + ROUNDING_DEG
    assert box.south - ROUNDING_DEG <= position.lat_deg <= box.north + ROUNDING_DEG


@given(st.data(), st.integers(0, 16))
def test_the_middle_of_a_cell_is_in_that_cell(data: st.DataObject, zoom: int) -> None:
    indices = st.integers(0, cells_per_side(zoom) - 1)
    x, y = data.draw(indices), data.draw(indices)

    assert cell_of(cell_bounds(x, y, zoom).centre, zoom) == (x, y)


@pytest.mark.parametrize(("zoom", "cell_pixels"), [(-1, 64), (MAX_ZOOM + 1, 64), (3, 100), (0, 512), (3, 0)])
def test_cells_that_do_not_tile_the_world_are_refused(zoom: int, cell_pixels: int) -> None:
    with pytest.raises(ValueError, match="zoom"):
        cell_of(NAIROBI, zoom, cell_pixels)


@pytest.mark.parametrize(("x", "y"), [(-1, 0), (0, -1), (32, 0), (0, 32)])
def test_there_is_no_cell_beyond_the_world(x: int, y: int) -> None:
    with pytest.raises(ValueError, match="no cell"):
        cell_bounds(x, y, 3)


@pytest.mark.parametrize(
    ("box", "size", "zoom"),
    [
        (WORLD, (256, 256), 0),
        (WORLD, (1024, 1024), 2),
        (WORLD, (1024, 256), 0),
        (WORLD, (1023, 1024), 1),
        (BoundingBox(0, 0, 90, 66), (256, 256), 2),
        (BoundingBox(177, -20, -178, -16), (256, 256), 6),
        (BoundingBox(5, 5, 5, 5), (256, 256), MAX_ZOOM),
        (WORLD, (1, 1), 0),
    ],
)
def test_a_view_fits_its_box(box: BoundingBox, size: tuple[int, int], zoom: int) -> None:
    assert zoom_for(box, *size) == zoom
