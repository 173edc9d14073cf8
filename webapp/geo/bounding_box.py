"""Boxes of longitude and latitude that know about the antimeridian (RFC 7946 section 5.2)."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from webapp.errors import InvalidParameterError
from webapp.geo.messages import translatable as _
from webapp.geo.numbers import read_numbers, write_number
from webapp.geo.position import MAX_LATITUDE_DEG, MAX_LONGITUDE_DEG, Position

_FULL_CIRCLE_DEG = 360.0
_MAX_TURNED_LONGITUDE_DEG = 36_000.0  # a hundred times round the world; beyond it a float loses the place
_MAX_TEXT_LENGTH = 200


@dataclass(frozen=True, slots=True)
class BoundingBox:
    """A box in degrees on WGS84, edges included; `west > east` means that it crosses the antimeridian."""

    west: float
    south: float
    east: float
    north: float

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, self.as_list())):
            raise InvalidParameterError("bbox", _("Every edge must be a finite number."))
        if max(abs(self.west), abs(self.east)) > MAX_LONGITUDE_DEG:
            raise InvalidParameterError("bbox", _("West and east must lie within -180 to 180."))
        if max(abs(self.south), abs(self.north)) > MAX_LATITUDE_DEG:
            raise InvalidParameterError("bbox", _("South and north must lie within -90 to 90."))
        if self.south > self.north:
            raise InvalidParameterError(
                "bbox", _("South is above north; the order is west,south,east,north.")
            )

    @classmethod
    def from_text(cls, text: str) -> "BoundingBox":
        """Read `west,south,east,north`, also with longitudes beyond +-180.

        A map panned round the world sends such longitudes; they are turned back. A width of 360 degrees or
        more is the whole circle. Raises InvalidParameterError("bbox").
        """
        west, south, east, north = _four_numbers(text)
        west, east = _turned_back(west, east)
        return cls(west, south, east, north)

    @classmethod
    def around(cls, positions: Iterable[Position]) -> "BoundingBox":
        """Draw the smallest box around one or more positions, across the antimeridian where narrower."""
        places = list(positions)
        if not places:
            raise ValueError("no positions to draw a box around")
        latitudes = [place.lat_deg for place in places]
        west, east = _narrowest(sorted(place.lon_deg for place in places))
        return cls(west, min(latitudes), east, max(latitudes))

    @property
    def crosses_antimeridian(self) -> bool:
        """Whether the box continues at -180 after it reached +180."""
        return self.west > self.east

    @property
    def width_deg(self) -> float:
        """Degrees of longitude from west to east, going east."""
        turn = _FULL_CIRCLE_DEG if self.crosses_antimeridian else 0.0
        return self.east - self.west + turn

    @property
    def centre(self) -> Position:
        """The middle of the box in degrees, also when it crosses the antimeridian."""
        lon_deg = self.west + self.width_deg / 2
        if lon_deg > MAX_LONGITUDE_DEG:
            lon_deg -= _FULL_CIRCLE_DEG
        return Position(lon_deg, (self.south + self.north) / 2)

    def split(self) -> tuple["BoundingBox", ...]:
        """One box, or the two halves either side of the antimeridian: what a planar index can search."""
        if not self.crosses_antimeridian:
            return (self,)
        return (
            BoundingBox(self.west, self.south, MAX_LONGITUDE_DEG, self.north),
            BoundingBox(-MAX_LONGITUDE_DEG, self.south, self.east, self.north),
        )

    def contains(self, position: Position) -> bool:
        """Tell whether the position lies inside or on an edge, by its written longitude (-180 is not 180)."""
        if not self.south <= position.lat_deg <= self.north:
            return False
        if self.crosses_antimeridian:
            return position.lon_deg >= self.west or position.lon_deg <= self.east
        return self.west <= position.lon_deg <= self.east

    def as_text(self) -> str:
        """Return the text that reads back as this box."""
        return ",".join(map(write_number, self.as_list()))

    def as_list(self) -> list[float]:
        """`[west, south, east, north]`, the order of a GeoJSON bbox."""
        return [self.west, self.south, self.east, self.north]


WORLD = BoundingBox(-MAX_LONGITUDE_DEG, -MAX_LATITUDE_DEG, MAX_LONGITUDE_DEG, MAX_LATITUDE_DEG)


def _four_numbers(text: str) -> list[float]:
    if len(text) > _MAX_TEXT_LENGTH or text.count(",") != len(WORLD.as_list()) - 1:
        raise InvalidParameterError(
            "bbox", _("Give four numbers: west,south,east,north, such as 33.9,-4.7,41.9,5.5.")
        )
    numbers = read_numbers(text)
    if numbers is None:
        raise InvalidParameterError("bbox", _("Every edge must be a plain number, such as 36.8 or -1.3."))
    return numbers


def _turned_back(west: float, east: float) -> tuple[float, float]:
    if max(abs(west), abs(east)) > _MAX_TURNED_LONGITUDE_DEG:
        raise InvalidParameterError("bbox", _("West and east are not longitudes."))
    if east - west >= _FULL_CIRCLE_DEG:
        return -MAX_LONGITUDE_DEG, MAX_LONGITUDE_DEG
    if max(abs(west), abs(east)) <= MAX_LONGITUDE_DEG:
        return west, east
    turns = math.floor((west + MAX_LONGITUDE_DEG) / _FULL_CIRCLE_DEG)
    west, east = west - turns * _FULL_CIRCLE_DEG, east - turns * _FULL_CIRCLE_DEG
    while east > MAX_LONGITUDE_DEG:
        east -= _FULL_CIRCLE_DEG
    while east < -MAX_LONGITUDE_DEG:
        east += _FULL_CIRCLE_DEG
    return west, east


def _narrowest(longitudes: list[float]) -> tuple[float, float]:
    """Leave out the widest empty stretch of the circle; on a tie stay clear of the antimeridian."""
    west, east = longitudes[0], longitudes[-1]
    widest = west + _FULL_CIRCLE_DEG - east
    for left, right in pairwise(longitudes):
        if right - left > widest:
            widest, west, east = right - left, right, left
    return west, east
