"""Removing a facility asks first, keeps the history, and can be undone."""

import pytest
from flask.testing import FlaskClient
from shapely import Point, Polygon
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.factories import store_facility
from tests.pages import PageClient
from webapp.database.geometry import to_shapely
from webapp.facilities.models import Facility
from webapp.history.models import FacilityRevision

FOOTPRINT = Polygon([(36.8, -1.3), (36.81, -1.3), (36.81, -1.29), (36.8, -1.3)])


@pytest.fixture
def facility(session: Session) -> Facility:
    return store_facility(session, footprint=FOOTPRINT, identifiers={"icao": "HKJK"}, phone="020 1")


def stored(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(Facility)).one()


def test_nothing_is_removed_before_the_answer(
    session: Session, clerk_page: PageClient, facility: Facility
) -> None:
    page = clerk_page.get(f"/facilities/{facility.code}/delete")
    assert page.heading() == f"Remove {facility.name}?"
    assert stored(session) == 1


def test_a_removed_facility_answers_410_with_its_history(
    session: Session, clerk_page: PageClient, client: FlaskClient, facility: Facility
) -> None:
    path = f"/facilities/{facility.code}"
    response = client.post(f"{path}/delete", data=clerk_page.get(f"{path}/delete").form().values())
    assert (response.status_code, response.location) == (303, path)
    assert stored(session) == 0
    tombstone = clerk_page.get(path, status=410)
    assert facility.name in tombstone.heading()
    assert "Removed by clerk" in tombstone.text()
    problem = client.get(f"{path}.geojson")
    assert (problem.status_code, problem.mimetype) == (410, "application/problem+json")


def test_putting_it_back_restores_every_fact_under_the_next_version(
    session: Session, clerk_page: PageClient, client: FlaskClient, facility: Facility
) -> None:
    path = f"/facilities/{facility.code}"
    client.post(f"{path}/delete", data=clerk_page.get(f"{path}/delete").form().values())
    clerk_page.post_form(clerk_page.get(path, status=410), {})
    back = session.scalars(select(Facility).execution_options(populate_existing=True)).one()
    assert (back.id, back.code, back.version) == (facility.id, facility.code, 3)
    assert back.identifiers == {"icao": "HKJK"}
    assert (back.phone, back.created_at) == (facility.phone, facility.created_at)
    assert back.point == Point(36.8, -1.3)
    assert back.outline == to_shapely(FOOTPRINT, field="footprint")
    operations = session.scalars(select(FacilityRevision.operation).order_by(FacilityRevision.id)).all()
    assert operations == ["added", "removed", "added"]


def test_restoring_what_is_there_changes_nothing(
    session: Session, clerk_page: PageClient, client: FlaskClient, facility: Facility
) -> None:
    token = clerk_page.get(f"/facilities/{facility.code}/delete").form().values()["csrf_token"]
    response = client.post(f"/facilities/{facility.code}/restore", data={"csrf_token": token})
    assert response.status_code == 303
    assert session.scalars(select(func.count()).select_from(FacilityRevision)).one() == 1


def test_a_facility_changed_meanwhile_is_shown_again(
    session: Session, clerk_page: PageClient, facility: Facility
) -> None:
    page = clerk_page.get(f"/facilities/{facility.code}/delete")
    session.execute(update(Facility).values(name="Changed meanwhile"))
    session.commit()
    page = clerk_page.post_form(page, {}, status=409)
    assert stored(session) == 1
    assert page.heading() == "Remove Changed meanwhile?"
    clerk_page.client.post(f"/facilities/{facility.code}/delete", data=page.form().values())
    assert stored(session) == 0


@pytest.mark.parametrize("version", ["", "1e3", "99999999999999999999", "x"])
def test_a_damaged_version_is_refused(
    session: Session, clerk_page: PageClient, client: FlaskClient, facility: Facility, version: str
) -> None:
    path = f"/facilities/{facility.code}/delete"
    values = clerk_page.get(path).form().values() | {"version": [version]}
    assert client.post(path, data=values).status_code == 422
    assert stored(session) == 1
