"""A view of the map as GeoJSON: the same for the page that embeds it and for the endpoint."""

from functools import lru_cache
from operator import itemgetter
from typing import Any

from webapp.facilities.filters import FacilityFilter
from webapp.geo.bounding_box import BoundingBox
from webapp.geo.grid import CellRange
from webapp.map.clusters import Cluster, ClusterExtent
from webapp.map.queries import MapView
from webapp.map.rows import AnyRow

DIGITS = 6
"""Decimals of degrees on the map: a tenth of a metre, well below a pixel at the closest zoom."""

EDGE_DIGITS = 9
"""Decimals of a box: rounded so, it still holds the same cells of the grid, and asks for the same again."""


def view_collection(view: MapView, chosen: FacilityFilter) -> dict[str, Any]:
    """Return an RFC 7946 FeatureCollection of facilities and clusters, with the view's counts as members."""
    return {
        "type": "FeatureCollection",
        "bbox": _edges(view.box),
        "kind": "clusters" if view.clusters else "facilities",
        "zoom": view.zoom,
        "total": view.total,
        # false: there are more than the total
        "exact": view.exact,
        "categories": view.categories,
        # what was searched for instead of a misspelt text
        "corrected": chosen.correction,
        # what the list beside the map shows while the map shows clusters
        "listed": [_facility(row) for row in view.listed] if view.clusters else None,
        "features": [
            *(_facility(row) for row in view.facilities),
            *(_cluster(cluster) for cluster in view.clusters),
        ],
    }


def cluster_feature(cluster: Cluster, extent: ClusterExtent) -> dict[str, Any]:
    """Return an RFC 7946 Feature of a cluster, whose box is drawn tightly around its members."""
    return {
        "type": "Feature",
        "id": _name(cluster),
        "bbox": _edges(extent.box),
        "geometry": _point(*cluster.centre),
        "properties": _counts(cluster)
        | {"bbox": _edges(extent.box), "exact": extent.exact, "stacked": extent.stacked},
    }


def _facility(row: AnyRow) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": row.code,
        "geometry": _point(row.lon, row.lat),
        "properties": facility_properties(row),
    }


def facility_properties(row: AnyRow) -> dict[str, Any]:
    """Return what the map tells about a facility before its record is asked for."""
    return {
        "code": row.code,
        "name": row.name,
        "category": row.category,
        "status": row.status,
        "locality": row.locality,
        "country": row.country,
        "precision": row.location_precision,
    }


def _cluster(cluster: Cluster) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": _name(cluster),
        "geometry": _point(*cluster.centre),
        "properties": _counts(cluster) | {"bbox": _cell_edges(cluster)},
    }


def _name(cluster: Cluster) -> str:
    return f"c/{cluster.level}/{cluster.x}/{cluster.y}"


def _counts(cluster: Cluster) -> dict[str, Any]:
    categories = sorted(cluster.categories.items(), key=itemgetter(1), reverse=True)
    return {"cluster": True, "count": cluster.count, "categories": dict(categories)}


def _edges(box: BoundingBox) -> list[float]:
    return [round(edge, EDGE_DIGITS) for edge in box.as_list()]


def _cell_edges(cluster: Cluster) -> list[float]:
    west, east = _column_edges(cluster.level, cluster.x)
    south, north = _row_edges(cluster.level, cluster.y)
    return [west, south, east, north]


@lru_cache(maxsize=8192)
def _column_edges(level: int, column: int) -> list[float]:
    """Return (west, east) of the cells of a column: a view has many of each."""
    west, _south, east, _north = _edges(CellRange(level, column, column, 0, 0).box)
    return [west, east]


@lru_cache(maxsize=8192)
def _row_edges(level: int, row: int) -> list[float]:
    """Return (south, north) of the cells of a row."""
    _west, south, _east, north = _edges(CellRange(level, 0, 0, row, row).box)
    return [south, north]


def _point(lon: float, lat: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [round(lon, DIGITS), round(lat, DIGITS)]}
