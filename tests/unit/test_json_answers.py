"""JSON leaves the house strictly: no NaN, no geometry in disguise."""

import pytest
from shapely import Point

from tests.factories import make_facility
from webapp.facilities.features import facility_feature, serialize_facility
from webapp.json_answers import to_bytes


@pytest.mark.parametrize("value", [Point(1, 2), make_facility().location])
def test_a_raw_geometry_is_refused_with_its_remedy(value: object) -> None:
    with pytest.raises(TypeError, match="serialize_facility") as refused:
        to_bytes({"location": value})
    assert "is not JSON serializable" in f"{refused.value} {refused.value.__cause__}"


def test_a_facility_leaves_as_numbers_wkt_and_geojson() -> None:
    facility = make_facility(id=7, code="F100000009")
    plain = serialize_facility(facility)
    assert plain["coordinates"] == (36.8, -1.3)
    assert plain["wkt"] == "POINT (36.8 -1.3)"
    assert plain["geojson"] == {"type": "Point", "coordinates": [36.8, -1.3]}
    assert {"id", "name", "category"} <= plain.keys()
    assert to_bytes(plain)


def test_every_digit_survives_in_wkt() -> None:
    lon, lat = 0.1 + 0.2, -1.0000000000000002
    plain = serialize_facility(make_facility(id=7, code="F100000009", location=Point(lon, lat)))
    assert plain["wkt"] == f"POINT ({lon!r} {lat!r})"


def test_what_is_not_white_listed_does_not_leave() -> None:
    properties = facility_feature(make_facility(id=7, code="F100000009"))["properties"]
    assert not {"id", "search_text", "sort_name"} & properties.keys()
