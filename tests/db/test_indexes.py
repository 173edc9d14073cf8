"""S7: one GiST index over all locations, one over a much-filtered category, and a planner that uses them."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, func, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session
from sqlalchemy.sql import Select

from tests.databases import Databases
from tests.factories import DEMO_CATEGORIES, make_category
from webapp.extensions import db
from webapp.facilities.indexes import MUCH_FILTERED_CATEGORY
from webapp.facilities.models import Facility

ROWS = 6000
PLAIN = "idx_facilities_location"
BY_CATEGORY = "idx_facilities_category_location"
PARTIAL = f"idx_facilities_location_{MUCH_FILTERED_CATEGORY}"

FILL = """
INSERT INTO facilities (name, category, location)
SELECT 'Facility ' || n,
       CASE WHEN n % 10 = 0 THEN 'large_airport' ELSE 'small_airport' END,
       ST_SetSRID(ST_MakePoint((n * 137.50776405) % 360 - 180, (n * 1.37) % 130 - 60), 4326)
  FROM generate_series(1, :rows) AS n
"""


@pytest.fixture(scope="module")
def filled(databases: Databases) -> Iterator[Session]:
    """A session on a database with several thousand facilities that the planner knows about."""
    name = databases.copy()
    engine = create_engine(databases.settings(name).database_url)
    with Session(engine) as session:
        session.add_all(make_category(slug) for slug, *_rest in DEMO_CATEGORIES)
        session.flush()
        session.execute(text(FILL), {"rows": ROWS})
        session.commit()
        session.execute(text("ANALYZE facilities"))
        yield session
    engine.dispose()
    databases.drop(name)


def test_location_has_one_plain_gist_index_and_those_that_are_declared(connection: Connection) -> None:
    rows = connection.execute(
        text(
            "SELECT index.relname, access.amname, pg_get_expr(i.indpred, i.indrelid), i.indisvalid"
            "  FROM pg_index i JOIN pg_class index ON index.oid = i.indexrelid"
            "  JOIN pg_am access ON access.oid = index.relam"
            "  JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)"
            " WHERE i.indrelid = 'facilities'::regclass AND a.attname = 'location'"
            "   AND access.amname = 'gist' ORDER BY 1"
        )
    )
    found = [tuple(row) for row in rows]
    assert (PARTIAL, "gist", f"((category)::text = '{MUCH_FILTERED_CATEGORY}'::text)", True) in found
    assert [name for name, _method, predicate, _valid in found if predicate is None] == [BY_CATEGORY, PLAIN]
    indexes = db.metadata.tables["facilities"].indexes
    declared = sorted(str(index.name) for index in indexes if "location" in index.columns)
    assert [name for name, method, _predicate, valid in found if method == "gist" and valid] == declared


def test_each_index_is_declared_once() -> None:
    names = [index.name for index in db.metadata.tables["facilities"].indexes]
    assert len(names) == len(set(names))
    assert {PLAIN, PARTIAL} <= set(names)
    assert not Facility.__table__.c.location.type.spatial_index  # type: ignore[attr-defined]


def test_a_box_uses_the_plain_index(filled: Session) -> None:
    assert indexes_used(filled, _in_box(30, -10, 40, 10)) == {PLAIN}


def test_a_radius_uses_the_plain_index(filled: Session) -> None:
    near = func.ST_DWithin(Facility.location, func.ST_SetSRID(func.ST_MakePoint(36.8, -1.3), 4326), 3)
    assert indexes_used(filled, select(Facility.id).where(near)) == {PLAIN}


def test_nearest_neighbours_use_the_plain_index(filled: Session) -> None:
    distance = Facility.location.op("<->")(func.ST_SetSRID(func.ST_MakePoint(36.8, -1.3), 4326))
    assert indexes_used(filled, select(Facility.id).order_by(distance).limit(5)) == {PLAIN}


def test_a_box_of_the_much_filtered_category_uses_its_own_index(filled: Session) -> None:
    query = _in_box(0, -30, 60, 30).where(Facility.category == MUCH_FILTERED_CATEGORY)
    assert indexes_used(filled, query) == {PARTIAL}


def test_a_box_of_another_category_uses_the_index_that_knows_both(filled: Session) -> None:
    query = _in_box(-180, -60, 180, 70).where(Facility.category == "balloonport")
    assert indexes_used(filled, query) == {BY_CATEGORY}


def test_a_transformed_column_would_not_use_it(filled: Session) -> None:
    """The classic failure: slow although indexed. It shows that the cases above can fail."""
    box = func.ST_Transform(func.ST_MakeEnvelope(30, -10, 40, 10, 4326), 3857)
    query = select(Facility.id).where(func.ST_Transform(Facility.location, 3857).op("&&")(box))
    assert PLAIN not in indexes_used(filled, query)


def _in_box(west: float, south: float, east: float, north: float) -> Select[int, str]:
    box = func.ST_MakeEnvelope(west, south, east, north, 4326)
    return select(Facility.id, Facility.name).where(Facility.location.op("&&")(box))


def indexes_used(session: Session, query: Select[*tuple[Any, ...]]) -> set[str]:
    """Run a query as `EXPLAIN (ANALYZE)` and return the indexes that it read."""
    compiled = query.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
    plan = session.execute(text(f"EXPLAIN (ANALYZE, FORMAT JSON) {compiled}")).scalar_one()
    (root,) = plan if isinstance(plan, list) else json.loads(plan)
    return set(_index_names(root["Plan"]))


def _index_names(node: dict[str, Any]) -> Iterator[str]:
    if "Index Name" in node:
        assert node["Actual Loops"] > 0
        yield node["Index Name"]
    for child in node.get("Plans", ()):
        yield from _index_names(child)
