"""Map views, tiles and refusals: what is asked for, and the limits that it has to keep."""

import math

from benchmarks.sampling import Parameters, Place, Sample, tile_of, view_path
from benchmarks.timing import Case

ZOOMS = range(19)
PYRAMID_LIMIT_MS = 25.0
ROWS_LIMIT_MS = 150.0
REFUSAL_LIMIT_MS = 50.0
TILE_ZOOMS = (0, 4, 8, 12, 16)
WORDS = ("clinic", "clinic", "school", "hospital", "quetzalcoatlus", "hosp", "c", "saint etienne", "hosptial")
MOMENTS = ("2026-01-30", "2026-01-01", "2025-07-01", "2023-06-01")
CORNERS = 12


def view_cases(sample: Sample, number: int) -> list[Case]:
    """Return views at each zoom, filtered by any combination of what the pyramid holds."""
    return [Case(f"view, zoom {zoom}", _views(sample, number, zoom), PYRAMID_LIMIT_MS) for zoom in ZOOMS]


def _views(sample: Sample, number: int, zoom: int) -> tuple[str, ...]:
    places = [sample.place() for _number in range(number)]
    return tuple(view_path(place, zoom, sample.filters(place)) for place in places)


def filtered_view_cases(sample: Sample, number: int) -> list[Case]:
    """Return views at any zoom with one filter that the pyramid does not hold, every other one with more."""
    kinds = {
        "text": _text,
        "precision": _precision,
        "updated since": _updated_since,
        "radius": _radius,
        "polygon": _polygon,
    }
    cases = []
    for title, draw in kinds.items():
        paths = []
        for turn in range(number):
            place = sample.place()
            filters = draw(sample, place) + (sample.filters(place) if turn % 2 else [])
            paths.append(view_path(place, sample.chance.choice(ZOOMS), filters))
        cases.append(Case(f"view, any zoom, {title}", tuple(paths), ROWS_LIMIT_MS))
    return cases


def _text(sample: Sample, place: Place) -> Parameters:
    return [("q", sample.chance.choice((*WORDS, place.locality, place.code)))]


def _precision(sample: Sample, _place: Place) -> Parameters:
    return [("precision", sample.chance.choice(("approximate", "area_centroid", "exact")))]


def _updated_since(sample: Sample, _place: Place) -> Parameters:
    return [("updated_since", sample.chance.choice(MOMENTS))]


def _radius(sample: Sample, place: Place) -> Parameters:
    metres = 10 ** sample.chance.uniform(2.3, 5.7)
    return [("near", f"{place.lon:.5f},{place.lat:.5f},{metres:.0f}")]


def _polygon(sample: Sample, place: Place) -> Parameters:
    reach_deg = 10 ** sample.chance.uniform(-2, 0.9)
    corners = []
    for corner in range(CORNERS):
        angle, away = 2 * math.pi * corner / CORNERS, reach_deg * sample.chance.uniform(0.5, 1)
        lon = min(179.9, max(-179.9, place.lon + away * math.cos(angle)))
        corners.append(f"{lon:.5f},{min(89.0, max(-89.0, place.lat + away * math.sin(angle))):.5f}")
    return [("within", ";".join(corners))]


def tile_cases(sample: Sample, number: int) -> list[Case]:
    """Return the tiles of any facilities, each once."""
    cases = []
    for zoom in TILE_ZOOMS:
        tiles = dict.fromkeys(tile_of(place.lon, place.lat, zoom) for place in sample.places)
        paths = tuple(f"/tiles/{tile}.mvt" for tile in list(tiles)[:number])
        cases.append(Case(f"tile, zoom {zoom}", paths, PYRAMID_LIMIT_MS))
    return cases


def refusal_cases() -> list[Case]:
    """Return what nobody may ask for; each is refused, and quickly."""
    outline = ";".join(f"{math.cos(turn / 800):.6f},{math.sin(turn / 800):.6f}" for turn in range(5000))
    box = "bbox=-10,40,10,60&zoom=5"
    asked = {
        "tile of zoom 30": "/tiles/30/1/1.mvt",
        "tile beyond the last column": "/tiles/3/8/1.mvt",
        "box with NaN": "/map.geojson?bbox=nan,0,1,1&zoom=3",
        "polygon of 5,000 corners": f"/map.geojson?{box}&within={outline}",
        "text of 10,000 characters": f"/map.geojson?{box}&q={'a' * 10_000}",
        "text of wildcards alone": f"/map.geojson?{box}&q=%25_%25",
    }
    return [Case(title, (path,) * 20, REFUSAL_LIMIT_MS, status=400) for title, path in asked.items()]
