import math

import pytest

from webapp.errors import InvalidGeometryError
from webapp.geo.position import Position


def test_a_position_gives_longitude_before_latitude() -> None:
    nairobi = Position(36.8, -1.3)

    assert nairobi.coordinates == (36.8, -1.3)
    assert (nairobi.as_point().x, nairobi.as_point().y) == (36.8, -1.3)


@pytest.mark.parametrize("corner", [(-180, -90), (180, 90), (0, -90)])
def test_the_edges_of_the_world_are_positions(corner: tuple[float, float]) -> None:
    assert Position(*corner).coordinates == corner


@pytest.mark.parametrize(
    ("lon_deg", "lat_deg", "reason"),
    [
        (math.nan, 0, "finite"),
        (0, math.inf, "finite"),
        (-math.inf, 0, "finite"),
        (180.1, 0, "longitude 180.1"),
        (0, -90.1, "latitude -90.1"),
        (200, 95, "latitude 95"),
        (-1.3, 136.8, "axes look swapped"),
    ],
)
def test_what_is_not_on_earth_is_refused_with_the_reason(lon_deg: float, lat_deg: float, reason: str) -> None:
    with pytest.raises(InvalidGeometryError, match=reason) as refusal:
        Position(lon_deg, lat_deg)

    assert refusal.value.field == "location"


def test_a_latitude_that_no_swap_would_mend_is_not_called_swapped() -> None:
    with pytest.raises(InvalidGeometryError) as refusal:
        Position(120, 95)

    assert "swapped" not in refusal.value.message
