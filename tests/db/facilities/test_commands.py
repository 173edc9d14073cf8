"""Commands on facilities: all or nothing, one clear error, one row however often a form is sent."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import Engine, event, func, select, text
from sqlalchemy.orm import Session

from tests.factories import make_category
from webapp.database.transactions import run_in_transaction
from webapp.errors import FacilityNotSavedError, GoneError, InvalidValueError, StaleVersionError
from webapp.extensions import db
from webapp.facilities.commands import (
    add_facility_once,
    change_facility,
    create_facility,
    delete_facility,
    update_facility,
)
from webapp.facilities.facts import FacilityFacts
from webapp.facilities.models import Facility, Submission
from webapp.facilities.queries import get_facility
from webapp.geo.position import Position
from webapp.history.models import FacilityRevision

FACTS = FacilityFacts(name="Wilson", category="heliport", position=Position(36.8, -1.3))


@pytest.fixture
def registry(committing_app: Flask) -> Flask:
    """A registry with one category, where commits are real."""
    with committing_app.app_context():
        db.session.add(make_category("heliport"))
        db.session.commit()
    return committing_app


def count(model: type) -> int:
    return db.session.scalars(select(func.count()).select_from(model)).one()


def test_create_facility_stores_geometry_derived_columns_and_revision_together(registry: Flask) -> None:
    with registry.app_context():
        created = create_facility("Wilson", "heliport", -1.3, 36.8, country="KE")
        assert created.position.coordinates == (36.8, -1.3)
        assert (created.version, created.code[0]) == (1, "F")
        assert created.created_at is not None
        revision = db.session.scalars(select(FacilityRevision)).one()
        assert (revision.code, revision.door, revision.facts["country"]) == (created.code, "script", "KE")


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (("", "heliport", -1.3, 36.8), "name"),
        (("Wilson", "palace", -1.3, 36.8), "category"),
        (("Wilson", "heliport", 95.0, 36.8), "location"),
        (("Wilson", "heliport", float("nan"), 36.8), "location"),
        (("a\x00b", "heliport", -1.3, 36.8), "name"),
    ],
)
def test_a_refused_facility_leaves_nothing_and_names_its_field(
    registry: Flask, arguments: tuple[str, str, float, float], field: str
) -> None:
    with registry.app_context():
        with pytest.raises(FacilityNotSavedError) as refused:
            create_facility(*arguments)
        assert refused.value.field == field
        assert count(Facility) == count(FacilityRevision) == 0


def test_a_failing_audit_takes_the_facility_with_it(registry: Flask) -> None:
    with registry.app_context():
        db.session.execute(text("ALTER TABLE facility_revisions ADD CONSTRAINT full_disk CHECK (false)"))
        db.session.commit()
        with pytest.raises(FacilityNotSavedError, match="not saved"):
            create_facility("Wilson", "heliport", -1.3, 36.8)
        assert count(Facility) == 0


def test_update_and_delete_obey_versions(registry: Flask) -> None:
    with registry.app_context():
        created = create_facility("Wilson", "heliport", -1.3, 36.8)
        changed = update_facility(created.code, FACTS, expected_version=1)
        assert changed.version == 1, "the same facts are no change"
        moved = FacilityFacts(name="Wilson", category="heliport", position=Position(36.9, -1.3))
        assert update_facility(created.code, moved, expected_version=1).version == 2
        with pytest.raises(FacilityNotSavedError, match="version 2, not 1"):
            delete_facility(created.code, expected_version=1)
        delete_facility(created.code, expected_version=2)
        with pytest.raises(GoneError):
            get_facility(db.session(), created.code)


def test_two_saves_of_one_version_never_both_win(registry: Flask) -> None:
    with registry.app_context():
        code = create_facility("Wilson", "heliport", -1.3, 36.8).code

    def save(number: int) -> bool:
        facts = FacilityFacts(name=f"Save {number}", category="heliport", position=Position(36.8, -1.3))
        with registry.app_context():
            try:
                run_in_transaction(lambda session: change_facility(session, code, facts, expected_version=1))
            except StaleVersionError:
                return False
            return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(save, range(16))) == 1
    with registry.app_context():
        assert get_facility(db.session(), code).version == 2


def test_fifty_sends_of_one_form_make_one_row_and_the_same_answer(registry: Flask) -> None:
    key = str(uuid4())

    def send(_number: int) -> str:
        with registry.app_context():
            return run_in_transaction(lambda session: add_facility_once(session, FACTS, submission=key)).code

    with ThreadPoolExecutor(10) as threads:
        assert len(set(threads.map(send, range(50)))) == 1
    with registry.app_context():
        assert count(Facility) == count(Submission) == 1


def test_a_category_removed_meanwhile_is_told_as_its_field(registry: Flask) -> None:
    facts = FacilityFacts(name="Wilson", category="palace", position=Position(36.8, -1.3))
    with registry.app_context(), pytest.raises(InvalidValueError) as refused:
        run_in_transaction(lambda session: add_facility_once(session, facts, submission=str(uuid4())))
    assert refused.value.field == "category"


def test_values_stay_readable_after_the_commit_without_another_query(registry: Flask) -> None:
    with registry.app_context():
        created = create_facility("Wilson", "heliport", -1.3, 36.8)
        statements: list[str] = []
        engine: Engine = db.engine
        event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
        assert (created.name, created.version, created.position.lon_deg) == ("Wilson", 1, 36.8)
        assert statements == []


def test_the_category_comes_along_and_cannot_be_loaded_by_accident(session: Session) -> None:
    session.add(make_category("heliport"))
    session.flush()
    facility = Facility(**FACTS.columns())
    session.add(facility)
    session.commit()
    session.expunge_all()
    assert get_facility(session, facility.code).kind.slug == "heliport"
    session.expunge_all()
    lazy = session.scalars(select(Facility)).one()
    with pytest.raises(Exception, match="lazy='raise'"):
        _ = lazy.kind
