"""Column types for geometry: shapely goes in as it is, one kind of value comes out, SRID 4326 throughout."""

from collections.abc import Callable
from typing import Any

import shapely
from geoalchemy2 import Geometry, WKBElement, WKTElement
from geoalchemy2.shape import to_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy.engine import Dialect

from webapp.errors import InvalidGeometryError

SRID = 4326
UNKNOWN_SRIDS = frozenset({-1, 0})

GeometryValue = WKBElement | WKTElement | BaseGeometry


def to_element(value: GeometryValue, *, field: str) -> WKBElement:
    """Return any accepted geometry as a WKBElement (EWKB, SRID 4326); an unset SRID means 4326.

    Raises InvalidGeometryError naming `field` for another SRID, or for a value that is no geometry.
    """
    shape = to_shapely(value, field=field)
    return WKBElement(
        shapely.to_wkb(shapely.set_srid(shape, SRID), include_srid=True), srid=SRID, extended=True
    )


def to_shapely(value: GeometryValue, *, field: str) -> BaseGeometry:
    """Return any accepted geometry as a shapely geometry in SRID 4326 (x = longitude, y = latitude)."""
    shape, srid = _shape_and_srid(value, field)
    if srid not in UNKNOWN_SRIDS | {SRID}:
        raise InvalidGeometryError(
            field, f"has SRID {srid}; the registry stores SRID {SRID}: transform it to WGS 84 first"
        )
    return shape


def envelope(shape: BaseGeometry) -> BaseGeometry:
    """Return the planar box as PostGIS's ST_Envelope does: a point or a line where it has no area."""
    west, south, east, north = shape.bounds
    if west == east and south == north:
        return shapely.Point(west, south)
    if west == east or south == north:
        return shapely.LineString([(west, south), (east, north)])
    return shapely.box(west, south, east, north)


def _shape_and_srid(value: GeometryValue, field: str) -> tuple[BaseGeometry, int]:
    if isinstance(value, BaseGeometry):
        return value, int(shapely.get_srid(value))
    if isinstance(value, WKBElement | WKTElement):
        try:
            return to_shape(value), value.srid
        except (shapely.errors.ShapelyError, ValueError) as error:
            raise InvalidGeometryError(field, f"cannot be read as a geometry: {error}") from error
    raise InvalidGeometryError(
        field,
        f"must be a shapely geometry, a WKTElement or a WKBElement, not {type(value).__name__}",
    )


class RegistryGeometry(Geometry):
    """A geometry column in SRID 4326 that takes shapely geometries and reads as WKBElement."""

    cache_ok = True

    def __init__(self, geometry_type: str | None = "GEOMETRY", *, srid: int = SRID, **options: Any) -> None:
        options.setdefault("spatial_index", False)
        super().__init__(geometry_type, srid=srid if geometry_type else -1, **options)

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        """Send every geometry as hexadecimal EWKB, exact to the last bit; leave text to PostGIS."""
        del dialect

        def process(value: Any) -> Any:
            if value is None or isinstance(value, str):
                return value
            return to_element(value, field="geometry").desc

        return process


class ShapelyGeometry(RegistryGeometry):
    """The type of computed geometries: reads as a shapely geometry, like its counterpart in Python."""

    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], BaseGeometry | None]:
        """Turn EWKB from the database into shapely."""
        read = super().result_processor(dialect, coltype)

        def process(value: Any) -> BaseGeometry | None:
            return None if value is None else to_shape(read(value))

        return process
