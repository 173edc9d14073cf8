import json
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.geo.strategies import latitudes, longitudes
from webapp.errors import InvalidGeometryError
from webapp.geo.bounding_box import BoundingBox
from webapp.geo.geojson import (
    feature,
    feature_collection,
    geometry_from_geojson,
    geometry_to_geojson,
)
from webapp.geo.position import Position

CLOCKWISE = [[36, -2], [36, 0], [38, 0], [38, -2], [36, -2]]
WKTS = [
    "POINT (36.8 -1.3)",
    "POINT Z (36.8 -1.3 1700)",
    "MULTIPOINT ((36.8 -1.3), (39.7 -4))",
    "LINESTRING (36.8 -1.3, 39.7 -4)",
    "LINESTRING Z (36.8 -1.3 1700, 39.7 -4 10)",
    "MULTILINESTRING ((36.8 -1.3, 39.7 -4), (1 2, 3 4))",
    "POLYGON ((36 -2, 38 -2, 38 0, 36 0, 36 -2), (36.5 -1.5, 36.5 -0.5, 37.5 -0.5, 37.5 -1.5, 36.5 -1.5))",
    "MULTIPOLYGON (((36 -2, 38 -2, 38 0, 36 0, 36 -2)), ((1 1, 2 1, 2 2, 1 1)))",
    "GEOMETRYCOLLECTION (POINT (36.8 -1.3), GEOMETRYCOLLECTION (LINESTRING (1 2, 3 4)))",
    "GEOMETRYCOLLECTION Z (POINT Z (36.8 -1.3 5), LINESTRING Z (1 2 3, 4 5 6))",
]


def point(*coordinates: Any) -> dict[str, Any]:
    return {"type": "Point", "coordinates": list(coordinates)}


def polygon(*ring: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [list(ring)]}


def nested_collection(depth: int) -> dict[str, Any]:
    geometry = point(36.8, -1.3)
    for _ in range(depth):
        geometry = {"type": "GeometryCollection", "geometries": [geometry]}
    return geometry


@pytest.mark.parametrize("wkt", WKTS)
def test_every_type_goes_out_and_comes_back(wkt: str) -> None:
    written = json.dumps(geometry_to_geojson(shapely.from_wkt(wkt)))

    assert geometry_from_geojson(written).wkt == wkt


def test_rings_follow_the_right_hand_rule_whichever_way_they_were_drawn() -> None:
    hole = [[36.5, -1.5], [37.5, -1.5], [37.5, -0.5], [36.5, -0.5], [36.5, -1.5]]
    drawn = geometry_from_geojson({"type": "Polygon", "coordinates": [CLOCKWISE, hole]})
    assert isinstance(drawn, shapely.Polygon)
    nested = shapely.GeometryCollection([shapely.MultiPolygon([drawn])])

    written = geometry_to_geojson(nested)["geometries"][0]["coordinates"][0]

    assert shapely.LinearRing(written[0]).is_ccw
    assert not shapely.LinearRing(written[1]).is_ccw


def test_reading_leaves_the_winding_as_it_is() -> None:
    drawn = geometry_from_geojson(polygon(*CLOCKWISE))

    assert isinstance(drawn, shapely.Polygon)
    assert not drawn.exterior.is_ccw


def test_numbers_are_rounded_on_demand_and_zero_has_no_sign() -> None:
    written = geometry_to_geojson(shapely.Point(36.123456789, -0.0000001, 12.34), 3)

    assert json.dumps(written) == '{"type": "Point", "coordinates": [36.123, 0.0, 12.34]}'


def test_a_bare_ring_goes_out_as_the_line_that_geojson_knows() -> None:
    assert geometry_to_geojson(shapely.LinearRing(CLOCKWISE))["type"] == "LineString"


@pytest.mark.parametrize("wkt", ["POINT (NaN 1)", "LINESTRING (0 0, Infinity 1)", "POINT M (1 2 3)"])
def test_what_json_cannot_carry_does_not_go_out(wkt: str) -> None:
    with pytest.raises(InvalidGeometryError):
        geometry_to_geojson(shapely.from_wkt(wkt))


@given(st.tuples(longitudes, latitudes))
def test_a_point_survives_the_round_trip_exactly(coordinates: tuple[float, float]) -> None:
    written = json.dumps(geometry_to_geojson(shapely.Point(coordinates)))

    assert shapely.equals_exact(geometry_from_geojson(written), shapely.Point(coordinates), 0)


@pytest.mark.parametrize(
    ("geometry", "reason"),
    [
        ([1, 2], "must be an object"),
        (None, "must be an object"),
        ({}, "None is not a geometry type"),
        ({"type": ["Point"]}, "is not a geometry type"),
        ({"type": "Circle", "coordinates": [1, 2]}, "'Circle' is not a geometry type"),
        ({"type": "Feature", "geometry": point(1, 2)}, "'Feature' is not a geometry type"),
        ({"type": "point", "coordinates": [1, 2]}, "'point' is not a geometry type"),
        ({"type": "Point"}, "Read None where a position"),
        (point(), "where a position"),
        (point(1), "where a position"),
        (point(1, 2, 3, 4), "where a position"),
        (point(1, "2"), "not finite or out of range"),
        (point(1, True), "not finite or out of range"),
        (point(1, None), "not finite or out of range"),
        (point(1, float("nan")), "not finite or out of range"),
        (point(float("inf"), 2), "not finite or out of range"),
        (point(1, 2, float("nan")), "not finite or out of range"),
        (point(1, 2, 10**400), "not finite or out of range"),
        (point(36.8, 95), "not finite or out of range"),
        (point(181, 0), "not finite or out of range"),
        ({"type": "LineString", "coordinates": [[1, 2]]}, "at least two positions"),
        ({"type": "LineString", "coordinates": []}, "empty"),
        ({"type": "LineString", "coordinates": [[1, 2], [1, 2, 3]]}, "Some positions have an altitude"),
        (
            {"type": "GeometryCollection", "geometries": [point(1, 2), point(1, 2, 3)]},
            "Some positions have an",
        ),
        ({"type": "LineString", "coordinates": "1,2"}, "where a list belongs"),
        (polygon([0, 0], [1, 0], [1, 1], [0, 1]), "not closed"),
        (polygon([0, 0], [1, 0], [0, 0]), "at least four positions"),
        ({"type": "Polygon", "coordinates": []}, "empty"),
        ({"type": "MultiPolygon", "coordinates": [[]]}, "empty"),
        ({"type": "GeometryCollection"}, "where a list belongs"),
        ({"type": "GeometryCollection", "geometries": []}, "empty"),
        (nested_collection(9), "nests too deeply"),
    ],
)
def test_a_malformed_geometry_is_refused_with_the_reason(geometry: Any, reason: str) -> None:
    with pytest.raises(InvalidGeometryError) as refusal:
        geometry_from_geojson(geometry)

    assert reason in refusal.value.message
    assert refusal.value.field == "geometry"


def test_a_refusal_names_the_given_field() -> None:
    with pytest.raises(InvalidGeometryError) as refusal:
        geometry_from_geojson({}, "footprint")

    assert refusal.value.field == "footprint"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not valid JSON"),
        ("{", "not valid JSON"),
        ("[" * 100_000, "nests too deeply"),
        ('{"a":' * 100_000, "nests too deeply"),
        ('{"type":"GeometryCollection","geometries":[' * 50_000, "nests too deeply"),
        ('{"type":"Point","coordinates":[1e999,0]}', "not finite"),
        ('{"type":"Point","coordinates":[NaN,0]}', "NaN is not a number"),
        ('{"type":"Point","coordinates":[-Infinity,0]}', "-Infinity is not a number"),
        ('{"type":"Point","coordinates":[' + "9" * 5000 + ",0]}", "not valid JSON"),
        ('"' + '\\"' * 50_000, "not valid JSON"),
        ("1" + " " * 8_000_000, "longer than"),
    ],
    ids=lambda text: text[:24],
)
def test_hostile_json_is_refused(text: str, reason: str) -> None:
    with pytest.raises(InvalidGeometryError, match=reason):
        geometry_from_geojson(text)


def test_brackets_inside_strings_are_not_depth() -> None:
    text = json.dumps({**point(36.8, -1.3), "note": "[" * 1000 + '\\"{'})

    assert geometry_from_geojson(text).wkt == "POINT (36.8 -1.3)"


def test_eight_nested_collections_are_the_most() -> None:
    geometry = nested_collection(8)

    assert shapely.get_num_coordinates(geometry_from_geojson(json.dumps(geometry))) == 1


def test_a_hundred_thousand_positions_are_the_most() -> None:
    positions = [[36.8, -1.3]] * 100_000

    assert geometry_from_geojson({"type": "MultiPoint", "coordinates": positions}) is not None
    with pytest.raises(InvalidGeometryError, match="more than 100000 positions"):
        geometry_from_geojson({"type": "MultiPoint", "coordinates": [*positions, [1, 2]]})


@pytest.mark.parametrize(
    "name",
    [
        "urn:ogc:def:crs:OGC:1.3:CRS84",
        "urn:ogc:def:crs:OGC::CRS84",
        "OGC:CRS84",
        "EPSG:4326",
        "urn:ogc:def:crs:EPSG::4326",
    ],
)
def test_a_crs_that_says_wgs84_is_borne(name: str) -> None:
    crs = {"type": "name", "properties": {"name": name}}

    assert geometry_from_geojson({**point(36.8, -1.3), "crs": crs}).wkt == "POINT (36.8 -1.3)"


@pytest.mark.parametrize(
    "crs",
    [
        {"type": "name", "properties": {"name": "EPSG:3857"}},
        {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32737"}},
        {"type": "name", "properties": {"name": "EPSG:43260"}},
        {"type": "name", "properties": {"name": 4326}},
        {"type": "link", "properties": {"href": "http://example.org/crs"}},
        {"type": "name", "properties": []},
        None,
        "EPSG:4326",
    ],
)
def test_any_other_crs_is_refused(crs: Any) -> None:
    with pytest.raises(InvalidGeometryError, match="coordinate system"):
        geometry_from_geojson({**point(36.8, -1.3), "crs": crs})


def test_a_foreign_crs_deep_inside_is_refused_too() -> None:
    inner = {**point(36.8, -1.3), "crs": {"type": "name", "properties": {"name": "EPSG:3857"}}}

    with pytest.raises(InvalidGeometryError, match="EPSG:3857"):
        geometry_from_geojson({"type": "GeometryCollection", "geometries": [inner]})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["Point", "Polygon", "x"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["type", "coordinates", "geometries", "crs"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(json_values)
def test_any_json_is_a_geometry_or_refused(value: Any) -> None:
    try:
        geometry = geometry_from_geojson(value)
    except InvalidGeometryError as refusal:
        assert refusal.field == "geometry"  # noqa: PT017 - both outcomes are fine
    else:
        assert not geometry.is_empty


def test_a_feature_takes_a_position_a_geometry_or_nothing() -> None:
    expected = {"type": "Point", "coordinates": [36.8, -1.3]}

    assert feature(Position(36.8, -1.3), {})["geometry"] == expected
    assert feature(shapely.Point(36.8, -1.3), {})["geometry"] == expected
    assert feature({"type": "Point", "coordinates": [36.8, -1.3]}, {})["geometry"] == expected
    assert feature(None, {}) == {"type": "Feature", "geometry": None, "properties": {}}


def test_members_of_a_feature_appear_where_they_have_a_value() -> None:
    box = BoundingBox(177, -20, -178, -16)
    built = feature(None, {"name": "Suva"}, identifier="F100000018", bbox=box)

    assert built == {
        "type": "Feature",
        "id": "F100000018",
        "bbox": [177, -20, -178, -16],
        "geometry": None,
        "properties": {"name": "Suva"},
    }


def test_a_collection_holds_its_features() -> None:
    built = feature(None, {})

    assert feature_collection([built]) == {"type": "FeatureCollection", "features": [built]}
    assert feature_collection(iter([]), bbox=BoundingBox(1, 2, 3, 4)) == {
        "type": "FeatureCollection",
        "bbox": [1, 2, 3, 4],
        "features": [],
    }
