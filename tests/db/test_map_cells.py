"""The cells that SQL groups by are those of geo.mercator."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as some
from sqlalchemy import Double, cast, literal, select
from sqlalchemy.orm import Session

from webapp.geo.mercator import cell_of, cells_per_side
from webapp.geo.position import Position
from webapp.map.queries import CELL_PIXELS, column_of, row_of

EDGE_DEG = 1e-9
POSITIONS = some.tuples(some.floats(-180, 180), some.floats(-90, 90), some.integers(0, 18))


def nearby(lon: float, lat: float, step: float) -> Position:
    return Position(max(-180, min(180, lon + step)), max(-90, min(90, lat + step)))


def cell_in_sql(session: Session, lon: float, lat: float, zoom: int) -> tuple[int, int]:
    cells = cells_per_side(zoom, CELL_PIXELS)
    values = (cast(literal(lon), Double), cast(literal(lat), Double))
    return tuple(session.execute(select(column_of(values[0], cells), row_of(values[1], cells))).one())  # type: ignore[return-value]


def test_sql_and_python_agree_on_cells(session: Session) -> None:
    @settings(max_examples=200)
    @given(POSITIONS)
    def agree(place: tuple[float, float, int]) -> None:
        lon, lat, zoom = place
        expected = cell_of(Position(lon, lat), zoom, CELL_PIXELS)
        # on the very edge of two cells the last bit of a tangent decides: stay clear of it
        around = {cell_of(nearby(lon, lat, step), zoom, CELL_PIXELS) for step in (-EDGE_DEG, EDGE_DEG)}
        assume(around == {expected})
        assert cell_in_sql(session, lon, lat, zoom) == expected

    agree()


@pytest.mark.parametrize(
    ("lon", "lat", "zoom", "cell"),
    [
        (36.8, -1.3, 2, (9, 8)),
        (-74.0, 40.7, 2, (4, 6)),
        (180.0, 0.5, 0, (3, 1)),
        (-180.0, 90.0, 0, (0, 0)),
        (0.5, -90.0, 0, (2, 3)),
    ],
)
def test_known_cells(session: Session, lon: float, lat: float, zoom: int, cell: tuple[int, int]) -> None:
    assert cell_in_sql(session, lon, lat, zoom) == cell == cell_of(Position(lon, lat), zoom, CELL_PIXELS)
