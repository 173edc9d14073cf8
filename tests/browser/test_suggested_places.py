"""Coordinates in the search box of the map lead to their place."""

import re

from playwright.sync_api import Page, expect

from tests.browser.steps import (
    expect_pin_in_the_open,
    permalink,
    search_field,
    suggestions,
    type_for_suggestions,
    wait_for_map,
)

PLACE = "-1.28, 36.82"


def test_coordinates_lead_to_their_place(page: Page) -> None:
    page.goto("/?zoom=3&lat=50&lon=10")
    wait_for_map(page)
    type_for_suggestions(page, PLACE)
    expect(suggestions(page)).to_have_count(1)
    expect(suggestions(page)).to_contain_text("Go to this place on the map")
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
    type_for_suggestions(page, PLACE)
    search_field(page).press("Enter")
    expect(page).to_have_url(re.compile(r"zoom=12&lat=-1\.28\d*&lon=36\.82"))


def test_enter_before_any_suggestion_still_finds_the_place(page: Page) -> None:
    page.goto("/?zoom=3&lat=50&lon=10")
    wait_for_map(page)
    search_field(page).fill("37M 257508 9858401")
    search_field(page).press("Enter")
    expect(page).to_have_url(re.compile(r"zoom=12&lat=-1\.2\d*&lon=36\.8"))
    expect(page.locator(".map-pin")).to_have_count(1)


def test_a_thumb_goes_to_a_place(phone_page: Page) -> None:
    phone_page.goto("/")
    wait_for_map(phone_page)
    search_field(phone_page).tap()
    type_for_suggestions(phone_page, PLACE)
    suggestions(phone_page).tap()
    expect(phone_page).to_have_url(re.compile(r"zoom=12&lat=-1\.28\d*&lon=36\.82"))
    wait_for_map(phone_page)
    expect_pin_in_the_open(phone_page)
    expect(search_field(phone_page)).not_to_be_focused()
