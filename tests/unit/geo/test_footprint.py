import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.errors import InvalidGeometryError
from webapp.geo.geojson import parse_footprint

SQUARE = {"type": "Polygon", "coordinates": [[[36, -2], [38, -2], [38, 0], [36, 0], [36, -2]]]}
SQUARE_WKT = "POLYGON ((36 -2, 38 -2, 38 0, 36 0, 36 -2))"
FEATURE = {"type": "Feature", "properties": {}, "geometry": SQUARE}


@pytest.mark.parametrize("text", ["", "  \n"])
def test_no_text_is_no_footprint(text: str) -> None:
    assert parse_footprint(text) is None


@pytest.mark.parametrize(
    "document",
    [SQUARE, FEATURE, {"type": "FeatureCollection", "features": [FEATURE]}],
    ids=lambda d: d["type"],
)
def test_geojson_is_read_bare_and_wrapped(document: dict[str, Any]) -> None:
    geometry = parse_footprint(f" {json.dumps(document)}\n")

    assert geometry is not None
    assert geometry.wkt == SQUARE_WKT


@pytest.mark.parametrize(
    "wkt",
    [
        "POINT (36.8 -1.3)",
        "POINT Z (36.8 -1.3 1700)",
        "MULTIPOINT ((36.8 -1.3), (39.7 -4))",
        "LINESTRING (36.8 -1.3, 39.7 -4)",
        "MULTILINESTRING ((36.8 -1.3, 39.7 -4), (1 2, 3 4))",
        SQUARE_WKT,
        "POLYGON Z ((36 -2 5, 38 -2 5, 38 0 5, 36 0 5, 36 -2 5))",
        "MULTIPOLYGON (((36 -2, 38 -2, 38 0, 36 0, 36 -2)), ((1 1, 2 1, 2 2, 1 1)))",
        "GEOMETRYCOLLECTION (POINT (36.8 -1.3), LINESTRING (1 2, 3 4))",
    ],
)
def test_well_known_text_of_every_type_is_read(wkt: str) -> None:
    geometry = parse_footprint(wkt)

    assert geometry is not None
    assert geometry.wkt == wkt


@pytest.mark.parametrize(
    "text",
    [
        "srid=4326;point(36.8 -1.3)",
        "SRID = 4326; POINT(36.8 -1.3)",
        "POINT(+36.8\n-1.3)",
        "POINT(3.68e1 -1.3E0)",
        "point ( 36.8 -1.30 )",
    ],
)
def test_spellings_of_well_known_text_are_borne(text: str) -> None:
    geometry = parse_footprint(text)

    assert geometry is not None
    assert geometry.wkt == "POINT (36.8 -1.3)"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("SRID=3857;POINT(1 2)", "The SRID is 3857"),
        ("SRID=32737;POINT(1 2)", "The SRID is 32737"),
        ("POLYGON((0 0, 1 1, 1 0, 0 1, 0 0))", "Self-intersection"),
        ('{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}', "Self-intersection"),
        ("LINESTRING(1 1, 1 1)", "Too few points"),
        ("POLYGON((0 0, 1 1, 1 0))", "closed"),
        ("POLYGON((0 0, 1 1", "broken"),
        ("POINT(1 2) POINT(3 4)", "broken"),
        ("POINT(1 95)", "out of range"),
        ("POINT(1e99 2)", "out of range"),
        ("POINT(1 2 3 4)", "where a position"),
        ("POINT EMPTY", "position"),
        ("GEOMETRYCOLLECTION EMPTY", "empty"),
        ("POINT(nan 1)", "neither GeoJSON nor"),
        ("POINT(1e999 1)", "neither GeoJSON nor"),
        (f"POINT({'9' * 400} 1)", "neither GeoJSON nor"),
        ("POINT M(1 2 3)", "neither GeoJSON nor"),
        ("POINT ZM(1 2 3 4)", "neither GeoJSON nor"),
        ("CIRCULARSTRING(0 0, 1 1, 2 0)", "neither GeoJSON nor"),
        ("LINEARRING(0 0, 1 1, 1 0, 0 0)", "neither GeoJSON nor"),
        ("0101000000000000000000F03F0000000000000040", "neither GeoJSON nor"),
        ("POINT(1 2)\x00", "neither GeoJSON nor"),
        ("Nairobi", "neither GeoJSON nor"),
        ("[1, 2]", "must be an object"),
        ("{", "not valid JSON"),
        ('{"type":"Feature","geometry":null}', "must be an object"),
        ('{"type":"FeatureCollection","features":[]}', "exactly one"),
        ('{"type":"Feature","crs":{"type":"name","properties":{"name":"EPSG:3857"}}}', "EPSG:3857"),
        ("GEOMETRYCOLLECTION(" * 100_000 + "POINT(1 2)" + ")" * 100_000, "nests too deeply"),
        ("GEOMETRYCOLLECTION(" * 9 + "POINT(1 2)" + ")" * 9, "nests too deeply"),
        ("(" * 100_000, "nests too deeply"),
        ("[" * 100_000, "nests too deeply"),
        ("LINESTRING(" + "1 2," * 100_000, "more than 100000"),
        ("POINT(1 2)" + "x" * 8_000_000, "longer than"),
    ],
    ids=lambda text: text[:32],
)
def test_any_other_footprint_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(InvalidGeometryError) as refusal:
        parse_footprint(text)

    assert reason in refusal.value.message
    assert refusal.value.field == "footprint"


wkt_fragments = st.sampled_from(
    [
        "POINT",
        "POLYGON",
        "GEOMETRYCOLLECTION",
        "(",
        ")",
        ",",
        " ",
        "1",
        "-2.5",
        "Z",
        "EMPTY",
        "SRID=4326;",
        "e5",
        ".",
    ]
)


@given(st.text(max_size=80) | st.lists(wkt_fragments, max_size=16).map("".join))
def test_any_text_is_a_valid_footprint_or_refused(text: str) -> None:
    try:
        geometry = parse_footprint(text)
    except InvalidGeometryError as refusal:
        assert refusal.field == "footprint"  # noqa: PT017 - both outcomes are fine
    else:
        assert geometry is None or geometry.is_valid
