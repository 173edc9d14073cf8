"""On paper: the facts and the map, and nothing that can only be pressed."""

from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.steps import add_facility, card, result_links, sideways, sign_in_unseen, wait_for_map

A4 = {"width": 794, "height": 1123}
LON, LAT = 140.5, -66.25


def expect_paper(page: Page) -> None:
    """Expect that a printed page fits and offers nothing to press."""
    assert sideways(page) == []
    expect(
        page.locator("nav, form, button, input, select, [role=button]").filter(visible=True)
    ).to_have_count(0)


def print_preview(page: Page) -> None:
    """Show the page as it is printed on A4."""
    page.set_viewport_size({"width": A4["width"], "height": A4["height"]})
    page.emulate_media(media="print")


def test_the_map_is_printed_with_its_list_and_card(page: Page, live_app: Flask) -> None:
    code = add_facility(live_app, "Printed On A Map", lon=LON, lat=LAT)
    page.goto(f"/?zoom=8&lat={LAT}&lon={LON}&selected={code}")
    wait_for_map(page)
    expect(card(page)).to_contain_text(code)
    print_preview(page)
    expect(page.get_by_role("heading", name="Map of facilities")).to_be_visible()
    expect(page.locator("[data-map]")).to_be_visible()
    expect(result_links(page).first).to_be_visible()
    expect_paper(page)


def test_the_list_is_printed_whole(page: Page) -> None:
    page.goto("/facilities")
    rows = page.get_by_role("row").count()
    print_preview(page)
    expect(page.get_by_role("row").filter(visible=True)).to_have_count(rows)
    expect_paper(page)


def test_a_record_is_printed_with_its_facts(page: Page, live_app: Flask) -> None:
    code = add_facility(live_app, "Printed Record", lon=LON, lat=LAT, phone="+254 20 333")
    sign_in_unseen(page.context)
    page.goto(f"/facilities/{code}")
    wait_for_map(page)
    print_preview(page)
    expect(page.get_by_role("heading", level=1, name="Printed Record")).to_be_visible()
    expect(page.get_by_text("+254 20 333")).to_be_visible()
    expect(page.locator("[data-map]")).to_be_visible()
    expect(page.get_by_role("link", name="Remove this facility")).to_be_hidden()
    expect_paper(page)
