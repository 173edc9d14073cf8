"""S11: what a hybrid says in Python, it says in SQL, in a select and in a filter.

Tolerances: none for positions and boxes; a thousand-millionth of a degree for centroids, where two releases
of GEOS may add in another order; a micrometre for distances and a square millimetre, or one part in 10^9,
for areas, as PostGIS and PROJ reach the same geodesics by their own arithmetic.
"""

from collections.abc import Callable
from typing import Any

import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shapely import Point
from shapely.geometry.base import BaseGeometry
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.factories import LAT, LON, make_facility, store_facility
from webapp.facilities.models import Category, Facility

CENTROID_DEG = 1e-9
DISTANCE_M = 1e-6
AREA_SHARE, AREA_M2 = 1e-9, 1e-6

many = settings(max_examples=50)
longitudes = st.floats(-180, 180) | st.sampled_from([-180.0, -179.9999999, 0.0, 179.9999999, 180.0])
latitudes = st.floats(-90, 90) | st.sampled_from([-90.0, -89.9999999, 0.0, 89.9999999, 90.0])


@st.composite
def polygons(draw: Callable[..., Any]) -> BaseGeometry:
    """Boxes, triangles and boxes with a hole, anywhere: at the antimeridian and the poles too."""
    west, south = draw(st.floats(-180, 179)), draw(st.floats(-90, 89))
    east = min(180.0, west + draw(st.floats(0.001, 40)))
    north = min(90.0, south + draw(st.floats(0.001, 40)))
    box = shapely.box(west, south, east, north)
    triangle = shapely.Polygon([(west, south), (east, south), (east, north)])
    hole = shapely.box(*shapely.affinity.scale(box, 0.5, 0.5).bounds)
    shape: BaseGeometry = draw(
        st.sampled_from([box, triangle, box.difference(hole), shapely.MultiPolygon([triangle])])
    )
    return shape


NAIROBI = shapely.box(36.65, -1.45, 37.11, -1.16)
SHAPES: dict[str, BaseGeometry | None] = {
    "none": None,
    "polygon": NAIROBI,
    "turned the other way": shapely.reverse(NAIROBI),
    "hole": NAIROBI.difference(shapely.box(36.8, -1.3, 36.9, -1.2)),
    "at the antimeridian": shapely.box(179.5, -17, 180, -16),
    "cut at the antimeridian": shapely.MultiPolygon(
        [shapely.box(179.5, -17, 180, -16), shapely.box(-180, -17, -179, -16)]
    ),
    "at the pole": shapely.box(-30, 85, 30, 90),
    "round the pole": shapely.box(-180, 80, 180, 90),
    "Antarctica": shapely.box(-180, -90, 180, -70),
    "line": shapely.LineString([(36.8, -1.3), (37.8, -2.3), (38, -2)]),
    "level line": shapely.LineString([(36.8, -1.3), (37.8, -1.3)]),
    "points": shapely.MultiPoint([(36.8, -1.3), (36.9, -1.5)]),
    "with Z": shapely.from_wkt("POLYGON Z ((36 -2 10, 37 -2 11, 37 -1 12, 36 -2 10))"),
    "collection": shapely.GeometryCollection([Point(36.8, -1.3), NAIROBI]),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_hybrids_of_typical_footprints(session: Session, shape: BaseGeometry | None) -> None:
    facility = store_facility(session, footprint=shape)
    _check_same(session, facility)


@many
@given(shape=polygons())
def test_hybrids_of_any_polygon(session: Session, category: Category, shape: BaseGeometry) -> None:
    facility = store_facility(session, category=category.slug, footprint=shape)
    _check_same(session, facility)


@many
@given(lon=longitudes, lat=latitudes)
def test_hybrids_of_any_position(session: Session, category: Category, lon: float, lat: float) -> None:
    facility = store_facility(session, category=category.slug, location=Point(lon, lat))
    assert facility.area == 0
    assert (facility.centroid.x, facility.centroid.y) == (lon, lat)  # type: ignore[attr-defined]
    _check_same(session, facility)


def _check_same(session: Session, facility: Facility) -> None:
    columns = (
        Facility.longitude,
        Facility.latitude,
        Facility.bounding_box,
        Facility.centroid,
        Facility.area,
    )
    row = session.execute(select(*columns).where(Facility.id == facility.id)).one()
    lon, lat, box, centroid, area = row
    assert (lon, lat) == (facility.longitude, facility.latitude)
    assert box.geom_type == facility.bounding_box.geom_type
    assert box.normalize() == facility.bounding_box.normalize()
    assert centroid.distance(facility.centroid) <= CENTROID_DEG
    assert area == pytest.approx(facility.area, rel=AREA_SHARE, abs=AREA_M2)


@many
@given(here=st.tuples(longitudes, latitudes), there=st.tuples(longitudes, latitudes))
@example(here=(180.0, 0.0), there=(-180.0, 0.0))
@example(here=(0.0, 90.0), there=(90.0, 90.0))
@example(here=(36.8, -1.3), there=(-143.2, 1.3))
def test_distance_between_any_positions(
    session: Session, category: Category, *, here: tuple[float, float], there: tuple[float, float]
) -> None:
    facility = store_facility(session, category=category.slug, location=Point(here))
    query = select(Facility.distance(*there)).where(Facility.id == facility.id)
    assert session.scalars(query).one() == pytest.approx(facility.distance(*there), rel=0, abs=DISTANCE_M)


def test_known_distance_and_area(session: Session) -> None:
    """Values that do not come from either side: one degree of the equator, and the area of the ellipsoid."""
    world = shapely.MultiPolygon([shapely.box(-180, -90, 0, 90), shapely.box(0, -90, 180, 90)])
    facility = store_facility(session, location=Point(36, 0))
    assert facility.distance(37, 0) == pytest.approx(111_319.4907932, abs=1e-6)
    assert facility.distance(36, 1) == pytest.approx(110_574.3885578, abs=1e-6), "not the other axis"
    facility.footprint = world  # type: ignore[assignment]
    assert facility.area == pytest.approx(510_065_621_724_088, rel=1e-9)


PLACES = [
    (36.8, -1.3),
    (36.9, -1.3),
    (-1.3, 36.8),
    (179.9, -16.5),
    (-179.9, -16.5),
    (0.0, 89.9),
    (36.8, -1.29),
]

FILTERS: dict[str, tuple[Any, Callable[[Facility], bool]]] = {
    "longitude": (Facility.longitude > 36.8, lambda it: it.longitude > 36.8),
    "latitude": (Facility.latitude <= -1.3, lambda it: it.latitude <= -1.3),
    "distance": (Facility.distance(LON, LAT) < 11_132, lambda it: it.distance(LON, LAT) < 11_132),
    "distance over the antimeridian": (
        Facility.distance(180, -16.5) < 11_000,
        lambda it: it.distance(180, -16.5) < 11_000,
    ),
    "area": (Facility.area > 1e8, lambda it: it.area > 1e8),
    "centroid": (func.ST_Y(Facility.centroid) > 0, lambda it: bool(shapely.get_y(it.centroid) > 0)),
    "bounding box": (
        func.ST_XMin(Facility.bounding_box) < 36.85,
        lambda it: it.bounding_box.bounds[0] < 36.85,
    ),
}


@pytest.mark.parametrize(("condition", "accepts"), FILTERS.values(), ids=FILTERS)
def test_a_filter_lets_through_what_python_would(
    session: Session, category: Category, condition: Any, accepts: Callable[[Facility], bool]
) -> None:
    for lon, lat in PLACES:
        footprint = shapely.box(lon - 0.05, lat - 0.05, lon + 0.05, lat + 0.05) if lat > -1.3 else None
        session.add(make_facility(category=category.slug, location=Point(lon, lat), footprint=footprint))
    session.commit()
    everything = session.scalars(select(Facility).order_by(Facility.id)).all()
    expected = [facility.id for facility in everything if accepts(facility)]
    assert 0 < len(expected) < len(PLACES), "the case tells nothing"
    assert session.scalars(select(Facility.id).where(condition).order_by(Facility.id)).all() == expected


def test_hybrids_order_rows_and_stand_in_updates(session: Session, category: Category) -> None:
    for lon, lat in PLACES:
        session.add(make_facility(category=category.slug, name=f"at {lon} {lat}", location=Point(lon, lat)))
    session.flush()
    nearest_first = select(Facility.name).order_by(Facility.distance(LON, LAT), Facility.id).limit(3)
    assert session.scalars(nearest_first).all() == ["at 36.8 -1.3", "at 36.8 -1.29", "at 36.9 -1.3"]
    far = update(Facility).where(Facility.distance(LON, LAT) > 1e7).values(status="planned")
    assert session.execute(far.execution_options(synchronize_session=False)).rowcount == 3  # type: ignore[attr-defined]
