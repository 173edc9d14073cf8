"""Write the cities of an MMDB file as CSV: lon, lat, country, locality, networks there.

Runs in an environment of its own, since only benchmarks need its one dependency:
`uv run --no-project --with maxminddb python benchmarks/city_points.py cities.mmdb cities.csv`.
"""

import csv
import importlib
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DECIMALS = 4
"""The file holds 32-bit floats of positions that were given with four decimals."""

City = tuple[float, float, str, str]


def cities(reader: Any) -> Counter[City]:
    """Count the networks at each place, in the order in which the places first occur."""
    return Counter(_city(record) for _network, record in reader if _is_placed(record))


def _is_placed(record: dict[str, Any]) -> bool:
    return record.get("latitude") is not None and record.get("longitude") is not None


def _city(record: dict[str, Any]) -> City:
    lon, lat = round(record["longitude"], DECIMALS), round(record["latitude"], DECIMALS)
    return lon, lat, record.get("country_code") or "", record.get("city") or ""


def _rows(counted: Counter[City]) -> Iterator[tuple[float, float, str, str, int]]:
    for (lon, lat, country, locality), networks in counted.items():
        yield lon, lat, country, locality, networks


def main() -> None:
    """Read the first argument, write the second."""
    source, target = sys.argv[1:]
    with importlib.import_module("maxminddb").open_database(source) as reader:
        counted = cities(reader)
    with Path(target).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(_rows(counted))


if __name__ == "__main__":
    main()
