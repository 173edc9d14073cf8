"""How many statements and how much server time each page costs with the demo registry.

`python -m benchmarks.pages --requests 60`; benchmarks/README.md says more.
"""

import argparse
import os
import secrets
import statistics
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import click
import flask_migrate
from flask import Flask
from sqlalchemy import Engine, create_engine, event, func, select, text

from benchmarks.timing import ask
from webapp import create_app
from webapp.database.cluster import PrivateCluster
from webapp.database.engine import database_url, engine_options
from webapp.database.transactions import Door, run_in_transaction
from webapp.extensions import db
from webapp.facilities.models import Facility
from webapp.facilities.queries import is_fresh_registry
from webapp.imports.commands import load_demo
from webapp.imports.ourairports import AIRPORTS
from webapp.settings import Settings

WARM_UP = 5
QUERIES_AT_MOST = 6
MEDIAN_AT_MOST_MS = 50.0
WORLD_MEDIAN_AT_MOST_MS = 100.0
CITY = "-0.4,51.3,0.2,51.7"
COUNTRY = "-5,42,8,51"


@dataclass(frozen=True)
class Page:
    """One address to ask for, and the median that it may take."""

    title: str
    path: str
    median_at_most_ms: float = MEDIAN_AT_MOST_MS


@dataclass(frozen=True)
class Figures:
    """What an address cost."""

    queries: int
    best_ms: float
    median_ms: float
    p95_ms: float
    size_bytes: int


def pages(code: str) -> list[Page]:
    """Return what readers open most; the record is a large airport."""
    return [
        Page("map page, world", "/", WORLD_MEDIAN_AT_MOST_MS),
        Page("map page, city", "/?zoom=11&lat=51.5&lon=-0.1"),
        Page("map.geojson, world", "/map.geojson?bbox=-180,-85,180,85&zoom=2", WORLD_MEDIAN_AT_MOST_MS),
        Page("map.geojson, country", f"/map.geojson?bbox={COUNTRY}&zoom=6"),
        Page("map.geojson, city", f"/map.geojson?bbox={CITY}&zoom=11"),
        Page(
            "map.geojson, world, one category",
            "/map.geojson?bbox=-180,-85,180,85&zoom=2&category=large_airport",
            WORLD_MEDIAN_AT_MOST_MS,
        ),
        Page("list page", "/facilities"),
        Page("list page, search", "/facilities?q=nairobi"),
        Page("record page", f"/facilities/{code}"),
        Page("record as GeoJSON", f"/facilities/{code}.geojson"),
    ]


def measure(app: Flask, engine: Engine, path: str, requests: int) -> Figures:
    """Ask an application in this process, body included; the first few requests are not counted."""
    for _number in range(WARM_UP):
        ask(app, path)
    with _counted(engine) as statements:
        times_and_sizes = [ask(app, path) for _number in range(requests)]
    times_ms = sorted(1000 * seconds for seconds, _size in times_and_sizes)
    return Figures(
        queries=round(len(statements) / requests),
        best_ms=times_ms[0],
        median_ms=statistics.median(times_ms),
        p95_ms=times_ms[max(0, round(0.95 * requests) - 1)],
        size_bytes=times_and_sizes[-1][1],
    )


@contextmanager
def _counted(engine: Engine) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def bare_application(settings: Settings) -> tuple[Flask, Engine]:
    """Return the least that any Flask page over this database can be: one route, one trivial statement."""
    app = Flask("bare")
    engine = create_engine(database_url(settings.database_url), **engine_options(settings))

    @app.get("/")
    def one_statement() -> str:
        with engine.connect() as connection:
            return str(connection.scalar(text("SELECT 1")))

    return app, engine


def prepare(app: Flask) -> str:
    """Fill a fresh database with the demo registry; return the code of a well-known airport."""
    with app.app_context():
        flask_migrate.upgrade()
        if is_fresh_registry(db.session()):
            with click.progressbar(length=AIRPORTS, label="Loading the demo registry") as bar:
                run_in_transaction(lambda session: load_demo(session, bar.update), door=Door.IMPORT)
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM (ANALYZE) facilities"))
        facilities = db.session.scalar(select(func.count()).select_from(Facility))
        nairobi = select(Facility.code).where(Facility.identifiers["icao"].astext == "HKJK")
        code = db.session.scalars(nairobi).one()
        db.session.remove()
    processors, load = os.cpu_count(), os.getloadavg()[0]
    print(f"{facilities} facilities, {processors} processors, load average {load:.1f} beforehand\n")
    return code


def report(settings: Settings, requests: int) -> bool:
    """Print the table; return whether every page keeps to its limits."""
    app = create_app(settings)
    code = prepare(app)
    bare, bare_engine = bare_application(settings)
    with app.app_context():
        engine = db.engine
    floor = measure(bare, bare_engine, "/", requests * 5)
    print("| page | queries | best ms | median ms | p95 ms | KiB | times the floor |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    _print_row("bare Flask, one trivial statement", floor, floor)
    kept = [_keeps(page, measure(app, engine, page.path, requests), floor) for page in pages(code)]
    bare_engine.dispose()
    engine.dispose()
    return all(kept)


def _keeps(page: Page, figures: Figures, floor: Figures) -> bool:
    within = figures.queries <= QUERIES_AT_MOST and figures.median_ms <= page.median_at_most_ms
    _print_row(page.title if within else f"**{page.title}: over its limit**", figures, floor)
    return within


def _print_row(title: str, figures: Figures, floor: Figures) -> None:
    ratio = figures.median_ms / floor.median_ms
    print(
        f"| {title} | {figures.queries} | {figures.best_ms:.1f} | {figures.median_ms:.1f}"
        f" | {figures.p95_ms:.1f} | {figures.size_bytes / 1024:.0f} | {ratio:.0f} |",
        flush=True,
    )


@contextmanager
def _settings() -> Iterator[Settings]:
    """Use DATABASE_URL where it is given, else a cluster that is deleted at the end."""
    given = os.environ.get("DATABASE_URL")
    with nullcontext() if given else PrivateCluster.temporary(fast=False) as cluster:
        if cluster is not None:
            cluster.create_database("benchmark", owner="benchmark")
            given = cluster.url("benchmark", role="benchmark").render_as_string(hide_password=False)
        yield Settings(database_url=given or "", secret_key=secrets.token_hex())


def main() -> None:
    """Measure, print, and exit with 1 when a page is over its limits."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=60, help="how often each page is asked for")
    arguments = parser.parse_args()
    with _settings() as settings:
        within_limits = report(settings, arguments.requests)
    raise SystemExit(0 if within_limits else 1)


if __name__ == "__main__":
    main()
