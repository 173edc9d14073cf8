"""GeoJSON in and out (RFC 7946): WGS84, longitude before latitude, no `crs`."""

import math
from collections.abc import Iterable, Mapping
from typing import Any, Literal, NotRequired, TypedDict

import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from webapp.errors import InvalidGeometryError
from webapp.geo.bounding_box import BoundingBox
from webapp.geo.footprint import parse_footprint
from webapp.geo.geojson_reading import geometry_from_geojson
from webapp.geo.messages import translatable as _
from webapp.geo.position import Position

__all__ = [
    "Feature",
    "FeatureCollection",
    "GeometryObject",
    "feature",
    "feature_collection",
    "geometry_from_geojson",
    "geometry_to_geojson",
    "parse_footprint",
]


class GeometryObject(TypedDict):
    """A geometry: `geometries` in a GeometryCollection, `coordinates` in every other type."""

    type: str
    coordinates: NotRequired[list[Any]]
    geometries: NotRequired[list["GeometryObject"]]


class Feature(TypedDict):
    """A geometry with properties and, where it has one, a permanent id."""

    type: Literal["Feature"]
    id: NotRequired[str | int]
    bbox: NotRequired[list[float]]
    geometry: GeometryObject | None
    properties: Mapping[str, Any]


class FeatureCollection(TypedDict):
    """Features and, where known, the box that they lie in; west > east across the antimeridian."""

    type: Literal["FeatureCollection"]
    bbox: NotRequired[list[float]]
    features: list[Feature]


def geometry_to_geojson(geometry: BaseGeometry, digits: int | None = None) -> GeometryObject:
    """Write a shapely geometry (lon, lat, SRID 4326) as GeoJSON, Z kept.

    Outer rings turn counterclockwise, holes clockwise (section 3.1.6). `digits` rounds every number.
    Raises InvalidGeometryError("geometry") for measures (M), NaN and infinities, which GeoJSON cannot carry.
    """
    if geometry.has_m:
        raise InvalidGeometryError("geometry", _("GeoJSON has no place for measures (M)."))
    return _geometry_object(mapping(shapely.orient_polygons(geometry)), digits)


def feature(
    geometry: BaseGeometry | Position | GeometryObject | None,
    properties: Mapping[str, Any],
    *,
    identifier: str | int | None = None,
    bbox: BoundingBox | None = None,
) -> Feature:
    """Build a GeoJSON Feature; members without value are left out, a missing geometry is null (3.2)."""
    built: Feature = {"type": "Feature", "geometry": _member(geometry), "properties": properties}
    if identifier is not None:
        built["id"] = identifier
    if bbox is not None:
        built["bbox"] = bbox.as_list()
    return built


def feature_collection(features: Iterable[Feature], *, bbox: BoundingBox | None = None) -> FeatureCollection:
    """Build a GeoJSON FeatureCollection."""
    built: FeatureCollection = {"type": "FeatureCollection", "features": list(features)}
    if bbox is not None:
        built["bbox"] = bbox.as_list()
    return built


def _member(geometry: BaseGeometry | Position | GeometryObject | None) -> GeometryObject | None:
    if isinstance(geometry, Position):
        return {"type": "Point", "coordinates": list(geometry.coordinates)}
    if isinstance(geometry, BaseGeometry):
        return geometry_to_geojson(geometry)
    return geometry


def _geometry_object(source: Mapping[str, Any], digits: int | None) -> GeometryObject:
    if "geometries" in source:
        parts = [_geometry_object(part, digits) for part in source["geometries"]]
        return {"type": "GeometryCollection", "geometries": parts}
    kind = "LineString" if source["type"] == "LinearRing" else source["type"]
    return {"type": kind, "coordinates": _numbers(source["coordinates"], digits)}


def _numbers(value: Iterable[Any], digits: int | None) -> list[Any]:
    return [_number(item, digits) if isinstance(item, float) else _numbers(item, digits) for item in value]


def _number(value: float, digits: int | None) -> float:
    if not math.isfinite(value):
        raise InvalidGeometryError("geometry", _("A coordinate is not a finite number."))
    return value if digits is None else round(value, digits) + 0.0  # + 0.0 turns -0.0 into 0.0
