"""The editor: nothing that was typed is lost, and nothing half is stored."""

import pytest
from flask.testing import FlaskClient
from shapely.geometry import shape
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from tests.factories import store_category, store_facility
from tests.markup import text_of
from tests.pages import Page, PageClient
from tests.web.accounts.steps import PASSWORD, sign_in
from webapp.accounts.commands import add_account
from webapp.accounts.models import Account
from webapp.facilities.models import Facility
from webapp.history.models import FacilityRevision

NAIROBI = "-1.3007, 36.8073"
TYPED = {
    "name": "Clinique d’Ōsaka مستشفى",
    "category": "hospital",
    "location": NAIROBI,
    "address": "1 Hospital Road",
    "locality": "Nairobi",
    "country": "KE",
    "phone": "+254 20 2726300",
    "email": "info@example.org",
    "website": "example.org",
    "description": "Two lines,\nof text",
    "identifiers": "dhis2: abc-1\nmfl: 0012",
    "footprint": "POLYGON((36.80 -1.31, 36.81 -1.31, 36.81 -1.30, 36.80 -1.30, 36.80 -1.31))",
}


@pytest.fixture(autouse=True)
def hospital(session: Session) -> None:
    store_category(session, "hospital")


def only_facility(session: Session) -> Facility:
    session.expire_all()
    return session.scalars(select(Facility)).one()


def count(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(Facility)).one()


def editor(client: PageClient) -> Page:
    return client.get("/facilities/new")


def test_everything_typed_is_stored(session: Session, clerk_page: PageClient) -> None:
    shown = clerk_page.post_form(editor(clerk_page), TYPED)
    facility = only_facility(session)
    assert shown.path.startswith(f"/facilities/{facility.code}")
    assert facility.position.coordinates == (36.8073, -1.3007)
    assert facility.name == TYPED["name"]
    assert facility.website == "https://example.org"
    assert facility.description == TYPED["description"]
    assert facility.identifiers == {"dhis2": "abc-1", "mfl": "0012"}
    assert facility.outline is not None
    assert facility.outline.geom_type == "Polygon"
    assert facility.phone == TYPED["phone"]


def test_the_history_names_the_clerk_and_the_door(session: Session, clerk_page: PageClient) -> None:
    clerk_page.post_form(editor(clerk_page), TYPED)
    revision = session.scalars(select(FacilityRevision)).one()
    assert (revision.actor, revision.door, revision.operation) == ("clerk", "form", "added")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "", "Fill this in"),
        ("name", "x" * 300, "Shorten this to 255 characters; it has 300"),
        ("name", "a\x00b", "control characters"),
        ("name", "a\N{REPLACEMENT CHARACTER}b", "control characters"),
        ("description", "bell \x07", "control characters"),
        ("category", "palace", "Choose one of the list"),
        ("category", "", "Fill this in"),
        ("location", "", "Fill this in"),
        ("location", "nonsense", ""),
        ("location", "NaN, 36.8", ""),
        ("location", "120.5, 36.8", "swapped"),
        ("location", "95, 190", ""),
        ("status", "haunted", "Choose one of the list"),
        ("country", "XX", "Choose one of the list"),
        ("phone", "call me", "Use digits"),
        ("email", "not an address", "name@example.org"),
        ("website", "javascript:alert(1)", "https://"),
        ("identifiers", "no colon here", "system: identifier"),
        ("identifiers", "icao: A\nicao: B", "twice"),
        ("footprint", "POLYGON((0 0, 1 1, 0 1, 1 0, 0 0))", "Self-intersection"),
        ("footprint", "SRID=3857;POINT(1 1)", "3857"),
        ("footprint", "{broken json", ""),
        ("footprint", "[" * 100_000, ""),
    ],
)
def test_bad_input_names_the_field_and_keeps_the_rest(
    session: Session, clerk_page: PageClient, field: str, value: str, message: str
) -> None:
    page = clerk_page.post_form(editor(clerk_page), TYPED | {field: value}, status=422)
    assert count(session) == 0
    [summary] = page.with_attribute("data-error-summary")
    assert message in text_of(summary)
    assert f"#{field}" in [link.get("href") for link in summary.iter("a")]
    sent = page.form().values()
    kept = {name: sent[name][0] for name in TYPED if name != field}
    assert kept == {name: text for name, text in TYPED.items() if name != field}


def test_an_expired_token_brings_the_page_back_with_all_that_was_typed(
    session: Session, clerk_page: PageClient
) -> None:
    page = clerk_page.post_form(editor(clerk_page), TYPED | {"csrf_token": "stale"}, status=400)
    assert count(session) == 0
    assert page.form().values()["name"] == [TYPED["name"]]
    clerk_page.post_form(page, {})
    assert count(session) == 1


def test_a_session_that_is_over_keeps_the_form_and_saves_after_signing_in_again(
    session: Session, clerk_page: PageClient, client: FlaskClient
) -> None:
    page = editor(clerk_page)
    session.execute(update(Account).values(session_stamp="0" * 32))
    session.commit()
    page = clerk_page.post_form(page, TYPED, status=401)
    assert count(session) == 0
    assert page.form().values()["description"] == [TYPED["description"]]
    sign_in(client)
    page = clerk_page.post_form(page, {}, status=400)
    clerk_page.post_form(page, {})
    assert only_facility(session).name == TYPED["name"]


def test_sending_the_same_form_twice_makes_one_row(session: Session, clerk_page: PageClient) -> None:
    page = editor(clerk_page)
    first = clerk_page.post_form(page, TYPED)
    second = clerk_page.post_form(page, TYPED)
    assert count(session) == 1
    assert first.path == second.path


def test_an_unchanged_form_changes_nothing(session: Session, clerk_page: PageClient) -> None:
    clerk_page.post_form(editor(clerk_page), TYPED)
    facility = only_facility(session)
    path = f"/facilities/{facility.code}/edit"
    clerk_page.post_form(clerk_page.get(path), {})
    assert only_facility(session).version == 1
    assert session.scalars(select(func.count()).select_from(FacilityRevision)).one() == 1


def test_a_correction_is_stored_as_the_next_version(session: Session, clerk_page: PageClient) -> None:
    facility = store_facility(session, category="hospital")
    path = f"/facilities/{facility.code}/edit"
    shown = clerk_page.post_form(clerk_page.get(path), {"location": "1°18′02″S 36°49′26″E", "name": "Moved"})
    stored = only_facility(session)
    assert stored.version == 2
    assert stored.position.lat_deg == pytest.approx(-1.300556, abs=1e-6)
    assert stored.position.lon_deg == pytest.approx(36.823889, abs=1e-6)
    assert "moved" in shown.text()


def test_a_stale_form_shows_both_versions_and_keeps_what_was_typed(
    session: Session, clerk_page: PageClient
) -> None:
    facility = store_facility(session, category="hospital")
    path = f"/facilities/{facility.code}/edit"
    page = clerk_page.get(path)
    session.execute(update(Facility).values(name="Saved by a colleague", phone="020 1"))
    session.commit()
    page = clerk_page.post_form(page, {"name": "Typed by me"}, status=409)
    assert only_facility(session).name == "Saved by a colleague"
    assert "Saved by a colleague" in page.text()
    values = page.form().values()
    assert values["name"] == ["Typed by me"]
    assert values["version"] == ["2"]
    clerk_page.post_form(page, {"phone": "020 1"})
    stored = only_facility(session)
    assert (stored.name, stored.phone, stored.version) == ("Typed by me", "020 1", 3)


def test_a_removed_facility_cannot_be_saved_over(session: Session, clerk_page: PageClient) -> None:
    facility = store_facility(session, category="hospital")
    path = f"/facilities/{facility.code}/edit"
    page = clerk_page.get(path)
    session.execute(delete(Facility))
    session.commit()
    page = clerk_page.post_form(page, {"name": "Typed by me"}, status=410)
    assert count(session) == 0


def test_forms_cannot_set_what_they_do_not_show(
    session: Session, clerk_page: PageClient, client: FlaskClient
) -> None:
    page = editor(clerk_page)
    sent = page.form().values() | {name: [value] for name, value in TYPED.items()}
    response = client.post(
        "/facilities/new",
        data=sent | {"id": "77", "code": "F100000009", "created_at": "2001-01-01", "owner": "me"},
    )
    assert response.status_code == 303
    facility = only_facility(session)
    assert facility.id != 77
    assert facility.created_at.year > 2001
    assert facility.version == 1


def test_a_reader_is_sent_to_sign_in_and_back(
    page: PageClient, client: FlaskClient, session: Session
) -> None:
    assert page.redirect("/facilities/new") == "/sign-in?next=/facilities/new"
    add_account(session, "clerk", password=PASSWORD)
    session.commit()
    assert sign_in(client, path="/sign-in?next=/facilities/new").location == "/facilities/new"


def test_the_record_carries_the_footprint_as_geojson(clerk_page: PageClient, client: FlaskClient) -> None:
    shown = clerk_page.post_form(editor(clerk_page), TYPED)
    code = shown.path.split("/")[2].split("?")[0]
    feature = client.get(f"/facilities/{code}.geojson").get_json()
    assert shape(feature["geometry"]).coords[0] == (36.8073, -1.3007)
    assert shape(feature["properties"]["footprint"]).area > 0
