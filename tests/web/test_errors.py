"""Errors are told in words that help, and never tell what is inside."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from tests.databases import Databases
from tests.pages import PageClient
from webapp import create_app
from webapp.extensions import db
from webapp.map import views

HIDDEN = ("Traceback", "SELECT", "psycopg2", "/webapp/", "secret")


@pytest.fixture
def quiet_app(committing_app: Flask) -> Flask:
    """An application that answers errors as in production instead of raising them into the test."""
    committing_app.testing = False
    return committing_app


def break_map(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_arguments: object) -> None:
        raise error

    monkeypatch.setattr(views, "view_of", fail)


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_an_unexpected_error_shows_a_reference_alone(
    quiet_app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, accept: str
) -> None:
    break_map(monkeypatch, RuntimeError("secret /webapp/ SELECT"))
    answer = quiet_app.test_client().get("/", headers={"Accept": accept})
    body = answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert not any(word in body for word in HIDDEN)
    [record] = [record for record in caplog.records if record.levelname == "ERROR"]
    reference = record.getMessage().split()[-1]
    assert reference in body
    assert record.exc_info is not None


@pytest.mark.parametrize(
    "error", [OperationalError("SELECT secret", {}, Exception("gone")), PoolTimeoutError("QueuePool limit")]
)
def test_a_database_that_does_not_answer_is_a_503_to_try_again(
    quiet_app: Flask, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    break_map(monkeypatch, error)
    answer = PageClient(quiet_app.test_client()).get("/", status=503)
    assert answer.response.headers["Retry-After"] == "5"
    assert "Nothing was lost" in answer.text()


def test_an_unreachable_database_is_a_503_page_even_for_the_header(databases: Databases) -> None:
    settings = databases.settings("there_is_no_such_database")
    client = create_app(settings).test_client()
    assert client.get("/facilities").status_code == 503
    assert client.get("/facilities.geojson").mimetype == "application/problem+json"
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200


def test_a_statement_that_takes_too_long_is_a_503(quiet_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_arguments: object) -> None:
        db.session.execute(text("SET LOCAL statement_timeout = 20"))
        db.session.execute(text("SELECT pg_sleep(5)"))

    monkeypatch.setattr(views, "view_of", slow)
    assert quiet_app.test_client().get("/").status_code == 503


def test_pages_speak_the_readers_language(client: FlaskClient) -> None:
    french = client.get("/nothing-here", headers={"Accept-Language": "fr"}).get_data(as_text=True)
    assert '<html lang="fr"' in french
    assert "Page introuvable" in french
    chosen = client.get("/nothing-here?lang=en", headers={"Accept-Language": "fr"})
    assert '<html lang="en"' in chosen.get_data(as_text=True)
    assert "language=en" in chosen.headers["Set-Cookie"]
