"""The record page."""

import pytest
from flask.testing import FlaskClient
from shapely import LineString, Point
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from tests.factories import store_demo, store_facility
from tests.pages import PageClient
from tests.queries import at_most_queries
from webapp.database.geometry import to_element
from webapp.facilities.models import Facility


def test_a_reader_finds_what_where_and_who(session: Session, page: PageClient) -> None:
    facility = store_facility(
        session,
        name="Hôpital <b>& co</b> مستشفى",
        locality="Nairobi",
        country="KE",
        phone="+254 20 1",
        email="info@example.org",
        website="https://example.org/?a=1&b=2",
        identifiers={"icao": "HKJK", "wikipedia": "https://en.wikipedia.org/wiki/X"},
        footprint=LineString([(36.8, -1.3), (36.9, -1.2)]),
    )
    shown = page.get(f"/facilities/{facility.code}")
    assert shown.heading() == facility.name
    text = shown.text()
    for words in (facility.code, "Nairobi, Kenya", "-1.300000, 36.800000", "1°18′0.0″S 36°48′0.0″E", "HKJK"):
        assert words in text
    assert shown.link("+254 20 1") == "tel:+254201"
    assert shown.embedded("facility-feature")["geometry"]["coordinates"] == [36.8, -1.3]


def test_the_nearest_neighbours_come_in_order_of_true_distance(session: Session, page: PageClient) -> None:
    here = store_facility(session, name="Here", location=Point(25.0, 78.0))
    store_facility(session, name="One degree east", location=Point(26.0, 78.0))
    store_facility(session, name="Half a degree north", location=Point(25.0, 78.5))
    text = page.get(f"/facilities/{here.code}").text()
    assert text.index("One degree east") < text.index("Half a degree north")
    assert "23.2 km" in text


def test_history_tells_each_change_with_both_values(session: Session, page: PageClient) -> None:
    facility = store_facility(session, name="Before")
    facility.name, facility.country = "After", "NA"
    facility.location = to_element(Point(36.9, -1.3), field="location")
    session.commit()
    text = page.get(f"/facilities/{facility.code}").text()
    assert "Before After" in text
    assert "moved 11.1 km" in text
    assert "nothing Namibia" in text
    assert "directly in the database" in text


@pytest.mark.parametrize("typed", ["{lower}", "{spaced}", "{hyphened}"])
def test_a_code_is_understood_however_it_was_typed(session: Session, page: PageClient, typed: str) -> None:
    code = store_facility(session).code
    variants = {
        "lower": code.lower(),
        "spaced": f" {code[:4]} {code[4:]}",
        "hyphened": f"{code[:1]}-{code[1:]}",
    }
    assert page.redirect(f"/facilities/{typed.format(**variants)}") == f"/facilities/{code}"


def test_an_unknown_code_is_a_404_page(page: PageClient) -> None:
    assert page.get("/facilities/F123456789", status=404).heading() == "Page not found"


def test_the_feature_carries_its_version_as_etag(session: Session, client: FlaskClient) -> None:
    facility = store_facility(session)
    answer = client.get(f"/facilities/{facility.code}.geojson")
    assert answer.headers["ETag"] == '"1"'
    again = client.get(f"/facilities/{facility.code}.geojson", headers={"If-None-Match": '"1"'})
    assert again.status_code == 304


def test_few_queries_however_many_neighbours(
    session: Session, page: PageClient, connection: Connection
) -> None:
    store_demo(session, 60)
    facility = session.get_one(Facility, session.scalar(Facility.__table__.select().limit(1)))
    with at_most_queries(6, connection):
        page.get(f"/facilities/{facility.code}")
