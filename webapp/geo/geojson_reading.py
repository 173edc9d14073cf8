"""Strict reading of GeoJSON geometries (RFC 7946): everything is checked before shapely sees it."""

import json
import re
import reprlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from webapp.errors import InvalidGeometryError
from webapp.geo.messages import Message
from webapp.geo.messages import translatable as _
from webapp.geo.nesting import json_depth
from webapp.geo.position import MAX_LATITUDE_DEG, MAX_LONGITUDE_DEG

MAX_TEXT_LENGTH = 8_000_000
MAX_VERTICES = 100_000
MAX_COLLECTION_DEPTH = 8

_MAX_JSON_DEPTH = (
    2 * MAX_COLLECTION_DEPTH + 8
)  # two levels per collection, four of coordinates, four of feature
_MAX_ALTITUDE_M = 10_000_000.0
_LENGTHS_OF_A_POSITION = (2, 3)
_SHORTEST_LINE = 2
_SHORTEST_RING = 4
_WGS84_NAME = re.compile(
    r"(?:urn:ogc:def:crs:)?(?:OGC:(?:1\.3)?:?CRS84|EPSG::?4326)"
    r"|https?://www\.opengis\.net/def/crs/(?:OGC/1\.3/CRS84|EPSG/0/4326)",
    re.IGNORECASE,
)


def geometry_from_geojson(value: Mapping[str, Any] | str, field: str = "geometry") -> BaseGeometry:
    """Read one GeoJSON geometry object into shapely (lon, lat, SRID 4326); Z and winding stay as they are.

    Raises InvalidGeometryError(field) for anything that RFC 7946 section 3.1 forbids, for empty geometries,
    positions out of range, a foreign `crs`, more than MAX_VERTICES positions or MAX_COLLECTION_DEPTH nested
    collections. Validity (self-intersections) is not judged here.
    """
    document = load_json(value, field) if isinstance(value, str) else value
    _GeometryReader(field).check_geometry(document)
    return shape(dict(document))


def load_json(text: str, field: str) -> Any:
    """Parse JSON of bounded length and depth, without NaN and Infinity."""
    if len(text) > MAX_TEXT_LENGTH:
        raise InvalidGeometryError(
            field, _("The text is longer than %(most)s characters.", most=MAX_TEXT_LENGTH)
        )
    if json_depth(text) > _MAX_JSON_DEPTH:
        raise InvalidGeometryError(field, too_deep())
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except ValueError as error:
        raise InvalidGeometryError(field, _("This is not valid JSON: %(reason)s.", reason=error)) from error


def refuse_foreign_crs(document: Mapping[str, Any], field: str) -> None:
    """RFC 7946 knows no `crs`; the older one is borne only where it says what holds anyway."""
    if "crs" not in document:
        return
    crs = document["crs"]
    properties = crs.get("properties") if isinstance(crs, Mapping) else None
    name = properties.get("name") if isinstance(properties, Mapping) else None
    if not (isinstance(name, str) and _WGS84_NAME.fullmatch(name)):
        understood = reprlib.repr(name if name is not None else crs)
        raise InvalidGeometryError(
            field,
            _("The coordinate system is %(crs)s; transform it to WGS84 (EPSG:4326) first.", crs=understood),
        )


def too_deep() -> Message:
    """Say that a geometry nests beyond reason."""
    return _("The geometry nests too deeply; at most %(most)s collections.", most=MAX_COLLECTION_DEPTH)


def too_many_vertices() -> Message:
    """Say that a geometry is too detailed."""
    return _("The geometry has more than %(most)s positions; simplify it.", most=MAX_VERTICES)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


@dataclass(slots=True)
class _GeometryReader:
    """Walks one geometry, counting its positions; PostGIS stores no mixture of dimensions."""

    field: str
    vertices: int = 0
    dimension: int = 0

    def check_geometry(self, value: object, depth: int = 1) -> None:
        if not isinstance(value, Mapping):
            self._refuse(_("A geometry must be an object with a type and coordinates."))
        refuse_foreign_crs(value, self.field)
        kind = value.get("type")
        if kind == "GeometryCollection":
            self._check_collection(value.get("geometries"), depth)
            return
        check = _CHECKS.get(kind) if isinstance(kind, str) else None
        if check is None:
            self._refuse(_("%(type)s is not a geometry type of GeoJSON.", type=reprlib.repr(kind)))
        check(self, value.get("coordinates"))

    def _check_collection(self, geometries: object, depth: int) -> None:
        if depth > MAX_COLLECTION_DEPTH:
            self._refuse(too_deep())
        for geometry in self._list(geometries):
            self.check_geometry(geometry, depth + 1)

    def check_position(self, value: object) -> None:
        if not isinstance(value, list | tuple) or len(value) not in _LENGTHS_OF_A_POSITION:
            self._refuse(
                _("Read %(value)s where a position [longitude, latitude] belongs.", value=reprlib.repr(value))
            )
        self._count(len(value))
        limits = (MAX_LONGITUDE_DEG, MAX_LATITUDE_DEG, _MAX_ALTITUDE_M)
        if not all(_is_within(number, limit) for number, limit in zip(value, limits, strict=False)):
            self._refuse(
                _(
                    "The position %(value)s is not finite or out of range; longitude runs from -180 to 180 "
                    "and latitude from -90 to 90, in this order.",
                    value=reprlib.repr(list(value)),
                )
            )

    def check_line(self, value: object) -> None:
        if len(self._positions(value)) < _SHORTEST_LINE:
            self._refuse(_("A line needs at least two positions."))

    def check_ring(self, value: object) -> None:
        positions = self._positions(value)
        if positions[0] != positions[-1]:
            self._refuse(_("A ring is not closed: its last position must repeat its first."))
        if len(positions) < _SHORTEST_RING:
            self._refuse(_("A ring needs at least four positions, the last one repeating the first."))

    def check_points(self, value: object) -> None:
        self._positions(value)

    def check_lines(self, value: object) -> None:
        for line in self._list(value):
            self.check_line(line)

    def check_rings(self, value: object) -> None:
        for ring in self._list(value):
            self.check_ring(ring)

    def check_polygons(self, value: object) -> None:
        for rings in self._list(value):
            self.check_rings(rings)

    def _positions(self, value: object) -> Sequence[Any]:
        positions = self._list(value)
        for position in positions:
            self.check_position(position)
        return positions

    def _list(self, value: object) -> Sequence[Any]:
        if not isinstance(value, list | tuple):
            self._refuse(_("Read %(value)s where a list belongs.", value=reprlib.repr(value)))
        if not value:
            self._refuse(_("The geometry, or a part of it, is empty."))
        return value

    def _count(self, dimension: int) -> None:
        self.vertices += 1
        if self.vertices > MAX_VERTICES:
            self._refuse(too_many_vertices())
        if self.dimension not in {0, dimension}:
            self._refuse(_("Some positions have an altitude and some have none."))
        self.dimension = dimension

    def _refuse(self, message: Message) -> NoReturn:
        raise InvalidGeometryError(self.field, message)


def _is_within(number: object, limit: float) -> bool:
    """NaN compares false with every limit; booleans are integers to Python but not to GeoJSON."""
    return isinstance(number, int | float) and not isinstance(number, bool) and abs(number) <= limit


_CHECKS: dict[str, Callable[[_GeometryReader, object], None]] = {
    "Point": _GeometryReader.check_position,
    "MultiPoint": _GeometryReader.check_points,
    "LineString": _GeometryReader.check_line,
    "MultiLineString": _GeometryReader.check_lines,
    "Polygon": _GeometryReader.check_rings,
    "MultiPolygon": _GeometryReader.check_polygons,
}
