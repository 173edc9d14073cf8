"""Draws where readers look and what they ask for, from the very data, with a fixed seed."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from psycopg2.extensions import connection as Connection  # noqa: N812  # a class with a small letter

from webapp.facilities.vocabulary import Status
from webapp.geo.mercator import TILE_PIXELS, down_the_map, latitude_at

SCREEN_PX = (1280, 800)
SAMPLED = 4_000
SOME_PLACES = """
SELECT ST_X(location), ST_Y(location), code, name, category, coalesce(country, 'US'), coalesce(locality, 'x')
  FROM facilities WHERE id = ANY(%s) ORDER BY id
"""
Parameters = list[tuple[str, str]]


@dataclass(frozen=True)
class Place:
    """A facility of the registry that a reader looks at."""

    lon: float
    lat: float
    code: str
    name: str
    category: str
    country: str
    locality: str


class Sample:
    """Some facilities, categories and countries, and a source of chance that is the same in every run."""

    def __init__(self, places: Sequence[Place], categories: Sequence[str], seed: int) -> None:
        self.places = places
        self.categories = categories
        self.chance = random.Random(seed)  # noqa: S311  # nobody guards anything with it

    @classmethod
    def of(cls, connection: Connection, seed: int) -> "Sample":
        """Draw facilities of a loaded registry."""
        chance = random.Random(seed)  # noqa: S311
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT max(id) FROM facilities")
            last = cursor.fetchall()[0][0]
            cursor.execute(SOME_PLACES, ([chance.randint(1, last) for _number in range(SAMPLED)],))
            places = [Place(*row) for row in cursor]
            cursor.execute("SELECT slug FROM categories ORDER BY slug")
            categories = [slug for (slug,) in cursor if _is_used(connection, slug)]
        chance.shuffle(places)
        return cls(places, categories, seed)

    def place(self) -> Place:
        """Return any of the facilities."""
        return self.chance.choice(self.places)

    def filters(self, place: Place) -> Parameters:
        """Return any combination of categories, statuses and countries; one in eight has none."""
        chosen: Parameters = []
        if self.chance.random() < 0.5:  # noqa: PLR2004
            chosen += [("category", slug) for slug in self._some(self.categories, 3)]
        if self.chance.random() < 0.5:  # noqa: PLR2004
            chosen += [("status", status) for status in self._some(list(Status), 2)]
        if self.chance.random() < 0.5:  # noqa: PLR2004
            others = {self.place().country for _number in range(self.chance.randint(0, 2))}
            chosen += [("country", country) for country in sorted({place.country, *others})]
        return chosen

    def _some(self, values: Sequence[str], most: int) -> list[str]:
        return self.chance.sample(values, self.chance.randint(1, min(most, len(values))))


def _is_used(connection: Connection, category: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM facilities WHERE category = %s)", (category,))
        return bool(cursor.fetchall()[0][0])


def screen_box(lon: float, lat: float, zoom: int) -> str:
    """Return the bbox of a screen with this centre; the whole world's breadth where it is smaller."""
    world_px = TILE_PIXELS << zoom
    half_across, half_down = (pixels / 2 / world_px for pixels in SCREEN_PX)
    middle = down_the_map(lat)
    south, north = latitude_at(min(1, middle + half_down)), latitude_at(max(0, middle - half_down))
    if half_across >= 0.5:  # noqa: PLR2004
        return f"-180,{south:.6f},180,{north:.6f}"
    west, east = (_wrapped(lon + 360 * offset) for offset in (-half_across, half_across))
    return f"{west:.6f},{south:.6f},{east:.6f},{north:.6f}"


def view_path(place: Place, zoom: int, filters: Parameters) -> str:
    """Return the address of the map's view around a place."""
    box = screen_box(place.lon, place.lat, zoom)
    return "/map.geojson?" + urlencode([("bbox", box), ("zoom", str(zoom)), *filters])


def tile_of(lon: float, lat: float, zoom: int) -> str:
    """Return z/x/y of the tile that holds a position."""
    tiles = 1 << zoom
    x = min(tiles - 1, math.floor((lon + 180) / 360 * tiles))
    return f"{zoom}/{x}/{min(tiles - 1, math.floor(down_the_map(lat) * tiles))}"


def _wrapped(lon: float) -> float:
    return lon - 360 * math.floor((lon + 180) / 360)
