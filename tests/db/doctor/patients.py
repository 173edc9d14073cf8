"""Databases that may be hurt, examined and healed."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from sqlalchemy import Engine, create_engine

from tests.databases import OWNER, Databases
from webapp import create_app
from webapp.database.doctor import Finding, examine
from webapp.settings import Settings

FILL = """
INSERT INTO categories (slug, label, colour, icon)
VALUES ('large_airport', 'Large', '#d55e00', 'maki/airport'),
       ('heliport', 'Heliport', '#009e73', 'maki/heliport');
INSERT INTO facilities (name, category, location)
SELECT 'Facility ' || n, CASE WHEN n % 10 = 0 THEN 'large_airport' ELSE 'heliport' END,
       ST_SetSRID(ST_MakePoint((n * 137.50776405) % 360 - 180, (n * 1.37) % 130 - 60), 4326)
  FROM generate_series(1, 6000) AS n;
"""


class Patient:
    """A database that may be hurt, examined and healed."""

    def __init__(self, databases: Databases, name: str) -> None:
        self._databases = databases
        self.name = name

    def do(self, *statements: str) -> None:
        """Run statements as a superuser, each by itself."""
        address = self._databases.cluster.url(self.name).set(drivername="postgresql")
        connection = psycopg2.connect(address.render_as_string())
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
        finally:
            connection.close()

    def examine(self, *, role: str = OWNER, **overrides: object) -> dict[str, Finding]:
        """Return the findings by their names."""
        settings = self._databases.settings(self.name, **overrides)
        with engine_for(self._databases, self.name, role) as engine, application(settings):
            return {finding.name: finding for finding in examine(engine, settings)}

    def ailments(self, *, role: str = OWNER, **overrides: object) -> dict[str, Finding]:
        """Return what is not well."""
        return {
            name: finding for name, finding in self.examine(role=role, **overrides).items() if not finding.ok
        }

    def heals(self, name: str, *, role: str = OWNER) -> Finding:
        """Follow a remedy to the letter; return the finding that it came with."""
        finding = self.ailments(role=role)[name]
        self.do(*finding.remedy.splitlines())
        assert name not in self.ailments(role=role)
        return finding


@contextmanager
def engine_for(databases: Databases, name: str, role: str) -> Iterator[Engine]:
    engine = create_engine(databases.cluster.url(name, role=role))
    yield engine
    engine.dispose()


@contextmanager
def application(settings: Settings) -> Iterator[None]:
    with create_app(settings).app_context():
        yield
