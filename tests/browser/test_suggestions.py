"""Suggestions below the search box of the map: by keys, pointer and touch; names, codes and positions."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, OpenContext
from tests.browser.steps import (
    SUGGESTIONS,
    add_facility,
    axe_violations,
    card,
    expect_pin_in_the_open,
    permalink,
    search_field,
    sideways,
    suggestion_box,
    suggestions,
    type_for_suggestions,
    wait_for_map,
)
from tests.browser.watch import Watch

NAME = "Quillagua Observatory"
# A quiet place of the Southern Ocean, far from where the tests look first.
LON, LAT = -75.4321, -64.8765
ELSEWHERE = "/?zoom=6&lat=50&lon=10"
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


def test_arrow_keys_walk_and_enter_opens_the_card(page: Page, code: str) -> None:
    page.goto(ELSEWHERE)
    wait_for_map(page)
    field = search_field(page)
    expect(field).to_have_attribute("aria-expanded", "false")
    type_for_suggestions(page, "quillagua")
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(suggestions(page)).to_have_count(1)
    expect(suggestions(page)).to_contain_text(NAME)
    expect(suggestions(page)).to_contain_text("Planned")
    field.press("ArrowDown")
    expect(suggestions(page)).to_have_attribute("aria-selected", "true")
    name = suggestions(page).get_attribute("id")
    expect(field).to_have_attribute("aria-activedescendant", str(name))
    expect(field).to_be_focused()
    field.press("ArrowDown")
    expect(suggestions(page)).to_have_attribute("aria-selected", "false")
    field.press("ArrowUp")
    field.press("Enter")
    expect(suggestion_box(page)).to_be_hidden()
    expect(card(page)).to_contain_text(code)
    expect(page).to_have_url(re.compile(rf"lat=-64\.8.*selected={code}"))
    expect(field).to_have_value("")
    assert "q" not in permalink(page)


def test_no_more_than_eight_come_and_all_can_be_had(page: Page) -> None:
    page.goto("/")
    wait_for_map(page)
    type_for_suggestions(page, "heliport")
    expect(suggestions(page)).to_have_count(8)
    expect(page.get_by_role("status").filter(has_text="The first 8 suggestions")).to_be_attached()
    page.get_by_role("button", name="Show all matches on the map").click()
    expect(suggestion_box(page)).to_be_hidden()
    wait_for_map(page)
    assert permalink(page)["q"] == ["heliport"]
    expect(page.locator("[data-result-summary]")).to_contain_text("matches")


def test_escape_closes_the_list_and_then_empties_the_field(page: Page) -> None:
    page.goto("/")
    wait_for_map(page)
    type_for_suggestions(page, "quillagua")
    field = search_field(page)
    field.press("Escape")
    expect(suggestion_box(page)).to_be_hidden()
    expect(field).to_have_value("quillagua")
    with page.expect_response(SUGGESTIONS):
        field.press("ArrowDown")
    expect(suggestion_box(page)).to_be_visible()
    field.press("Escape")
    field.press("Escape")
    expect(field).to_have_value("")


def test_a_press_chooses(page: Page, code: str) -> None:
    page.goto(ELSEWHERE)
    wait_for_map(page)
    type_for_suggestions(page, "quillagua obs")
    suggestions(page).click()
    expect(card(page)).to_contain_text(code)
    expect_pin_in_the_open(page)


def test_a_code_leads_to_its_facility(page: Page, code: str) -> None:
    page.goto(ELSEWHERE)
    wait_for_map(page)
    type_for_suggestions(page, code.lower())
    expect(suggestions(page)).to_contain_text(NAME)
    search_field(page).press("Enter")
    expect(card(page)).to_contain_text(code)


def test_a_misspelt_word_is_said_to_be_one(page: Page, code: str) -> None:
    page.goto(ELSEWHERE)
    wait_for_map(page)
    type_for_suggestions(page, "quilagua")
    expect(suggestions(page)).to_contain_text(NAME)
    # In the list, and below the field when the list has gone.
    expect(page.get_by_text("Showing results for quillagua").first).to_be_visible()
    search_field(page).press("Escape")
    note = page.locator("[data-search-note]")
    expect(note).to_have_text("Showing results for quillagua")
    expect(note).to_be_visible()
    search_field(page).press("Enter")
    expect(card(page)).to_contain_text(code)


def test_a_search_without_suggestions_goes_on(page: Page, watch: Watch, code: str) -> None:
    watch.expect_status(503)
    page.goto(ELSEWHERE)
    wait_for_map(page)
    page.route(SUGGESTIONS, lambda route: route.fulfill(status=503, body=""))
    with page.expect_response(SUGGESTIONS):
        search_field(page).fill("quillagua")
    expect(suggestion_box(page)).to_be_hidden()
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
    type_for_suggestions(page, "heliport")
    shown = page.locator("[data-suggestions]")
    expect(suggestions(page)).to_have_count(8)
    expect(shown).to_be_in_viewport(ratio=1)
    page.wait_for_function(
        "([node, bottom]) => node.getBoundingClientRect().bottom <= bottom",
        arg=[shown.element_handle(), PHONE["height"] - keyboard_px],
    )
    assert sideways(page) == []
    last = suggestions(page).last
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport(ratio=1)
    name = last.locator(".result__name").inner_text()
    last.tap()
    expect(card(page).get_by_role("heading", name=name)).to_be_visible()
    expect_pin_in_the_open(page)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_map_goes_all_the_way_where_it_moves_visibly(
    open_context: OpenContext, code: str, size: dict[str, int]
) -> None:
    page = open_context(viewport=size, has_touch=size == PHONE, reduced_motion="no-preference").new_page()
    page.goto(f"/?zoom=10&lat={LAT + 0.02}&lon={LON - 0.01}")
    wait_for_map(page)
    type_for_suggestions(page, "quillagua")
    suggestions(page).click()
    expect(card(page).get_by_role("link", name="Open record")).to_be_visible()
    expect(page).to_have_url(re.compile(f"zoom=14.*selected={code}"))
    wait_for_map(page)
    expect_pin_in_the_open(page)


def test_who_goes_to_a_place_leaves_the_facility(page: Page, code: str) -> None:
    page.goto(f"{ELSEWHERE}&selected={code}")
    wait_for_map(page)
    expect(card(page)).to_contain_text(code)
    type_for_suggestions(page, PLACE)
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
    type_for_suggestions(page, "quilagua")
    search_field(page).press("ArrowDown")
    wait_for_map(page)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        expect(page.locator("html")).to_have_attribute("data-bs-theme", scheme)
        # What lies half below the list is no matter of the list's.
        assert axe_violations(page, within=".search-box") == []
    assert sideways(page) == []
    field, disc = search_field(page).bounding_box(), suggestions(page).locator("svg").first.bounding_box()
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
    type_for_suggestions(page, "quillagua")
    suggestions(page).click()
    expect(page).to_have_url(re.compile(f"zoom=14.*lon=-75.*selected={code}"))
    expect(page.locator(".map-pin")).to_be_in_viewport(ratio=1)
