"""S5, S6 and S12: geometries of every kind go in, one kind of value comes out, exact to the last bit."""

import math
from typing import Any

import pytest
import shapely
from geoalchemy2 import WKBElement, WKTElement
from geoalchemy2.shape import from_shape, to_shape
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point
from shapely.geometry.base import BaseGeometry
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from tests.factories import LAT, LON, make_facility, store_facility
from webapp.database.geometry import to_element
from webapp.errors import InvalidGeometryError
from webapp.facilities.models import Category, Facility

POINT = Point(LON, LAT)
# The shortest decimal that is not exactly a float, and one that needs all 17 digits.
AWKWARD = Point(0.1 + 0.2, -1.2345678901234567)

ACCEPTED: dict[str, Any] = {
    "shapely": POINT,
    "shapely with SRID": shapely.set_srid(POINT, 4326),
    "WKTElement": WKTElement("POINT(36.8 -1.3)", srid=4326),
    "WKTElement without SRID": WKTElement("POINT(36.8 -1.3)"),
    "extended WKTElement": WKTElement("SRID=4326;POINT(36.8 -1.3)", extended=True),
    "WKBElement": from_shape(POINT, srid=4326),
    "extended WKBElement": from_shape(POINT, srid=4326, extended=True),
    "WKBElement without SRID": from_shape(POINT),
    "hexadecimal WKBElement": WKBElement(shapely.to_wkb(POINT, hex=True), srid=4326),
}

FOREIGN: dict[str, Any] = {
    "shapely": shapely.set_srid(POINT, 3857),
    "WKTElement": WKTElement("POINT(4096568 -144723)", srid=3857),
    "extended WKTElement": WKTElement("SRID=3857;POINT(36.8 -1.3)", extended=True),
    "WKBElement": from_shape(POINT, srid=3857),
    "extended WKBElement": from_shape(POINT, srid=21037, extended=True),
    "raw EWKB that hides its SRID": WKBElement(
        shapely.to_wkb(shapely.set_srid(POINT, 3857), include_srid=True)
    ),
}

FOOTPRINTS = [
    "POINT (36.8 -1.3)",
    "MULTIPOINT ((36.8 -1.3), (36.9 -1.4))",
    "LINESTRING (36.8 -1.3, 36.9 -1.4, 36.95 -1.2)",
    "MULTILINESTRING ((36.8 -1.3, 36.9 -1.4), (10 20, 30 40))",
    "POLYGON ((36 -2, 38 -2, 38 -1, 36 -2), (37.8 -1.9, 37.9 -1.9, 37.9 -1.8, 37.8 -1.9))",
    "MULTIPOLYGON (((36.8 -1.3, 36.9 -1.3, 36.9 -1.2, 36.8 -1.3)), ((10 20, 30 20, 30 40, 10 20)))",
    "GEOMETRYCOLLECTION (POINT (36.8 -1.3), LINESTRING (10 20, 30 40))",
    "POINT Z (36.8 -1.3 1661.5)",
    "LINESTRING Z (36.8 -1.3 1661.5, 36.9 -1.4 1700.25)",
    "MULTILINESTRING Z ((36.8 -1.3 1, 36.9 -1.4 2), (10 20 3, 30 40 4))",
    "POLYGON Z ((36.8 -1.3 10, 36.9 -1.3 11, 36.9 -1.2 12, 36.8 -1.3 10))",
    "MULTIPOLYGON Z (((36.8 -1.3 10, 36.9 -1.3 11, 36.9 -1.2 12, 36.8 -1.3 10)))",
    "GEOMETRYCOLLECTION Z (POINT Z (36.8 -1.3 5), LINESTRING Z (10 20 6, 30 40 7))",
]


@pytest.mark.parametrize("value", ACCEPTED.values(), ids=ACCEPTED)
def test_location_takes_any_kind_of_point(session: Session, category: Category, value: Any) -> None:
    facility = make_facility(category=category.slug, location=value)
    _check_element(facility.location)
    session.add(facility)
    session.commit()
    _check_element(facility.location)
    session.expire(facility)
    _check_element(facility.location)
    assert session.scalar(text("SELECT ST_AsEWKT(location) FROM facilities")) == "SRID=4326;POINT(36.8 -1.3)"


def _check_element(value: object) -> None:
    """Before the flush, after it and after a reload, readers see one kind of value."""
    assert isinstance(value, WKBElement)
    assert value.srid == 4326
    assert to_shape(value) == POINT


@pytest.mark.parametrize("value", FOREIGN.values(), ids=FOREIGN)
@pytest.mark.parametrize("column", ["location", "footprint"])
def test_another_srid_is_refused_at_assignment(column: str, value: Any) -> None:
    facility = make_facility()
    with pytest.raises(InvalidGeometryError, match=r"SRID (3857|21037).*transform it to WGS 84") as caught:
        setattr(facility, column, value)
    assert caught.value.field == column
    _check_element(facility.location)


@pytest.mark.parametrize("value", FOREIGN.values(), ids=FOREIGN)
def test_another_srid_is_refused_by_a_statement_without_a_model(
    session: Session, category: Category, value: Any
) -> None:
    statement = insert(Facility).values(name="Elsewhere", category=category.slug, location=value)
    with pytest.raises(StatementError) as caught:
        session.execute(statement)
    assert "SRID" in str(caught.value)
    session.rollback()
    assert session.scalar(text("SELECT count(*) FROM facilities")) == 0


@pytest.mark.parametrize(
    ("column", "srid"), [("location", 3857), ("location", 32737), ("footprint", 3857), ("footprint", 0)]
)
def test_another_srid_is_refused_by_the_database_itself(session: Session, column: str, srid: int) -> None:
    store_facility(session)
    statement = f"UPDATE facilities SET {column} = ST_SetSRID(ST_MakePoint(36.8, -1.3), {srid})"  # noqa: S608
    with pytest.raises(DBAPIError) as caught:
        session.execute(text(statement))
    assert getattr(caught.value.orig, "pgcode", None) in {"22023", "23514"}


@pytest.mark.parametrize(
    "value",
    [None, "POINT(36.8 -1.3)", (36.8, -1.3), {"type": "Point", "coordinates": [36.8, -1.3]}, b"\x01", 7],
    ids=repr,
)
def test_what_is_no_geometry_is_refused_as_a_location(value: Any) -> None:
    with pytest.raises(InvalidGeometryError, match="must be a shapely geometry") as caught:
        make_facility(location=value)
    assert caught.value.field == "location"


@pytest.mark.parametrize("wkb", [b"\x01\x02\x00\x00\x00", b"not a geometry", b"\x01" + b"\xff" * 40])
def test_broken_wkb_is_refused(wkb: bytes) -> None:
    with pytest.raises(InvalidGeometryError) as caught:
        make_facility(location=WKBElement(wkb, srid=4326))
    assert caught.value.field == "location"


def test_broken_wkt_is_refused() -> None:
    with pytest.raises(InvalidGeometryError, match="cannot be read"):
        make_facility(location=WKTElement("POINT(36.8", srid=4326))


@pytest.mark.parametrize(
    "shape",
    [
        Point(),
        Point(math.nan, -1.3),
        Point(36.8, math.inf),
        Point(180.5, 0),
        Point(0, -90.5),
        shapely.from_wkt("LINESTRING (36.8 -1.3, 36.9 -1.4)"),
        shapely.from_wkt("MULTIPOINT ((36.8 -1.3))"),
    ],
    ids=str,
)
def test_location_is_one_point_on_earth(shape: BaseGeometry) -> None:
    with pytest.raises(InvalidGeometryError) as caught:
        make_facility(location=shape)
    assert caught.value.field == "location"


@pytest.mark.parametrize(
    "shape", [POINT, AWKWARD, Point(180, 90), Point(-180, -90), Point(-0.0, 0.0)], ids=str
)
def test_positions_come_back_exactly(session: Session, shape: Point) -> None:
    facility = store_facility(session, location=shape)
    session.expire(facility)
    assert facility.point.wkb == shape.wkb
    assert (facility.longitude, facility.latitude) == (shape.x, shape.y)
    assert facility.position.coordinates == (shape.x, shape.y)


@settings(max_examples=60)
@given(lon=st.floats(-180, 180), lat=st.floats(-90, 90))
def test_any_position_comes_back_exactly(session: Session, lon: float, lat: float) -> None:
    facility = store_facility(session, location=Point(lon, lat))
    session.expire(facility)
    assert facility.position.coordinates == (lon, lat)


@pytest.mark.parametrize("wkt", FOOTPRINTS)
@pytest.mark.parametrize("as_element", [False, True], ids=["shapely", "WKTElement"])
def test_footprint_of_any_type_comes_back_exactly(session: Session, wkt: str, as_element: bool) -> None:
    shape = shapely.from_wkt(wkt)
    facility = store_facility(session, footprint=WKTElement(wkt, srid=4326) if as_element else shape)
    session.expire(facility)
    assert facility.outline is not None
    assert facility.footprint is not None
    assert facility.footprint.srid == 4326
    assert (facility.outline.geom_type, facility.outline.has_z) == (shape.geom_type, shape.has_z)
    assert facility.outline.wkb == shape.wkb


def test_footprint_can_be_taken_away(session: Session) -> None:
    facility = store_facility(session, footprint=shapely.box(36.7, -1.4, 36.9, -1.2))
    facility.footprint = None
    session.commit()
    assert session.scalar(select(Facility.footprint)) is None
    assert facility.outline is None


@pytest.mark.parametrize(
    "wkt",
    [
        "POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))",
        "POLYGON EMPTY",
        "GEOMETRYCOLLECTION EMPTY",
        "POLYGON ((170 0, 190 0, 190 10, 170 0))",
        "LINESTRING (0 0, 0 91)",
        "POINT (nan 0)",
    ],
)
def test_footprint_must_be_valid_and_on_earth(session: Session, facility: Facility, wkt: str) -> None:
    facility.footprint = to_element(shapely.from_wkt(wkt), field="footprint")
    with pytest.raises(IntegrityError, match="ck_facilities_footprint_valid"):
        session.flush()
