"""Distances and areas on the WGS84 ellipsoid, by Karney's geodesics (GeographicLib in PROJ).

PostGIS measures `geography` with the same library, so `ST_Distance` and `ST_Area` give the same values.
"""

from collections.abc import Sequence

from pyproj import Geod
from shapely import LinearRing, Polygon
from shapely.geometry.base import BaseGeometry, BaseMultipartGeometry

from webapp.geo.position import Position

_WGS84 = Geod(ellps="WGS84")
_POSTGIS_DISTANCE_DIGITS = 8  # geography distances are rounded to 10 nm (PostGIS ticket 2168)


def distance_m(a: Position, b: Position) -> float:
    """Measure metres along the geodesic, across the antimeridian too; equals PostGIS `ST_Distance`."""
    _azimuth, _back_azimuth, metres = _WGS84.inv(a.lon_deg, a.lat_deg, b.lon_deg, b.lat_deg)
    return round(float(metres), _POSTGIS_DISTANCE_DIGITS)


def distances_m(place: Position, others: Sequence[tuple[float, float]]) -> list[float]:
    """Measure metres from a place to each of others (lon, lat), as `distance_m` does."""
    if not others:
        return []
    longitudes, latitudes = zip(*others, strict=True)
    number = len(others)
    here = [place.lon_deg] * number, [place.lat_deg] * number
    _azimuths, _back_azimuths, metres = _WGS84.inv(*here, list(longitudes), list(latitudes))
    return [round(float(length), _POSTGIS_DISTANCE_DIGITS) for length in metres]


def area_m2(geometry: BaseGeometry) -> float:
    """Measure square metres of a (lon, lat) geometry, SRID 4326; equals PostGIS `ST_Area(geography)`.

    Holes are subtracted whichever way the rings turn; collections sum their parts; points and lines have
    no area.
    """
    if isinstance(geometry, Polygon):
        return _polygon_area_m2(geometry)
    if isinstance(geometry, BaseMultipartGeometry):
        return sum((area_m2(part) for part in geometry.geoms), 0.0)
    return 0.0


def _polygon_area_m2(polygon: Polygon) -> float:
    if polygon.is_empty:
        return 0.0
    return _ring_area_m2(polygon.exterior) - sum(map(_ring_area_m2, polygon.interiors))


def _ring_area_m2(ring: LinearRing) -> float:
    longitudes, latitudes = ring.xy
    signed_area_m2, _perimeter_m = _WGS84.polygon_area_perimeter(longitudes, latitudes)
    return abs(float(signed_area_m2))
