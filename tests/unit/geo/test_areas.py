"""Boxes around circles: never too small, by the geodesics of PROJ."""

from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from webapp.geo.areas import LARGEST_RADIUS_M, Circle
from webapp.geo.position import Position

WGS84 = Geod(ellps="WGS84")


@given(
    st.builds(Position, st.floats(-180, 180), st.floats(-90, 90)),
    st.floats(0.01, LARGEST_RADIUS_M) | st.floats(0.01, 50_000),
    st.floats(-180, 180),
    st.floats(0, 1),
)
def test_the_box_of_a_circle_holds_every_place_in_it(
    centre: Position, radius_m: float, azimuth: float, share: float
) -> None:
    lon, lat, _back = WGS84.fwd(*centre.coordinates, azimuth, radius_m * share)
    assert Circle(centre, radius_m).box.contains(Position(lon, lat))


@given(st.floats(-180, 180), st.floats(-85, 85), st.floats(1, 100_000))
def test_the_box_of_a_small_circle_is_hardly_larger(lon: float, lat: float, radius_m: float) -> None:
    centre = Position(lon, lat)
    box = Circle(centre, radius_m).box
    _lon, north, _back = WGS84.fwd(lon, lat, 0, radius_m)
    _lon, south, _back = WGS84.fwd(lon, lat, 180, radius_m)
    assert box.north - box.south < 1.02 * (north - south) + 1e-6
    if abs(lat) < 70:
        east, _lat, _back = WGS84.fwd(lon, lat, 90, radius_m)
        assert box.width_deg < 1.02 * 2 * ((east - lon) % 360) + 1e-6


def test_a_circle_over_a_pole_goes_all_the_way_round() -> None:
    box = Circle(Position(10, 89), 200_000).box
    assert (box.west, box.east, box.north) == (-180, 180, 90)
    assert 87 < box.south < 87.3


def test_a_circle_over_the_antimeridian_has_a_box_over_it() -> None:
    box = Circle(Position(179.9, -17), 100_000).box
    assert box.crosses_antimeridian
    assert box.width_deg < 2
