"""S3: how the engine reaches PostgreSQL."""

import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool, QueuePool

from tests.databases import Databases
from tests.factories import make_category, store_facility
from tests.queries import recorded_queries
from webapp import create_app
from webapp.database.engine import database_url, engine_options
from webapp.errors import SettingsError
from webapp.extensions import db
from webapp.settings import Settings

ROOT = Path(__file__).parent.parent.parent

# Uses its engine, forks, and prints the backend that parent and child talk to, then the child's first answer.
FORK = """
import os, sys
from sqlalchemy import create_engine, text
from webapp import create_app
from webapp.extensions import db
from webapp.settings import Settings

app = create_app(Settings(database_url=sys.argv[1], secret_key="x" * 32))
with app.app_context():
    def ask():
        with db.engine.connect() as connection:
            return connection.scalar(text("SELECT pg_backend_pid()"))
    before = ask()
    child = os.fork()
    if child == 0:
        print(ask(), flush=True)
        os._exit(0)
    os.waitpid(child, 0)
    print(before, ask())
"""


def test_pool_has_the_sizes_of_the_settings(app: Flask) -> None:
    with app.app_context():
        pool = db.engine.pool
    assert isinstance(pool, QueuePool)
    assert (pool.size(), pool._max_overflow, pool._pre_ping) == (10, 20, True)
    assert pool._timeout == 10


def test_other_sizes_are_taken_from_the_settings(databases: Databases) -> None:
    settings = databases.settings("postgres", pool_size=3, max_overflow=1, pool_timeout_s=2)
    options = engine_options(settings)
    assert (options["pool_size"], options["max_overflow"], options["pool_timeout"]) == (3, 1, 2)


@pytest.mark.parametrize("echo", [True, False])
def test_echo_is_a_switch(databases: Databases, echo: bool) -> None:
    app = create_app(databases.settings("postgres", sql_echo=echo))
    with app.app_context():
        assert db.engine.echo is echo


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg2", "postgresql+psycopg"])
def test_any_postgresql_address_uses_psycopg2(scheme: str) -> None:
    url = database_url(f"{scheme}://clerk:p%40ss@db.example:6432/atlas?sslmode=require")
    assert url.get_dialect().driver == "psycopg2"
    assert (url.username, url.password, url.host, url.port) == ("clerk", "p@ss", "db.example", 6432)
    assert (url.database, url.query["sslmode"]) == ("atlas", "require")


@pytest.mark.parametrize("address", ["sqlite:///atlas.db", "mysql://h/d", "no address", ""])
def test_other_addresses_are_refused_by_name(address: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL"):
        database_url(address)


def test_every_connection_carries_the_limits_of_the_settings(databases: Databases) -> None:
    app = create_app(databases.settings("postgres", statement_timeout_ms=1234, lock_timeout_ms=567))
    with app.app_context(), db.engine.connect() as connection:
        shown = [
            connection.scalar(text(f"SHOW {name}"))
            for name in ("statement_timeout", "lock_timeout", "timezone", "application_name")
        ]
        db.engine.dispose()
    assert shown == ["1234ms", "567ms", "UTC", "facility-atlas"]


def test_values_are_readable_after_a_commit_without_asking_again(session: Session) -> None:
    facility = store_facility(session)
    with recorded_queries(session.connection()) as log:
        assert (facility.name, facility.version) == ("Wilson Rooftop Heliport", 1)
        assert facility.code.startswith("F1")
    assert not log.statements
    session.expunge(facility)
    assert facility.longitude == 36.8


def test_a_connection_that_the_server_has_ended_is_replaced(committing_app: Flask) -> None:
    with committing_app.app_context():
        with db.engine.connect() as connection:
            backend = connection.scalar(text("SELECT pg_backend_pid()"))
        stranger = create_engine(db.engine.url, poolclass=NullPool)
        with stranger.connect() as connection:
            ended = connection.scalar(
                text("SELECT pg_terminate_backend(:backend, 5000)"), {"backend": backend}
            )
        assert ended
        with db.engine.connect() as connection:
            assert connection.scalar(text("SELECT pg_backend_pid()")) != backend


def test_a_forked_child_opens_a_connection_of_its_own(settings: Settings) -> None:
    answer = subprocess.run(  # noqa: S603  # our own interpreter runs our own text
        [sys.executable, "-c", FORK, settings.database_url],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
    )
    child, before, after = answer.stdout.split()
    assert child != before
    assert after == before, "the parent keeps its connection"


def test_the_shared_fixture_undoes_what_a_case_commits_first(session: Session) -> None:
    session.add(make_category("left_over"))
    session.commit()


def test_the_shared_fixture_undoes_what_a_case_commits_second(session: Session) -> None:
    assert session.scalar(text("SELECT count(*) FROM categories")) == 0
