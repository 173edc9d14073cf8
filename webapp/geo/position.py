"""A place on WGS84, longitude before latitude."""

import math
from dataclasses import dataclass

from shapely import Point

from webapp.errors import InvalidGeometryError
from webapp.geo.messages import Message
from webapp.geo.messages import translatable as _

MAX_LONGITUDE_DEG = 180.0
MAX_LATITUDE_DEG = 90.0


@dataclass(frozen=True, slots=True)
class Position:
    """A finite (lon, lat) in degrees, SRID 4326; anything else raises InvalidGeometryError("location")."""

    lon_deg: float
    lat_deg: float

    def __post_init__(self) -> None:
        problem = _problem(self.lon_deg, self.lat_deg)
        if problem:
            raise InvalidGeometryError("location", problem)

    @property
    def coordinates(self) -> tuple[float, float]:
        """`(lon, lat)`, the order of GeoJSON and PostGIS."""
        return (self.lon_deg, self.lat_deg)

    def as_point(self) -> Point:
        """Return a shapely point, x = lon, y = lat."""
        return Point(self.lon_deg, self.lat_deg)


def _problem(lon_deg: float, lat_deg: float) -> Message | None:
    if not (math.isfinite(lon_deg) and math.isfinite(lat_deg)):
        return _("A coordinate is not a finite number.")
    if abs(lat_deg) > MAX_LATITUDE_DEG:
        return _latitude_problem(lon_deg, lat_deg)
    if abs(lon_deg) > MAX_LONGITUDE_DEG:
        return _("Read longitude %(lon)s, which is outside -180 to 180.", lon=f"{lon_deg:g}")
    return None


def _latitude_problem(lon_deg: float, lat_deg: float) -> Message:
    if abs(lat_deg) <= MAX_LONGITUDE_DEG and abs(lon_deg) <= MAX_LATITUDE_DEG:
        return _(
            "Read latitude %(lat)s and longitude %(lon)s: the axes look swapped. "
            "Latitude runs from -90 to 90 and longitude from -180 to 180.",
            lat=f"{lat_deg:g}",
            lon=f"{lon_deg:g}",
        )
    return _("Read latitude %(lat)s, which is outside -90 to 90.", lat=f"{lat_deg:g}")
