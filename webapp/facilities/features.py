"""Facilities as they leave the house: white-listed properties, GeoJSON, WKT and coordinate tuples."""

from collections.abc import Sequence
from typing import Any, cast

import orjson
import shapely
from sqlalchemy import Row

from webapp.facilities.models import Facility
from webapp.facilities.queries import DIGITS
from webapp.geo.geojson import geometry_to_geojson

WKT_DIGITS = 30
"""More decimals than a coordinate needs: GEOS writes the shortest text that reads back as the same bits."""


def feature_properties(facility: Facility) -> dict[str, Any]:
    """Return what the public may know of a facility; nothing else leaves."""
    return {
        "code": facility.code,
        "name": facility.name,
        "category": facility.category,
        "status": facility.status,
        "precision": facility.location_precision,
        "address": facility.address,
        "locality": facility.locality,
        "country": facility.country,
        "phone": facility.phone,
        "email": facility.email,
        "website": facility.website,
        "description": facility.description,
        "identifiers": facility.identifiers,
        "created": facility.created_at,
        "updated": facility.updated_at,
        "version": facility.version,
    }


def facility_feature(facility: Facility) -> dict[str, Any]:
    """Return an RFC 7946 Feature: the point (lon, lat) as geometry, the footprint as a property."""
    outline = facility.outline
    properties = feature_properties(facility)
    properties["footprint"] = None if outline is None else geometry_to_geojson(outline, DIGITS)
    return {
        "type": "Feature",
        "id": facility.code,
        "geometry": geometry_to_geojson(facility.point, DIGITS),
        "properties": properties,
    }


def facility_collection(rows: Sequence[Row[*tuple[Any, ...]]]) -> dict[str, Any]:
    """Return an RFC 7946 FeatureCollection of the rows that `list_features` returns."""
    return {"type": "FeatureCollection", "features": [_row_feature(row) for row in rows]}


def _row_feature(row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    properties = feature_properties(cast("Facility", row))
    properties["footprint"] = None if row.outline is None else orjson.Fragment(row.outline)
    return {
        "type": "Feature",
        "id": row.code,
        "geometry": orjson.Fragment(row.geometry),
        "properties": properties,
    }


def serialize_facility(facility: Facility) -> dict[str, Any]:
    """Return plain values for any program: coordinates are (lon, lat), WKT and GeoJSON in SRID 4326."""
    outline = facility.outline
    return {
        "id": facility.id,
        "code": facility.code,
        "name": facility.name,
        "category": facility.category,
        "coordinates": facility.position.coordinates,
        "wkt": as_wkt(facility.point),
        "geojson": geometry_to_geojson(facility.point),
        "footprint": None if outline is None else geometry_to_geojson(outline),
    }


def as_wkt(shape: shapely.geometry.base.BaseGeometry) -> str:
    """Return WKT with every digit, so that reading it back gives the same bits."""
    return shapely.to_wkt(shape, rounding_precision=WKT_DIGITS, output_dimension=3)
