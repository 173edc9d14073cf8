"""A link to the map may ask for everything at once, and every later address still asks for it."""

import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import permalink, search_field, wait_for_map

VIEWS = re.compile("/map.geojson")
ASKED = {
    "q": ["heliport"],
    "category": ["heliport", "gone_category"],
    "status": ["operational", "planned"],
    "country": ["KE", "ZZ"],
    "precision": ["exact", "approximate"],
    "updated_since": ["2020-01-31T15:04:05Z"],
}
AREAS = {
    "near": ["36.8,-1.3,9000000"],
    "nearest": ["36.8,-1.3,500"],
    "within": ["-60,-50;120,-50;120,50;-60,50"],
}
VIEW = {"zoom", "lat", "lon", "bbox"}


def chips(page: Page) -> list[str]:
    """Return the filters that are shown as chips."""
    return page.get_by_role("list", name="Active filters").get_by_role("listitem").all_inner_texts()


def filters_of(parameters: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return what an address asks for, its view left out."""
    return {name: sorted(values) for name, values in parameters.items() if name not in VIEW}


@pytest.mark.parametrize("area", AREAS)
def test_every_filter_of_a_link_stays(page: Page, area: str) -> None:
    asked = {**ASKED, area: AREAS[area]}
    wanted = filters_of(asked)
    page.goto("/?" + urlencode({**asked, "zoom": 3, "lat": 0, "lon": 20}, doseq=True))
    wait_for_map(page)
    assert filters_of(permalink(page)) == wanted
    page.locator("[data-map]").focus()
    with page.expect_request(VIEWS) as view:
        page.get_by_role("button", name="Zoom out").click()
    wait_for_map(page)
    assert filters_of(parse_qs(urlsplit(view.value.url).query)) == wanted
    assert filters_of(permalink(page)) == wanted
    table = page.locator("[data-table-link]").get_attribute("href") or ""
    assert filters_of(parse_qs(urlsplit(table).query)) == wanted
    page.reload()
    wait_for_map(page)
    assert filters_of(permalink(page)) == wanted
    assert "gone_category" in chips(page)
    assert "Updated since Jan 31, 2020, 3:04 PM UTC" in chips(page)
    for name in ("gone_category", "ZZ", "Approximate"):
        page.get_by_role("button", name=re.compile(f"Remove the filter: .*{name}")).click()
    wait_for_map(page)
    left = {**wanted, "category": ["heliport"], "country": ["KE"], "precision": ["exact"]}
    assert filters_of(permalink(page)) == left


def test_what_was_typed_stays_typed_where_it_was_misspelt(page: Page) -> None:
    page.goto("/?q=helyport")
    wait_for_map(page)
    note = page.get_by_text("Showing results for heliport")
    expect(note).to_be_visible()
    expect(search_field(page)).to_have_value("helyport")
    with page.expect_response(VIEWS):
        page.get_by_role("checkbox", name="Heliport").check()
    wait_for_map(page)
    assert permalink(page)["q"] == ["helyport"]
    expect(note).to_be_visible()
