"""A registry with more facilities than one view shows: clusters stand for them."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.servers import serving
from tests.browser.steps import permalink, result_links, spot_of, tab_to, wait_for_map
from tests.databases import Databases
from tests.factories import store_demo
from webapp import create_app
from webapp.extensions import db

VIEWS = re.compile("/map.geojson")
CLUSTERS = re.compile("/map/clusters/")
# More than a view shows one by one.
MANY = 2100
ASK_FOR_CLUSTERS = """async (zoom) => {
  const answer = await fetch(`/map.geojson?bbox=-180,-90,180,90&zoom=${zoom}`);
  return (await answer.json()).features.filter((feature) => feature.properties.cluster);
}"""


@pytest.fixture(scope="module")
def live_server(databases: Databases) -> Iterator[str]:
    """The address of the product over a larger registry."""
    app = create_app(databases.settings(databases.copy("many")))
    with app.app_context():
        store_demo(db.session(), MANY)
        db.session.remove()
    with serving(app) as address:
        yield address
    with app.app_context():
        db.engine.dispose()


def middle_cluster(page: Page) -> dict[str, Any]:
    """Return the cluster in the middle of the world, where every window shows it."""
    clusters: list[dict[str, Any]] = page.evaluate(ASK_FOR_CLUSTERS, permalink(page)["zoom"][0])
    return min(clusters, key=lambda cluster: sum(map(abs, cluster["geometry"]["coordinates"])))


def test_a_crowded_view_shows_clusters_and_a_nearer_one_facilities(page: Page) -> None:
    page.goto("/")
    drawn = wait_for_map(page)
    expect(drawn).to_have_attribute("data-map-kind", "clusters")
    expect(result_links(page).first).to_be_visible()
    expect(
        page.get_by_text("nearest to the middle of the map. Zoom in, or open the table for all.")
    ).to_be_visible()
    for _step in range(2):
        with page.expect_response(VIEWS):
            page.get_by_role("button", name="Zoom in").click()
        wait_for_map(page)
    expect(drawn).to_have_attribute("data-map-kind", "facilities")


def test_pressing_a_cluster_goes_into_it(page: Page) -> None:
    page.goto("/")
    wait_for_map(page)
    before = permalink(page)["zoom"][0]
    cluster = middle_cluster(page)
    spot = spot_of(page, *cluster["geometry"]["coordinates"])
    with page.expect_response(VIEWS):
        page.mouse.click(spot.x, spot.y)
    wait_for_map(page)
    address = permalink(page)
    assert int(address["zoom"][0]) > int(before)
    west, south, east, north = cluster["properties"]["bbox"]
    assert west <= float(address["lon"][0]) <= east
    assert south <= float(address["lat"][0]) <= north


def test_the_list_of_a_crowded_view_opens_cards_too(page: Page) -> None:
    page.goto("/")
    wait_for_map(page)
    link = result_links(page).first
    code = link.get_attribute("data-code")
    link.click()
    expect(page.get_by_role("complementary", name="Selected facility")).to_contain_text(str(code))
    expect(page).to_have_url(re.compile(f"selected={code}"))


def test_clusters_are_opened_by_keys(page: Page) -> None:
    page.goto("/?zoom=3&lat=10&lon=20")
    drawn = wait_for_map(page)
    sign = page.get_by_role("status").filter(has_text="Enter")
    expect(sign).to_have_count(0)
    tab_to(page, "a[href='#map']")
    page.keyboard.press("Enter")
    expect(sign).to_have_text(re.compile(r"^\d+ facilities\. Enter goes there\.$"))
    with page.expect_response(VIEWS):
        page.keyboard.press("Enter")
    wait_for_map(page)
    assert int(permalink(page)["zoom"][0]) > 3
    expect(drawn).to_be_focused()
    page.keyboard.press("Tab")
    expect(sign).to_have_count(0)


def hold_cluster(page: Page) -> list[Route]:
    """Keep answers about clusters back: the routes to go on with."""
    held: list[Route] = []
    page.route(CLUSTERS, lambda route: held.append(route))  # noqa: PLW0108 - Playwright wants a function
    return held


def press_middle_cluster(page: Page) -> None:
    """Press the cluster in the middle of the world."""
    spot = spot_of(page, *middle_cluster(page)["geometry"]["coordinates"])
    with page.expect_request(CLUSTERS):
        page.mouse.click(spot.x, spot.y)


def test_waiting_for_a_cluster_is_seen(page: Page) -> None:
    page.goto("/")
    wait_for_map(page)
    held = hold_cluster(page)
    progress = page.locator(".map-progress")
    expect(progress).to_have_css("opacity", "0")
    press_middle_cluster(page)
    expect(progress).to_have_css("opacity", "1")
    before = page.url
    held[0].continue_()
    expect(page).not_to_have_url(before)
    wait_for_map(page)
    expect(progress).to_have_css("opacity", "0")


def pan(page: Page) -> None:
    """Move the map by its keys."""
    page.locator("[data-map]").focus()
    page.keyboard.press("ArrowRight")


def narrow(page: Page) -> None:
    """Choose a category."""
    page.get_by_role("checkbox", name="Balloonport").check()


@pytest.mark.parametrize("go_on", [pan, narrow])
def test_a_cluster_that_would_be_answered_late_is_given_up(page: Page, go_on: Callable[[Page], None]) -> None:
    page.goto("/?zoom=3&lat=10&lon=20")
    wait_for_map(page)
    hold_cluster(page)
    press_middle_cluster(page)
    with page.expect_event("requestfailed", lambda request: bool(CLUSTERS.search(request.url))):
        go_on(page)
    expect(page.locator(".map-progress")).to_have_css("opacity", "0")
