"""On a phone: the panel is a bottom sheet, and no page scrolls sideways."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, OpenContext
from tests.browser.steps import (
    add_facility,
    card,
    result_links,
    search_field,
    sideways,
    sign_in_unseen,
    spot_of,
    tab_to,
    wait_for_map,
)
from tests.browser.watch import Watch

LONG_WORD = "Krankenhausverwaltungsgesellschaft" * 5
LON, LAT = -120.4321, -62.1234
NEAR = f"/?zoom=9&lat={LAT}&lon={LON}"
WIDTHS = (390, 320)


@pytest.fixture(scope="module")
def long_code(live_app: Flask) -> str:
    """A facility whose every text is one long word."""
    texts = dict.fromkeys(("address", "locality", "description"), LONG_WORD)
    links = {"website": f"https://example.org/{LONG_WORD}", "email": f"{'a' * 60}@{'b' * 60}.example.org"}
    identifiers = {"scheme-of-another-registry": LONG_WORD}
    return add_facility(
        live_app,
        LONG_WORD,
        lon=LON,
        lat=LAT,
        status="temporarily_closed",
        identifiers=identifiers,
        **texts,
        **links,
    )


def sheet(page: Page) -> Locator:
    """Return the panel, which is a bottom sheet here."""
    return page.locator("[data-panel]")


def height_of(locator: Locator) -> float:
    """Return the height of an element on the screen."""
    box = locator.bounding_box()
    assert box is not None
    return box["height"]


def drag_handle(page: Page, up_px: float) -> None:
    """Drag the sheet's handle."""
    box = page.locator("[data-sheet-handle]").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - up_px, steps=5)
    page.mouse.up()


def test_the_handle_steps_through_three_heights(phone_page: Page) -> None:
    phone_page.goto("/")
    wait_for_map(phone_page)
    panel = sheet(phone_page)
    peek = height_of(panel)
    assert peek < 844 / 4
    phone_page.get_by_role("button", name="Show the list").click()
    half = height_of(panel)
    assert 844 / 3 < half < 844 * 2 / 3
    expect(result_links(phone_page).first).to_be_in_viewport()
    phone_page.get_by_role("button", name="Enlarge the list").click()
    assert height_of(panel) > 844 * 0.8
    phone_page.get_by_role("button", name="Lower the list").click()
    assert height_of(panel) == peek
    expect(phone_page.get_by_role("button", name="Show the list")).to_have_attribute("aria-expanded", "false")


def test_dragging_the_handle_snaps_to_the_nearest_height(phone_page: Page) -> None:
    phone_page.goto("/")
    wait_for_map(phone_page)
    panel = sheet(phone_page)
    for up_px, expected in ((260, "half"), (330, "full"), (-280, "half"), (-330, "peek")):
        drag_handle(phone_page, up_px)
        expect(panel).to_have_attribute("data-sheet", expected)


def test_what_is_pressed_at_the_lowest_height_stays_below_the_finger(phone_page: Page) -> None:
    phone_page.goto("/")
    wait_for_map(phone_page)
    table = phone_page.get_by_role("link", name="Show as table")
    box, panel = table.bounding_box(), sheet(phone_page).bounding_box()
    assert box is not None
    assert panel is not None
    assert box["y"] + box["height"] <= panel["y"] + panel["height"]
    phone_page.get_by_role("button", name="Filters").tap()
    expect(sheet(phone_page)).to_have_attribute("data-sheet", "full")
    expect(phone_page.get_by_role("checkbox", name="Heliport")).to_be_in_viewport(ratio=1)
    phone_page.get_by_role("button", name="Lower the list").tap()
    table.tap()
    expect(phone_page.get_by_role("heading", level=1, name="Facilities")).to_be_visible()


def test_keys_raise_the_sheet(open_context: OpenContext) -> None:
    page = open_context(viewport=PHONE).new_page()
    page.goto("/")
    wait_for_map(page)
    tab_to(page, "[data-filter-jump]")
    expect(sheet(page)).to_have_attribute("data-sheet", "half")


def test_a_stack_stays_in_sight_above_its_list(phone_page: Page, live_app: Flask) -> None:
    for number in range(2):
        add_facility(live_app, f"Two At One Pier {number}", lon=-100.5, lat=-63.25)
    phone_page.goto("/?zoom=9&lat=-63.25&lon=-100.5")
    wait_for_map(phone_page)
    spot = spot_of(phone_page, -100.5, -63.25)
    phone_page.touchscreen.tap(spot.x, spot.y)
    stack = phone_page.get_by_role("region", name="2 facilities at one place")
    expect(stack).to_be_visible()
    expect(phone_page).not_to_have_url(re.compile("lat=-63.25"))
    wait_for_map(phone_page)
    top = stack.bounding_box()
    assert top is not None
    assert spot_of(phone_page, -100.5, -63.25).y < top["y"] - 16


def test_typing_raises_the_sheet(phone_page: Page) -> None:
    phone_page.goto("/")
    wait_for_map(phone_page)
    search_field(phone_page).tap()
    expect(sheet(phone_page)).to_have_attribute("data-sheet", "half")
    search_field(phone_page).fill("balloonport")
    expect(result_links(phone_page).filter(has_not_text="Balloonport")).to_have_count(0)
    expect(result_links(phone_page).first).to_be_in_viewport()


def test_list_and_map_open_the_card(phone_page: Page, long_code: str) -> None:
    page = phone_page
    page.goto(NEAR)
    wait_for_map(page)
    page.get_by_role("button", name="Show the list").tap()
    page.locator(f"[data-code={long_code}]").tap()
    expect(card(page)).to_contain_text(long_code)
    expect(sheet(page)).to_have_attribute("data-sheet", "peek")
    close = card(page).get_by_role("button", name="Close")
    expect(close).to_be_in_viewport(ratio=1)
    close.tap()
    expect(card(page)).to_be_hidden()
    spot = spot_of(page, LON, LAT)
    page.touchscreen.tap(spot.x, spot.y)
    expect(card(page).get_by_role("link", name="Open record")).to_be_visible()
    expect(page).to_have_url(re.compile(f"selected={long_code}"))


def test_the_card_hides_neither_its_buttons_nor_the_pin(phone_page: Page, long_code: str) -> None:
    page = phone_page
    page.goto(f"{NEAR}&selected={long_code}")
    wait_for_map(page)
    open_record = card(page).get_by_role("link", name="Open record")
    expect(open_record).to_be_visible()
    open_record.scroll_into_view_if_needed()
    expect(open_record).to_be_in_viewport(ratio=1)
    open_record.tap()
    expect(page.get_by_role("heading", level=1)).to_have_text(LONG_WORD)


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_scrolls_sideways(
    open_context: OpenContext, long_code: str, watch: Watch, width: int
) -> None:
    watch.expect_status(404, 422)
    context = open_context(viewport={"width": width, "height": 844}, has_touch=True, is_mobile=True)
    sign_in_unseen(context)
    page = context.new_page()
    record = f"/facilities/{long_code}"
    for path in (f"{NEAR}&selected={long_code}", "/facilities", record, f"{record}/edit", f"{record}/delete"):
        page.goto(path)
        assert sideways(page) == [], path
    for path in ("/facilities?q=none", "/account/password", "/nowhere"):
        page.goto(path)
        assert sideways(page) == [], path
    page.goto("/facilities/new")
    page.get_by_role("textbox", name="Name").fill(LONG_WORD)
    page.get_by_role("button", name="Save facility").tap()
    expect(page.get_by_role("alert")).to_be_visible()
    assert sideways(page) == []
    page.get_by_label("Menu").tap()
    expect(page.get_by_role("button", name="Sign out")).to_be_in_viewport(ratio=1)
    assert sideways(page) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_tall_pages_keep_their_last_button_in_reach(open_context: OpenContext, width: int) -> None:
    page = open_context(viewport={"width": width, "height": 640}, has_touch=True, is_mobile=True).new_page()
    page.goto("/")
    wait_for_map(page)
    page.get_by_role("button", name="Show the list").tap()
    page.get_by_role("button", name="Enlarge the list").tap()
    last = page.get_by_role("search").get_by_text("More filters", exact=True)
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport(ratio=1)
