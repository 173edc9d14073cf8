"""Areas as conditions on facilities: a box of the map, a circle, a drawn ring, and the nearest to a place.

Each one begins with a plain box that the index of locations answers, and ends with what is exact.
"""

import math
from collections.abc import Sequence
from typing import Any

from geoalchemy2 import Geography, WKBElement
from shapely.geometry.base import BaseGeometry
from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    SQLColumnExpression,
    Subquery,
    and_,
    any_,
    case,
    cast,
    false,
    func,
    or_,
    select,
    true,
    union,
)

from webapp.facilities.models import Facility
from webapp.geo.areas import LATITUDE_STRETCH, SEMI_MINOR_AXIS_M, Circle, Neighbours, Ring, parallel_radius
from webapp.geo.bounding_box import WORLD, BoundingBox
from webapp.geo.grid import GRID_LEVEL, CellRange, cell_ranges
from webapp.geo.mercator import MAX_LATITUDE_DEG
from webapp.geo.position import Position

Condition = ColumnElement[bool]

FAR_FROM_THE_MIDDLE_DEG = 90.0
"""From here on the nearest may well lie beyond the antimeridian."""

FULL_CIRCLE_DEG = 360.0
MARGIN_DEG = 1e-7


def in_box(box: BoundingBox) -> list[Condition]:
    """Hold to the finest cells of the grid that the box touches: the very facilities that the pyramid counts.

    A cell is 3.7 cm wide, so a facility that close outside an edge belongs to the box as well. Beyond the
    map's edge at 85.05 degrees, where the outermost cells reach the poles, the latitude decides.
    """
    if box == WORLD:
        return []
    return [or_(*map(_in_block, cell_ranges(box))), *_beyond_the_grid(box)]


def is_of_cells(box: BoundingBox) -> bool:
    """Tell whether a box holds all of what its cells hold: no edge lies between the map's edge and a pole."""
    return not _beyond_the_grid(box)


def in_circle(circle: Circle) -> list[Condition]:
    """Hold to a circle on the ellipsoid, its edge included."""
    there, here = _geography(point_of(circle.centre)), _geography(Facility.location)
    near = or_(*(Facility.location.op("&&")(_envelope(part)) for part in circle.box.split()))
    return [near, _half_likely(func.ST_DWithin(here, there, circle.radius_m))]


def in_ring(ring: Ring) -> list[Condition]:
    """Hold to a drawn area, its edge included."""
    return [
        or_(
            *(
                and_(
                    Facility.location.op("&&")(func.ST_MakeEnvelope(*part.bounds, 4326)),
                    _half_likely(func.ST_Covers(_shape(part), Facility.location)),
                )
                for part in ring.parts
            )
        )
    ]


def is_among_nearest(
    wanted: Neighbours, conditions: Sequence[Condition], categories: Sequence[str]
) -> Condition:
    """Hold to the nearest ones on the ellipsoid among those that meet the conditions.

    The nearest by degrees are found first, in the order of the index, one category after another. Their true
    distances bound a circle, and in that circle the true order decides.
    """
    point = point_of(wanted.place)
    box, beyond = _boxes(_reach(wanted, conditions, categories), wanted.place).c
    near = or_(
        Facility.location.op("&&")(select(box).scalar_subquery()),
        Facility.location.op("&&")(select(beyond).scalar_subquery()),
    )
    nearest = (
        select(Facility.id)
        .where(*conditions, near)
        .order_by(func.ST_Distance(_geography(Facility.location), _geography(point)), Facility.id)
        .limit(wanted.number)
        .correlate(None)
    )
    return Facility.id == any_(func.array(nearest.scalar_subquery()))


def is_nearest_of_few(wanted: Neighbours, conditions: Sequence[Condition]) -> Condition:
    """Hold to the same by measuring all that meet the conditions: few may lie far beyond many others."""
    # nothing is skipped: OFFSET keeps PostgreSQL from looking for them in the order of their distance
    few = select(Facility.id, Facility.location).where(*conditions).offset(0).correlate(None).subquery()
    metres = func.ST_Distance(_geography(few.c.location), _geography(point_of(wanted.place)))
    nearest = select(few.c.id).order_by(metres, few.c.id).limit(wanted.number)
    return Facility.id == any_(func.array(nearest.scalar_subquery()))


def _reach(wanted: Neighbours, conditions: Sequence[Condition], categories: Sequence[str]) -> Subquery:
    """Return a distance (metres) within which there are as many as wanted, or all that there are."""
    lon, lat = wanted.place.coordinates
    places = [wanted.place.coordinates]
    if abs(lon) > FAR_FROM_THE_MIDDLE_DEG:
        places.append((lon - math.copysign(FULL_CIRCLE_DEG, lon), lat))
    there = _geography(point_of(wanted.place))
    found = []
    for place in places:
        for category in categories or (None,):
            among = conditions if category is None else (*conditions, Facility.category == category)
            candidates = _first_by_degrees(place, among, wanted.number).subquery()
            metres = func.ST_Distance(_geography(candidates.c.location), there).label("metres")
            found.append(select(candidates.c.id, metres))
    # each one once: from two sides the same ones may be found
    distances = union(*found).subquery()
    shortest = select(distances.c.metres).order_by(distances.c.metres).limit(wanted.number).subquery()
    return select(func.max(shortest.c.metres).label("metres")).subquery()


def _boxes(reach: Subquery, place: Position) -> CTE:
    """Return the box of `Circle.box`, and that once round the world, for the other side of 180 degrees."""
    lon, lat = place.coordinates
    narrowness = parallel_radius(lat)
    arc = reach.c.metres / SEMI_MINOR_AXIS_M
    high = func.degrees(arc) * LATITUDE_STRETCH + MARGIN_DEG
    wide = case(
        (or_(arc >= math.pi / 2, func.sin(arc) >= narrowness), FULL_CIRCLE_DEG / 2),
        else_=func.degrees(func.asin(func.sin(arc) / narrowness)) + MARGIN_DEG,
    )
    boxes = [
        func.ST_MakeEnvelope(turned - wide, lat - high, turned + wide, lat + high, 4326)
        for turned in (lon, lon - math.copysign(FULL_CIRCLE_DEG, lon))
    ]
    return select(boxes[0].label("box"), boxes[1].label("beyond")).cte().prefix_with("MATERIALIZED")


def _first_by_degrees(
    place: tuple[float, float], conditions: Sequence[Condition], number: int
) -> Select[int, WKBElement]:
    point = func.ST_SetSRID(func.ST_MakePoint(*place), 4326)
    order = Facility.location.op("<->")(point)
    return (
        select(Facility.id, Facility.location)
        .where(*conditions)
        .order_by(order)
        .limit(number)
        .correlate(None)
    )


def _in_block(block: CellRange) -> Condition:
    last = (1 << GRID_LEVEL) - 1
    columns = Facility.grid_x.between(block.first_column, block.last_column)
    rows = Facility.grid_y.between(block.first_row, block.last_row)
    inside = and_(
        true() if (block.first_column, block.last_column) == (0, last) else columns,
        true() if (block.first_row, block.last_row) == (0, last) else rows,
    )
    return and_(Facility.location.op("&&")(_envelope(block.envelope)), _half_likely(inside))


def _half_likely(condition: Condition) -> Condition:
    """Return a condition that the planner takes for one in two.

    After a box it hardly narrows any more, but the planner would multiply as if it had nothing to do with it.
    """
    return case((condition, true()), else_=false())


def _beyond_the_grid(box: BoundingBox) -> list[Condition]:
    conditions = []
    if abs(box.south) >= MAX_LATITUDE_DEG and box.south > WORLD.south:
        conditions.append(Facility.latitude >= box.south)
    if abs(box.north) >= MAX_LATITUDE_DEG and box.north < WORLD.north:
        conditions.append(Facility.latitude <= box.north)
    return conditions


def _envelope(box: BoundingBox) -> ColumnElement[object]:
    return func.ST_MakeEnvelope(box.west, box.south, box.east, box.north, 4326)


def point_of(position: Position) -> ColumnElement[object]:
    """Return a position as a point of the database (lon, lat), SRID 4326."""
    return func.ST_SetSRID(func.ST_MakePoint(*position.coordinates), 4326)


def _shape(shape: BaseGeometry) -> ColumnElement[object]:
    return func.ST_GeomFromWKB(shape.wkb, 4326)


def _geography(place: SQLColumnExpression[Any]) -> ColumnElement[object]:
    return cast(place, Geography(srid=4326))
