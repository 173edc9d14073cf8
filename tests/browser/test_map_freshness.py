"""Whoever saved something and comes back to the map sees it there."""

from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.steps import add_facility, card, rename_facility, result_links, wait_for_map

LON, LAT = 55.5, -63.75
NEAR = f"/?zoom=9&lat={LAT}&lon={LON}"
# How the page asks for its views: a kept answer is only good while the server says so.
NOTE_CACHING = """
const ask = window.fetch;
window.caching = [];
window.fetch = (url, options) => {
  if (/geojson|search/.test(String(url))) window.caching.push(options.cache);
  return ask(url, options);
};
"""


def test_views_are_asked_for_past_what_the_browser_keeps(page: Page) -> None:
    page.add_init_script(NOTE_CACHING)
    page.goto("/")
    wait_for_map(page)
    page.get_by_role("checkbox", name="Balloonport").check()
    page.wait_for_function("() => window.caching.length > 0")
    assert set(page.evaluate("window.caching")) == {"no-cache"}


def test_a_page_that_the_browser_kept_asks_anew(page: Page, live_app: Flask) -> None:
    code = add_facility(live_app, "As It Was", lon=LON, lat=LAT)
    page.goto(f"{NEAR}&selected={code}")
    wait_for_map(page)
    expect(card(page).get_by_role("heading", name="As It Was")).to_be_visible()
    rename_facility(live_app, code, "As It Is")
    # Playwright switches the browser's own keeping of pages off.
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(result_links(page)).to_contain_text("As It Is")
    expect(card(page).get_by_role("heading", name="As It Is")).to_be_visible()
