"""What every answer carries, and which requests get none."""

import pytest
from flask import url_for
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.databases import Databases
from tests.pages import PageClient
from webapp import create_app
from webapp.security import content_security_policy


@pytest.mark.parametrize("path", ["/", "/facilities", "/facilities.geojson", "/healthz", "/nothing-here"])
def test_every_answer_is_hardened(session: Session, client: FlaskClient, path: str) -> None:
    del session
    headers = client.get(path).headers
    assert headers["Content-Security-Policy"].startswith(
        "default-src 'none'; script-src 'self'; style-src 'self';"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert ("Cookie" in headers["Vary"]) == (path != "/facilities.geojson")


def test_pages_of_signed_in_people_are_never_stored(clerk_page: PageClient) -> None:
    assert clerk_page.client.get("/").headers["Cache-Control"] == "no-store, private"


def test_static_files_are_kept_for_a_year_under_an_address_of_their_content(
    session: Session, client: FlaskClient, page: PageClient
) -> None:
    del session
    [script] = [
        element.get("src", "")
        for element in page.get("/").elements("script")
        if "theme.js" in element.get("src", "")
    ]
    with client.get(script) as answer:
        assert answer.status_code == 200
        assert "max-age=31536000" in answer.headers["Cache-Control"]
    assert client.get("/static/0000000000000000/js/lib/theme.js").status_code == 404


def test_static_files_come_compressed_with_their_length_and_are_asked_for_once(client: FlaskClient) -> None:
    script = url_of_static(client, "js/lib/dom.js")
    with client.get(script, headers={"Accept-Encoding": "zstd, br, gzip"}) as answer:
        assert answer.headers["Content-Encoding"] == "zstd"
        assert int(answer.headers["Content-Length"]) == len(answer.data)
        etag = answer.headers["ETag"]
    known = {"Accept-Encoding": "zstd, br, gzip", "If-None-Match": etag}
    with client.get(script, headers=known) as again:
        assert (again.status_code, again.data) == (304, b"")


def url_of_static(client: FlaskClient, name: str) -> str:
    with client.application.test_request_context():
        return url_for("static", filename=name)


def test_the_tile_server_and_no_other_host_may_send_pictures(databases: Databases) -> None:
    settings = databases.settings("unused", tiles_url="https://tiles.example.org/{z}/{x}/{y}.png")
    assert "img-src 'self' data: https://tiles.example.org;" in content_security_policy(settings)


def test_unknown_hosts_are_refused_where_hosts_are_named(databases: Databases) -> None:
    name = databases.copy()
    app = create_app(databases.settings(name, trusted_hosts=("atlas.example.org",)))
    client = app.test_client()
    assert client.get("/healthz", headers={"Host": "evil.example.org"}).status_code == 400
    assert client.get("/healthz", headers={"Host": "atlas.example.org"}).status_code == 200


def test_https_sites_get_secure_cookies_and_hsts(databases: Databases) -> None:
    app = create_app(databases.settings(databases.copy(), secure_cookies=True))
    answer = app.test_client().get("/sign-in", base_url="https://atlas.example.org")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_a_body_over_the_limit_is_413(clerk_page: PageClient) -> None:
    answer = clerk_page.client.post("/facilities/new", data={"name": "x" * (3 * 1024 * 1024)})
    assert answer.status_code == 413
