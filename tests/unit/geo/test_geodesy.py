"""Expected values were measured by PostGIS 3.3.2: ST_Distance and ST_Area of geography."""

import pytest
import shapely
from hypothesis import given

from tests.unit.geo.strategies import positions
from webapp.geo.geodesy import area_m2, distance_m
from webapp.geo.position import Position

NAIROBI, MOMBASA = Position(36.8219, -1.2921), Position(39.6682, -4.0435)
SQUARE = "(36 -2, 38 -2, 38 0, 36 0, 36 -2)"
HOLE = "(36.5 -1.5, 37.5 -1.5, 37.5 -0.5, 36.5 -0.5, 36.5 -1.5)"
HOLE_TURNED = "(36.5 -1.5, 36.5 -0.5, 37.5 -0.5, 37.5 -1.5, 36.5 -1.5)"
SQUARE_M2 = 49231584297.43103
HOLED_SQUARE_M2 = 36924174572.75577


def test_distances_are_those_of_postgis() -> None:
    assert distance_m(NAIROBI, MOMBASA) == pytest.approx(438999.41625248, abs=1e-7)


def test_distances_cross_the_antimeridian() -> None:
    assert distance_m(Position(179.9, -17), Position(-179.9, -17)) == pytest.approx(21297.165228, abs=1e-7)
    assert distance_m(Position(180, -17), Position(-180, -17)) == 0


@given(positions, positions)
def test_distance_is_the_same_both_ways(a: Position, b: Position) -> None:
    assert distance_m(a, b) == pytest.approx(distance_m(b, a), abs=1e-6)


@pytest.mark.parametrize(
    ("wkt", "expected_m2"),
    [
        (f"POLYGON({SQUARE})", SQUARE_M2),
        (f"POLYGON({SQUARE}, {HOLE})", HOLED_SQUARE_M2),
        (f"POLYGON({SQUARE}, {HOLE_TURNED})", HOLED_SQUARE_M2),
        (
            "MULTIPOLYGON(((36 -2, 38 -2, 38 0, 36 0, 36 -2)), ((10 10, 11 10, 11 11, 10 10)))",
            55295547588.15457,
        ),
        (f"GEOMETRYCOLLECTION(POINT(1 2), LINESTRING(0 0, 1 1), POLYGON({SQUARE}))", SQUARE_M2),
        (f"GEOMETRYCOLLECTION(GEOMETRYCOLLECTION(POLYGON({SQUARE})))", SQUARE_M2),
        ("POLYGON Z((36 -2 5, 38 -2 5, 38 0 5, 36 0 5, 36 -2 5))", SQUARE_M2),
        ("POINT(36.8 -1.3)", 0),
        ("LINESTRING(0 0, 1 1, 1 0, 0 0)", 0),
        ("POLYGON EMPTY", 0),
    ],
)
def test_areas_are_those_of_postgis(wkt: str, expected_m2: float) -> None:
    geometry = shapely.from_wkt(wkt)

    assert area_m2(geometry) == pytest.approx(expected_m2, rel=1e-12)
    assert area_m2(geometry.reverse()) == pytest.approx(expected_m2, rel=1e-12)
