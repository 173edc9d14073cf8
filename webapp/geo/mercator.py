"""The square map of Web Mercator and its zoom levels.

Formulas: the spherical Mercator of EPSG:3857 (IOGP Guidance Note 7-2, method 1024) on the WebMercatorQuad
tile matrix of OGC 17-083r4, annex D.1: 256-pixel tiles, 2**zoom of them along each side, the origin in the
north-west.
"""

import math

from webapp.geo.bounding_box import BoundingBox

TILE_PIXELS = 256
MAX_ZOOM = 22
MAX_LATITUDE_DEG = math.degrees(math.atan(math.sinh(math.pi)))
"""Where the square map ends: 85.0511 degrees."""


def zoom_for(box: BoundingBox, width_px: int, height_px: int) -> int:
    """Find the closest whole zoom level, 0 to MAX_ZOOM, at which the box fits a map of that size."""
    across = box.width_deg / 360
    down = down_the_map(box.south) - down_the_map(box.north)
    return min(_zoom_to_fit(across, width_px), _zoom_to_fit(down, height_px))


def down_the_map(lat_deg: float) -> float:
    """How far south of the map's upper edge, 0 to 1: y = 1/2 - asinh(tan(lat)) / 2 pi."""
    inside = max(-MAX_LATITUDE_DEG, min(MAX_LATITUDE_DEG, lat_deg))
    return 0.5 - math.asinh(math.tan(math.radians(inside))) / (2 * math.pi)


def latitude_at(down: float) -> float:
    """Invert `down_the_map`: lat = atan(sinh(pi * (1 - 2y)))."""
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * down))))


def _zoom_to_fit(share: float, pixels: int) -> int:
    if share <= 0:
        return MAX_ZOOM
    return max(0, min(MAX_ZOOM, math.floor(math.log2(max(pixels, 1) / (TILE_PIXELS * share)))))
