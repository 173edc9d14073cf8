import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.pages import PageClient
from tests.web.accounts.steps import NEW_PASSWORD, PASSWORD, change_password, is_signed_in, sign_in
from webapp.accounts.models import Account
from webapp.accounts.throttle import FAILURES_ALLOWED


@pytest.fixture
def newcomer(client: FlaskClient, one_time_password: str) -> FlaskClient:
    """The browser of somebody who has just signed in with a one-time password."""
    response = sign_in(client, "newcomer", one_time_password)
    assert (response.status_code, response.location) == (303, "/account/password")
    return client


@pytest.fixture
def signed_in(client: FlaskClient, clerk: Account) -> FlaskClient:
    """The clerk's browser."""
    sign_in(client, clerk.username)
    return client


def test_readers_are_asked_to_sign_in_first(client: FlaskClient) -> None:
    assert client.get("/account/password").location == "/sign-in?next=/account/password"


def test_a_one_time_password_opens_no_page_for_writing(newcomer: FlaskClient) -> None:
    response = newcomer.get("/facilities/new")
    assert (response.status_code, response.location) == (303, "/account/password")


def test_a_one_time_password_writes_nothing(newcomer: FlaskClient) -> None:
    page = PageClient(newcomer).get("/account/password")
    token = page.form().values()["csrf_token"]
    removal = newcomer.post("/facilities/F100000018/delete", data={"csrf_token": token})
    assert (removal.status_code, removal.location) == (303, "/account/password")
    addition = newcomer.post("/facilities/new", data={"csrf_token": token, "name": "Kept as typed"})
    assert addition.status_code == 401
    assert "Kept as typed" in addition.text


def test_a_one_time_password_leaves_reading_open(newcomer: FlaskClient) -> None:
    assert newcomer.get("/").status_code == 200


def test_a_password_of_ones_own_opens_the_rest(newcomer: FlaskClient, one_time_password: str) -> None:
    response = change_password(newcomer, one_time_password, NEW_PASSWORD)
    assert (response.status_code, response.location) == (303, "/")
    assert newcomer.get("/facilities/new").status_code == 200


def test_where_one_wanted_to_go_is_remembered_through_the_change(
    client: FlaskClient, one_time_password: str
) -> None:
    asked = client.get("/facilities/new")
    answered = sign_in(client, "newcomer", one_time_password, path=asked.location)
    assert answered.location == "/account/password?next=/facilities/new"
    changed = change_password(client, one_time_password, NEW_PASSWORD, path=answered.location)
    assert changed.location == "/facilities/new"


def test_another_site_is_not_remembered(client: FlaskClient, one_time_password: str) -> None:
    answered = sign_in(client, "newcomer", one_time_password, path="/sign-in?next=//evil.example")
    assert change_password(client, one_time_password, NEW_PASSWORD, path=answered.location).location == "/"


def test_the_new_password_counts_from_now_on(signed_in: FlaskClient) -> None:
    change_password(signed_in, PASSWORD, NEW_PASSWORD)
    elsewhere = signed_in.application.test_client()
    assert sign_in(elsewhere, password=PASSWORD).status_code == 401
    assert sign_in(elsewhere, password=NEW_PASSWORD).status_code == 303


@pytest.mark.parametrize(
    ("current", "new", "repeated", "field"),
    [
        (NEW_PASSWORD, "yet another password", None, "current_password"),
        (PASSWORD, "short", None, "new_password"),
        (PASSWORD, "x" * 129, None, "new_password"),
        (PASSWORD, PASSWORD, None, "new_password"),
        (PASSWORD, NEW_PASSWORD, "something different", "repeated_password"),
        (PASSWORD, "", "", "new_password"),
        ("", NEW_PASSWORD, None, "current_password"),
    ],
)
def test_a_refused_change_names_the_field(
    signed_in: FlaskClient, current: str, new: str, repeated: str | None, field: str
) -> None:
    values = {
        "current_password": current,
        "new_password": new,
        "repeated_password": new if repeated is None else repeated,
    }
    page = PageClient(signed_in)
    answered = page.post_form(page.get("/account/password"), values, status=422)
    assert answered.by_id[field].get("aria-invalid") == "true"
    assert [answered.form().values()[name] for name in values] == [[""]] * 3  # no password is sent back
    assert sign_in(signed_in.application.test_client()).status_code == 303  # the old password still counts


def test_an_open_session_is_no_place_to_guess_the_password(signed_in: FlaskClient) -> None:
    for number in range(FAILURES_ALLOWED):
        assert change_password(signed_in, f"guess number {number}", NEW_PASSWORD).status_code == 422
    stopped = change_password(signed_in, PASSWORD, NEW_PASSWORD)
    assert stopped.status_code == 429
    assert int(stopped.headers["Retry-After"]) > 0


def test_a_change_gives_the_tries_back(signed_in: FlaskClient) -> None:
    for old, new in ((PASSWORD, NEW_PASSWORD), (NEW_PASSWORD, PASSWORD)):
        for number in range(FAILURES_ALLOWED - 2):
            answered = change_password(
                signed_in, f"guess number {number}", new, address=f"198.51.100.{number}"
            )
            assert answered.status_code == 422
        assert change_password(signed_in, old, new).status_code == 303


def test_a_new_password_against_the_rules_costs_no_try(signed_in: FlaskClient) -> None:
    for _turn in range(FAILURES_ALLOWED + 1):
        assert change_password(signed_in, PASSWORD, "short").status_code == 422


def test_fields_that_the_form_does_not_have_change_nothing(
    signed_in: FlaskClient, session: Session, clerk: Account
) -> None:
    page = PageClient(signed_in).get("/account/password")
    data = {
        **page.form().values(),
        "username": "root",
        "enabled": "0",
        "id": "999",
        "password_is_one_time": "1",
    }
    data |= {"current_password": PASSWORD, "new_password": NEW_PASSWORD, "repeated_password": NEW_PASSWORD}
    assert signed_in.post("/account/password", data=data).status_code == 303
    session.refresh(clerk)
    assert (clerk.username, clerk.enabled, clerk.password_is_one_time) == ("clerk", True, False)
    assert is_signed_in(signed_in)
