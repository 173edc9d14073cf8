import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.geo.bounding_box import WORLD, BoundingBox
from webapp.geo.mercator import MAX_LATITUDE_DEG, MAX_ZOOM, down_the_map, latitude_at, zoom_for


def test_the_map_ends_where_it_is_square() -> None:
    assert pytest.approx(85.0511287798066) == MAX_LATITUDE_DEG
    assert (down_the_map(90), down_the_map(0), down_the_map(-90)) == pytest.approx((0, 0.5, 1))


@given(st.floats(-85, 85))
def test_a_latitude_comes_back_from_the_map(lat_deg: float) -> None:
    assert math.isclose(latitude_at(down_the_map(lat_deg)), lat_deg, abs_tol=1e-9)


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
