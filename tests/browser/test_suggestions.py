"""Suggestions below the search box of the map: by keys, pointer and touch; names, codes and positions."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, OpenContext
from tests.browser.steps import (
    add_facility,
    axe_violations,
    card,
    permalink,
    search_field,
    sideways,
    wait_for_map,
)
from tests.browser.watch import Watch

NAME = "Quillagua Observatory"
# A quiet place of the Southern Ocean, far from where the tests look first.
LON, LAT = -75.4321, -64.8765
ELSEWHERE = "/?zoom=6&lat=50&lon=10"
SUGGESTIONS = re.compile("/search.json")
PLACE = "-1.28, 36.82"


@pytest.fixture(scope="module", autouse=True)
def code(live_app: Flask) -> str:
    """A facility whose name no other is like."""
    return add_facility(
        live_app,
        NAME,
        lon=LON,
        lat=LAT,
        status="planned",
        address="1 Observatory Road",
        locality="Quillagua",
        phone="+254 20 111",
        email="info@example.org",
        description="High\nand dry",
    )


def box(page: Page) -> Locator:
    """Return the list of suggestions."""
    return page.get_by_role("listbox", name="Suggestions")


def options(page: Page) -> Locator:
    """Return the suggestions."""
    return box(page).get_by_role("option")


def type_text(page: Page, text: str) -> None:
    """Type into the search box, and wait for the suggestions."""
    with page.expect_response(SUGGESTIONS):
        search_field(page).fill(text)
    expect(box(page)).to_be_visible()


def expect_pin_in_the_open(page: Page) -> None:
    """Expect a pin that nothing lies on."""
    pin = page.locator(".map-pin")
    expect(pin).to_have_count(1)
    expect(page.locator("[data-map][data-map-state=ready]")).to_be_attached()
    at = pin.bounding_box()
    assert at is not None
    # A pin lets presses through to the map.
    below = page.evaluate(
        "([x, y]) => Boolean(document.elementFromPoint(x, y)?.closest('[data-map]'))",
        [at["x"] + at["width"] / 2, at["y"] + at["height"] - 2],
    )
    assert below, at


def test_arrow_keys_walk_and_enter_opens_the_card(page: Page, code: str) -> None:
    page.goto(ELSEWHERE)
    wait_for_map(page)
    field = search_field(page)
    expect(field).to_have_attribute("aria-expanded", "false")
    type_text(page, "quillagua")
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(options(page)).to_have_count(1)
    expect(options(page)).to_contain_text(NAME)
    expect(options(page)).to_contain_text("Planned")
    field.press("ArrowDown")
    expect(options(page)).to_have_attribute("aria-selected", "true")
    name = options(page).get_attribute("id")
    expect(field).to_have_attribute("aria-activedescendant", str(name))
    expect(field).to_be_focused()
    field.press("ArrowDown")
    expect(options(page)).to_have_attribute("aria-selected", "false")
    field.press("ArrowUp")
    field.press("Enter")
    expect(box(page)).to_be_hidden()
    expect(card(page)).to_contain_text(code)
    expect(page).to_have_url(re.compile(rf"lat=-64\.8.*selected={code}"))
    expect(field).to_have_value("")
    assert "q" not in permalink(page)


def test_no_more_than_eight_come_and_all_can_be_had(page: Page) -> None:
    page.goto("/")
    wait_for_map(page)
    type_text(page, "heliport")
    expect(options(page)).to_have_count(8)
    expect(page.get_by_role("status").filter(has_text="The first 8 suggestions")).to_be_attached()
    page.get_by_role("button", name="Show all matches on the map").click()
    expect(box(page)).to_be_hidden()
    wait_for_map(page)
    assert permalink(page)["q"] == ["heliport"]
    expect(page.locator("[data-result-summary]")).to_contain_text("matches")


def test_escape_closes_the_list_and_then_empties_the_field(page: Page) -> None:
    page.goto("/")
    wait_for_map(page)
    type_text(page, "quillagua")
    field = search_field(page)
    field.press("Escape")
    expect(box(page)).to_be_hidden()
    expect(field).to_have_value("quillagua")
    with page.expect_response(SUGGESTIONS):
        field.press("ArrowDown")
    expect(box(page)).to_be_visible()
    field.press("Escape")
    field.press("Escape")
    expect(field).to_have_value("")


def test_a_press_chooses(page: Page, code: str) -> None:
    page.goto(ELSEWHERE)
    wait_for_map(page)
    type_text(page, "quillagua obs")
    options(page).click()
    expect(card(page)).to_contain_text(code)
    expect_pin_in_the_open(page)


def test_a_code_leads_to_its_facility(page: Page, code: str) -> None:
    page.goto(ELSEWHERE)
    wait_for_map(page)
    type_text(page, code.lower())
    expect(options(page)).to_contain_text(NAME)
    search_field(page).press("Enter")
    expect(card(page)).to_contain_text(code)


def test_a_misspelt_word_is_said_to_be_one(page: Page, code: str) -> None:
    page.goto(ELSEWHERE)
    wait_for_map(page)
    type_text(page, "quilagua")
    expect(options(page)).to_contain_text(NAME)
    # In the list, and below the field when the list has gone.
    expect(page.get_by_text("Showing results for quillagua").first).to_be_visible()
    search_field(page).press("Escape")
    note = page.locator("[data-search-note]")
    expect(note).to_have_text("Showing results for quillagua")
    expect(note).to_be_visible()
    search_field(page).press("Enter")
    expect(card(page)).to_contain_text(code)


def test_coordinates_lead_to_their_place(page: Page) -> None:
    page.goto("/?zoom=3&lat=50&lon=10")
    wait_for_map(page)
    type_text(page, PLACE)
    expect(options(page)).to_have_count(1)
    expect(options(page)).to_contain_text("Go to this place on the map")
    search_field(page).press("ArrowDown")
    search_field(page).press("Enter")
    expect(page).to_have_url(re.compile(r"zoom=12&lat=-1\.28\d*&lon=36\.82"))
    wait_for_map(page)
    expect_pin_in_the_open(page)
    expect(search_field(page)).to_have_value("")
    assert "q" not in permalink(page)
    # What is looked for next has nothing to do with that place.
    search_field(page).fill("quillagua")
    expect(page.locator(".map-pin")).to_have_count(0)


def test_enter_goes_to_coordinates_at_once(page: Page) -> None:
    page.goto("/?zoom=3&lat=50&lon=10")
    wait_for_map(page)
    type_text(page, PLACE)
    search_field(page).press("Enter")
    expect(page).to_have_url(re.compile(r"zoom=12&lat=-1\.28\d*&lon=36\.82"))


def test_enter_before_any_suggestion_still_finds_the_place(page: Page) -> None:
    page.goto("/?zoom=3&lat=50&lon=10")
    wait_for_map(page)
    search_field(page).fill("37M 257508 9858401")
    search_field(page).press("Enter")
    expect(page).to_have_url(re.compile(r"zoom=12&lat=-1\.2\d*&lon=36\.8"))
    expect(page.locator(".map-pin")).to_have_count(1)


def test_a_search_without_suggestions_goes_on(page: Page, watch: Watch, code: str) -> None:
    watch.expect_status(503)
    page.goto(ELSEWHERE)
    wait_for_map(page)
    page.route(SUGGESTIONS, lambda route: route.fulfill(status=503, body=""))
    with page.expect_response(SUGGESTIONS):
        search_field(page).fill("quillagua")
    expect(box(page)).to_be_hidden()
    search_field(page).press("Enter")
    expect(card(page)).to_contain_text(code)


@pytest.mark.parametrize("keyboard_px", [0, 336], ids=["no keyboard", "keyboard on the screen"])
def test_a_thumb_reaches_every_suggestion(open_context: OpenContext, keyboard_px: int) -> None:
    context = open_context(viewport=PHONE, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto("/")
    wait_for_map(page)
    search_field(page).tap()
    # What a keyboard on the screen leaves of the window.
    page.evaluate(
        "height => Object.defineProperty(window.visualViewport, 'height', { value: height })",
        PHONE["height"] - keyboard_px,
    )
    type_text(page, "heliport")
    shown = page.locator("[data-suggestions]")
    expect(options(page)).to_have_count(8)
    expect(shown).to_be_in_viewport(ratio=1)
    page.wait_for_function(
        "([node, bottom]) => node.getBoundingClientRect().bottom <= bottom",
        arg=[shown.element_handle(), PHONE["height"] - keyboard_px],
    )
    assert sideways(page) == []
    last = options(page).last
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport(ratio=1)
    name = last.locator(".result__name").inner_text()
    last.tap()
    expect(card(page).get_by_role("heading", name=name)).to_be_visible()
    expect_pin_in_the_open(page)


def test_a_thumb_goes_to_a_place(phone_page: Page) -> None:
    phone_page.goto("/")
    wait_for_map(phone_page)
    search_field(phone_page).tap()
    type_text(phone_page, PLACE)
    options(phone_page).tap()
    expect(phone_page).to_have_url(re.compile(r"zoom=12&lat=-1\.28\d*&lon=36\.82"))
    wait_for_map(phone_page)
    expect_pin_in_the_open(phone_page)
    expect(search_field(phone_page)).not_to_be_focused()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_map_goes_all_the_way_where_it_moves_visibly(
    open_context: OpenContext, code: str, size: dict[str, int]
) -> None:
    page = open_context(viewport=size, has_touch=size == PHONE, reduced_motion="no-preference").new_page()
    page.goto(f"/?zoom=10&lat={LAT + 0.02}&lon={LON - 0.01}")
    wait_for_map(page)
    type_text(page, "quillagua")
    options(page).click()
    expect(card(page).get_by_role("link", name="Open record")).to_be_visible()
    expect(page).to_have_url(re.compile(f"zoom=14.*selected={code}"))
    wait_for_map(page)
    expect_pin_in_the_open(page)


def test_who_goes_to_a_place_leaves_the_facility(page: Page, code: str) -> None:
    page.goto(f"{ELSEWHERE}&selected={code}")
    wait_for_map(page)
    expect(card(page)).to_contain_text(code)
    type_text(page, PLACE)
    search_field(page).press("Enter")
    expect(card(page)).to_be_hidden()
    expect(page).to_have_url(re.compile(r"zoom=12&lat=-1\.28\d*&lon=36\.82\d*$"))
    expect_pin_in_the_open(page)
    expect(search_field(page)).to_be_focused()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_open_suggestions_are_accessible_and_fit_from_right_to_left(
    open_context: OpenContext, size: dict[str, int]
) -> None:
    page = open_context(viewport=size, has_touch=size == PHONE).new_page()
    page.goto("/")
    page.evaluate("() => { document.documentElement.dir = 'rtl'; }")
    wait_for_map(page)
    type_text(page, "quilagua")
    search_field(page).press("ArrowDown")
    wait_for_map(page)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        expect(page.locator("html")).to_have_attribute("data-bs-theme", scheme)
        # What lies half below the list is no matter of the list's.
        assert axe_violations(page, within=".search-box") == []
    assert sideways(page) == []
    field, disc = search_field(page).bounding_box(), options(page).locator("svg").first.bounding_box()
    assert field is not None
    assert disc is not None
    assert disc["x"] > field["x"] + field["width"] / 2


def test_a_facility_is_found_on_any_turn_of_the_world(page: Page, code: str) -> None:
    page.goto("/?zoom=5&lat=-60&lon=179")
    wait_for_map(page)
    page.locator("[data-map]").focus()
    for _step in range(4):
        before = page.url
        page.keyboard.press("Shift+ArrowRight")
        expect(page).not_to_have_url(before)
    type_text(page, "quillagua")
    options(page).click()
    expect(page).to_have_url(re.compile(f"zoom=14.*lon=-75.*selected={code}"))
    expect(page.locator(".map-pin")).to_be_in_viewport(ratio=1)
