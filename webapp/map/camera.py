"""Where a map looks: a centre and a zoom level, and the box that a screen sees of it."""

import math
from dataclasses import dataclass

from webapp.errors import InvalidParameterError
from webapp.geo.bounding_box import WORLD, BoundingBox
from webapp.geo.mercator import MAX_LATITUDE_DEG, MAX_ZOOM, TILE_PIXELS, zoom_for
from webapp.geo.messages import translatable as _
from webapp.geo.position import Position
from webapp.parameters import read_number

SCREEN_WIDTH_PX = 1280
SCREEN_HEIGHT_PX = 800
CLOSEST_START = 16
WORLD_ZOOM = 2
ZOOM_DIGITS = 2


@dataclass(frozen=True)
class Camera:
    """A centre (lon, lat) and a zoom level, and the box that will be asked for first."""

    centre: Position
    zoom: int
    box: BoundingBox

    @classmethod
    def over(cls, box: BoundingBox) -> "Camera":
        """Look at a whole box."""
        zoom = min(zoom_for(box, SCREEN_WIDTH_PX, SCREEN_HEIGHT_PX), CLOSEST_START)
        if zoom <= WORLD_ZOOM:
            return cls(Position(box.centre.lon_deg, 20.0), WORLD_ZOOM, WORLD)
        return cls.at(box.centre, zoom)

    @classmethod
    def at(cls, centre: Position, zoom: int) -> "Camera":
        """Look at a place as a usual screen would."""
        return cls(centre, zoom, _seen(centre, zoom))

    @classmethod
    def from_texts(cls, zoom: str, lat: str, lon: str) -> "Camera":
        """Read the parameters of a permalink; raises InvalidParameterError naming the bad one."""
        level = read_number("zoom", zoom)
        if not 0 <= level <= MAX_ZOOM:
            raise InvalidParameterError("zoom", _("Give a number from 0 to %(most)s.", most=MAX_ZOOM))
        latitude, longitude = read_number("lat", lat), read_number("lon", lon)
        if abs(latitude) > 90:  # noqa: PLR2004 - degrees from the equator to a pole
            raise InvalidParameterError("lat", _("Latitude runs from -90 to 90."))
        return cls.at(Position(_turned_back(longitude), latitude), round(level))


def _turned_back(lon_deg: float) -> float:
    """Return a longitude within -180..180, as a map panned round the world exceeds it."""
    return lon_deg if -180 <= lon_deg <= 180 else (lon_deg + 180) % 360 - 180  # noqa: PLR2004 - half a circle


def _seen(centre: Position, zoom: int) -> BoundingBox:
    """Return the box that a screen shows (EPSG:3857 on 256-pixel tiles); it may cross the antimeridian."""
    world_px = TILE_PIXELS * 2**zoom
    half_width_deg = SCREEN_WIDTH_PX / world_px * 180
    inside = max(-MAX_LATITUDE_DEG, min(MAX_LATITUDE_DEG, centre.lat_deg))
    middle = math.asinh(math.tan(math.radians(inside)))
    half_height = SCREEN_HEIGHT_PX / world_px * math.pi
    south, north = (math.degrees(math.atan(math.sinh(middle + side * half_height))) for side in (-1, 1))
    if half_width_deg >= 180:  # noqa: PLR2004 - the whole circle is in sight
        return BoundingBox(WORLD.west, south, WORLD.east, north)
    west, east = (_turned_back(centre.lon_deg + side * half_width_deg) for side in (-1, 1))
    return BoundingBox(west, south, east, north)
