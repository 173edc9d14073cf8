"""What an examination of the database finds, and what to do about it."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, OperationalError

from webapp.database.transactions import sqlstate
from webapp.settings import Settings

# What PostgreSQL says, by the text of its error or else by its code, and what to do about it.
REMEDIES_BY_TEXT = (
    ('type "geometry" does not exist', "As a superuser: CREATE EXTENSION postgis;"),
    ('type "geography" does not exist', "As a superuser: CREATE EXTENSION postgis;"),
    ("function st_", "As a superuser: CREATE EXTENSION postgis;"),
    ("password authentication failed", "Correct the user or the password in DATABASE_URL."),
    (
        "no password supplied",
        "Add the password to DATABASE_URL, or name a file with the address: DATABASE_URL_FILE.",
    ),
    ("too many clients", "Raise max_connections, or lower WEB_CONCURRENCY, POOL_SIZE and MAX_OVERFLOW."),
    (
        "remaining connection slots",
        "Raise max_connections, or lower WEB_CONCURRENCY, POOL_SIZE and MAX_OVERFLOW.",
    ),
    ('role "', "Create the role: createuser NAME, or correct the user in DATABASE_URL."),
    ('database "', "Create the database: createdb --owner=ROLE NAME, or correct its name in DATABASE_URL."),
    ("starting up", "Wait until PostgreSQL has started."),
    ("translate host name", "Correct the host in DATABASE_URL."),
    ("certificate", "Check the sslmode and sslrootcert in DATABASE_URL."),
)
REMEDIES_BY_CODE = {
    "42501": "As the owner: GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ROLE;",
    "42P01": "Run the migrations: flask db upgrade",
    "42703": "Run the migrations: flask db upgrade",
    "42883": "Run the migrations: flask db upgrade",
    "57014": "The database is overloaded, or STATEMENT_TIMEOUT_MS is too short.",
    "55P03": "Another session holds a lock; see pg_stat_activity.",
}
UNREACHABLE = "Start PostgreSQL, or correct DATABASE_URL: postgresql://user:password@host:5432/database"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was examined: what it is, whether it is well, what was seen and what to do otherwise."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""


Check = Callable[[Connection, Settings], Finding]


def judge(name: str, problems: list[str], *, well: str, remedies: list[str] | str) -> Finding:
    """Return a good finding when there are no problems, else one that tells them all."""
    if not problems:
        return Finding(name, ok=True, detail=well)
    remedy = remedies if isinstance(remedies, str) else "\n".join(dict.fromkeys(remedies))
    return Finding(name, ok=False, detail="; ".join(problems), remedy=remedy)


def examine_with(check: Check, connection: Connection, settings: Settings) -> Finding:
    """Run one check inside a savepoint; an error of the database is its finding."""
    try:
        with connection.begin_nested() as savepoint:
            finding = check(connection, settings)
            savepoint.rollback()  # planner settings of a check end with it
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        name = check.__name__.removeprefix("check_").replace("_", " ")
        return Finding(name, ok=False, detail=first_line(error), remedy=remedy_for(error))
    return finding


def remedy_for(error: DBAPIError) -> str:
    """Return what to do about an error of the database."""
    said = str(error.orig)
    for text, remedy in REMEDIES_BY_TEXT:
        if text in said:
            return remedy
    fallback = UNREACHABLE if isinstance(error, OperationalError) else "See the log of PostgreSQL."
    return REMEDIES_BY_CODE.get(sqlstate(error) or "", fallback)


def first_line(error: DBAPIError) -> str:
    """Return what the database said, without the statement."""
    lines = [line.strip() for line in str(error.orig).splitlines() if line.strip()]
    return lines[0] if lines else type(error.orig).__name__
