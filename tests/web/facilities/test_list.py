"""The list: the map's equal as a table."""

import pytest
from shapely import Point
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from tests.factories import store_demo, store_facility
from tests.markup import text_of
from tests.pages import Page, PageClient
from tests.queries import at_most_queries


def names(page: Page) -> list[str]:
    return [text_of(head) for head in page.elements("th") if head.get("scope") == "row"]


def walk(client: PageClient, path: str, link: str) -> list[list[str]]:
    pages = []
    page = client.get(path)
    while True:
        pages.append(names(page))
        if link not in page.text():
            return pages
        page = client.get(page.link(link))


@pytest.mark.parametrize("sort", ["name", "-name", "category", "-updated", "updated"])
def test_pages_hold_every_facility_once_forwards_and_backwards(
    session: Session, page: PageClient, sort: str
) -> None:
    store_demo(session, 120)
    forwards = walk(page, f"/facilities?sort={sort}", "Next page")
    assert [len(rows) for rows in forwards] == [50, 50, 20]
    assert len({name for rows in forwards for name in rows}) == 120
    last = page.get(f"/facilities?sort={sort}")
    for _step in range(2):
        last = page.get(last.link("Next page"))
    assert walk(page, last.path, "Previous page") == forwards[::-1]


def test_names_are_sorted_without_regard_to_case_and_accents(session: Session, page: PageClient) -> None:
    for name in ("zebra", "Éclair", "apple", "Mango"):
        store_facility(session, name=name)
    assert names(page.get("/facilities")) == ["apple", "Éclair", "Mango", "zebra"]


@pytest.mark.parametrize("text", ["ostergotland", "ÖSTER", "nby öster", "hkjk", "100%25", "a_b"])
def test_search_disregards_case_accents_and_order(session: Session, page: PageClient, text: str) -> None:
    store_facility(session, name="Nby Östergötland 100% a_b", identifiers={"icao": "HKJK"})
    store_facility(session, name="Other 100 axb", location=Point(1, 2))
    assert names(page.get(f"/facilities?q={text}")) == ["Nby Östergötland 100% a_b"]


def test_filters_narrow_together_and_stay_in_the_links(session: Session, page: PageClient) -> None:
    store_demo(session, 420)
    shown = page.get("/facilities?category=heliport&status=operational&q=heliport&sort=-name")
    assert "60 facilities" in shown.text()
    following = page.get(shown.link("Next page"))
    assert len(names(following)) == 10
    assert all(name.startswith("Heliport") for name in names(following))
    assert "category=heliport" in following.link("This list as GeoJSON")


def test_a_box_across_the_antimeridian_finds_both_sides(session: Session, page: PageClient) -> None:
    for name, lon in (("Taveuni", 179.9), ("Vanua Balavu", -179.0), ("Nairobi", 36.8)):
        store_facility(session, name=name, location=Point(lon, -17.0))
    assert names(page.get("/facilities?bbox=177,-20,-178,-16")) == ["Taveuni", "Vanua Balavu"]


def test_nothing_found_says_what_to_do(session: Session, page: PageClient) -> None:
    store_facility(session)
    shown = page.get("/facilities?q=nowhere")
    assert "No facility matches" in shown.text()
    assert shown.link("Clear filters") == "/facilities"


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("sort=id;select pg_sleep(5)", "sort"),
        ("after=%21%21", "after"),
        ("after=WzEsMl0", "after"),
        ("bbox=1,2,3", "bbox"),
        ("bbox=NaN,0,1,1", "bbox"),
        ("status=haunted", "status"),
        ("category=a'b", "category"),
        ("q=a%01b", "q"),
    ],
)
def test_bad_parameters_are_named(page: PageClient, query: str, parameter: str) -> None:
    assert parameter in page.get(f"/facilities?{query}", status=400).text()


def test_few_queries_however_long_the_list(
    session: Session, page: PageClient, connection: Connection
) -> None:
    store_demo(session, 120)
    with at_most_queries(6, connection):
        page.get("/facilities")
