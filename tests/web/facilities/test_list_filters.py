"""The filters on the page: the same set in the list, on the map and in GeoJSON, each taken away by a link."""

from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from shapely import Point
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from tests.factories import store_demo, store_facility
from tests.markup import text_of
from tests.pages import Page, PageClient
from tests.queries import recorded_queries
from webapp.facilities import finding, pages, queries, samples

FILTERS = [
    "q=heliport",
    "category=heliport&category=closed",
    "status=closed",
    "country=NA",
    "precision=area_centroid&precision=approximate",
    "updated_since=2020-01-01",
    "near=10,10,3000000",
    "near=180,10,2500000&category=heliport",
    "nearest=179,10,25",
    "nearest=0,0,40&country=KE",
    "within=150,-40;-150,-40;-150,40;150,40",
    "bbox=150,-40,-150,40&precision=exact",
]

WORLD = "&bbox=-180,-90,180,90"


@pytest.fixture
def demo(session: Session) -> Session:
    """Three hundred facilities, some of them closed or roughly placed."""
    store_demo(session, 300)
    session.execute(text("UPDATE facilities SET status = 'closed' WHERE id % 5 = 0"))
    session.execute(text("UPDATE facilities SET location_precision = 'approximate' WHERE id % 4 = 0"))
    session.execute(text("UPDATE facilities SET location_precision = 'area_centroid' WHERE id % 9 = 0"))
    session.commit()
    return session


def codes(page: Page) -> list[str]:
    return [text_of(code) for code in page.elements("code")]


def walk(client: PageClient, path: str) -> list[str]:
    page = client.get(path)
    found = codes(page)
    while "Next page" in page.text():
        page = client.get(page.link("Next page"))
        found += codes(page)
    return found


@pytest.mark.parametrize("query", FILTERS)
def test_list_geojson_and_map_show_the_same_set_and_count(
    demo: Session, page: PageClient, client: FlaskClient, query: str
) -> None:
    del demo
    listed = walk(page, f"/facilities?{query}")
    answered = client.get(f"/facilities.geojson?{query}").get_json()["features"]
    # a view shows whole cells: its own box gives the very set that it shows
    view = client.get(f"/map.geojson?{query if 'bbox' in query else query + WORLD}&zoom=18").get_json()
    if "bbox" in query:
        shown = ",".join(map(repr, view["bbox"]))
        listed = walk(page, f"/facilities?bbox={shown}&precision=exact")
        answered = client.get(f"/facilities.geojson?bbox={shown}&precision=exact").get_json()["features"]
    assert 0 < len(listed) < 300 or "updated_since" in query
    assert len(listed) == len(set(listed))
    assert sorted(listed) == sorted(feature["id"] for feature in answered)
    assert sorted(listed) == sorted(feature["id"] for feature in view["features"])
    assert view["total"] == len(listed)
    if "bbox" not in query:
        assert f"{len(listed)} facilities" in page.get(f"/facilities?{query}").text()


@pytest.mark.parametrize("sort", ["name", "-name", "category", "-updated", "updated"])
@pytest.mark.parametrize("query", FILTERS)
def test_walking_an_index_leads_to_the_same_pages_as_sorting(
    demo: Session, page: PageClient, monkeypatch: pytest.MonkeyPatch, query: str, sort: str
) -> None:
    """Where there are too many to sort: few steps at a time, then the way round them."""
    del demo
    sorted_pages = walk(page, f"/facilities?{query}&sort={sort}")
    monkeypatch.setattr(pages, "SORTED_AT_MOST", 0)
    monkeypatch.setattr(pages, "STEPS", 120)
    assert walk(page, f"/facilities?{query}&sort={sort}") == sorted_pages


def test_more_than_are_counted_is_said_so(
    demo: Session, page: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    del demo
    monkeypatch.setattr(finding, "FOUND_AT_MOST", 20)
    monkeypatch.setattr(queries, "FOUND_AT_MOST", 20)
    monkeypatch.setattr(samples, "FEWEST_TO_SAMPLE", 1)
    assert "More than 20 facilities" in page.get("/facilities?q=heliport").text()
    assert "300 facilities" in page.get("/facilities").text()


def test_every_filter_is_a_chip_that_takes_it_away(demo: Session, page: PageClient) -> None:
    del demo
    query = (
        "q=port&category=heliport&category=closed&status=closed&country=NA&precision=exact&updated_since=2020-01-01"
        "&near=10,10,9000000&nearest=0,0,400&within=-80,-60;80,-60;80,60;-80,60&bbox=-90,-60,90,60&sort=-name"
    )
    shown = page.get(f"/facilities?{query}")
    asked = parse_qs(query)
    chips = [link for link in shown.elements("a") if link.get("data-filter")]
    assert len(chips) == 11
    for chip in chips:
        left = parse_qs(urlsplit(chip.get("href", "")).query)
        name = chip.get("data-filter", "")
        assert len(left.pop(name, [])) == len(asked[name]) - 1
        assert left == {key: values for key, values in asked.items() if key != name}
        assert (chip.get("aria-label") or "").startswith("Remove filter: ")
    assert {"“port”", "Heliport", "Closed", "Namibia", "Position: Exact", "Changed since Jan 1, 2020"} <= {
        text_of(chip).strip() for chip in chips
    }
    everything = {key: values for key, values in asked.items() if key != "sort"}
    for label in ("Show on the map", "This list as GeoJSON"):
        if label in shown.text():
            assert parse_qs(urlsplit(shown.link(label)).query) == everything


def test_the_form_keeps_what_it_does_not_show(demo: Session, page: PageClient) -> None:
    del demo
    query = "near=10,10,9000000&within=-80,-60;80,-60;80,60;-80,60&bbox=-90,-60,90,60&country=NA&country=KE"
    shown = page.get(f"/facilities?{query}&category=heliport")
    sent = page.send_query(shown, {"q": "heliport"}, form="list-filter")
    assert walk(page, sent.path) == walk(page, f"/facilities?{query}&category=heliport&q=heliport")
    assert codes(sent)


def test_an_empty_list_offers_the_way_back(session: Session, page: PageClient) -> None:
    store_facility(session, location=Point(10, 10))
    shown = page.get("/facilities?near=-100,0,1000")
    assert "No facility matches" in shown.text()
    assert shown.link("Clear filters") == "/facilities"


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("precision=guess", "precision"),
        ("updated_since=tomorrow", "updated_since"),
        ("near=1,2,NaN", "near"),
        ("near=1,2,1e9", "near"),
        ("nearest=1,2,1001", "nearest"),
        ("within=0,0;1,1;1,0;0,1", "within"),
        ("within=" + ";".join(f"{n / 100},{n % 9}" for n in range(5000)), "within"),
        ("bbox=Infinity,0,1,1", "bbox"),
    ],
    ids=lambda value: value[:30],
)
@pytest.mark.parametrize("path", ["/facilities", "/facilities.geojson", "/map.geojson"])
def test_bad_values_name_their_parameter_before_any_table_is_asked(
    client: FlaskClient, connection: Connection, path: str, query: str, parameter: str
) -> None:
    box = "" if parameter == "bbox" else "bbox=0,0,1,1&"
    with recorded_queries(connection) as log:
        answer = client.get(f"{path}?{box}{query}")
    assert all("pg_current_snapshot" in statement for statement in log.statements)
    assert answer.status_code == 400
    assert parameter in answer.text if path == "/facilities" else answer.get_json()["parameter"] == parameter
