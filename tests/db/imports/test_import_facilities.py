"""Whole lists come in by one door: stored exactly as written, all or nothing, in the caller's transaction."""

from typing import Any

import pytest
from shapely import wkt
from sqlalchemy import func, select, text
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session

from tests.db.imports.records import make_record
from tests.factories import LAT, LON
from webapp.database.transactions import Door, run_in_transaction
from webapp.facilities.codes import is_valid_code
from webapp.facilities.models import Category, Facility
from webapp.history.models import FacilityRevision
from webapp.imports import staging
from webapp.imports.commands import import_facilities
from webapp.imports.errors import ImportRefusedError

pytestmark = pytest.mark.usefixtures("category")


def only_facility(session: Session) -> Facility:
    return session.scalars(select(Facility)).one()


def count(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(Facility)).one()


def test_every_column_is_stored(session: Session) -> None:
    facts: dict[str, Any] = {
        "name": "Hôpital de Ngaoundéré مستشفى 病院",
        "status": "planned",
        "location_precision": "approximate",
        "address": "12 rue du Marché",
        "locality": "Ngaoundéré",
        "country": "NA",
        "phone": "+237 6 12 34 56 78",
        "email": "accueil@example.org",
        "website": "https://example.org/été",
        "description": "First line\nsecond line",
        "identifiers": {"osm": "007", "wikidata": "Q42"},
    }
    footprint = "POLYGON Z ((36.7 -1.4 5, 36.9 -1.4 5, 36.9 -1.2 5, 36.7 -1.4 5))"
    report = import_facilities(session, [make_record(**facts, footprint=footprint)])
    assert (report.added, report.faults) == (1, [])
    facility = only_facility(session)
    assert {name: getattr(facility, name) for name in facts} == facts
    assert facility.position.coordinates == (LON, LAT)
    assert facility.outline == wkt.loads(footprint)
    assert is_valid_code(facility.code)


def test_what_a_list_leaves_out_gets_the_default(session: Session) -> None:
    import_facilities(session, [make_record()])
    facility = only_facility(session)
    assert (facility.status, facility.location_precision) == ("operational", "exact")
    assert (facility.identifiers, facility.footprint) == ({}, None)


def test_coordinates_keep_their_last_bit(session: Session) -> None:
    import_facilities(session, [make_record(lon="36.80000000000001", lat=-1.2999999999999998)])
    assert only_facility(session).position.coordinates == (36.80000000000001, -1.2999999999999998)


def test_text_is_trimmed_and_composed_and_empty_text_is_nothing(session: Session) -> None:
    decomposed = "  E\u0301cole \t"
    record = make_record(name=decomposed, address="   ", locality="", identifiers={"osm": " 1 ", "ref": " "})
    import_facilities(session, [record])
    facility = only_facility(session)
    assert facility.name == "\u00c9cole"
    assert (facility.address, facility.locality) == (None, None)
    assert facility.identifiers == {"osm": "1"}


@pytest.mark.parametrize(
    "written",
    [
        "tab\tand backslash \\t",
        "two\nlines\n\\.\nand the end",
        r"\N",
        r"\.",
        'quotes "" and, commas',
        "NULL",
        "soft\u00adhyphen and \u200fmark",
    ],
)
def test_copy_carries_any_text(session: Session, written: str) -> None:
    import_facilities(session, [make_record(description=written, address=r"\N", phone='"')])
    facility = only_facility(session)
    assert facility.description == written
    assert (facility.address, facility.phone) == (r"\N", '"')


def test_line_ends_of_other_systems_become_plain(session: Session) -> None:
    import_facilities(session, [make_record(description="one\r\ntwo\rthree")])
    assert only_facility(session).description == "one\ntwo\nthree"


def test_the_history_knows_the_import_and_who_ran_it(session: Session) -> None:
    run_in_transaction(
        lambda open_session: import_facilities(open_session, [make_record()]), actor="amina", door=Door.IMPORT
    )
    revision = session.scalars(select(FacilityRevision)).one()
    assert (revision.operation, revision.actor, revision.door) == ("added", "amina", "import")


def test_one_bad_row_stops_all_and_every_fault_is_told(session: Session) -> None:
    records = [make_record(2), make_record(3, lat=95, name=" "), make_record(4, category="casino")]
    with pytest.raises(ImportRefusedError) as refused:
        import_facilities(session, records)
    assert [(fault.row, fault.column) for fault in refused.value.faults] == [
        (3, "name"),
        (3, "lat"),
        (4, "category"),
    ]
    assert "2 rows" in str(refused.value)
    assert count(session) == 0


def test_bad_rows_can_be_left_out(session: Session) -> None:
    records = [make_record(2), make_record(3, lat="north"), make_record(4, name="Second")]
    report = import_facilities(session, records, on_fault="skip")
    assert report.added == 2
    assert [fault.row for fault in report.faults] == [3]
    assert set(session.scalars(select(Facility.name))) == {"Wilson Rooftop Heliport", "Second"}


def test_a_transaction_takes_several_imports(session: Session) -> None:
    with pytest.raises(ImportRefusedError):
        import_facilities(session, [make_record(lat=95)])
    assert import_facilities(session, [make_record()]).added == 1
    assert import_facilities(session, []).added == 0
    assert import_facilities(session, [make_record(9, lon=20), make_record(9, lon=30)]).added == 2
    assert count(session) == 3


def test_an_import_belongs_to_the_callers_transaction(committed: Session) -> None:
    committed.add(Category(slug="heliport", label="Heliport", colour="#009e73", icon="maki/heliport"))
    committed.commit()
    import_facilities(committed, [make_record()])
    committed.rollback()
    assert count(committed) == 0


def test_nothing_staged_outlives_the_transaction(committed: Session) -> None:
    committed.add(Category(slug="heliport", label="Heliport", colour="#009e73", icon="maki/heliport"))
    import_facilities(committed, [make_record()])
    committed.commit()
    assert count(committed) == 1
    assert committed.scalar(text("SELECT to_regclass('pg_temp.staged_facilities')")) is None


def test_long_lists_go_in_batches_in_their_order(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "BATCH", 2)
    progress: list[int] = []
    records = (make_record(number, name=f"Facility {number}") for number in range(1, 6))
    assert import_facilities(session, records, on_progress=progress.append).added == 5
    assert progress == [2, 2, 1]
    names = list(session.scalars(select(Facility.name).order_by(Facility.code)))
    assert names == [f"Facility {number}" for number in range(1, 6)]


def test_search_indexes_are_merged_at_the_end(session: Session) -> None:
    import_facilities(session, [make_record(number) for number in range(1, 200)])
    for index in ("idx_facilities_search_text", "idx_facilities_identifiers"):
        left = text("SELECT gin_clean_pending_list(CAST(:index AS regclass))")
        assert session.scalar(left, {"index": index}) == 0
    assert session.scalar(text("SHOW gin_pending_list_limit")) == "4MB"


def test_an_error_of_copy_is_an_error_of_sqlalchemy(session: Session) -> None:
    """A deadlock inside COPY must look like any other to whoever retries transactions."""
    with pytest.raises(DataError):
        import_facilities(session, [make_record("not a row number")])  # type: ignore[arg-type]
