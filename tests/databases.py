"""Databases for tests: one is migrated, all others are copies of it."""

from functools import cached_property
from itertools import count

import psycopg2
from flask_migrate import upgrade
from psycopg2 import sql

from webapp import create_app
from webapp.database.cluster import PrivateCluster
from webapp.extensions import db
from webapp.settings import Settings

OWNER = "atlas"
TEMPLATE = "migrated"
SECRET_KEY = "a secret of tests, long enough to be accepted"
# A deadlock is noticed after this time; production's second would only make tests wait.
DEADLOCK_TIMEOUT_MS = 50


class Databases:
    """Makes and drops databases in a cluster; the product's role owns them and has no special rights."""

    def __init__(self, cluster: PrivateCluster) -> None:
        self.cluster = cluster
        self._numbers = count(1)

    def settings(self, database: str, **overrides: object) -> Settings:
        """Return production's settings for one of the databases."""
        address = self.cluster.url(database, role=OWNER).render_as_string(hide_password=False)
        return Settings(database_url=address, secret_key=SECRET_KEY, **overrides)  # type: ignore[arg-type]

    def empty(self) -> str:
        """Make a database that holds the extensions and nothing else."""
        name = f"empty_{next(self._numbers)}"
        self.cluster.create_database(name, owner=OWNER)
        return name

    def copy(self, name: str | None = None) -> str:
        """Make a migrated database without any rows; the history cannot be emptied, so none is used twice."""
        name = name or f"copy_{next(self._numbers)}"
        statement = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}")
        self._execute(statement.format(*map(sql.Identifier, (name, OWNER, self._migrated))))
        deadlocks = sql.SQL("ALTER DATABASE {} SET deadlock_timeout = {}")
        self._execute(deadlocks.format(sql.Identifier(name), sql.Literal(DEADLOCK_TIMEOUT_MS)))
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected."""
        self._execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    @cached_property
    def _migrated(self) -> str:
        self.cluster.create_database(TEMPLATE, owner=OWNER)
        app = create_app(self.settings(TEMPLATE))
        with app.app_context():
            upgrade()
            db.engine.dispose()  # a database that somebody is connected to cannot be copied
        return TEMPLATE

    def _execute(self, statement: sql.Composable) -> None:
        admin = psycopg2.connect(self.cluster.url("postgres").set(drivername="postgresql").render_as_string())
        try:
            admin.autocommit = True
            with admin.cursor() as cursor:
                cursor.execute(statement)
        finally:
            admin.close()
