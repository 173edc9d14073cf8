from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.pages import PageClient
from tests.web.accounts.steps import HERE, NEW_PASSWORD, PASSWORD, is_signed_in, sign_in
from webapp import create_app
from webapp.accounts.commands import add_account
from webapp.accounts.models import Account
from webapp.accounts.throttle import FAILURES_ALLOWED
from webapp.database.transactions import run_in_transaction

pytestmark = pytest.mark.usefixtures("clerk")


def test_a_right_password_opens_a_session_of_seven_days(client: FlaskClient) -> None:
    response = sign_in(client)
    assert (response.status_code, response.location) == (303, "/")
    cookie = client.get_cookie("session")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert cookie.expires is not None
    assert timedelta(days=6, hours=23) < cookie.expires - datetime.now(UTC) <= timedelta(days=7)
    assert client.get_cookie("remember_token") is None
    assert is_signed_in(client)


def test_the_cookie_is_not_sent_again_with_every_page(client: FlaskClient) -> None:
    sign_in(client)
    client.get("/account/password")  # lays down the token of its form
    assert "Set-Cookie" not in client.get("/account/password").headers


def test_the_page_says_what_password_managers_need(page: PageClient) -> None:
    document = page.get("/sign-in")
    assert document.by_id["username"].get("autocomplete") == "username"
    assert document.by_id["password"].get("autocomplete") == "current-password"


@pytest.mark.parametrize(("username", "password"), [("clerk", NEW_PASSWORD), ("nobody", PASSWORD)])
def test_a_wrong_password_and_an_unknown_name_get_one_answer(
    page: PageClient, username: str, password: str
) -> None:
    values = {"username": username, "password": password}
    answered = page.post_form(page.get("/sign-in"), values, status=401)
    assert "The username or the password is wrong." in answered.text()
    assert answered.form().values()["username"] == [username]
    assert answered.form().values()["password"] == [""]
    assert not is_signed_in(page.client)


@pytest.mark.parametrize(
    ("username", "password", "field"),
    [
        ("", PASSWORD, "username"),
        ("   ", PASSWORD, "username"),
        ("clerk", "", "password"),
        ("x" * 81, PASSWORD, "username"),
        ("clerk", "x" * 129, "password"),
    ],
)
def test_an_incomplete_form_comes_back_with_the_field_named(
    page: PageClient, username: str, password: str, field: str
) -> None:
    values = {"username": username, "password": password}
    answered = page.post_form(page.get("/sign-in"), values, status=422)
    assert answered.by_id[field].get("aria-invalid") == "true"


@pytest.mark.parametrize("username", ["cl\x00erk", "clerk\r\n", "\u202eclerk", "' OR 1=1 --"])
def test_strange_names_are_only_wrong(client: FlaskClient, username: str) -> None:
    assert sign_in(client, username, NEW_PASSWORD).status_code == 401


def test_a_form_without_its_token_is_refused(client: FlaskClient) -> None:
    response = client.post("/sign-in", data={"username": "clerk", "password": PASSWORD})
    assert response.status_code == 400
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "/\\evil.example", "/\t/evil.example", "https:evil.example", "/\r\nX: y", "evil"],
)
def test_nobody_is_sent_to_another_site(client: FlaskClient, target: str) -> None:
    assert sign_in(client, path=f"/sign-in?next={quote(target)}").location == "/"


def test_people_come_back_to_where_they_were_asked(client: FlaskClient) -> None:
    asked = client.get("/facilities/new?location=-1.3,36.8")
    assert asked.status_code == 303
    assert sign_in(client, path=asked.location).location == "/facilities/new?location=-1.3,36.8"


def test_a_wrong_password_does_not_forget_where_to_go(page: PageClient) -> None:
    asked = page.get("/sign-in?next=/facilities/new")
    again = page.post_form(asked, {"username": "clerk", "password": NEW_PASSWORD}, status=401)
    assert page.client.post(
        again.path, data={**again.form().values(), "username": "clerk", "password": PASSWORD}
    ).location == ("/facilities/new")


def test_who_is_signed_in_already_is_sent_on(client: FlaskClient) -> None:
    sign_in(client)
    assert client.get("/sign-in?next=/facilities").location == "/facilities"
    assert client.get("/sign-in?next=//evil.example").location == "/"


def test_nothing_of_the_session_before_is_carried_over(client: FlaskClient) -> None:
    with client.session_transaction() as before:
        before["planted"] = "by somebody else"
    client.get("/sign-in")
    with client.session_transaction() as before:
        token = before["csrf_token"]
    sign_in(client)
    with client.session_transaction() as after:
        assert "planted" not in after
        assert after.get("csrf_token") != token
        assert after["_user_id"]


def test_the_sixth_try_waits_even_with_the_right_password(page: PageClient) -> None:
    for _turn in range(FAILURES_ALLOWED):
        assert sign_in(page.client, password=NEW_PASSWORD).status_code == 401
    stopped = page.post_form(page.get("/sign-in"), {"username": "clerk", "password": PASSWORD}, status=429)
    assert 0 < int(stopped.response.headers["Retry-After"]) <= 15 * 60
    assert "Try again in 15 minutes" in stopped.text()
    assert stopped.form().values()["username"] == ["clerk"]
    assert not is_signed_in(page.client)


def test_a_success_gives_all_tries_back(client: FlaskClient) -> None:
    for _turn in range(3):
        for _failure in range(FAILURES_ALLOWED - 1):
            # from everywhere, so that only the account's own counter is watched
            sign_in(client, password=NEW_PASSWORD, address=f"198.51.100.{_turn * 5 + _failure}")
        assert sign_in(client.application.test_client()).status_code == 303


def test_a_forged_address_does_not_make_a_new_counter(client: FlaskClient) -> None:
    for number in range(FAILURES_ALLOWED):
        client.environ_base["HTTP_X_FORWARDED_FOR"] = f"198.51.100.{number}"
        assert sign_in(client, f"clerk{number}", NEW_PASSWORD).status_code == 401
    client.environ_base["HTTP_X_FORWARDED_FOR"] = "198.51.100.99"
    assert sign_in(client, "another", NEW_PASSWORD).status_code == 429


def test_sixty_tries_at_once_on_two_workers_see_five_passwords_compared(
    committing_app: Flask, clerk: Account
) -> None:
    workers = [committing_app, create_app(committing_app.extensions["settings"])]
    with committing_app.app_context():
        run_in_transaction(lambda session: add_account(session, clerk.username, password=PASSWORD))

    def one_try(number: int) -> int:
        return sign_in(workers[number % 2].test_client(), password=NEW_PASSWORD, address=HERE).status_code

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(one_try, range(60)))
    assert (answers.count(401), answers.count(429)) == (FAILURES_ALLOWED, 60 - FAILURES_ALLOWED)


def test_the_page_speaks_french(page: PageClient) -> None:
    document = page.get("/sign-in", headers={"Accept-Language": "fr"})
    assert document.root.get("lang") == "fr"
