"""The doctor: examines the database on which the registry stands; every failure comes with its remedy."""

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from webapp.database import index_checks, server_checks, table_checks
from webapp.database.findings import UNREACHABLE, Check, Finding, examine_with, first_line, remedy_for
from webapp.settings import Settings

__all__ = ["Finding", "examine"]

SERVER_CHECKS: tuple[Check, ...] = (
    server_checks.check_python,
    server_checks.check_postgresql,
    server_checks.check_encoding,
    server_checks.check_extensions,
    server_checks.check_postgis,
    server_checks.check_connections,
    server_checks.check_migrations,
)
TABLE_CHECKS: tuple[Check, ...] = (
    table_checks.check_privileges,
    table_checks.check_reference_systems,
    table_checks.check_triggers,
    index_checks.check_index_validity,
    index_checks.check_spatial_indexes,
    index_checks.check_statistics,
    index_checks.check_index_use,
)


def examine(engine: Engine, settings: Settings) -> list[Finding]:
    """Run all checks and change nothing; a database that cannot be reached is one finding."""
    try:
        with engine.connect() as connection:
            return _examine(connection, settings)
    except OperationalError as error:
        return [Finding("database", ok=False, detail=first_line(error), remedy=remedy_for(error))]
    except PoolTimeoutError:
        return [Finding("database", ok=False, detail="no connection became free in time", remedy=UNREACHABLE)]


def _examine(connection: Connection, settings: Settings) -> list[Finding]:
    """Look at the tables only where there are any: without, all their checks would say the same."""
    checks = SERVER_CHECKS
    if connection.scalar(text("SELECT to_regclass('facilities')")) is not None:
        checks += TABLE_CHECKS
    return [examine_with(check, connection, settings) for check in checks]
