"""Suggestions, nearest facilities and list pages: what is asked for, and the limits that it has to keep."""

import string
from urllib.parse import urlencode

from benchmarks.sampling import Parameters, Place, Sample
from benchmarks.timing import Case

SEARCH_LIMIT_MS = 100.0
NEAREST_LIMIT_MS = 5.0
SHARED_WORDS = ("clinic", "school", "office", "health", "primary")
TYPOS = ("clinnic", "hosptial", "wharehouse", "kindergarden", "dispensair", "libary", "ecole primiare")
RARE = ("quetzalcoatlus", "quetzal", "balloonport")


def search_cases(sample: Sample, number: int) -> list[Case]:
    """Return what people type, asked with the middle of the map that they look at."""
    kinds = {
        "one letter": tuple(string.ascii_lowercase),
        "two letters": ("cl", "sc", "ho", "sa", "ne", "zw", "qu"),
        "a word that a million names share": SHARED_WORDS,
        "the same, half typed": tuple(word[:4] for word in SHARED_WORDS),
        "a rare word": RARE,
        "a word with a slip": TYPOS,
        "coordinates": ("48.8584, 2.2945", "40°42'46\"N 74°0'22\"W", "-33.86 151.21"),
    }
    cases = [_search(sample, number, title, texts) for title, texts in kinds.items()]
    drawn = {
        "a town": [place.locality for place in sample.places],
        "a town and a shared word": [f"{place.locality} clinic" for place in sample.places],
        "a whole name": [place.name for place in sample.places],
        "a code": [place.code for place in sample.places],
        "the head of a code": [place.code[:6] for place in sample.places],
    }
    return cases + [_search(sample, number, title, tuple(texts)) for title, texts in drawn.items()]


def _search(sample: Sample, number: int, title: str, texts: tuple[str, ...]) -> Case:
    paths = tuple(_suggest(sample.chance.choice(texts), sample.place()) for _number in range(number))
    return Case(f"search, {title}", paths, SEARCH_LIMIT_MS)


def _suggest(text: str, place: Place) -> str:
    asked = {"q": text[:200], "lon": f"{place.lon:.5f}", "lat": f"{place.lat:.5f}"}
    return "/search.json?" + urlencode(asked)


def nearest_cases(sample: Sample, number: int) -> list[Case]:
    """Return the ten nearest of anywhere: beside facilities and far from all of them."""
    beside = [(place.lon + 0.01, place.lat) for place in (sample.place() for _number in range(number))]
    far = [(sample.chance.uniform(-180, 180), sample.chance.uniform(-80, 80)) for _number in range(number)]
    return [
        Case("10 nearest, beside facilities", tuple(_nearest(*point) for point in beside), NEAREST_LIMIT_MS),
        Case("10 nearest, anywhere on earth", tuple(_nearest(*point) for point in far), NEAREST_LIMIT_MS),
    ]


def _nearest(lon: float, lat: float) -> str:
    return f"/facilities.geojson?nearest={min(180.0, lon):.5f},{lat:.5f},10"


def list_cases(sample: Sample, number: int) -> list[Case]:
    """Return pages of the list; no limit is set for them."""
    places = [sample.place() for _number in range(number)]
    asked: dict[str, list[Parameters]] = {
        "list, first page": [[] for _place in places],
        "list, any combination": [sample.filters(place) for place in places],
        "list, shared word": [[("q", sample.chance.choice(SHARED_WORDS))] for _place in places],
        "list, a town": [[("q", place.locality)] for place in places],
    }
    return [
        Case(title, tuple("/facilities?" + urlencode(parameters) for parameters in wanted))
        for title, wanted in asked.items()
    ]
