"""The history: the database records every change by any writer, and nothing recorded can be changed."""

import io
from datetime import datetime
from typing import Any

import pytest
import shapely
from shapely import Point
from sqlalchemy import Connection, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.databases import OWNER
from tests.factories import make_facility, store_category, store_facility
from webapp.database.geometry import to_element
from webapp.database.transactions import Door, run_in_transaction
from webapp.facilities.models import Category, Facility
from webapp.history.models import FacilityRevision
from webapp.history.queries import get_last_revision, list_revisions

SQUARE_Z = shapely.from_wkt("POLYGON Z ((36 -2 10, 37 -2 11, 37 -1 12, 36 -2 10))")
EVERYTHING: dict[str, Any] = {
    "name": "Hôpital général",
    "status": "planned",
    "location": Point(0.1 + 0.2, -1.2345678901234567),
    "location_precision": "approximate",
    "footprint": SQUARE_Z,
    "address": "1 Rue Łódź",
    "locality": "大阪",
    "country": "NA",
    "phone": "+264 61 2039111",
    "email": "info@example.org",
    "website": "https://example.org/",
    "description": "first\nsecond",
    "identifiers": {"national": "00120"},
}
# Kept in columns of their own, or derived from the others.
DERIVED = {"search_text", "sort_name", "grid_x", "grid_y"}
NOT_IN_FACTS = {"id", "code", "version", "location", "footprint"} | DERIVED
INSERT_BY_HAND = (
    "INSERT INTO facilities (name, category, location)"
    " SELECT 'By hand ' || n, 'heliport', ST_SetSRID(ST_MakePoint(n, -1.3), 4326)"
    " FROM generate_series(1, 3) AS n"
)


def _recorded(session: Session) -> list[tuple[str, int, str, str]]:
    """Return what the history says: operation, version, name and door, oldest first."""
    rows = session.scalars(select(FacilityRevision).order_by(FacilityRevision.id))
    return [(row.operation, row.version, row.facts["name"], row.door) for row in rows]


class TestWhatIsRecorded:
    def test_changes_through_the_mapper(self, session: Session) -> None:
        facility = store_facility(session, name="First")
        facility.name = "Second"
        session.commit()
        session.delete(facility)
        session.commit()
        assert _recorded(session) == [
            ("added", 1, "First", "sql"),
            ("changed", 2, "Second", "sql"),
            ("removed", 3, "Second", "sql"),
        ]

    def test_changes_through_statements_of_many_rows(self, session: Session, category: Category) -> None:
        names = [f"Row {number}" for number in range(3)]
        rows = [{"name": name, "category": category.slug, "location": Point(36.8, -1.3)} for name in names]
        session.execute(insert(Facility), rows)
        session.execute(update(Facility).where(Facility.name != "Row 1").values(status="closed"))
        session.execute(delete(Facility).where(Facility.name == "Row 2"))
        recorded = sorted((name, version, operation) for operation, version, name, _ in _recorded(session))
        assert recorded == [
            ("Row 0", 1, "added"),
            ("Row 0", 2, "changed"),
            ("Row 1", 1, "added"),
            ("Row 2", 1, "added"),
            ("Row 2", 2, "changed"),
            ("Row 2", 3, "removed"),
        ]

    @pytest.mark.usefixtures("category")
    def test_changes_by_hand(self, session: Session) -> None:
        session.execute(text(INSERT_BY_HAND))
        session.execute(text("UPDATE facilities SET country = 'KE' WHERE name <> 'By hand 3'"))
        session.execute(text("DELETE FROM facilities WHERE name = 'By hand 2'"))
        operations = [(operation, version) for operation, version, *_rest in _recorded(session)]
        assert sorted(operations) == [("added", 1)] * 3 + [("changed", 2)] * 2 + [("removed", 3)]

    @pytest.mark.usefixtures("category")
    def test_copy(self, session: Session) -> None:
        raw = session.connection().connection.driver_connection
        assert raw is not None
        lines = "".join(f"Copied {n}\theliport\tSRID=4326;POINT({n} -1.3)\n" for n in range(3))
        with raw.cursor() as cursor:
            cursor.copy_expert("COPY facilities (name, category, location) FROM STDIN", io.StringIO(lines))
        assert _recorded(session) == [("added", 1, f"Copied {n}", "sql") for n in range(3)]

    def test_an_upsert(self, session: Session, facility: Facility) -> None:
        session.execute(
            text(
                "INSERT INTO facilities (code, name, category, location)"
                " SELECT code, 'Upserted', category, location FROM facilities"
                " ON CONFLICT (code) DO UPDATE SET name = excluded.name"
            )
        )
        assert [row.operation for row in list_revisions(session, facility.code)] == ["changed", "added"]

    def test_a_renamed_category(self, session: Session, facility: Facility) -> None:
        session.execute(text("UPDATE categories SET slug = 'helipad'"))
        assert get_last_revision(session, facility.code).facts["category"] == "helipad"

    @pytest.mark.parametrize(
        "assignment",
        [
            "location = ST_SetSRID(ST_MakePoint(36.800000000000004, -1.3), 4326)",
            "footprint = ST_Translate(footprint, 0, 0, 0.5)",
            "footprint = NULL",
            "address = NULL",
            "identifiers = '{}'",
        ],
    )
    def test_the_smallest_change(self, session: Session, assignment: str) -> None:
        facility = store_facility(session, **{**EVERYTHING, "location": Point(36.8, -1.3)})
        session.execute(text(f"UPDATE facilities SET {assignment}"))  # noqa: S608  # the cases above
        assert get_last_revision(session, facility.code).version == 2


class TestWhatIsNotRecorded:
    def test_an_update_that_changes_nothing(self, session: Session) -> None:
        facility = store_facility(session, **EVERYTHING)
        before = facility.updated_at
        columns = [*EVERYTHING, "category", "code", "id"]
        same = ", ".join(f"{column} = {column}" for column in columns)
        session.execute(text(f"UPDATE facilities SET {same}"))  # noqa: S608  # columns of the table
        session.refresh(facility)
        assert (facility.version, facility.updated_at) == (1, before)
        assert len(_recorded(session)) == 1

    def test_an_assignment_of_the_same_values(self, session: Session) -> None:
        facility = store_facility(session, **EVERYTHING)
        for column, value in EVERYTHING.items():
            setattr(facility, column, value)
        session.commit()
        session.refresh(facility)
        assert facility.version == 1
        assert len(_recorded(session)) == 1

    def test_what_was_rolled_back(self, session: Session, facility: Facility) -> None:
        facility.name = "Never"
        session.flush()
        session.rollback()
        assert [operation for operation, *_rest in _recorded(session)] == ["added"]


class TestFacts:
    def test_every_column_of_the_table_is_kept(self, session: Session) -> None:
        """A column that a migration adds and forgets here would be lost from the history."""
        facility = store_facility(session, **EVERYTHING)
        columns = set(
            session.scalars(
                text("SELECT column_name FROM information_schema.columns WHERE table_name = 'facilities'")
            )
        )
        revision = get_last_revision(session, facility.code)
        assert set(revision.facts) | NOT_IN_FACTS == columns
        assert not set(revision.facts) & NOT_IN_FACTS

    def test_derived_columns_are_really_derived(self, connection: Connection) -> None:
        generated = connection.scalars(
            text(
                "SELECT column_name FROM information_schema.columns"
                " WHERE table_name = 'facilities' AND is_generated = 'ALWAYS'"
            )
        )
        assert set(generated) == DERIVED

    def test_every_value_is_that_of_the_row(self, session: Session) -> None:
        facility = store_facility(session, **EVERYTHING)
        revision = get_last_revision(session, facility.code)
        for column in set(revision.facts) - {"created_at", "updated_at"}:
            assert revision.facts[column] == getattr(facility, column), column
        for column in ("created_at", "updated_at"):
            assert datetime.fromisoformat(revision.facts[column]) == getattr(facility, column)
        assert (revision.facility_id, revision.code) == (facility.id, facility.code)

    def test_geometries_are_kept_exactly(self, session: Session) -> None:
        facility = store_facility(session, **EVERYTHING)
        facility.footprint = None
        session.commit()
        newer, older = list_revisions(session, facility.code)
        assert newer.footprint is None
        assert older.location == to_element(EVERYTHING["location"], field="location")
        assert older.footprint == to_element(SQUARE_Z, field="footprint")

    def test_nothing_is_left_out_without_saying_so(self, session: Session, facility: Facility) -> None:
        facts = get_last_revision(session, facility.code).facts
        assert "phone" not in facts, "NULL is kept as absence"
        assert facts["identifiers"] == {}


class TestWhoAndHow:
    def test_a_writer_who_says_nothing_is_named_by_the_database(
        self, session: Session, facility: Facility
    ) -> None:
        revision = get_last_revision(session, facility.code)
        assert (revision.actor, revision.door) == (OWNER, "sql")

    @pytest.mark.parametrize("door", Door)
    def test_a_transaction_signs_with_actor_and_door(self, committed: Session, door: Door) -> None:
        facility = store_facility(committed)

        def rename(session: Session) -> None:
            session.get_one(Facility, facility.id).name = "Renamed"

        run_in_transaction(rename, actor="amina", door=door)
        revision = get_last_revision(committed, facility.code)
        assert (revision.version, revision.actor, revision.door) == (2, "amina", door.value)

    def test_a_signature_ends_with_its_transaction(self, committed: Session) -> None:
        store_category(committed)
        run_in_transaction(lambda session: session.add(make_facility(name="Hers")), actor="amina")
        committed.execute(text("UPDATE facilities SET name = 'Nobody says whose'"))
        committed.commit()
        signed = committed.execute(select(FacilityRevision.actor, FacilityRevision.door).order_by("id")).all()
        assert [tuple(row) for row in signed] == [("amina", "script"), (OWNER, "sql")]

    def test_one_transaction_has_one_number(self, committed: Session) -> None:
        store_category(committed)
        for names in (["a", "b"], ["c"]):
            run_in_transaction(lambda session: session.add_all([make_facility(name=n) for n in names]))  # noqa: B023
        revisions = committed.scalars(select(FacilityRevision).order_by(FacilityRevision.id)).all()
        first, second, third = (revision.transaction_id for revision in revisions)
        assert first == second != third


REFUSED = {
    "truncate facilities": "TRUNCATE facilities",
    "truncate with what depends on them": "TRUNCATE categories CASCADE",
    "rewrite a revision": "UPDATE facility_revisions SET actor = 'somebody else'",
    "rewrite no revision": "UPDATE facility_revisions SET actor = 'somebody else' WHERE false",
    "delete a revision": "DELETE FROM facility_revisions",
    "truncate the history": "TRUNCATE facility_revisions",
}


@pytest.mark.parametrize("statement", REFUSED.values(), ids=REFUSED)
def test_what_would_change_the_past_is_refused(session: Session, facility: Facility, statement: str) -> None:
    with pytest.raises(DBAPIError, match="is refused") as caught:
        session.execute(text(statement))
    assert getattr(caught.value.orig, "pgcode", None) == "23001"
    session.rollback()
    revision = get_last_revision(session, facility.code)
    assert (revision.operation, revision.actor) == ("added", OWNER)


def test_a_revision_cannot_be_rewritten_through_the_mapper(session: Session, facility: Facility) -> None:
    get_last_revision(session, facility.code).actor = "somebody else"
    with pytest.raises(DBAPIError, match="append-only"):
        session.flush()


def test_history_outlives_its_facility(session: Session, facility: Facility) -> None:
    code = facility.code
    session.delete(facility)
    session.commit()
    assert [row.operation for row in list_revisions(session, code)] == ["removed", "added"]
