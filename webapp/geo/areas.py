"""Areas that facilities are asked for in: a circle on the ellipsoid, the nearest to a place, a drawn ring.

Each is read from the text of an address and written back so that it reads as the very same area.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NoReturn

import shapely
from shapely import Polygon

from webapp.errors import InvalidGeometryError, InvalidParameterError
from webapp.geo.bounding_box import WORLD, BoundingBox
from webapp.geo.messages import Message
from webapp.geo.messages import translatable as _
from webapp.geo.numbers import read_numbers, write_number
from webapp.geo.position import MAX_LATITUDE_DEG, MAX_LONGITUDE_DEG, Position

LARGEST_RADIUS_M = 20_004_000.0
"""Half way round the ellipsoid: the farthest that two places can be apart is 20,003.9 km."""

NEAREST_AT_MOST = 1000
FEWEST_VERTICES = 3
VERTICES_AT_MOST = 300
"""As many as an address carries past every proxy: 8 KB, their commas and semicolons escaped."""


SEMI_MINOR_AXIS_M = 6_356_752.314245179  # of WGS84
FLATTENING = 1 / 298.257223563
LATITUDE_STRETCH = 1 / (1 - FLATTENING)
"""How much faster the latitude may grow than the reduced latitude, of which tan = (1 - f) tan(latitude)."""

_MARGIN_DEG = 1e-7  # a centimetre, for what rounding loses
_FULL_CIRCLE_DEG = 360.0
_HALF_CIRCLE_DEG = 180.0
_MAX_TURNED_LONGITUDE_DEG = 36_000.0
_LONGEST_PLACE = 120
_LONGEST_RING = VERTICES_AT_MOST * 60
_THREE = 3


@dataclass(frozen=True, slots=True)
class Circle:
    """All places within a distance of a centre, measured on the WGS84 ellipsoid."""

    centre: Position
    radius_m: float

    @classmethod
    def from_text(cls, text: str) -> "Circle":
        """Read `lon,lat,radius_m`; raises InvalidParameterError("near")."""
        numbers = _three_numbers("near", text, _("Give lon,lat,radius in metres, such as 36.82,-1.29,5000."))
        radius_m = numbers[2]
        if not 0 < radius_m <= LARGEST_RADIUS_M:
            raise InvalidParameterError(
                "near",
                _("Give a radius in metres above 0 and up to %(most)s.", most=f"{LARGEST_RADIUS_M:.0f}"),
            )
        return cls(_position("near", numbers[0], numbers[1]), radius_m)

    def as_text(self) -> str:
        """Return the text that reads back as this circle."""
        return ",".join(map(write_number, (*self.centre.coordinates, self.radius_m)))

    @property
    def box(self) -> BoundingBox:
        """Return a box (degrees) that holds the circle; at a pole it goes all the way round.

        A geodesic of length s is an arc of at most s / b on the auxiliary sphere of reduced latitudes, and
        its difference of longitude is at most the arc's (C. F. F. Karney, Algorithms for geodesics, 2013,
        eq. 7 and 8), so the box of the spherical cap holds the circle.
        """
        arc = self.radius_m / SEMI_MINOR_AXIS_M
        high = math.degrees(arc) * LATITUDE_STRETCH + _MARGIN_DEG
        lon, lat = self.centre.coordinates
        south, north = max(WORLD.south, lat - high), min(WORLD.north, lat + high)
        narrowness = parallel_radius(lat)
        if arc >= math.pi / 2 or math.sin(arc) >= narrowness:
            return BoundingBox(WORLD.west, south, WORLD.east, north)
        wide = math.degrees(math.asin(math.sin(arc) / narrowness)) + _MARGIN_DEG
        if wide >= _HALF_CIRCLE_DEG:
            return BoundingBox(WORLD.west, south, WORLD.east, north)
        return BoundingBox(_turned(lon - wide), south, _turned(lon + wide), north)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """So many facilities, the nearest to a place."""

    place: Position
    number: int

    @classmethod
    def from_text(cls, text: str) -> "Neighbours":
        """Read `lon,lat,k`; raises InvalidParameterError("nearest")."""
        numbers = _three_numbers("nearest", text, _("Give lon,lat,number, such as 36.82,-1.29,10."))
        number = numbers[2]
        if not (1 <= number <= NEAREST_AT_MOST and number.is_integer()):
            raise InvalidParameterError(
                "nearest", _("Ask for a whole number of 1 to %(most)s facilities.", most=NEAREST_AT_MOST)
            )
        return cls(_position("nearest", numbers[0], numbers[1]), int(number))

    def as_text(self) -> str:
        """Return the text that reads back as this request."""
        return ",".join((*map(write_number, self.place.coordinates), str(self.number)))


@dataclass(frozen=True)
class Ring:
    """A drawn area; its edges are straight lines of longitude and latitude, as in GeoJSON, and belong to it.

    An edge of more than 180 degrees goes the short way, across the antimeridian; so does one to a longitude
    beyond 180, as a map drawn across it gives them.
    """

    vertices: tuple[tuple[float, float], ...]

    @classmethod
    def from_text(cls, text: str) -> "Ring":
        """Read `lon,lat;lon,lat;...`, closed or not; raises InvalidParameterError("within")."""
        corners = text.split(";", VERTICES_AT_MOST + 1)
        if len(text) > _LONGEST_RING or len(corners) > VERTICES_AT_MOST + 1:
            _refuse_ring(_("Give at most %(most)s corners; simplify the outline.", most=VERTICES_AT_MOST))
        vertices = tuple(map(_vertex, corners))
        ring = cls(vertices[:-1] if vertices[0] == vertices[-1] else vertices)
        if not FEWEST_VERTICES <= len(ring.vertices) <= VERTICES_AT_MOST:
            _refuse_ring(
                _(
                    "Give %(least)s to %(most)s corners: lon,lat;lon,lat;...",
                    least=FEWEST_VERTICES,
                    most=VERTICES_AT_MOST,
                )
            )
        ring.check()
        return ring

    def as_text(self) -> str:
        """Return the text that reads back as this ring."""
        return ";".join(f"{write_number(lon)},{write_number(lat)}" for lon, lat in self.vertices)

    def check(self) -> None:
        """Raise InvalidParameterError("within") for a ring that has no inside, or not one alone."""
        shape = self._unwrapped
        if shape.area == 0:
            _refuse_ring(_("The outline encloses nothing; give at least three corners that are not in line."))
        if not shape.is_valid:
            reason = shapely.is_valid_reason(shape)
            _refuse_ring(
                _("The outline crosses itself (%(reason)s); give its corners in their order.", reason=reason)
            )

    @property
    def parts(self) -> tuple[Polygon, ...]:
        """The area as polygons, one of them for either side where it crosses the antimeridian.

        Each may reach beyond 180 degrees, where nothing is stored.
        """
        shape = self._unwrapped
        if shape.bounds[2] <= MAX_LONGITUDE_DEG:
            return (shape,)
        return (shape, shapely.transform(shape, lambda corners: corners - (_FULL_CIRCLE_DEG, 0)))

    @cached_property
    def _unwrapped(self) -> Polygon:
        """The ring with longitudes from -180 up to 540, without a jump."""
        longitudes = _without_jumps([lon for lon, _lat in self.vertices])
        if abs(longitudes[0] - longitudes[-1]) > _HALF_CIRCLE_DEG:
            _refuse_ring(_("The outline goes round a pole; use a box or a radius there."))
        west = min(longitudes)
        if max(longitudes) - west > _FULL_CIRCLE_DEG:
            _refuse_ring(_("The outline is wider than the world."))
        turned = _FULL_CIRCLE_DEG * math.floor((west + _HALF_CIRCLE_DEG) / _FULL_CIRCLE_DEG)
        latitudes = (lat for _lon, lat in self.vertices)
        return Polygon([(lon - turned, lat) for lon, lat in zip(longitudes, latitudes, strict=True)])


def parallel_radius(lat_deg: float) -> float:
    """Return how wide a parallel is on the auxiliary sphere: 1 at the equator, 0 at a pole."""
    return math.cos(math.atan((1 - FLATTENING) * math.tan(math.radians(lat_deg))))


def _three_numbers(parameter: str, text: str, remedy: Message) -> list[float]:
    numbers = read_numbers(text) if len(text) <= _LONGEST_PLACE else None
    if numbers is None or len(numbers) != _THREE:
        raise InvalidParameterError(parameter, remedy)
    return numbers


def _position(parameter: str, lon: float, lat: float) -> Position:
    try:
        return Position(_turned(lon) if abs(lon) <= _MAX_TURNED_LONGITUDE_DEG else lon, lat)
    except InvalidGeometryError as error:
        raise InvalidParameterError(parameter, error.message) from error


def _turned(lon: float) -> float:
    """Return a longitude of a map that was panned round the world as one of -180 to 180."""
    if abs(lon) <= MAX_LONGITUDE_DEG:
        return lon
    return (lon + _HALF_CIRCLE_DEG) % _FULL_CIRCLE_DEG - _HALF_CIRCLE_DEG


def _vertex(text: str) -> tuple[float, float]:
    numbers = read_numbers(text)
    if numbers is None or len(numbers) != len(("lon", "lat")):
        _refuse_ring(
            _("Give corners as lon,lat;lon,lat;... in plain numbers, such as 36.8,-1.3;36.9,-1.3;36.9,-1.2.")
        )
    lon, lat = numbers
    if not abs(lon) <= _MAX_TURNED_LONGITUDE_DEG:
        _refuse_ring(_("Longitudes lie within -180 to 180."))
    if not abs(lat) <= MAX_LATITUDE_DEG:
        _refuse_ring(_("Latitudes lie within -90 to 90; each corner is lon,lat."))
    return lon, lat


def _without_jumps(longitudes: list[float]) -> list[float]:
    turns, smooth = 0, longitudes[:1]
    for before, lon in pairwise(longitudes):
        if abs(lon - before) > _HALF_CIRCLE_DEG:
            turns -= round((lon - before) / _FULL_CIRCLE_DEG)
        smooth.append(lon + turns * _FULL_CIRCLE_DEG)
    return smooth


def _refuse_ring(remedy: Message) -> NoReturn:
    raise InvalidParameterError("within", remedy)
