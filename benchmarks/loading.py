"""Fill a migrated, empty registry with generated facilities, as an import by its owner would."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
import psycopg2
from flask import Flask
from psycopg2.extensions import connection as Connection  # noqa: N812  # a class with a small letter
from psycopg2.extensions import cursor as Cursor  # noqa: N812
from sqlalchemy import URL

from benchmarks.places import SEED
from webapp.clusters.commands import rebuild_cells
from webapp.database.transactions import Door, run_in_transaction
from webapp.extensions import db
from webapp.imports.categories import create_demo_categories, create_starter_categories

SQL = Path(__file__).with_name("sql")
SLICE = 1_000_000
INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
 WHERE indrelid = 'facilities'::regclass
   AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""
FOREIGN_KEYS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
 WHERE conrelid = 'facilities'::regclass AND contype = 'f'
"""


def connect(url: URL) -> Connection:
    """Open a connection of psycopg2's own, beside the application's pool, without its time limits."""
    return psycopg2.connect(url.set(drivername="postgresql").render_as_string(hide_password=False))


def load(app: Flask, url: URL, cities: Path, *, rows: int) -> None:
    """Make the tables, the facilities and their pyramid."""
    with app.app_context():
        flask_migrate.upgrade()
        run_in_transaction(create_demo_categories, door=Door.IMPORT)
        run_in_transaction(create_starter_categories, door=Door.IMPORT)
    connection = connect(url)
    try:
        with timed("cities into places"):
            make_raw_places(connection, cities, rows=rows)
        store_facilities(connection, rows=rows)
    finally:
        connection.close()
    with app.app_context(), timed("clusters"):
        rebuild_cells(db.engine)


def make_raw_places(connection: Connection, cities: Path, *, rows: int) -> None:
    """Make the table raw_places out of a CSV of cities."""
    with connection, connection.cursor() as cursor, cities.open(encoding="utf-8", newline="") as file:
        cursor.execute("SET LOCAL work_mem = '512MB'")
        cursor.execute(
            "DROP TABLE IF EXISTS raw_cities; CREATE UNLOGGED TABLE raw_cities (lon double precision,"
            " lat double precision, country text, locality text, weight integer,"
            " id integer GENERATED ALWAYS AS IDENTITY)"
        )
        cursor.copy_expert("COPY raw_cities (lon, lat, country, locality, weight) FROM STDIN CSV", file)
        cursor.execute("ANALYZE raw_cities")
        cursor.execute(_read("raw_places.sql"), {"rows": rows, "seed": SEED})
        cursor.execute("DROP TABLE raw_cities; CREATE INDEX ON raw_places (id); ANALYZE raw_places")


def store_facilities(connection: Connection, *, rows: int) -> None:
    """Copy the raw places into the registry: without history, indexes last, then fresh statistics."""
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '2GB'; SET jit = off")
        with _without_triggers_and_indexes(cursor):
            for first in range(1, rows + 1, SLICE):
                with timed(f"facilities from {first}"):
                    slice_ = {"first": first, "last": min(rows, first + SLICE - 1)}
                    cursor.execute(_read("insert_facilities.sql"), slice_)
        cursor.execute("SELECT setval(pg_get_serial_sequence('facilities', 'id'), %s)", (rows,))
        with timed("vacuum"):
            cursor.execute("VACUUM (ANALYZE) facilities")


@contextmanager
def _without_triggers_and_indexes(cursor: Cursor) -> Iterator[None]:
    cursor.execute(INDEXES)
    indexes = cursor.fetchall()
    cursor.execute(FOREIGN_KEYS)
    keys = cursor.fetchall()
    cursor.execute("ALTER TABLE facilities DISABLE TRIGGER USER, SET (autovacuum_enabled = off)")
    for name, _definition in keys:
        cursor.execute(f"ALTER TABLE facilities DROP CONSTRAINT {name}")
    for name, _definition in indexes:
        cursor.execute(f"DROP INDEX {name}")
    yield
    for name, definition in indexes:
        with timed(f"index {name}"):
            cursor.execute(definition)
    for name, definition in keys:
        cursor.execute(f"ALTER TABLE facilities ADD CONSTRAINT {name} {definition}")
    cursor.execute("ALTER TABLE facilities ENABLE TRIGGER USER, RESET (autovacuum_enabled)")


@contextmanager
def timed(step: str) -> Iterator[None]:
    """Print how long a step of the preparation took."""
    began = time.monotonic()
    yield
    print(f"  {step}: {time.monotonic() - began:.1f} s", flush=True)


def _read(file_name: str) -> str:
    return (SQL / file_name).read_text(encoding="utf-8")
