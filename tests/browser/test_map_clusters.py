"""A registry with more facilities than one view shows: clusters stand for them."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.servers import serving
from tests.browser.steps import permalink, result_links, spot_of, wait_for_map
from tests.databases import Databases
from tests.factories import store_demo
from webapp import create_app
from webapp.extensions import db

VIEWS = re.compile("/map.geojson")
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
