"""What must be well before there are tables: versions, extensions, encoding, connections, migrations."""

import sys

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from flask import current_app
from sqlalchemy import Connection, text

from webapp.database.findings import Finding, judge
from webapp.settings import Settings

OLDEST_PYTHON = (3, 10)
OLDEST_POSTGRESQL = 14
OLDEST_POSTGIS = (3, 2)
EXTENSIONS = ("postgis", "pg_trgm", "unaccent", "btree_gist")
TRUSTED_EXTENSIONS = frozenset({"pg_trgm", "unaccent", "btree_gist"})


def check_python(_connection: Connection, _settings: Settings) -> Finding:
    """Check the interpreter."""
    return judge_python(sys.version_info[:3])


def judge_python(version: tuple[int, ...]) -> Finding:
    """Judge a version of Python."""
    problems = [] if version >= OLDEST_PYTHON else [f"Python {_dotted(version)} is too old"]
    remedy = f"Install Python {_dotted(OLDEST_PYTHON)} or newer and make the environment anew."
    return judge("Python", problems, well=_dotted(version), remedies=remedy)


def check_postgresql(connection: Connection, _settings: Settings) -> Finding:
    """Check the server's version."""
    number = int(connection.scalar(text("SHOW server_version_num")) or 0)
    return judge_postgresql(number // 10_000, str(connection.scalar(text("SHOW server_version"))))


def judge_postgresql(major: int, shown: str) -> Finding:
    """Judge a version of PostgreSQL."""
    problems = [] if major >= OLDEST_POSTGRESQL else [f"PostgreSQL {shown} is too old"]
    remedy = (
        f"Upgrade the server to PostgreSQL {OLDEST_POSTGRESQL} or newer (pg_upgrade, or dump and restore)."
    )
    return judge("PostgreSQL", problems, well=shown, remedies=remedy)


def check_encoding(connection: Connection, _settings: Settings) -> Finding:
    """Check that the database holds every script, and that control characters can be recognised."""
    encoding = connection.scalar(text("SHOW server_encoding"))
    problems = [] if encoding == "UTF8" else [f"the database is encoded as {encoding}"]
    remedy = "Dump the data and restore them into: createdb --encoding=UTF8 --template=template0 NAME"
    return judge("encoding", problems, well="UTF8", remedies=remedy)


def check_extensions(connection: Connection, _settings: Settings) -> Finding:
    """Check that the extensions are installed in this database, or tell who can install them how."""
    rows = connection.execute(
        text("SELECT name, installed_version FROM pg_available_extensions WHERE name = ANY (:names)"),
        {"names": list(EXTENSIONS)},
    )
    installed = {str(name): version for name, version in rows}
    missing = [name for name in EXTENSIONS if installed.get(name) is None]
    return judge(
        "extensions",
        [f"{name} is missing" for name in missing],
        well=", ".join(f"{name} {installed.get(name)}" for name in EXTENSIONS),
        remedies=[_how_to_install(connection, name, available=name in installed) for name in missing],
    )


def _how_to_install(connection: Connection, name: str, *, available: bool) -> str:
    if not available:
        package = "postgresql-NN-postgis-3" if name == "postgis" else "postgresql-contrib"
        return f"On the database server: apt install {package}, then CREATE EXTENSION {name};"
    may_create = connection.scalar(text("SELECT has_database_privilege(current_database(), 'CREATE')"))
    is_superuser = connection.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
    if is_superuser or (may_create and name in TRUSTED_EXTENSIONS):
        return f"CREATE EXTENSION {name};"
    return f"This role may not create it. As a superuser, in this database: CREATE EXTENSION {name};"


def check_postgis(connection: Connection, _settings: Settings) -> Finding:
    """Check the version of PostGIS."""
    version = connection.scalar(text("SELECT extversion FROM pg_extension WHERE extname = 'postgis'"))
    return judge_postgis(None if version is None else str(version))


def judge_postgis(version: str | None) -> Finding:
    """Judge a version of PostGIS; None means that it is not there."""
    oldest = _dotted(OLDEST_POSTGIS)
    if version is None:
        return Finding(
            "PostGIS", ok=False, detail="is missing", remedy="As a superuser: CREATE EXTENSION postgis;"
        )
    problems = [] if _numbers(version) >= OLDEST_POSTGIS else [f"PostGIS {version} is too old"]
    remedy = f"Install PostGIS {oldest} or newer on the server, then: SELECT postgis_extensions_upgrade();"
    return judge("PostGIS", problems, well=version, remedies=remedy)


def check_connections(connection: Connection, settings: Settings) -> Finding:
    """Check that all workers together cannot ask for more connections than the server gives."""
    most = int(connection.scalar(text("SHOW max_connections")) or 0)
    reserved = int(connection.scalar(text("SHOW superuser_reserved_connections")) or 0)
    return judge_connections(settings, given=most - reserved)


def judge_connections(settings: Settings, *, given: int) -> Finding:
    """Judge the pools against the connections that the server gives."""
    per_worker = settings.pool_size + settings.max_overflow
    asked = settings.web_concurrency * per_worker
    sum_of_pools = f"{settings.web_concurrency} workers x {per_worker} connections = {asked}"
    problems = [] if asked <= given else [f"{sum_of_pools}, but the server gives {given}"]
    remedy = (
        "Lower WEB_CONCURRENCY, POOL_SIZE or MAX_OVERFLOW, or raise max_connections in postgresql.conf"
        f" to at least {asked + 10}."
    )
    return judge("connections", problems, well=f"{sum_of_pools} of {given}", remedies=remedy)


def check_migrations(connection: Connection, _settings: Settings) -> Finding:
    """Check that the tables are those of this release."""
    script = ScriptDirectory.from_config(current_app.extensions["migrate"].migrate.get_config())
    expected = set(script.get_heads())
    found = set(MigrationContext.configure(connection).get_current_heads())
    here, there = ", ".join(sorted(found)) or "nothing", ", ".join(sorted(expected))
    problems = [] if found == expected else [f"the database is at {here}, not {there}"]
    return judge("migrations", problems, well=f"at {here}", remedies=_how_to_migrate(script, found))


def _how_to_migrate(script: ScriptDirectory, found: set[str]) -> str:
    try:
        script.get_revisions(tuple(found))
    except CommandError:
        return "The database belongs to a newer release: start that release, or restore a backup of this one."
    return "Run the migrations: flask db upgrade"


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdecimal())
