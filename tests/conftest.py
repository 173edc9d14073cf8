"""A private PostgreSQL cluster per test process, migrated once, copied for every database that a test needs.

PostGIS is not optional: where the cluster cannot be made, every test that needs it fails.
"""

from collections.abc import Iterator
from typing import cast

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from tests.databases import Databases
from tests.pages import PageClient
from webapp import create_app
from webapp.database.cluster import PrivateCluster
from webapp.extensions import db
from webapp.settings import Settings

# The same examples in every run: a failure is the change's, never the day's.
hypothesis.settings.register_profile(
    "tests",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],
)
hypothesis.settings.load_profile("tests")


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """Every test process has a cluster of its own: nothing is shared, so nothing has to be locked."""
    with PrivateCluster.temporary(fast=True) as cluster:
        yield Databases(cluster)


@pytest.fixture(scope="session")
def settings(databases: Databases) -> Settings:
    """The settings of the shared test database: production's own, but for where it lies."""
    # what a test stores is never committed, so nothing would tell kept answers apart
    return databases.settings(databases.copy("cases"), answer_cache_mb=0)


@pytest.fixture(scope="session")
def app(settings: Settings) -> Iterator[Flask]:
    """The whole application with CSRF protection on; its database is as fresh at every test's beginning."""
    app = create_app(settings)
    app.testing = True
    with app.app_context():
        # A commit inside a test ends a savepoint; the transaction around it belongs to the test.
        db.session.configure(join_transaction_mode="create_savepoint")
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def connection(app: Flask) -> Iterator[Connection]:
    """Stand in for the engine with one connection whose transaction is rolled back at the end."""
    with app.app_context():
        engines = cast("dict[str | None, Engine | Connection]", db.engines)
        engine = db.engine
    with engine.connect() as connection:
        outer = connection.begin()
        # A view asks Flask-SQLAlchemy for an engine, and Session takes a connection just as well.
        engines[None] = connection
        try:
            yield connection
        finally:
            engines[None] = engine
            outer.rollback()


@pytest.fixture
def session(connection: Connection) -> Iterator[Session]:
    """A session beside the application's own: it shows what a view has committed, and prepares what it sees.

    No application context stays open, so that every request begins with an empty `g`, as in production.
    """
    with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as session:
        yield session


@pytest.fixture
def committing_app(databases: Databases) -> Iterator[Flask]:
    """An application on a database of its own, where commits are real and several sessions see each other."""
    name = databases.copy()
    app = create_app(databases.settings(name))
    app.testing = True
    yield app
    with app.app_context():
        db.engine.dispose()
    databases.drop(name)


@pytest.fixture
def client(app: Flask, connection: Connection) -> FlaskClient:
    """Flask's own client, for answers that are no pages."""
    del connection
    return app.test_client()


@pytest.fixture
def page(client: FlaskClient) -> PageClient:
    """A client that refuses pages a browser would have to repair."""
    return PageClient(client)
