"""Areas as conditions on facilities: a box of the map, a circle, a drawn ring, and the nearest to a place.

Each one begins with a plain box that the index of locations answers, and ends with what is exact.
"""

from typing import Any

from geoalchemy2 import Geography
from shapely.geometry.base import BaseGeometry
from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    and_,
    case,
    cast,
    false,
    func,
    or_,
    true,
)

from webapp.facilities.models import Facility
from webapp.geo.areas import Circle, Ring
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
    return [or_(*map(_in_block, cell_ranges(box))), *beyond_the_grid(box)]


def in_cells(box: BoundingBox) -> list[Condition]:
    """Hold to the same by numbers of cells alone, where another index than that of locations leads."""
    return [or_(*map(_among_cells, cell_ranges(box))), *beyond_the_grid(box)]


def is_of_cells(box: BoundingBox) -> bool:
    """Tell whether a box holds all of what its cells hold: no edge lies between the map's edge and a pole."""
    return not beyond_the_grid(box)


def in_circle(circle: Circle) -> list[Condition]:
    """Hold to a circle on the ellipsoid, its edge included."""
    there, here = geography(point_of(circle.centre)), geography(Facility.location)
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


def _in_block(block: CellRange) -> Condition:
    near = Facility.location.op("&&")(_envelope(block.envelope))
    return and_(near, _half_likely(_among_cells(block)))


def _among_cells(block: CellRange) -> Condition:
    last = (1 << GRID_LEVEL) - 1
    columns = Facility.grid_x.between(block.first_column, block.last_column)
    rows = Facility.grid_y.between(block.first_row, block.last_row)
    return and_(
        true() if (block.first_column, block.last_column) == (0, last) else columns,
        true() if (block.first_row, block.last_row) == (0, last) else rows,
    )


def _half_likely(condition: Condition) -> Condition:
    """Return a condition that the planner takes for one in two.

    After a box it hardly narrows any more, but the planner would multiply as if it had nothing to do with it.
    """
    return case((condition, true()), else_=false())


def beyond_the_grid(box: BoundingBox) -> list[Condition]:
    """Hold to the edges of a box between the map's edge and a pole, which no cells tell apart."""
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


def geography(place: SQLColumnExpression[Any]) -> ColumnElement[object]:
    """Return a point of the database as one that is measured on the ellipsoid."""
    return cast(place, Geography(srid=4326))
