"""Upkeep of the pyramid: fold what is pending, prove that it is true, make it anew."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from webapp.database.transactions import snapshot

SQL = Path(__file__).resolve().parent / "sql"
EVERYTHING = 2**63 - 1
PATIENT = ["statement_timeout", "lock_timeout"]


def put_off_folding(session: Session) -> None:
    """Let this transaction's statements append their changes only: to fold once at its end is cheaper."""
    session.execute(text("SELECT set_config('facility_atlas.folding', 'later', true)"))


def fold_changes(session: Session) -> int:
    """Add all pending changes to the cells and return how many; waits for another session that folds."""
    session.execute(
        text("SELECT set_config(name, '0', true) FROM unnest(:names) AS name"), {"names": PATIENT}
    )
    session.execute(text("SELECT pg_advisory_xact_lock(facility_cells_lock())"))
    fold = text("SELECT fold_facility_cell_changes(:most)")
    return int(session.execute(fold, {"most": EVERYTHING}).scalar_one())


def find_differences(engine: Engine) -> dict[int, int]:
    """Recount all facilities and return how many cells of which level are wrong; nobody waits for it."""
    with snapshot(engine) as connection:
        _run(connection, "recount.sql")
        rows = connection.exec_driver_sql(_read("find_differences.sql"))
        return {row.level: row.cells for row in rows}


def rebuild_cells(engine: Engine) -> int:
    """Recount all facilities and correct the cells; return how many were written.

    Readers and writers go on meanwhile: what is written after the count began stays pending.
    """
    with _folding_alone(engine) as connection:
        _run(connection, "recount.sql")
        _run(connection, "drop_wrong_cells.sql")
        stored = connection.exec_driver_sql(_read("store_recounted.sql")).rowcount
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("SET statement_timeout = 0")
        try:
            connection.exec_driver_sql("VACUUM (ANALYZE) facility_cells, facility_cell_changes")
        finally:
            connection.exec_driver_sql("RESET statement_timeout")
    return stored


@contextmanager
def _folding_alone(engine: Engine) -> Iterator[Connection]:
    """Likewise, while nobody else folds: the lock comes before the snapshot, so nothing was folded since."""
    with engine.connect() as holder:
        holder.exec_driver_sql("SET LOCAL lock_timeout = 0")
        holder.exec_driver_sql("SET LOCAL statement_timeout = 0")
        holder.exec_driver_sql("SELECT pg_advisory_xact_lock(facility_cells_lock())")
        with snapshot(engine) as connection:
            yield connection


def _run(connection: Connection, file_name: str) -> None:
    connection.exec_driver_sql(_read(file_name), execution_options={"no_parameters": True})


def _read(file_name: str) -> str:
    return (SQL / file_name).read_text(encoding="utf-8")
