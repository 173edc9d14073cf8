"""Vector tiles (Mapbox Vector Tile 2.1): a view of the map over one tile, drawn by PostGIS."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from sqlalchemy.orm import Session

from webapp.clusters.queries import NUMBERS, TEXTS, read_query
from webapp.facilities.filters import FacilityFilter
from webapp.geo.grid import GRID_LEVEL, CellRange
from webapp.map.clusters import Cluster
from webapp.map.queries import contents_of
from webapp.map.rows import AnyRow

EXTENT_BITS = 12
EXTENT = 1 << EXTENT_BITS
"""Pixels along each side of a tile: 4,096, as usual."""

CELL_LEVELS_BELOW_TILE = 3
"""Programs draw vector tiles 512 pixels wide: an eighth of that is a cell of 64 pixels."""

CATEGORY_PREFIX = "category_"
"""A cluster's counts by category bear names of their own, whatever a category is called."""

FACILITIES_PER_TILE = 500
FACILITY_ATTRIBUTES = ("code", "name", "category", "status", "locality", "country")

ENCODE = read_query(
    Path(__file__).resolve().parent / "sql" / "encode.sql",
    {"xs": NUMBERS, "ys": NUMBERS, "properties": TEXTS},
)


class Point(NamedTuple):
    """A point of a layer: a place in finest cells of the grid, and its attributes."""

    column: float
    row: float
    properties: Mapping[str, Any]


def draw_tile(session: Session, chosen: FacilityFilter, tile: CellRange) -> bytes:
    """Return a tile with the layers `clusters` and `facilities`; nothing in it is no bytes at all.

    A facility is in exactly one tile of a zoom level, so the counts of tiles add up like those of views.
    """
    level = min(tile.level + CELL_LEVELS_BELOW_TILE, GRID_LEVEL)
    contents = contents_of(session, chosen, [tile.at_level(level)], most=FACILITIES_PER_TILE)
    layers = {"clusters": map(_cluster, contents.clusters), "facilities": map(_facility, contents.facilities)}
    return b"".join(_layer(session, name, list(points), tile) for name, points in layers.items())


def _layer(session: Session, name: str, points: Sequence[Point], tile: CellRange) -> bytes:
    if not points:
        return b""
    corner, shift = tile.at_level(GRID_LEVEL), GRID_LEVEL - tile.level - EXTENT_BITS
    pixels = 2.0**-shift
    parameters = {
        "layer": name,
        "extent": EXTENT,
        "xs": [int((point.column - corner.first_column) * pixels) for point in points],
        "ys": [int((point.row - corner.first_row) * pixels) for point in points],
        "properties": [orjson.dumps(point.properties).decode() for point in points],
    }
    return bytes(session.execute(ENCODE, parameters).scalar_one())


def _cluster(cluster: Cluster) -> Point:
    column, row = cluster.x_sum / cluster.count, cluster.y_sum / cluster.count
    properties = {"count": cluster.count, "cell": f"{cluster.level}/{cluster.x}/{cluster.y}"}
    counts = {CATEGORY_PREFIX + category: number for category, number in cluster.categories.items()}
    return Point(column, row, properties | counts)


def _facility(row: AnyRow) -> Point:
    values = ((name, getattr(row, name)) for name in FACILITY_ATTRIBUTES)
    properties = {name: value for name, value in values if value is not None}
    return Point(row.grid_x, row.grid_y, properties | {"precision": row.location_precision})
