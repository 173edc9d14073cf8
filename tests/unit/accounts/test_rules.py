import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp.accounts.rules import (
    UndeclaredRuleError,
    enforce,
    public,
    signed_in_only,
    signed_in_or_keep_typed,
)
from webapp.accounts.sessions import init_accounts

METHODS = ("GET", "POST")


def make_app() -> Flask:
    app = Flask(__name__)
    app.secret_key = "a secret of tests, long enough to be accepted"
    init_accounts(app)
    app.add_url_rule("/sign-in", "accounts.sign_in", public(lambda: "sign in"), methods=METHODS)
    app.add_url_rule("/editor", "editor", signed_in_or_keep_typed(lambda: "kept"), methods=METHODS)
    app.add_url_rule("/members", "members", signed_in_only(lambda: "secret"), methods=METHODS)
    return app


@pytest.fixture
def reader() -> FlaskClient:
    app = make_app()
    enforce(app)
    return app.test_client()


def test_an_application_with_an_undeclared_view_does_not_start() -> None:
    app = make_app()
    app.add_url_rule("/forgotten", "forgotten", lambda: "leak")
    with pytest.raises(UndeclaredRuleError, match="forgotten") as refused:
        enforce(app)
    assert refused.value.endpoints == ["forgotten"]


def test_a_view_that_comes_later_without_a_rule_is_refused() -> None:
    app = make_app()
    enforce(app)
    app.add_url_rule("/forgotten", "forgotten", lambda: "leak")
    assert app.test_client().get("/forgotten").status_code == 403


def test_readers_reach_public_views_and_static_files(reader: FlaskClient) -> None:
    assert reader.get("/sign-in").status_code == 200
    assert reader.get("/static/missing.css").status_code == 404


def test_readers_are_sent_to_sign_in_and_back(reader: FlaskClient) -> None:
    response = reader.get("/members?tab=2")
    assert response.status_code == 303
    assert response.location == "/sign-in?next=/members?tab%3D2"


def test_readers_who_write_are_refused(reader: FlaskClient) -> None:
    assert reader.post("/members").status_code == 401


def test_what_readers_typed_reaches_the_view_that_keeps_it(reader: FlaskClient) -> None:
    assert reader.post("/editor").text == "kept"
    assert reader.get("/editor").status_code == 303


def test_a_page_that_does_not_exist_is_not_found(reader: FlaskClient) -> None:
    assert reader.get("/nothing").status_code == 404
    assert reader.delete("/members").status_code == 405
