"""The one question behind every view of the map: what lies in this box, one by one or in clusters."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.clusters.queries import CellCounts, Nearest
from webapp.errors import NotFoundError
from webapp.facilities.filters import FacilityFilter
from webapp.facilities.queries import COUNTED_AT_MOST
from webapp.geo.bounding_box import WORLD, BoundingBox
from webapp.geo.grid import (
    CELL_LEVELS_BELOW_ZOOM,
    GRID_LEVEL,
    CellRange,
    box_of,
    cell_ranges,
    column_of,
    row_of,
)
from webapp.geo.mercator import MAX_ZOOM, zoom_for
from webapp.map.clusters import Cluster, ClusterExtent, clusters_of
from webapp.map.rows import AnyRow
from webapp.map.sources import source_of

FACILITIES_AT_MOST = 1000
LISTED = 50
CELLS_AT_MOST = 1500
"""A larger screen gets larger cells: a view of more clusters than this is neither quick nor readable."""

WIDEST_SCREEN_PX = 4096

CELLS_TOGETHER = 8
"""Facilities within so many of the finest cells, 30 cm, are eight pixels apart at the closest zoom."""


@dataclass(frozen=True)
class MapView:
    """What a view shows: facilities, clusters of those that are too many, and the first ones to list.

    `box` is the asked one, widened to whole cells: every count is of exactly this box. Where `exact` is
    False there are more than `total`, and the other counts are estimates from a fair sample.
    """

    box: BoundingBox
    zoom: int
    total: int
    exact: bool
    categories: dict[str, int]
    facilities: Sequence[AnyRow]
    clusters: Sequence[Cluster]
    listed: Sequence[AnyRow]


def view_of(session: Session, chosen: FacilityFilter, zoom: int, *, listed: int = LISTED) -> MapView:
    """Return the view of the filter's box: up to 1,000 facilities one by one, more of them in clusters.

    A cell's lone member is shown as itself. The legend's counts disregard the chosen categories. Clusters
    come with a list of the facilities nearest to the middle; facilities are in the order of their names.
    """
    level = view_level(chosen.box, zoom)
    blocks = cell_ranges(chosen.box, level)
    middle = chosen.box.centre
    chosen = chosen.within(box_of(blocks))
    source = source_of(session, chosen, blocks)
    cells = source.cells()
    clusters = clusters_of(cells, level, chosen.categories)
    total = sum(cluster.count for cluster in clusters) if source.exact else COUNTED_AT_MOST
    if total <= FACILITIES_AT_MOST and source.exact:
        clusters = []
    if clusters:
        facilities = source.lone_rows([cluster for cluster in clusters if cluster.count == 1])
        nearest = Nearest(column_of(middle.lon_deg), row_of(middle.lat_deg), listed)
        to_list = source.nearest_rows(clusters, nearest)
    else:
        facilities = source.every_row() if total else []
        to_list = facilities[:listed]
    return MapView(
        box=chosen.box,
        zoom=zoom,
        total=total,
        exact=source.exact,
        categories=_legend(cells),
        facilities=facilities,
        clusters=[cluster for cluster in clusters if cluster.count > 1],
        listed=to_list,
    )


def open_cluster(session: Session, chosen: FacilityFilter, cell: CellRange) -> tuple[Cluster, ClusterExtent]:
    """Return what a cell holds and where in it that lies; NotFoundError where the filter leaves nothing."""
    chosen = chosen.within(cell.box)
    source = source_of(session, chosen, [cell])
    clusters = clusters_of(source.cells(), cell.level, chosen.categories)
    if not clusters:
        raise NotFoundError
    (cluster,) = clusters
    extent = source.extent()
    together = extent.level == GRID_LEVEL and max(extent.columns, extent.rows) <= CELLS_TOGETHER
    stacked = together or cell.level >= MAX_ZOOM + CELL_LEVELS_BELOW_ZOOM
    return cluster, ClusterExtent(extent.box, source.exact, stacked)


def view_level(box: BoundingBox, zoom: int) -> int:
    """Return the level of the grid for a box at a zoom level: cells of 64 pixels, larger on large screens."""
    level = min(zoom, zoom_for(box, WIDEST_SCREEN_PX, WIDEST_SCREEN_PX)) + CELL_LEVELS_BELOW_ZOOM
    while sum(block.cells for block in cell_ranges(box, level)) > CELLS_AT_MOST:
        level -= 1
    return level


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


def _legend(cells: Sequence[CellCounts]) -> dict[str, int]:
    legend = Counter[str]()
    for cell in cells:
        legend.update(cell.categories)
    return dict(legend)
