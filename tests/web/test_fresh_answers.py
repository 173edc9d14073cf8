"""Answers about the data: a tag that changes with every commit, 304 before it does, and compression."""

import gzip
from collections.abc import Callable
from threading import Barrier, Thread

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.databases import Databases
from tests.factories import store_category, store_demo, store_facility
from webapp import create_app
from webapp.data_version import DataVersion
from webapp.extensions import db
from webapp.fresh_answers import AnswerCache, Kept

WORLD = "/map.geojson?bbox=-180,-90,180,90&zoom=2"
DATA = (
    WORLD,
    "/facilities.geojson?limit=5",
    "/tiles/0/0/0.mvt",
    "/tiles.json",
)


@pytest.fixture
def readers(committing_app: Flask) -> FlaskClient:
    """A client of an application whose commits are real."""
    return committing_app.test_client()


@pytest.fixture
def committed(committing_app: Flask) -> Session:
    """The demo, and a session that stores more."""
    with committing_app.app_context():
        store_demo(db.session(), 70)
        db.session.remove()
    return Session(_engine(committing_app))


def _engine(app: Flask):  # type: ignore[no-untyped-def]  # noqa: ANN202
    with app.app_context():
        return db.engine


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("address", DATA)
def test_a_second_look_costs_no_body_and_no_table(
    readers: FlaskClient, committing_app: Flask, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = readers.get(address)
    assert first.status_code == 200
    assert not first.headers["ETag"].startswith("W/")
    monkeypatch.setattr(committing_app, "full_dispatch_request", _nobody_calls_flask)
    again = readers.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    for name in ("Cache-Control", "Vary"):
        assert again.headers[name] == first.headers[name]


def _nobody_calls_flask() -> None:
    raise AssertionError("a 304 is answered in front of Flask")


@pytest.mark.parametrize("address", DATA)
def test_every_commit_ends_it(
    readers: FlaskClient, committed: Session, committing_app: Flask, address: str
) -> None:
    first = readers.get(address)
    store_facility(committed, name="New")
    _let_the_version_age(committing_app)
    again = readers.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
    assert again.headers["ETag"] != first.headers["ETag"]


def _let_the_version_age(app: Flask) -> None:
    app.extensions["data_version"].forget()


def test_a_kept_answer_is_the_same_until_something_is_stored(
    readers: FlaskClient, committed: Session, committing_app: Flask
) -> None:
    assert readers.get(WORLD).data == readers.get(WORLD).data
    store_facility(committed, name="New")
    _let_the_version_age(committing_app)
    assert readers.get(WORLD).get_json()["total"] == 71


def test_whoever_writes_here_sees_it_here_at_once(committing_app: Flask, readers: FlaskClient) -> None:
    before = readers.get(WORLD).headers["ETag"]
    with committing_app.app_context():
        store_category(db.session(), "depot")
    assert readers.get(WORLD, headers={"If-None-Match": before}).status_code == 200


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("etag", ['"made-up"', 'W/"x"', "nonsense", '""'])
def test_another_tag_gets_the_whole_answer(readers: FlaskClient, etag: str) -> None:
    assert readers.get(WORLD, headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.usefixtures("committed")
def test_one_of_several_tags_will_do_and_any_will_not(readers: FlaskClient) -> None:
    etag = readers.get(WORLD).headers["ETag"]
    assert readers.get(WORLD, headers={"If-None-Match": f'"old", {etag}'}).status_code == 304
    assert readers.post(WORLD, headers={"If-None-Match": etag}).status_code == 405


@pytest.mark.usefixtures("committed")
def test_pages_are_never_answered_by_a_tag(readers: FlaskClient) -> None:
    etag = readers.get(WORLD).headers["ETag"]
    assert readers.get("/", headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.usefixtures("committed")
def test_caches_may_keep_data_and_not_pages(readers: FlaskClient) -> None:
    data, page = readers.get(WORLD), readers.get("/")
    assert "public" in data.headers["Cache-Control"]
    assert data.headers["Vary"] == "Accept-Encoding"
    assert "Set-Cookie" not in readers.get(f"{WORLD}&lang=fr").headers
    assert "private" in page.headers["Cache-Control"]
    assert {"Cookie", "Accept-Encoding"} <= set(page.headers["Vary"].split(", "))


def test_other_sites_read_nothing_unless_the_operator_says_so(readers: FlaskClient) -> None:
    answer = readers.get(WORLD, headers={"Origin": "https://maps.example.org"})
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("shared_with", "allowed"),
    [
        (("https://maps.example.org",), "https://maps.example.org"),
        (("*",), "*"),
        (("https://other.example.org",), None),
    ],
)
@pytest.mark.usefixtures("settings")
def test_sites_that_the_registry_is_shared_with(
    databases: Databases, shared_with: tuple[str, ...], allowed: str | None
) -> None:
    app = create_app(databases.settings("cases", shared_with=shared_with))
    readers = app.test_client()
    origin = {"Origin": "https://maps.example.org"}
    first = readers.get(WORLD, headers=origin)
    again = readers.get(WORLD, headers=origin | {"If-None-Match": first.headers["ETag"]})
    for answer in (first, again):
        assert answer.headers.get("Access-Control-Allow-Origin") == allowed
        assert "Origin" in answer.headers["Vary"]
    assert (first.status_code, again.status_code) == (200, 304)
    with app.app_context():
        db.engine.dispose()
    assert "Access-Control-Allow-Origin" not in readers.get("/sign-in", headers=origin).headers


UNPACK: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.decompress, "br": brotli.decompress}


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("coding", ["zstd", "br", "gzip"])
def test_answers_are_compressed_as_the_browser_likes(readers: FlaskClient, coding: str) -> None:
    plain = readers.get(WORLD)
    packed = readers.get(WORLD, headers={"Accept-Encoding": coding})
    assert packed.headers["Content-Encoding"] == coding
    assert len(packed.data) < len(plain.data) / 3
    if coding in UNPACK:
        assert UNPACK[coding](packed.data) == plain.data
    assert packed.headers["ETag"] != plain.headers["ETag"]
    asked = {"If-None-Match": packed.headers["ETag"], "Accept-Encoding": coding}
    assert readers.get(WORLD, headers=asked).status_code == 304
    assert readers.get("/", headers={"Accept-Encoding": coding}).headers["Content-Encoding"] == coding


def test_an_unreachable_database_is_no_reason_to_say_that_nothing_changed(
    readers: FlaskClient, committed: Session, committing_app: Flask
) -> None:
    etag = readers.get(WORLD).headers["ETag"]
    committed.close()
    version: DataVersion = committing_app.extensions["data_version"]
    version.forget()
    engine = _engine(committing_app)
    engine.dispose()
    name = engine.url.database
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(
            text(f'ALTER DATABASE "{name}" CONNECTION LIMIT 0')
        )
    engine.dispose()
    answer = readers.get(WORLD, headers={"If-None-Match": etag})
    assert answer.status_code == 503


class TestDataVersion:
    """The version itself."""

    @pytest.fixture
    def version(self, committing_app: Flask) -> DataVersion:
        return DataVersion(lambda: _engine(committing_app), clock=iter(range(1000)).__next__)

    def test_nothing_happened(self, version: DataVersion) -> None:
        assert version.current() == version.current()

    def test_a_transaction_counts_when_it_commits_and_not_before(
        self, version: DataVersion, committed: Session
    ) -> None:
        before = version.current()
        committed.execute(text("UPDATE facilities SET name = name || '!'"))
        assert version.current() == before
        committed.commit()
        assert version.current() != before

    def test_one_that_began_before_another_counts_too(
        self, version: DataVersion, committing_app: Flask, committed: Session
    ) -> None:
        committed.execute(text("UPDATE facilities SET name = name || '!' WHERE id % 2 = 0"))
        with Session(_engine(committing_app)) as quick:
            quick.execute(text("UPDATE facilities SET name = name || '?' WHERE id % 2 = 1"))
            quick.commit()
        between = version.current()
        committed.commit()
        assert version.current() != between

    def test_it_is_believed_for_a_moment_only(self, committing_app: Flask) -> None:
        now = [0.0]
        reads: list[float] = []

        def engine():  # type: ignore[no-untyped-def]  # noqa: ANN202
            reads.append(now[0])
            return _engine(committing_app)

        version = DataVersion(engine, clock=lambda: now[0])
        for moment in (0.0, 0.049, 0.051, 0.09, 0.2):
            now[0] = moment
            version.current()
        assert reads == [0.0, 0.051, 0.2]

    def test_many_threads_share_one_reading(self, committing_app: Flask) -> None:
        reads: list[int] = []
        engine = _engine(committing_app)

        def count():  # type: ignore[no-untyped-def]  # noqa: ANN202
            reads.append(1)
            return engine

        version, start = DataVersion(count, clock=lambda: 0.0), Barrier(8)
        threads = [Thread(target=lambda: (start.wait(), version.current())) for _thread in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(reads) == 1


def test_the_cache_forgets_what_was_unused_for_longest() -> None:
    cache = AnswerCache(10_000)
    for name in "abcde":
        cache.put(name, Kept("", b"x" * 1_900, ""))
        cache.get("a")
    assert [cache.get(name) is not None for name in "abcde"] == [True, False, True, True, True]


def test_a_newer_answer_takes_the_place_of_an_older_one() -> None:
    cache = AnswerCache(10_000)
    cache.put("other", Kept("", b"x" * 1_900, ""))
    for number in range(50):
        cache.put("a", Kept(str(number), b"x" * 1_900, ""))
    assert cache.get("a") == Kept("49", b"x" * 1_900, "")
    assert cache.get("other") is not None


def test_the_cache_lets_nothing_large_drive_all_else_out() -> None:
    cache = AnswerCache(10_000)
    cache.put("a", Kept("", b"x" * 1_000, ""))
    cache.put("b", Kept("", b"x" * 5_000, ""))
    assert cache.get("a") is not None
    assert cache.get("b") is None


def test_even_empty_answers_and_long_addresses_fill_the_cache() -> None:
    cache = AnswerCache(100_000)
    for number in range(1_000):
        cache.put(f"{number}" + "x" * 4_000, Kept("", b"", ""))
    assert sum(cache.get(f"{number}" + "x" * 4_000) is not None for number in range(1_000)) < 25
    nothing = AnswerCache(0)
    nothing.put("a", Kept("", b"", ""))
    assert nothing.get("a") is None
