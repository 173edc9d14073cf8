"""The grid columns that the database computes are those of geo.grid."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely import Point
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import store_facility
from webapp.geo.grid import GRID_LEVEL, column_of, key_of, row_of

CELLS = st.integers(0, (1 << GRID_LEVEL) - 1)
EDGE = 1e-7
"""A hundredth of a finest cell: nearer to an edge the last bit of a tangent decides."""


def is_clear_of_edges(share: float) -> bool:
    return EDGE < share * (1 << GRID_LEVEL) % 1 < 1 - EDGE


def test_columns_and_rows_agree(session: Session) -> None:
    @settings(max_examples=300)
    @given(st.floats(-180, 180), st.floats(-90, 90))
    def agree(lon: float, lat: float) -> None:
        assume(is_clear_of_edges((lon + 180) / 360))
        location = func.ST_SetSRID(func.ST_MakePoint(lon, lat), 4326)
        found = session.execute(select(func.grid_column(location), func.grid_row(location))).one()
        assert found[0] == column_of(lon)
        assert abs(found[1] - row_of(lat)) <= 1  # the tangents of two libraries differ in their last bit

    agree()


@pytest.mark.parametrize("lat", [5e-324, -5e-324, 2.2e-308, 1e-299, -0.0])
def test_a_place_hardly_off_the_equator_is_stored(session: Session, lat: float) -> None:
    facility = store_facility(session, location=Point(5e-324, lat))
    assert facility.grid_y == row_of(lat)


def test_keys_agree(session: Session) -> None:
    @given(CELLS, CELLS)
    def agree(column: int, row: int) -> None:
        assert session.scalar(select(func.grid_key(column, row))) == key_of(column, row)

    agree()


@pytest.mark.parametrize(
    ("lon", "lat", "cell"),
    [
        (36.8, -1.3, (9, 8)),
        (-74.0, 40.7, (4, 6)),
        (180.0, 0.5, (15, 7)),
        (-180.0, 90.0, (0, 0)),
        (0.5, -90.0, (8, 15)),
    ],
)
def test_a_stored_facility_knows_its_cell(
    session: Session, lon: float, lat: float, cell: tuple[int, int]
) -> None:
    facility = store_facility(session, location=Point(lon, lat))
    shift = GRID_LEVEL - 4
    assert (facility.grid_x >> shift, facility.grid_y >> shift) == cell
