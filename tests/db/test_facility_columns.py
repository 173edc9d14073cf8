"""S2 and S4: the tables as the migrations make them, and no drift between them and the models."""

import re
from typing import Any

import pytest
from flask import Flask
from flask_migrate import check, downgrade, upgrade
from geoalchemy2 import Geometry
from sqlalchemy import CheckConstraint, Connection, DateTime, Inspector, Integer, String, inspect, text
from sqlalchemy.dialects.postgresql import JSONB

from tests.databases import Databases
from webapp import create_app
from webapp.extensions import db

# Column, type, greatest length, nullable: the bound core, and what grew round it.
COLUMNS: list[tuple[str, type[Any], int | None, bool]] = [
    ("id", Integer, None, False),
    ("code", String, 16, False),
    ("name", String, 255, False),
    ("category", String, 50, False),
    ("status", String, 20, False),
    ("location", Geometry, None, False),
    ("location_precision", String, 20, False),
    ("footprint", Geometry, None, True),
    ("address", String, 500, True),
    ("locality", String, 200, True),
    ("country", String, 2, True),
    ("phone", String, 50, True),
    ("email", String, 254, True),
    ("website", String, 500, True),
    ("description", String, 5000, True),
    ("identifiers", JSONB, None, False),
    ("created_at", DateTime, None, False),
    ("updated_at", DateTime, None, False),
    ("version", Integer, None, False),
    ("search_text", String, None, False),
    ("sort_name", String, None, False),
    ("grid_x", Integer, None, False),
    ("grid_y", Integer, None, False),
]


@pytest.fixture
def inspector(connection: Connection) -> Inspector:
    return inspect(connection)


def test_facilities_have_the_columns_that_other_systems_build_on(inspector: Inspector) -> None:
    found = {column["name"]: column for column in inspector.get_columns("facilities")}
    assert list(found) == [name for name, *_rest in COLUMNS]
    for name, kind, length, nullable in COLUMNS:
        column = found[name]
        assert isinstance(column["type"], kind), name
        assert getattr(column["type"], "length", None) == length, name
        assert column["nullable"] is nullable, name


def test_geometry_columns_are_listed_for_other_programs(connection: Connection) -> None:
    """QGIS and ogr2ogr read PostGIS's own list, which some check constraints break."""
    rows = connection.execute(
        text(
            "SELECT f_geometry_column, type, srid, coord_dimension FROM geometry_columns"
            " WHERE f_table_name = 'facilities' ORDER BY 1"
        )
    )
    # The footprint takes any type and Z, which only an unrestricted column does: a constraint keeps its SRID.
    assert [tuple(row) for row in rows] == [
        ("footprint", "GEOMETRY", 4326, 2),
        ("location", "POINT", 4326, 2),
    ]


def test_times_carry_their_zone(inspector: Inspector) -> None:
    times = [column for column in inspector.get_columns("facilities") if column["name"].endswith("_at")]
    assert [column["type"].timezone for column in times] == [True, True]  # type: ignore[attr-defined]


def test_facilities_have_an_integer_key_and_a_unique_code(inspector: Inspector) -> None:
    assert inspector.get_pk_constraint("facilities")["constrained_columns"] == ["id"]
    unique = [constraint["column_names"] for constraint in inspector.get_unique_constraints("facilities")]
    assert unique == [["code"]]


def test_category_is_indexed_and_refers_to_a_row(inspector: Inspector) -> None:
    indexed = {tuple(index["column_names"]) for index in inspector.get_indexes("facilities")}
    assert ("category", "sort_name", "id") in indexed
    (key,) = inspector.get_foreign_keys("facilities")
    assert (key["constrained_columns"], key["referred_table"]) == (["category"], "categories")
    assert key["options"] == {"onupdate": "CASCADE", "ondelete": "RESTRICT"}


def test_autogenerate_finds_nothing_to_migrate(committing_app: Flask) -> None:
    """`flask db check` exits when models and migrated tables differ."""
    with committing_app.app_context():
        check()


def test_the_database_has_the_check_constraints_of_the_models(inspector: Inspector) -> None:
    """Autogenerate does not look at check constraints."""
    for table in db.metadata.tables.values():
        declared = {item.name for item in table.constraints if isinstance(item, CheckConstraint)}
        stored = {item["name"] for item in inspector.get_check_constraints(table.name)}
        assert stored == declared, table.name


def test_the_database_has_the_index_predicates_of_the_models(connection: Connection) -> None:
    """Autogenerate does not look at the predicates of partial indexes."""
    stored = connection.execute(
        text(
            "SELECT indexrelid::regclass::text, pg_get_expr(indpred, indrelid) FROM pg_index"
            " WHERE indrelid = 'facilities'::regclass AND indpred IS NOT NULL"
        )
    ).all()
    declared = {
        str(index.name): _bare(str(index.dialect_options["postgresql"]["where"]))
        for index in db.metadata.tables["facilities"].indexes
    }
    assert {name: _bare(predicate) for name, predicate in stored} == {
        name: where for name, where in declared.items() if where != "None"
    }


def _bare(predicate: str) -> str:
    """Leave out what PostgreSQL adds when it writes a predicate down."""
    return re.sub(r"::\w+|[()'\" ]", "", predicate)


def test_every_migration_can_be_taken_back_and_made_again(databases: Databases) -> None:
    name = databases.empty()
    app = create_app(databases.settings(name))
    with app.app_context():
        before = _objects()
        upgrade()
        made = _objects()
        downgrade(revision="base")
        assert _objects() - {"alembic_version", "alembic_version_pkc"} == before
        upgrade()
        assert _objects() == made > before
        db.engine.dispose()
    databases.drop(name)


def _objects() -> set[str]:
    """Return the names of all tables, indexes, sequences and functions that no extension brought along."""
    with db.engine.connect() as connection:
        rows = connection.scalars(
            text(
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
                " UNION ALL SELECT proname || '()' FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
                " AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')"
            )
        )
        return set(rows)
