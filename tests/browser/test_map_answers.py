"""What the map does while answers are late or fail."""

import re

from playwright.sync_api import Page, Route, expect

from tests.browser.steps import listed_codes, permalink, result_links, search_field, wait_for_map
from tests.browser.watch import Watch

VIEWS = re.compile("/map.geojson")
# Keep the next answer of the map back, whatever the page does meanwhile, until `window.letGo()`.
HOLD_AN_ANSWER = """
const ask = window.fetch;
let release = null;
window.holdNext = () => { release = Promise.withResolvers(); };
window.letGo = async () => {
  release.resolve();
  for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
};
window.fetch = async (url, options) => {
  if (!release || release.used || !String(url).includes("map.geojson")) return ask(url, options);
  release.used = true;
  const answer = await ask(url);
  const held = new Response(await answer.text(), answer);
  window.held = true;
  await release.promise;
  return held;
};
"""


def test_an_answer_that_comes_late_never_wins(page: Page) -> None:
    page.add_init_script(HOLD_AN_ANSWER)
    page.goto("/")
    wait_for_map(page)
    page.evaluate("holdNext()")
    search = search_field(page)
    search.fill("heliport")
    page.wait_for_function("() => window.held")
    search.fill("large airport 0112")
    expect(result_links(page)).to_have_count(1)
    wait_for_map(page)
    codes = listed_codes(page)
    page.evaluate("letGo()")
    assert listed_codes(page) == codes
    expect(page.locator("[data-map]")).to_have_attribute("data-map-total", "1")
    expect(page.locator("[data-result-summary]")).to_have_text("1 match in this view")


def test_a_failed_view_keeps_the_old_one_and_can_be_tried_again(page: Page, watch: Watch) -> None:
    page.goto("/?zoom=5&lat=10&lon=20")
    wait_for_map(page)
    codes = listed_codes(page)
    assert codes
    watch.expect_status(503)
    page.route(VIEWS, _fail)
    search_field(page).fill("heliport")
    notice = page.get_by_role("status").filter(has_text="could not be loaded")
    expect(notice).to_contain_text("What you see may be out of date.")
    expect(page.locator("[data-map]")).to_have_attribute("data-map-state", "error")
    assert listed_codes(page) == codes
    page.unroute(VIEWS, _fail)
    notice.get_by_role("button", name="Try again").click()
    wait_for_map(page)
    expect(notice).to_be_hidden()
    expect(result_links(page).filter(has_not_text="Heliport")).to_have_count(0)
    assert permalink(page)["q"] == ["heliport"]


def test_enter_does_nothing_with_a_view_that_was_not_answered(page: Page, watch: Watch) -> None:
    page.goto("/?zoom=5&lat=10&lon=20")
    expect(wait_for_map(page)).to_have_attribute("data-map-kind", "facilities")
    before = permalink(page)
    watch.expect_status(503)
    page.route(VIEWS, _fail)
    search_field(page).fill("heliport")
    search_field(page).press("Enter")
    retry = page.get_by_role("button", name="Try again")
    expect(retry).to_be_visible()
    page.unroute(VIEWS, _fail)
    retry.click()
    wait_for_map(page)
    after = permalink(page)
    assert after.pop("q") == ["heliport"]
    assert after == before


def _fail(route: Route) -> None:
    route.fulfill(status=503, body="")


def test_without_a_network_the_old_view_stays(page: Page, watch: Watch) -> None:
    page.goto("/?zoom=5&lat=10&lon=20")
    wait_for_map(page)
    codes = listed_codes(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Zoom out").click()
    expect(page.get_by_text("This view could not be loaded.").first).to_be_visible()
    assert listed_codes(page) == codes
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    wait_for_map(page)
    assert permalink(page)["zoom"] == ["4"]
    assert all("ERR_INTERNET_DISCONNECTED" in problem for problem in watch.problems), watch.problems
    watch.problems.clear()
