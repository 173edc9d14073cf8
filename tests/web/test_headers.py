"""What every answer carries, and which requests get none."""

import brotli
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


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("zstd, br, gzip", "br"), ("br;q=0, zstd", "zstd"), ("gzip", "gzip"), ("", None)],
)
def test_static_files_come_compressed_with_their_length_and_are_asked_for_once(
    client: FlaskClient, accepted: str, coding: str | None
) -> None:
    script = url_of_static(client, "js/lib/dom.js")
    with client.get(script, headers={"Accept-Encoding": accepted}) as answer:
        assert answer.headers.get("Content-Encoding") == coding
        assert int(answer.headers["Content-Length"]) == len(answer.data)
        etag = answer.headers["ETag"]
    with client.get(script, headers={"Accept-Encoding": accepted, "If-None-Match": etag}) as again:
        assert (again.status_code, again.data) == (304, b"")


def test_what_is_packed_once_is_what_the_file_holds(client: FlaskClient) -> None:
    script = url_of_static(client, "vendor/leaflet-1.9.4/leaflet.js")
    with client.get(script) as plain, client.get(script, headers={"Accept-Encoding": "br"}) as packed:
        assert brotli.decompress(packed.data) == plain.data
        assert packed.headers["ETag"] != plain.headers["ETag"]
        assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "name",
    [
        "js/lib/dom.js",
        "css/tokens.css",
        "vendor/world-atlas-2.0.2/countries-110m.json",
    ],
)
def test_scripts_styles_and_data_carry_no_more_than_they_need(client: FlaskClient, name: str) -> None:
    with client.get(url_of_static(client, name)) as answer:
        assert set(answer.headers.keys()) == {
            *("Date", "Content-Type", "Content-Length", "Cache-Control", "ETag", "Vary"),
            *("X-Content-Type-Options", "Cross-Origin-Resource-Policy"),
        }
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("name", "status"), [("icons/logo.svg", 200), ("vendor/leaflet-1.9.4/LICENSE", 200), ("js/none.js", 404)]
)
def test_whatever_a_browser_may_open_as_a_page_is_hardened_as_one(
    client: FlaskClient, name: str, status: int
) -> None:
    with client.get(url_of_static(client, name)) as answer:
        assert answer.status_code == status
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none';")
        assert answer.headers["X-Frame-Options"] == "DENY"


def test_the_page_about_a_missing_file_is_kept_by_nobody(clerk_page: PageClient) -> None:
    answer = clerk_page.client.get(url_of_static(clerk_page.client, "js/none.js"))
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert "Cookie" in answer.headers["Vary"]


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
