"""Without JavaScript everything still works: list, filters, records, forms."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenContext
from tests.browser.steps import add_facility, count_named, result_links, sign_in
from tests.browser.watch import Watch

NAME = "Plain Pages Heliport"


@pytest.fixture
def plain_page(open_context: OpenContext, watch: Watch) -> Iterator[Page]:
    """A page that runs no scripts."""
    yield open_context(java_script_enabled=False).new_page()
    # Chromium blames the policy for scripts that it was told not to load.
    watch.problems[:] = [problem for problem in watch.problems if not problem.endswith(".js failed: csp")]


def test_the_map_page_lists_and_filters(plain_page: Page) -> None:
    page = plain_page
    page.goto("/")
    expect(page.locator("noscript p")).to_contain_text("The map itself needs JavaScript.")
    expect(page.locator("noscript p")).to_be_visible()
    expect(page.locator("[data-map]")).to_be_hidden()
    expect(result_links(page).first).to_be_visible()
    page.get_by_role("checkbox", name="Balloonport").check()
    page.get_by_role("searchbox").fill("0005")
    page.get_by_role("button", name="Apply filters").click()
    expect(page.get_by_role("checkbox", name="Balloonport")).to_be_checked()
    expect(page.get_by_role("link", name="Balloonport 0005")).to_be_visible()
    expect(result_links(page).filter(has_not_text="Balloonport")).to_have_count(0)
    page.get_by_role("link", name="Show as table").first.click()
    expect(page.get_by_role("table").get_by_role("link", name="Balloonport 0005")).to_be_visible()
    page.get_by_role("link", name="Clear filters").click()
    expect(page.get_by_role("main")).to_contain_text("All categories")
    page.get_by_role("link", name="Next page").click()
    expect(page.get_by_role("link", name="Previous page")).to_be_visible()


def test_nothing_is_offered_that_only_scripts_can_do(plain_page: Page, live_app: Flask) -> None:
    code = add_facility(live_app, "Nothing To Press")
    for path in ("/", f"/facilities/{code}"):
        plain_page.goto(path)
        for name in ("Copy", "Full screen", "Light", "Hide the panel", "Use my location"):
            expect(plain_page.get_by_role("button", name=name)).to_have_count(0)


def test_a_facility_is_added_corrected_removed_and_put_back(
    plain_page: Page, live_app: Flask, watch: Watch
) -> None:
    watch.expect_status(410, 422)
    page = plain_page
    sign_in(page)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Add a facility").click()
    expect(page.get_by_role("button", name="Use my location")).to_be_hidden()
    page.get_by_role("textbox", name="Name").fill(NAME)
    page.get_by_role("button", name="Save facility").click()
    expect(page.get_by_role("alert", name="There are 2 problems")).to_be_visible()
    expect(page.get_by_role("textbox", name="Name")).to_have_value(NAME)
    page.get_by_role("combobox", name="Category").select_option("heliport")
    page.get_by_role("textbox", name="Coordinates").fill("1°18′02″S 36°48′26″E")
    page.get_by_role("button", name="Save facility").dblclick()
    expect(page.get_by_role("heading", level=1, name=NAME)).to_be_visible()
    expect(page.get_by_role("article")).to_contain_text("-1.300556, 36.807222")
    assert count_named(live_app, NAME) == 1
    page.get_by_role("link", name="Edit facility").click()
    page.get_by_role("textbox", name="Telephone").fill("+254 20 222")
    page.get_by_role("button", name="Save facility").click()
    expect(page.get_by_role("link", name="+254 20 222")).to_be_visible()
    page.get_by_role("link", name="Remove this facility").click()
    page.get_by_role("button", name="Remove facility").click()
    expect(page.get_by_role("heading", level=1, name=f"{NAME} was removed")).to_be_visible()
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_role("heading", level=1, name=NAME, exact=True)).to_be_visible()
