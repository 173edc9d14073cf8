"""Measure a registry of millions: views, searches, lists and writing, and rates beside other map servers.

With DATABASE_URL of a loaded registry: `python -m benchmarks.scale`; `--load` fills an empty one first.
"""

import argparse
import gc
import os
import secrets
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from psycopg2.extensions import connection as Connection  # noqa: N812  # a class with a small letter
from sqlalchemy import URL

from benchmarks.load import (
    Question,
    ask_once,
    has_load_generator,
    holds_features,
    holds_tile,
    measure_rate,
    repeated,
)
from benchmarks.loading import connect, load
from benchmarks.peers import mapserver, tipg
from benchmarks.sampling import Sample, tile_of
from benchmarks.searching import list_cases, nearest_cases, search_cases
from benchmarks.servers import FLOOR, PRODUCT, PeerError, Server, gunicorn
from benchmarks.timing import Case, percentile_95, time_case
from benchmarks.views import filtered_view_cases, refusal_cases, tile_cases, view_cases
from benchmarks.writing import time_copy, time_edits
from webapp import create_app
from webapp.database.engine import database_url
from webapp.settings import Settings

SEED = 20_260_131
WARM_UP = 30
FEATURES = 1000
PRODUCT_TITLE = "facility-atlas"
DENSE_TILES_PER_SECOND = 500
DENSE_TILE = "4/8/5"
BOXES = 20
EDITS = 400
BROWSER = "zstd, br, gzip"


class Report:
    """Prints tables and remembers whether every limit was kept."""

    def __init__(self) -> None:
        self.kept = True

    def times(self, cases: Iterable[Case], app: object) -> None:
        """Print what each kind of question costs inside the process."""
        print("\n| one connection, server time | median ms | p95 ms | worst ms | KiB | limit p95 |")
        print("|---|--:|--:|--:|--:|--:|")
        for case in cases:
            times = time_case(app, case)  # type: ignore[arg-type]
            within = case.limit_ms is None or times.p95_ms <= case.limit_ms
            self.kept &= within
            print(
                f"| {case.title if within else f'**{case.title}: over its limit**'} | {times.median_ms:.1f} "
                f"| {times.p95_ms:.1f} | {times.worst_ms:.1f} | {times.size_bytes / 1024:.0f} "
                f"| {case.limit_ms or '-'} |",
                flush=True,
            )
            if not within:
                print(f"  slowest: {times.worst_path[:300]}", file=sys.stderr)

    def rates(
        self, title: str, rates: dict[str, float], least: dict[str, float], *, fewest: float = 0
    ) -> None:
        """Print requests per second and how they compare.

        `least` holds the wanted ratio to each server, `fewest` what is wanted whatever the others do.
        """
        ours = rates.pop(PRODUCT_TITLE, 0.0)
        self.kept &= ours >= fewest
        cells = [f"{PRODUCT_TITLE} {ours:.1f}/s" + ("" if ours >= fewest else f" (**below {fewest:g}**)")]
        for server, rate in rates.items():
            # who answered nothing in that time is slower than can be said
            within = ours >= least.get(server, 0) * rate
            self.kept &= within
            mark = "" if within else f" (**below {least[server]:g}**)"
            cells.append(
                f"{server} {rate:.1f}/s, x{ours / rate:.2f}{mark}" if rate else f"{server}: no answer in time"
            )
        print(f"| {title} | {'; '.join(cells)} |", flush=True)

    def limit(self, title: str, value: float, *, most: float, unit: str) -> None:
        """Print one figure that has an upper limit."""
        self.kept &= value <= most
        print(f"| {title}{'' if value <= most else ' **over its limit**'} | {value:.1f} {unit} | {most:g} |")


def time_everything(report: Report, settings: Settings, sample: Sample, number: int) -> None:
    """Ask the application in this process, each address once."""
    app = create_app(settings)
    for case in view_cases(sample, 1)[:WARM_UP]:
        time_case(app, case)
    # as wsgi.py does
    gc.collect()
    gc.freeze()
    report.times(view_cases(sample, number), app)
    report.times(filtered_view_cases(sample, number), app)
    report.times(search_cases(sample, number), app)
    report.times([*nearest_cases(sample, number), *list_cases(sample, number)], app)
    report.times([*tile_cases(sample, number), *refusal_cases()], app)


def compare(report: Report, settings: Settings, sample: Sample, seconds: int) -> None:
    """Ask this product, the floor and other map servers over four connections, one server at a time."""
    places = [sample.place() for _number in range(BOXES)]
    boxes = [f"{p.lon - 1:.4f},{p.lat - 1:.4f},{p.lon + 1:.4f},{p.lat + 1:.4f}" for p in places]
    tiles = [tile_of(place.lon, place.lat, 8) for place in places]
    found: dict[str, dict[str, float]] = {"features": {}, "z8": {}, "z4": {}}
    for server in _servers(settings):
        questions = {
            "features": [Question(server.features(box, FEATURES)) for box in boxes],
            "z8": [Question(server.tile(tile)) for tile in tiles],
            "z4": [Question(server.tile(DENSE_TILE))],
        }
        for kind, asked in questions.items():
            if _is_answered(server, kind, asked[0]):
                found[kind][server.title] = measure_rate(
                    server.port, asked, seconds=seconds
                ).requests_per_second
            else:
                report.kept = False
        if server.title == PRODUCT_TITLE:
            _ask_again(server, boxes[0], seconds)
    print("\n| four connections | requests/s, and how many times the other's |\n|---|---|")
    report.rates(
        f"{FEATURES} features of a box", found["features"], {"floor": 0.8, "MapServer": 5, "tipg": 20}
    )
    report.rates("tile of zoom 8", found["z8"], {"floor": 0.8, "MapServer": 1})
    report.rates("dense tile of zoom 4", found["z4"], {}, fewest=DENSE_TILES_PER_SECOND)


def _is_answered(server: Server, kind: str, question: Question) -> bool:
    """Tell whether a server gives what is asked for: an error page is quickly sent."""
    try:
        answer = ask_once(server.port, question)
    except OSError as error:
        print(f"left out: {server.title}, {kind}: {error!r}", file=sys.stderr)
        return False
    right = holds_features(answer, FEATURES) if kind == "features" else holds_tile(answer)
    if not right:
        print(f"left out: {server.title}, {kind}: {answer.status} {answer.body[:300]!r}", file=sys.stderr)
    return right


def _ask_again(server: Server, box: str, seconds: int) -> None:
    """Ask again for what is known already."""
    known = [
        Question(f"/map.geojson?bbox={box}&zoom=8", encodings=BROWSER),
        Question(server.tile(DENSE_TILE), encodings=BROWSER),
    ]
    print("\n| answered again by 304 | requests/s |\n|---|--:|")
    for title, question in zip(("view", "tile"), known, strict=True):
        rate = measure_rate(server.port, repeated(server.port, [question]), seconds=seconds)
        print(f"| {title} | {rate.requests_per_second:.0f} |", flush=True)


def _servers(settings: Settings) -> Iterator[Server]:
    url = database_url(settings.database_url)
    starts = (
        lambda: gunicorn(PRODUCT_TITLE, PRODUCT, settings),
        lambda: gunicorn("floor", FLOOR, settings),
        lambda: mapserver(url),
        lambda: tipg(url),
    )
    for start in starts:
        try:
            with start() as server:
                yield server
        except PeerError as error:
            print(f"left out: {error}", file=sys.stderr)


def write(report: Report, connection: Connection, codes: Sequence[str], copied: int) -> None:
    """Edit and copy; the edits stay."""
    print("\n| writing | | limit |\n|---|--:|--:|")
    seconds = time_edits(connection, codes)
    report.limit(f"single edit, p95 of {len(codes)}", 1000 * percentile_95(seconds), most=10, unit="ms")
    if copied:
        without, with_pyramid = time_copy(connection, copied)
        more = 100 * (with_pyramid / without - 1)
        report.limit(f"COPY of {copied} rows, above the {without:.0f} s without", more, most=60, unit="%")


@contextmanager
def _connected(url: URL) -> Iterator[Connection]:
    connection = connect(url)
    try:
        yield connection
    finally:
        connection.close()


def main() -> None:
    """Measure, print, and exit with 1 where a limit is not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--load", type=Path, metavar="CITIES", help="fill an empty database from this CSV first"
    )
    parser.add_argument("--rows", type=int, default=10_000_000, help="how many facilities to load")
    parser.add_argument("--number", type=int, default=60, help="how many addresses of each kind")
    parser.add_argument(
        "--seconds", type=int, default=8, help="how long each server is kept busy; 0: not at all"
    )
    parser.add_argument("--copy", type=int, default=0, metavar="ROWS", help="compare COPY of so many rows")
    arguments = parser.parse_args()
    # what was answered is not kept: each question is a new one
    settings = Settings(
        database_url=os.environ["DATABASE_URL"], secret_key=secrets.token_hex(), answer_cache_mb=0
    )
    if arguments.load:
        load(create_app(settings), database_url(settings.database_url), arguments.load, rows=arguments.rows)
    report = Report()
    with _connected(database_url(settings.database_url)) as connection:
        sample = Sample.of(connection, SEED)
        print(f"{os.cpu_count()} processors, load average {os.getloadavg()[0]:.1f} beforehand")
        time_everything(report, settings, sample, arguments.number)
        if arguments.seconds and has_load_generator():
            compare(report, settings, sample, arguments.seconds)
        write(report, connection, [place.code for place in sample.places[:EDITS]], arguments.copy)
    raise SystemExit(0 if report.kept else 1)


if __name__ == "__main__":
    main()
