"""Versions and times: counted by the database for any writer, compared before a save overwrites another."""

import pytest
from sqlalchemy import text, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from tests.factories import store_facility
from webapp.extensions import db
from webapp.facilities.models import Facility
from webapp.history.queries import list_revisions


def test_versions_count_for_any_writer(session: Session, facility: Facility) -> None:
    facility.name = "Two"
    session.commit()
    assert facility.version == 2
    session.execute(text("UPDATE facilities SET name = 'Three'"))
    session.execute(update(Facility).values(name="Four").execution_options(synchronize_session=False))
    session.refresh(facility)
    assert facility.version == 4
    assert [row.version for row in list_revisions(session, facility.code)] == [4, 3, 2, 1]


def test_nobody_sets_versions_and_times_by_hand(session: Session, facility: Facility) -> None:
    created = facility.created_at
    session.execute(
        text("UPDATE facilities SET version = 99, created_at = 'epoch', updated_at = 'epoch', name = 'x'")
    )
    session.refresh(facility)
    assert (facility.version, facility.created_at) == (2, created)
    assert facility.updated_at >= created


def test_a_save_over_a_newer_version_is_noticed(committed: Session) -> None:
    facility = store_facility(committed)
    with db.engine.begin() as colleague:
        colleague.execute(text("UPDATE facilities SET phone = '1'"))
    facility.name = "Mine"
    with pytest.raises(StaleDataError):
        committed.flush()


def test_a_removal_over_a_newer_version_is_noticed(committed: Session) -> None:
    facility = store_facility(committed)
    with db.engine.begin() as colleague:
        colleague.execute(text("UPDATE facilities SET phone = '1'"))
    committed.delete(facility)
    with pytest.raises(StaleDataError):
        committed.flush()


def test_times_are_those_of_the_database(committed: Session) -> None:
    facility = store_facility(committed)
    created = facility.updated_at
    assert created == facility.created_at
    facility.name = "Later"
    committed.commit()
    assert facility.updated_at > created
    assert facility.created_at == created
