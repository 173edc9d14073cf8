"""How the engine reaches PostgreSQL: address, pool, timeouts, and what happens to it in a forked child."""

import os
import weakref

from sqlalchemy import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError

from webapp.errors import SettingsError
from webapp.settings import Settings

DRIVER = "postgresql+psycopg2"

# Queries are short: compiling them or starting parallel workers takes longer than they do. What is sorted or
# grouped for a view fits into the memory of work_mem.
SESSION_OPTIONS = "-c timezone=UTC -c jit=off -c work_mem=32MB -c max_parallel_workers_per_gather=0"


def database_url(text: str) -> URL:
    """Return the address with its driver named: SQLAlchemy 2.1 reads a bare `postgresql://` as psycopg 3."""
    try:
        url = make_url(text)
    except (ValueError, ArgumentError) as error:
        raise SettingsError("DATABASE_URL", "is not a database address") from error
    if url.get_backend_name() not in {"postgresql", "postgres"}:
        raise SettingsError("DATABASE_URL", "must begin with postgresql://: PostGIS is what this registry is")
    return url.set(drivername=DRIVER)


def engine_options(settings: Settings) -> dict[str, object]:
    """Return the keyword arguments of `create_engine` for these settings."""
    timeouts = (
        f"-c statement_timeout={settings.statement_timeout_ms} -c lock_timeout={settings.lock_timeout_ms}"
    )
    return {
        "pool_size": settings.pool_size,
        "max_overflow": settings.max_overflow,
        "pool_timeout": settings.pool_timeout_s,
        "pool_pre_ping": True,
        "echo": settings.sql_echo,
        "connect_args": {
            "application_name": "facility-atlas",
            "options": f"{timeouts} {SESSION_OPTIONS}",
        },
    }


def forget_connections_after_fork(engine: Engine) -> None:
    """Let a forked child open its own connections: two processes on one socket mix up their answers."""
    reference = weakref.ref(engine)

    def dispose() -> None:
        if (inherited := reference()) is not None:
            inherited.dispose(close=False)

    os.register_at_fork(after_in_child=dispose)
