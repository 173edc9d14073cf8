"""Facilities as they leave the house: white-listed properties, GeoJSON, WKT and coordinate tuples."""

from collections.abc import Sequence
from typing import Any

import orjson
import shapely
from sqlalchemy import Row, Text, cast, func

from webapp.facilities.models import Facility
from webapp.geo.geojson import geometry_to_geojson

DIGITS = 7
"""Decimals of published degrees: about a centimetre, and no more than a point deserves."""

WKT_DIGITS = 30
"""More decimals than a coordinate needs: GEOS writes the shortest text that reads back as the same bits."""


PROPERTIES = {
    "code": "code",
    "name": "name",
    "category": "category",
    "status": "status",
    "precision": "location_precision",
    "address": "address",
    "locality": "locality",
    "country": "country",
    "phone": "phone",
    "email": "email",
    "website": "website",
    "description": "description",
    "identifiers": "identifiers",
    "created": "created_at",
    "updated": "updated_at",
    "version": "version",
}
"""What the public may know of a facility, and the attribute that says it; nothing else leaves."""

PLAIN_PROPERTIES = tuple(name for name in PROPERTIES if name != "identifiers")
FEATURE_COLUMNS = (
    func.ST_AsGeoJSON(Facility.location, DIGITS).label("geometry"),
    func.ST_AsGeoJSON(func.ST_ForcePolygonCCW(Facility.footprint), DIGITS).label("outline"),
    # JSON that the database has ready is not read and written once more
    cast(Facility.identifiers, Text).label("identifiers"),
    *(getattr(Facility, PROPERTIES[name]) for name in PLAIN_PROPERTIES),
)
"""The facts of a feature, for queries that return too many of them for models."""


def feature_properties(facility: Facility) -> dict[str, Any]:
    """Return what the public may know of a facility."""
    return {name: getattr(facility, attribute) for name, attribute in PROPERTIES.items()}


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
    """Return an RFC 7946 FeatureCollection of rows that begin with FEATURE_COLUMNS."""
    return {"type": "FeatureCollection", "features": [_row_feature(*row) for row in rows]}


def _row_feature(geometry: str, outline: str | None, identifiers: str, *facts: Any) -> dict[str, Any]:
    properties = dict(zip(PLAIN_PROPERTIES, facts, strict=False))
    properties["identifiers"] = orjson.Fragment(identifiers)
    properties["footprint"] = None if outline is None else orjson.Fragment(outline)
    return {
        "type": "Feature",
        "id": properties["code"],
        "geometry": orjson.Fragment(geometry),
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
