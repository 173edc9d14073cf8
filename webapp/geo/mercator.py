"""Web Mercator tiles, and the smaller square cells that facilities are grouped into.

Formulas: the spherical Mercator of EPSG:3857 (IOGP Guidance Note 7-2, method 1024) on the WebMercatorQuad
tile matrix of OGC 17-083r4, annex D.1: 256-pixel tiles, 2**zoom of them along each side, the origin in the
north-west.
"""

import math

from webapp.geo.bounding_box import BoundingBox
from webapp.geo.position import MAX_LATITUDE_DEG as POLE_LATITUDE_DEG
from webapp.geo.position import Position

TILE_PIXELS = 256
MAX_ZOOM = 22
MAX_LATITUDE_DEG = math.degrees(math.atan(math.sinh(math.pi)))
"""Where the square map ends: 85.0511 degrees."""


def cells_per_side(zoom: int, cell_pixels: int = 64) -> int:
    """Count how many cells of `cell_pixels` span the world at a zoom level; they must tile it exactly."""
    if not 0 <= zoom <= MAX_ZOOM:
        raise ValueError(f"zoom {zoom} is outside 0 to {MAX_ZOOM}")
    pixels = TILE_PIXELS << zoom
    if not 0 < cell_pixels <= pixels or pixels % cell_pixels:
        raise ValueError(f"cells of {cell_pixels} pixels do not tile zoom {zoom}")
    return pixels // cell_pixels


def cell_of(position: Position, zoom: int, cell_pixels: int = 64) -> tuple[int, int]:
    """Find the cell (x east, y south) that holds a position; `cell_pixels=256` gives the usual tile.

    Positions beyond MAX_LATITUDE_DEG belong to the outermost rows, longitude 180 to the last column.
    """
    cells = cells_per_side(zoom, cell_pixels)
    across = (position.lon_deg + 180) / 360
    return _clamped(across, cells), _clamped(down_the_map(position.lat_deg), cells)


def cell_bounds(x: int, y: int, zoom: int, cell_pixels: int = 64) -> BoundingBox:
    """Draw a cell's box; the outermost rows reach the poles, since `cell_of` puts polar positions there."""
    cells = cells_per_side(zoom, cell_pixels)
    if not (0 <= x < cells and 0 <= y < cells):
        raise ValueError(f"there is no cell {x}/{y} at zoom {zoom}")
    north = POLE_LATITUDE_DEG if y == 0 else latitude_at(y / cells)
    south = -POLE_LATITUDE_DEG if y == cells - 1 else latitude_at((y + 1) / cells)
    return BoundingBox(x / cells * 360 - 180, south, (x + 1) / cells * 360 - 180, north)


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


def _clamped(share: float, cells: int) -> int:
    return max(0, min(cells - 1, math.floor(share * cells)))


def _zoom_to_fit(share: float, pixels: int) -> int:
    if share <= 0:
        return MAX_ZOOM
    return max(0, min(MAX_ZOOM, math.floor(math.log2(max(pixels, 1) / (TILE_PIXELS * share)))))
