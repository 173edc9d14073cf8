"""The one question behind every view of the map: what lies in this box, one by one or in clusters."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from webapp.clusters.models import FINEST_LEVEL
from webapp.clusters.queries import CellCounts, Facets, Nearest, list_cells
from webapp.clusters.queries import find_extent as find_block
from webapp.errors import NotFoundError
from webapp.facilities.filters import FacilityFilter
from webapp.facilities.finding import FOUND_AT_MOST
from webapp.geo.bounding_box import BoundingBox
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
from webapp.map.sources import Source, source_of

FACILITIES_AT_MOST = 500
LISTED = 50
CELLS_AT_MOST = 1500
"""A larger screen gets larger cells: a view of more clusters than this is neither quick nor readable."""

WIDEST_SCREEN_PX = 4096

CROWDED = 15_000
LEVELS_WHERE_CROWDED = range(FINEST_LEVEL + 1, FINEST_LEVEL + 3)
"""Where so many facilities are in sight there, cells of 128 or 256 pixels do, which the pyramid counts."""

CELLS_TOGETHER = 8
"""Facilities within so many of the finest cells, 30 cm, are eight pixels apart at the closest zoom."""


@dataclass(frozen=True)
class MapContents:
    """What lies in a part of the map: facilities, or clusters of those that are too many.

    `cells` hold them all where there are clusters, lone facilities too. Where `exact` is False there are more
    than `total`, and the other counts are estimates from a fair sample.
    """

    total: int
    exact: bool
    categories: dict[str, int]
    facilities: Sequence[AnyRow]
    cells: Sequence[Cluster]

    @property
    def clusters(self) -> list[Cluster]:
        """The cells that are drawn as clusters."""
        return [cell for cell in self.cells if cell.count > 1]


@dataclass(frozen=True)
class MapView(MapContents):
    """What a window shows, and the first of it as a list.

    `box` is the asked one, widened to whole cells: every count is of exactly this box.
    """

    box: BoundingBox
    zoom: int
    listed: Sequence[AnyRow]


def contents_of(
    session: Session, chosen: FacilityFilter, blocks: Sequence[CellRange], *, most: int
) -> MapContents:
    """Return what the filter finds in blocks of cells: up to `most` one by one, more of them in clusters.

    A cell's lone member is shown as itself. The legend's counts disregard the chosen categories.
    """
    return _contents(source_of(session, chosen.within(box_of(blocks)), blocks), chosen, most)


def view_of(session: Session, chosen: FacilityFilter, zoom: int, *, listed: int = LISTED) -> MapView:
    """Return the view of the filter's box at a zoom level, and the facilities to list beside it.

    These are the first by name, or, where clusters are shown, those nearest to the middle.
    """
    middle, level = chosen.box.centre, view_level(chosen.box, zoom)
    if level in LEVELS_WHERE_CROWDED and _is_crowded(session, chosen):
        level = FINEST_LEVEL
    blocks = cell_ranges(chosen.box, level)
    box = box_of(blocks)
    source = source_of(session, chosen.within(box), blocks)
    contents = _contents(source, chosen, FACILITIES_AT_MOST)
    if contents.cells:
        nearest = Nearest(column_of(middle.lon_deg), row_of(middle.lat_deg), listed)
        to_list = source.nearest_rows(contents.cells, nearest)
    else:
        to_list = contents.facilities[:listed]
    return MapView(**vars(contents), box=box, zoom=zoom, listed=to_list)


def _contents(source: Source, chosen: FacilityFilter, most: int) -> MapContents:
    counts = source.cells()
    cells = clusters_of(counts, source.level, chosen.categories)
    total = sum(cell.count for cell in cells) if source.exact else FOUND_AT_MOST
    if total > most or not source.exact:
        facilities = source.lone_rows([cell for cell in cells if cell.count == 1])
    else:
        cells, facilities = [], source.every_row(cells) if cells else []
    return MapContents(total, source.exact, _legend(counts), facilities, cells)


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


def _is_crowded(session: Session, chosen: FacilityFilter) -> bool:
    """Tell whether so many lie here that to count them one by one takes too long."""
    if not chosen.is_in_pyramid:
        return False
    blocks = cell_ranges(chosen.box, FINEST_LEVEL)
    cells = list_cells(session, blocks, Facets(statuses=chosen.statuses))
    return sum(sum(cell.categories.values()) for cell in cells) > CROWDED


def find_extent(session: Session) -> BoundingBox | None:
    """Return about where the registry's facilities lie, to a cell of the pyramid; None without any."""
    block = find_block(session, CellRange.world(0), Facets())
    return None if block is None else block.box


def _legend(cells: Sequence[CellCounts]) -> dict[str, int]:
    legend: dict[str, int] = {}
    for cell in cells:
        for category, number in cell.categories.items():
            legend[category] = legend.get(category, 0) + number
    return legend
