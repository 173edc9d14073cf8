"""The staging table: rows go in as text by COPY, and nothing of it outlives the transaction."""

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TypeVar, cast

import psycopg2
from psycopg2.extensions import cursor as PostgresCursor  # noqa: N812
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from webapp.imports.records import ImportRecord, staged_cells

SQL = Path(__file__).resolve().parent / "sql"
BATCH = 5_000
COLUMNS = (
    "row_number, name, category, lon, lat, status, location_precision, address, locality, country,"
    " phone, email, website, description, identifiers, footprint"
)
COPY = f"COPY pg_temp.staged_facilities ({COLUMNS}) FROM STDIN (FORMAT csv)"

Item = TypeVar("Item")


def read_sql(file_name: str) -> str:
    """Return the statements of one of the import's SQL files."""
    return (SQL / file_name).read_text(encoding="utf-8")


def create_staging(session: Session) -> None:
    """Make empty staging tables, which the end of the transaction drops."""
    session.connection().exec_driver_sql(
        read_sql("create_staging.sql"), execution_options={"no_parameters": True}
    )


def stage(session: Session, records: Iterable[ImportRecord]) -> int:
    """Copy the records into the staging table and return how many there were."""
    staged = 0
    for batch in in_batches(records):
        _copy(session, copy_lines(batch))
        staged += len(batch)
    session.execute(text("ANALYZE pg_temp.staged_facilities"))
    return staged


def copy_lines(records: Iterable[ImportRecord]) -> str:
    """Return records as CSV for COPY: it carries tabs, backslashes and line breaks, and None as nothing.

    A field that holds a character of the line terminator is quoted, hence both.
    """
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\r\n").writerows(map(staged_cells, records))
    return lines.getvalue()


def in_batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Cut any number of items into lists that fit in memory."""
    iterator = iter(items)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def ordinal_ranges(staged: int) -> Iterator[tuple[int, int]]:
    """Cut the staged rows into ranges, first and last included, for statements that stay short."""
    for first in range(1, staged + 1, BATCH):
        yield first, min(first + BATCH - 1, staged)


def _copy(session: Session, lines: str) -> None:
    """Send lines past SQLAlchemy, which knows no COPY, and give errors the form that it would have given."""
    cursor = cast("PostgresCursor", session.connection().connection.cursor())
    try:
        cursor.copy_expert(COPY, io.StringIO(lines))
    except psycopg2.Error as error:
        raise DBAPIError.instance(COPY, None, error, psycopg2.Error) from error
    finally:
        cursor.close()
