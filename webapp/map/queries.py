"""The one question behind every view of the map: what lies in this box, one by one or in clusters."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Double, Row, Subquery, cast, func, select, text
from sqlalchemy.orm import Session

from webapp.clusters import models as _pyramid  # noqa: F401 - the tables that migrations must know
from webapp.facilities.filters import FacilityFilter
from webapp.facilities.models import Facility
from webapp.geo.bounding_box import WORLD, BoundingBox
from webapp.geo.mercator import MAX_LATITUDE_DEG, cells_per_side, zoom_for
from webapp.geo.position import Position

FACILITIES_AT_MOST = 2000
LISTED_AT_MOST = 50
CELL_PIXELS = 64
WIDEST_SCREEN_PX = 4096

AnyRow = Row[*tuple[Any, ...]]


@dataclass
class Cluster:
    """Facilities of one Web Mercator cell: how many, of which categories, where their middle lies."""

    cell: tuple[int, int]
    categories: Counter[str] = field(default_factory=Counter)
    lon_sum: float = 0.0
    lat_sum: float = 0.0
    west: float = 180.0
    south: float = 90.0
    east: float = -180.0
    north: float = -90.0
    any_id: int = 0

    @property
    def count(self) -> int:
        """How many facilities."""
        return self.categories.total()

    @property
    def centre(self) -> Position:
        """The centre of mass (lon, lat); a cell never crosses the antimeridian."""
        return Position(self.lon_sum / self.count, self.lat_sum / self.count)

    @property
    def box(self) -> BoundingBox:
        """The box of its members."""
        return BoundingBox(self.west, self.south, self.east, self.north)

    def take(self, group: AnyRow) -> None:
        """Add the members of one category in this cell."""
        self.categories[group.category] += group.members
        self.lon_sum += group.lon_sum
        self.lat_sum += group.lat_sum
        self.west, self.south = min(self.west, group.west), min(self.south, group.south)
        self.east, self.north = max(self.east, group.east), max(self.north, group.north)
        self.any_id = group.any_id


@dataclass(frozen=True)
class MapView:
    """What a view shows: facilities, clusters of those that are too many, and the first ones by name."""

    box: BoundingBox
    zoom: int
    total: int
    categories: dict[str, int]
    facilities: Sequence[AnyRow]
    clusters: Sequence[Cluster]
    listed: Sequence[AnyRow]


def view_of(session: Session, chosen: FacilityFilter, zoom: int) -> MapView:
    """Return the view of the filter's box: up to 2,000 facilities one by one, more of them in clusters.

    A cell's lone member is shown as itself. The legend's counts disregard the chosen categories.
    """
    zoom = min(zoom, zoom_for(chosen.box, WIDEST_SCREEN_PX, WIDEST_SCREEN_PX))
    groups = _groups(session, chosen.for_all_categories(), zoom)
    legend = Counter[str]()
    for group in groups:
        legend[group.category] += group.members
    wanted = [group for group in groups if not chosen.categories or group.category in chosen.categories]
    total = sum(group.members for group in wanted)
    clusters = _clusters(wanted) if total > FACILITIES_AT_MOST else []
    lone = [cluster.any_id for cluster in clusters if cluster.count == 1]
    facilities = _rows(session, [Facility.id.in_(lone)] if clusters else chosen.conditions())
    listed = (
        _rows(session, chosen.conditions(), limit=LISTED_AT_MOST) if clusters else facilities[:LISTED_AT_MOST]
    )
    return MapView(
        box=chosen.box,
        zoom=zoom,
        total=total,
        categories=dict(legend),
        facilities=facilities,
        clusters=[cluster for cluster in clusters if cluster.count > 1],
        listed=listed,
    )


def find_extent(session: Session) -> BoundingBox | None:
    """Return roughly where the registry's facilities lie, read from the head of the spatial index."""
    row = session.execute(
        text(
            "SELECT ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box) FROM"
            " ST_EstimatedExtent('public', 'facilities', 'location') AS box WHERE box IS NOT NULL"
        )
    ).one_or_none()
    return None if row is None else _clipped(*row)


def _clipped(west: float, south: float, east: float, north: float) -> BoundingBox:
    # the index keeps single-precision boxes, rounded outwards
    return BoundingBox(
        max(west, WORLD.west), max(south, WORLD.south), min(east, WORLD.east), min(north, WORLD.north)
    )


def _groups(session: Session, chosen: FacilityFilter, zoom: int) -> Sequence[AnyRow]:
    places = _places(chosen)
    lon, lat, cells = places.c.lon, places.c.lat, cells_per_side(zoom, CELL_PIXELS)
    return session.execute(
        select(
            column_of(lon, cells).label("x"),
            row_of(lat, cells).label("y"),
            places.c.category,
            func.count().label("members"),
            func.sum(lon).label("lon_sum"),
            func.sum(lat).label("lat_sum"),
            func.min(lon).label("west"),
            func.min(lat).label("south"),
            func.max(lon).label("east"),
            func.max(lat).label("north"),
            func.min(places.c.id).label("any_id"),
        ).group_by(text("x"), text("y"), places.c.category)
    ).all()


def _places(chosen: FacilityFilter) -> Subquery:
    """Return the bare positions; OFFSET 0 keeps the planner from taking each geometry apart ten times."""
    longitude, latitude = Facility.longitude.label("lon"), Facility.latitude.label("lat")
    columns = select(Facility.id, Facility.category, longitude, latitude)
    return columns.where(*chosen.conditions()).offset(0).subquery()


def column_of(lon: ColumnElement[float], cells: int) -> ColumnElement[int]:
    """Return the SQL of the column of `geo.mercator.cell_of`, where so many cells span the world."""
    return _bucket(lon, -180.0, 180.0, cells)


def row_of(lat: ColumnElement[float], cells: int) -> ColumnElement[int]:
    """Return the SQL of the row of `geo.mercator.cell_of`, counted from the map's northern edge, pi."""
    inside = func.greatest(-MAX_LATITUDE_DEG, func.least(MAX_LATITUDE_DEG, lat))
    return _bucket(func.asinh(func.tan(func.radians(inside))), math.pi, -math.pi, cells)


def _bucket(value: ColumnElement[float], first: float, last: float, cells: int) -> ColumnElement[int]:
    bucket = func.width_bucket(value, cast(first, Double), cast(last, Double), cells)
    return func.greatest(1, func.least(cells, bucket)) - 1


def _clusters(groups: Iterable[AnyRow]) -> list[Cluster]:
    clusters: dict[tuple[int, int], Cluster] = {}
    for group in groups:
        cell = (group.x, group.y)
        clusters.setdefault(cell, Cluster(cell)).take(group)
    return list(clusters.values())


def _rows(
    session: Session, conditions: list[ColumnElement[bool]], *, limit: int | None = None
) -> Sequence[AnyRow]:
    # plain columns instead of models: a view may hold two thousand of them
    return session.execute(
        select(
            Facility.code,
            Facility.name,
            Facility.category,
            Facility.status,
            Facility.locality,
            Facility.country,
            Facility.location_precision,
            Facility.longitude.label("lon"),
            Facility.latitude.label("lat"),
        )
        .where(*conditions)
        .order_by(Facility.sort_name, Facility.id)
        .limit(limit)
    ).all()
