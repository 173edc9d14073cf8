"""A view of the map as GeoJSON: the same for the page that embeds it and for the endpoint."""

from typing import Any

from webapp.map.queries import AnyRow, Cluster, MapView

DIGITS = 6
"""Decimals of degrees on the map: a tenth of a metre, well below a pixel at the closest zoom."""


def view_collection(view: MapView) -> dict[str, Any]:
    """Return an RFC 7946 FeatureCollection of facilities and clusters, with the view's counts as members."""
    return {
        "type": "FeatureCollection",
        "bbox": [round(edge, DIGITS) for edge in view.box.as_list()],
        "kind": "clusters" if view.clusters else "facilities",
        "zoom": view.zoom,
        "total": view.total,
        "categories": view.categories,
        # what the list beside the map shows while the map shows clusters
        "listed": [_facility(row) for row in view.listed] if view.clusters else None,
        "features": [
            *(_facility(row) for row in view.facilities),
            *(_cluster(cluster, view.zoom) for cluster in view.clusters),
        ],
    }


def _facility(row: AnyRow) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": row.code,
        "geometry": _point(row.lon, row.lat),
        "properties": {
            "code": row.code,
            "name": row.name,
            "category": row.category,
            "status": row.status,
            "locality": row.locality,
            "country": row.country,
            "precision": row.location_precision,
        },
    }


def _cluster(cluster: Cluster, zoom: int) -> dict[str, Any]:
    column, row = cluster.cell
    return {
        "type": "Feature",
        "id": f"c/{zoom}/{column}/{row}",
        "geometry": _point(*cluster.centre.coordinates),
        "properties": {
            "cluster": True,
            "count": cluster.count,
            "categories": dict(cluster.categories.most_common()),
            "bbox": [round(edge, DIGITS) for edge in cluster.box.as_list()],
        },
    }


def _point(lon: float, lat: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [round(lon, DIGITS), round(lat, DIGITS)]}
