"""The nearest facilities to a place, on the ellipsoid, among those that a filter lets through.

A distance within which there are enough bounds a circle, and in that circle the true order decides. Without a
filter the nearest by degrees give such a distance, in the order of an index; with one that the pyramid knows,
its cells do: they lie within reach or not, at ever finer levels, wherever millions of others are nearer.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, any_, func, literal, select
from sqlalchemy.orm import Session

from webapp.clusters.models import FINEST_LEVEL, LEVELS
from webapp.clusters.queries import LEVELS_AT_ONCE, NUMBERS, Spot, list_children
from webapp.facilities.areas import geography, point_of
from webapp.facilities.filters import FacilityFilter
from webapp.facilities.finding import Ground, facets_of, find, ground_of, select_found
from webapp.facilities.models import Facility
from webapp.geo.areas import LARGEST_RADIUS_M, Circle, Neighbours
from webapp.geo.bounding_box import WORLD
from webapp.geo.geodesy import distances_m
from webapp.geo.grid import CellRange, keys_of_cells
from webapp.geo.position import Position

MEASURED_AT_MOST = 5_000
"""So many facilities are measured in about 10 ms."""

MORE_TO_BE_SURE = (6, 60)
"""So many times the wanted number come by degrees: often the first look is enough, near towns the second."""

NEAR_M = 50_000.0
FAR_FROM_THE_MIDDLE_DEG = 90.0
"""From here on the nearest may well lie beyond the antimeridian."""

FULL_CIRCLE_DEG = 360.0
EARTH_RADIUS_M = 6_371_008.8
SPHERE_ERROR = 0.01
"""Distances on the sphere and on the ellipsoid differ by less than 0.6 percent."""


def nearest_ids(session: Session, asked: FacilityFilter, wanted: Neighbours) -> tuple[int, ...]:
    """Return the ids of the nearest among what a filter lets through, its own `nearest` and box apart.

    They are fewer than wanted where the filter lets fewer through.
    """
    among = replace(asked, nearest=None, box=WORLD)
    reach_m = LARGEST_RADIUS_M
    if not among.is_in_pyramid:
        found = find(session, among, (Facility.id,))
        if found.share == 1:
            ids = literal([number for (number,) in found.rows], NUMBERS)
            places = select(Facility.id, Facility.location).where(Facility.id == any_(ids))
            return _nearest_of(session, places, wanted)
    if not among.is_narrowed or not among.is_in_pyramid:
        for most in (more * wanted.number for more in MORE_TO_BE_SURE):
            sides = [_first_by_degrees(session, place, among, most) for place in _turns(wanted.place)]
            first = _in_true_order(sides, wanted)
            if first.is_complete:
                return first.ids
            if first.reach_m > NEAR_M:
                break
        reach_m = first.reach_m
    within = among.within(Circle(wanted.place, reach_m).box)
    ground = _within_reach(session, within, wanted, reach_m)
    return _nearest_of(session, select_found(within, ground, (Facility.id, Facility.location)), wanted)


def _nearest_of(session: Session, places: Select[*tuple[Any, ...]], wanted: Neighbours) -> tuple[int, ...]:
    # nothing is skipped: OFFSET keeps PostgreSQL from looking for them in the order of their distance
    found = places.offset(0).subquery()
    metres = func.ST_Distance(geography(found.c.location), geography(point_of(wanted.place)))
    query = select(found.c.id).order_by(metres, found.c.id).limit(wanted.number)
    return tuple(session.scalars(query))


@dataclass(frozen=True)
class Side:
    """The first places by degrees: ids and positions, and within how many degrees there are no others."""

    places: dict[int, tuple[float, float]]
    seen_deg: float


@dataclass(frozen=True)
class First:
    """The first places in the true order; complete where no other can be nearer. `reach_m` holds enough."""

    ids: tuple[int, ...]
    reach_m: float
    is_complete: bool


def _turns(place: Position) -> list[tuple[float, float]]:
    """Return a place as (lon, lat), and where the antimeridian is near, also as seen from beyond it."""
    lon, lat = place.coordinates
    turned = lon - math.copysign(FULL_CIRCLE_DEG, lon), lat
    return [place.coordinates, turned] if abs(lon) > FAR_FROM_THE_MIDDLE_DEG else [place.coordinates]


def _first_by_degrees(session: Session, place: tuple[float, float], among: FacilityFilter, most: int) -> Side:
    lon, lat = place
    there = func.ST_SetSRID(func.ST_MakePoint(lon, lat), 4326)
    columns = Facility.id, Facility.longitude.label("lon"), Facility.latitude.label("lat")
    query = select(*columns).where(*among.conditions()).order_by(Facility.location.op("<->")(there))
    rows = session.execute(query.limit(most)).all()
    farthest = max((math.hypot(row.lon - lon, row.lat - lat) for row in rows), default=0.0)
    return Side({row.id: (row.lon, row.lat) for row in rows}, farthest if len(rows) == most else math.inf)


def _in_true_order(sides: Sequence[Side], wanted: Neighbours) -> First:
    # each one once: from two sides the same ones may be found
    places = {number: place for side in sides for number, place in side.places.items()}
    metres = distances_m(wanted.place, list(places.values()))
    order = sorted(zip(metres, places, strict=True))[: wanted.number]
    seen_deg = min(side.seen_deg for side in sides)
    reach_m = LARGEST_RADIUS_M if len(order) < wanted.number else min(order[-1][0], LARGEST_RADIUS_M)
    is_complete = seen_deg == math.inf or _widest_deg(Circle(wanted.place, reach_m)) < seen_deg
    return First(tuple(number for _metres, number in order), reach_m, is_complete)


def _widest_deg(circle: Circle) -> float:
    """Return degrees within which all of a circle lies, seen from the sides of `_turns`."""
    box, lat = circle.box, circle.centre.lat_deg
    across = box.width_deg / 2
    if across >= FAR_FROM_THE_MIDDLE_DEG:
        return math.inf
    return math.hypot(across, max(box.north - lat, lat - box.south))


def _within_reach(session: Session, within: FacilityFilter, wanted: Neighbours, reach_m: float) -> Ground:
    """Return the cells that may hold the nearest: ever finer ones, until few facilities are left."""
    ground, facets = ground_of(session, within), facets_of(within)
    if ground.number <= MEASURED_AT_MOST or ground.level >= FINEST_LEVEL:
        return ground
    level = next(known for known in LEVELS if known >= ground.level)
    coarse = [Spot(x, y, 0, 0, 0, None) for x, y in ground.cells]
    spots = list_children(session, coarse, (ground.level, level), facets)
    while sum(spot.members for spot in spots) > MEASURED_AT_MOST and level < FINEST_LEVEL:
        away = [Away.of(wanted.place, spot, level) for spot in spots]
        if within.is_in_pyramid:
            reach_m = min(reach_m, _enough(away, wanted.number))
        spots = [cell.spot for cell in away if cell.nearest_m <= reach_m]
        finer = next(known for known in LEVELS if known >= min(level + LEVELS_AT_ONCE, FINEST_LEVEL))
        spots = list_children(session, spots, (level, finer), facets)
        level = finer
    cells = tuple((spot.x, spot.y) for spot in spots)
    number = sum(spot.members for spot in spots)
    return Ground(number, number, level, cells, tuple(keys_of_cells(cells, level)))


@dataclass(frozen=True)
class Away:
    """How far the facilities of a cell are at least and at most, in metres."""

    spot: Spot
    nearest_m: float
    farthest_m: float

    @classmethod
    def of(cls, place: Position, spot: Spot, level: int) -> "Away":
        """Measure from a place to a cell: to its middle on a sphere, more or less half of its diagonal."""
        box = CellRange(level, spot.x, spot.x, spot.y, spot.y).box
        middle = box.centre
        corners = [(lon, lat) for lon in (box.west, box.east) for lat in (box.south, box.north)]
        radius_m = max(_sphere_m(middle.coordinates, corner) for corner in corners)
        metres = _sphere_m(place.coordinates, middle.coordinates)
        return cls(
            spot,
            max(0.0, (metres - radius_m) * (1 - SPHERE_ERROR) - 1),
            (metres + radius_m) * (1 + SPHERE_ERROR) + 1,
        )


def _enough(cells: Sequence[Away], number: int) -> float:
    """Return metres within which the cells surely hold so many facilities."""
    members = 0
    for cell in sorted(cells, key=lambda cell: cell.farthest_m):
        members += cell.spot.members
        if members >= number:
            return cell.farthest_m
    return math.inf


def _sphere_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the haversine distance of (lon, lat) in degrees (R. W. Sinnott, Sky and Telescope 68, 1984)."""
    lon, lat, other_lon, other_lat = map(math.radians, (*one, *other))
    half = math.sin((other_lat - lat) / 2) ** 2
    half += math.cos(lat) * math.cos(other_lat) * math.sin((other_lon - lon) / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, half)))
