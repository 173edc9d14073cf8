"""The street map where its tiles arrive, the built-in one by itself where they do not."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import TILES_HOST
from tests.browser.steps import axe_violations, result_links, wait_for_map
from tests.browser.watch import Watch

UNREACHABLE = "The street map cannot be reached. The built-in map is shown instead."
# The built-in map draws its tiles on canvas; the street map's tiles are pictures.
BUILT_IN = ".leaflet-tile-pane canvas"
STREETS = ".leaflet-tile-pane img"


class TestWithTileServer:
    """A tile server is set."""

    @pytest.fixture
    def live_server(self, live_server_with_tiles: str) -> str:
        """The address of the product with a tile server."""
        return live_server_with_tiles

    def test_the_street_map_is_shown_and_credited(self, page: Page, watch: Watch) -> None:
        watch.stub_host(TILES_HOST)
        page.goto("/")
        wait_for_map(page)
        expect(page.locator(STREETS).first).to_be_visible()
        expect(page.locator(BUILT_IN)).to_have_count(0)
        expect(page.get_by_text("© Example Tiles")).to_be_visible()
        assert all(url.startswith(f"https://{TILES_HOST}/") for url in watch.asked_elsewhere)
        assert watch.asked_elsewhere

    def test_the_reader_can_choose_the_built_in_map(self, page: Page, watch: Watch) -> None:
        watch.stub_host(TILES_HOST)
        page.goto("/")
        wait_for_map(page)
        page.get_by_role("button", name="Layers").press("Enter")
        page.get_by_role("radio", name="Built-in map").press("Space")
        expect(page.locator(BUILT_IN).first).to_be_visible()
        expect(page.locator(STREETS)).to_have_count(0)
        page.get_by_role("radio", name="Street map").press("Space")
        expect(page.locator(STREETS).first).to_be_visible()

    def test_axe_finds_nothing_wrong_with_the_choice(self, page: Page, watch: Watch) -> None:
        watch.stub_host(TILES_HOST)
        page.goto("/")
        wait_for_map(page)
        assert axe_violations(page) == []
        page.get_by_role("button", name="Layers").press("Enter")
        expect(page.get_by_role("radio", name="Street map")).to_be_visible()
        assert axe_violations(page) == []

    def test_the_built_in_map_takes_over_by_itself(self, page: Page, watch: Watch) -> None:
        watch.cut_off_host(TILES_HOST)
        page.goto("/")
        wait_for_map(page)
        expect(page.get_by_role("status").filter(has_text=UNREACHABLE)).to_be_visible()
        expect(page.locator(BUILT_IN).first).to_be_visible()
        expect(result_links(page).first).to_be_visible()

    def test_a_record_has_a_map_without_tiles_too(self, page: Page, watch: Watch) -> None:
        watch.cut_off_host(TILES_HOST)
        page.goto("/facilities")
        page.get_by_role("table").get_by_role("link").first.click()
        wait_for_map(page)
        expect(page.locator(BUILT_IN).first).to_be_visible()


def test_without_a_tile_server_nobody_else_is_asked(page: Page, watch: Watch) -> None:
    page.goto("/")
    wait_for_map(page)
    expect(page.locator(BUILT_IN).first).to_be_visible()
    expect(page.get_by_role("button", name="Layers")).to_have_count(0)
    page.get_by_role("button", name="Zoom in").click()
    wait_for_map(page)
    page.goto("/facilities")
    page.get_by_role("table").get_by_role("link").first.click()
    wait_for_map(page)
    expect(page.locator(BUILT_IN).first).to_be_visible()
    assert watch.asked_elsewhere == []
