"""The outline of a facility as people paste it: GeoJSON or well-known text."""

import re
from collections.abc import Mapping
from typing import Any

import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from webapp.errors import InvalidGeometryError
from webapp.geo.geojson_reading import (
    MAX_COLLECTION_DEPTH,
    MAX_TEXT_LENGTH,
    MAX_VERTICES,
    geometry_from_geojson,
    load_json,
    refuse_foreign_crs,
    too_deep,
    too_many_vertices,
)
from webapp.geo.messages import translatable as _
from webapp.geo.nesting import wkt_depth

_FIELD = "footprint"
_MAX_WKT_DEPTH = MAX_COLLECTION_DEPTH + 3  # a multipolygon adds three levels of its own
_SRID = re.compile(r"SRID\s{0,5}=\s{0,5}([0-9]{1,9})\s{0,5};\s{0,5}", re.IGNORECASE)
_WKT_WORD = r"(?:(?:MULTI)?(?:POINT|LINESTRING|POLYGON)|GEOMETRYCOLLECTION)Z?|Z|EMPTY"
_WKT_NUMBER = r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:E[+-]?[0-9]{1,2})?"
_WKT = re.compile(rf"(?:\s++|[(),]|(?:{_WKT_WORD}|{_WKT_NUMBER})(?![\w.]))++", re.IGNORECASE | re.ASCII)


def parse_footprint(text: str) -> BaseGeometry | None:
    """Read a valid geometry (lon, lat, SRID 4326, Z kept) from GeoJSON or WKT; blank text is None.

    GeoJSON may be a geometry, a feature or a collection of one feature; EWKT may name SRID 4326 alone. Raises
    InvalidGeometryError("footprint") with the reason: GEOS's own for a bow tie and the like.
    """
    stripped = text.strip()
    if not stripped:
        return None
    geometry = _from_json(stripped) if stripped[0] in "{[" else _from_wkt(stripped)
    if not shapely.is_valid(geometry):
        reason = shapely.is_valid_reason(geometry)
        raise InvalidGeometryError(_FIELD, _("The outline is not valid: %(reason)s.", reason=reason))
    return geometry


def _from_json(text: str) -> BaseGeometry:
    document = load_json(text, _FIELD)
    while isinstance(document, Mapping) and document.get("type") in {"Feature", "FeatureCollection"}:
        refuse_foreign_crs(document, _FIELD)
        document = _content(document)
    return geometry_from_geojson(document, _FIELD)


def _content(document: Mapping[str, Any]) -> object:
    """Unwrap the geometry of a feature, or the only feature of a collection as drawing sites export it."""
    if document["type"] == "Feature":
        return document.get("geometry")
    features = document.get("features")
    if isinstance(features, list) and len(features) == 1:
        return features[0]
    raise InvalidGeometryError(_FIELD, _("Paste one feature; this collection does not hold exactly one."))


def _from_wkt(text: str) -> BaseGeometry:
    if len(text) > MAX_TEXT_LENGTH:
        raise InvalidGeometryError(
            _FIELD, _("The text is longer than %(most)s characters.", most=MAX_TEXT_LENGTH)
        )
    wkt = _without_srid(text)
    if wkt_depth(wkt) > _MAX_WKT_DEPTH:
        raise InvalidGeometryError(_FIELD, too_deep())
    if wkt.count(",") >= MAX_VERTICES:
        raise InvalidGeometryError(_FIELD, too_many_vertices())
    if not _WKT.fullmatch(wkt):
        raise InvalidGeometryError(
            _FIELD,
            _(
                "This is neither GeoJSON nor well-known text of a point, line, polygon or collection, "
                "such as POLYGON((36.8 -1.3, 36.9 -1.3, 36.9 -1.2, 36.8 -1.3))."
            ),
        )
    return _checked(wkt)


def _without_srid(text: str) -> str:
    match = _SRID.match(text)
    if not match:
        return text
    if int(match[1]) != 4326:  # noqa: PLR2004 - the one SRID of this product
        raise InvalidGeometryError(
            _FIELD,
            _("The SRID is %(srid)s; transform the outline to WGS84 (SRID 4326) first.", srid=match[1]),
        )
    return text[match.end() :]


def _checked(wkt: str) -> BaseGeometry:
    """Read WKT that is known to be shallow and bounded, then hold it to the same rules as GeoJSON."""
    try:
        geometry = shapely.from_wkt(wkt)
    except shapely.errors.ShapelyError as error:
        raise InvalidGeometryError(
            _FIELD, _("The well-known text is broken: %(reason)s.", reason=error)
        ) from error
    return geometry_from_geojson(mapping(geometry), _FIELD)
