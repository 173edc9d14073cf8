"""What the pyramid costs whoever writes: a single edit, and a COPY with and without it."""

import io
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from psycopg2.extensions import connection as Connection  # noqa: N812  # a class with a small letter
from psycopg2.extensions import cursor as Cursor  # noqa: N812

STATUS = """
UPDATE facilities SET status = CASE status WHEN 'planned' THEN 'operational' ELSE 'planned' END
 WHERE code = %s
"""
LOCATION = """
UPDATE facilities SET location = ST_SetSRID(ST_MakePoint(ST_X(location) * 0.999, ST_Y(location)), 4326)
 WHERE code = %s
"""
EDITS = (STATUS, LOCATION)
COLUMNS = "name, category, status, location, country, locality, address, identifiers, location_precision"
PYRAMID_OFF = "ALTER TABLE facilities DISABLE TRIGGER facilities_count_added"


def time_edits(connection: Connection, codes: Sequence[str]) -> list[float]:
    """Return the seconds of each of many single edits, history and commit included, in ascending order."""
    connection.autocommit = True
    seconds = []
    with connection.cursor() as cursor:
        for turn, code in enumerate(codes):
            began = time.perf_counter()
            cursor.execute(EDITS[turn % len(EDITS)], (code,))
            seconds.append(time.perf_counter() - began)
    return sorted(seconds)


def time_copy(connection: Connection, rows: int) -> tuple[float, float]:
    """Return the seconds of a COPY without and with the pyramid; both are rolled back."""
    connection.autocommit = False
    with _rolled_back(connection) as cursor:
        copied = io.StringIO()
        cursor.execute(
            "CREATE TEMPORARY TABLE copied ON COMMIT DROP AS SELECT * FROM facilities LIMIT %s", (rows,)
        )
        cursor.copy_expert(f"COPY copied ({COLUMNS}) TO STDOUT", copied)
    with _rolled_back(connection) as cursor:
        cursor.execute(PYRAMID_OFF)
        without = _copy(cursor, copied)
    with _rolled_back(connection) as cursor:
        return without, _copy(cursor, copied)


def _copy(cursor: Cursor, copied: io.StringIO) -> float:
    copied.seek(0)
    began = time.perf_counter()
    cursor.copy_expert(f"COPY facilities ({COLUMNS}) FROM STDIN", copied)
    return time.perf_counter() - began


@contextmanager
def _rolled_back(connection: Connection) -> Iterator[Cursor]:
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.rollback()
