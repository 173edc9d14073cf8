"""Countries, dates and areas narrow the map; each is a chip, and part of the address and the table's link."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import (
    add_facility,
    listed_codes,
    permalink,
    result_links,
    search_field,
    spot_of,
    wait_for_map,
)

VIEWS = re.compile("/map.geojson")
# A quiet place of the Southern Ocean, south of all others.
LON, LAT = -120.25, -62.5
NEAR = f"/?zoom=9&lat={LAT}&lon={LON}"


@pytest.fixture(scope="module")
def three_in_a_row(live_app: Flask) -> list[str]:
    """Three facilities on one parallel, about ten kilometres apart."""
    return [add_facility(live_app, f"Row {step}", lon=LON + step * 0.2, lat=LAT) for step in range(3)]


def chip(page: Page, words: str) -> Locator:
    """Return the button that takes a filter back."""
    return page.get_by_role("button", name=f"Remove the filter: {words}")


def open_filters(page: Page) -> None:
    """Open the part of the panel with further filters."""
    page.get_by_text("More filters", exact=True).click()


def table_link(page: Page) -> str:
    """Return where the table is."""
    return page.locator("[data-table-link]").get_attribute("href") or ""


def test_countries_are_found_by_name_and_taken_back(page: Page) -> None:
    page.goto("/")
    total = wait_for_map(page).get_attribute("data-map-total")
    open_filters(page)
    find = page.get_by_role("textbox", name="Find a country")
    find.fill("namib")
    with page.expect_response(VIEWS):
        page.get_by_role("checkbox", name="Namibia").check()
    wait_for_map(page)
    assert permalink(page)["country"] == ["NA"]
    assert "country=NA" in table_link(page)
    expect(result_links(page).filter(has_not_text="Namibia")).to_have_count(0)
    page.reload()
    wait_for_map(page)
    expect(result_links(page).filter(has_not_text="Namibia")).to_have_count(0)
    with page.expect_response(VIEWS):
        chip(page, "Namibia").click()
    wait_for_map(page)
    expect(search_field(page)).to_be_focused()
    assert page.locator("[data-map]").get_attribute("data-map-total") == total
    assert "country" not in permalink(page)


def test_a_country_that_is_not_there_is_said_to_be_missing(page: Page) -> None:
    page.goto("/")
    wait_for_map(page)
    open_filters(page)
    page.get_by_role("textbox", name="Find a country").fill("atlantis")
    expect(page.get_by_text("No country of this name has facilities here.")).to_be_visible()


def test_a_day_narrows_the_map(page: Page) -> None:
    page.goto("/")
    wait_for_map(page)
    open_filters(page)
    with page.expect_response(VIEWS):
        page.get_by_label("Updated since").fill("2099-12-31")
    wait_for_map(page)
    assert permalink(page)["updated_since"] == ["2099-12-31"]
    expect(result_links(page)).to_have_count(0)
    chip(page, "Updated since Dec 31, 2099").click()
    expect(result_links(page).first).to_be_visible()


def test_a_circle_is_drawn_kept_and_removed(page: Page, three_in_a_row: list[str]) -> None:
    page.goto(NEAR)
    wait_for_map(page)
    expect(result_links(page)).to_have_count(3)
    open_filters(page)
    page.get_by_role("button", name="Within a distance").click()
    bar = page.get_by_role("group", name="Draw on the map")
    expect(bar).to_contain_text("Press the middle of the circle")
    centre, edge = spot_of(page, LON, LAT), spot_of(page, LON + 0.3, LAT)
    page.mouse.move(centre.x, centre.y)
    page.mouse.down()
    page.mouse.move(edge.x, edge.y, steps=4)
    with page.expect_response(VIEWS):
        page.mouse.up()
    wait_for_map(page)
    expect(bar).to_be_hidden()
    assert sorted(listed_codes(page)) == sorted(three_in_a_row[:2])
    lon, lat, radius_m = map(float, permalink(page)["near"][0].split(","))
    assert [lon, lat] == pytest.approx([LON, LAT], abs=0.01)
    assert radius_m == pytest.approx(15_400, rel=0.03)
    assert "near=" in table_link(page)
    expect(page.locator("path.area-outline")).to_have_count(1)
    page.reload()
    wait_for_map(page)
    expect(page.locator("path.area-outline")).to_have_count(1)
    assert sorted(listed_codes(page)) == sorted(three_in_a_row[:2])
    page.get_by_role("button", name="Remove the filter: Within 15 km").click()
    expect(result_links(page)).to_have_count(3)
    expect(page.locator("path.area-outline")).to_have_count(0)


def test_a_distance_can_be_typed(page: Page, three_in_a_row: list[str]) -> None:
    page.goto(NEAR)
    wait_for_map(page)
    open_filters(page)
    page.get_by_role("button", name="Within a distance").click()
    centre = spot_of(page, LON + 0.4, LAT)
    page.mouse.click(centre.x, centre.y)
    field = page.get_by_label("Distance in metres").last
    field.fill("2000")
    with page.expect_response(VIEWS):
        field.press("Enter")
    wait_for_map(page)
    assert listed_codes(page) == three_in_a_row[2:]
    assert permalink(page)["near"][0].endswith(",2000")


def test_a_shape_is_drawn_corner_by_corner(page: Page, three_in_a_row: list[str]) -> None:
    page.goto(NEAR)
    wait_for_map(page)
    open_filters(page)
    page.get_by_role("button", name="Inside a drawn area").click()
    bar = page.get_by_role("group", name="Draw on the map")
    corners = [(0.1, 0.1), (0.5, 0.1), (0.7, 0.3), (0.5, -0.1), (0.1, -0.1)]
    for across, up in corners:
        spot = spot_of(page, LON + across, LAT + up)
        page.mouse.click(spot.x, spot.y)
        if (across, up) == corners[2]:
            bar.get_by_role("button", name="Undo last point").click()
            expect(bar).to_contain_text("2 corners")
    expect(bar).to_contain_text("4 corners")
    page.locator("[data-map]").focus()
    with page.expect_response(VIEWS):
        page.keyboard.press("Enter")
    wait_for_map(page)
    assert sorted(listed_codes(page)) == sorted(three_in_a_row[1:])
    assert permalink(page)["within"][0].count(";") == 3
    expect(chip(page, "Drawn area with 4 corners")).to_be_visible()


def test_escape_leaves_everything_as_it_was(page: Page, three_in_a_row: list[str]) -> None:
    page.goto(NEAR)
    wait_for_map(page)
    open_filters(page)
    page.get_by_role("button", name="Inside a drawn area").click()
    spot = spot_of(page, LON, LAT)
    page.mouse.click(spot.x, spot.y)
    page.keyboard.press("Escape")
    expect(page.get_by_role("group", name="Draw on the map")).to_be_hidden()
    assert "within" not in permalink(page)
    # What was a corner a moment ago is a facility again.
    page.mouse.click(spot.x, spot.y)
    expect(page).to_have_url(re.compile(f"selected={three_in_a_row[0]}"))


def test_areas_can_be_typed_without_a_pointer(page: Page, three_in_a_row: list[str]) -> None:
    page.goto("/")
    wait_for_map(page)
    open_filters(page)
    page.get_by_text("Type coordinates instead").click()
    place = page.get_by_role("textbox", name="Place (latitude, longitude)")
    place.fill("nowhere")
    page.get_by_role("button", name="Show the nearest").click()
    expect(page.get_by_text("Not understood. Example of a place: -1.2921, 36.8219")).to_be_visible()
    place.fill(f"{LAT}, {LON}")
    page.get_by_role("spinbutton", name="How many").fill("2")
    page.get_by_role("button", name="Show the nearest").click()
    expect(result_links(page)).to_have_count(2)
    assert sorted(listed_codes(page)) == sorted(three_in_a_row[:2])
    assert permalink(page)["nearest"] == [f"{LON},{LAT},2"]
    expect(chip(page, f"2 nearest to {LAT}, {LON}")).to_be_visible()


@pytest.mark.parametrize("lon", [172, 180, -175], ids=["from the west", "across", "from the east"])
def test_an_area_across_the_antimeridian_is_drawn_on_either_side(page: Page, lon: int) -> None:
    page.goto(f"/?zoom=6&lat=-10&lon={lon}&within=170,-20;190,-20;190,0;170,0")
    wait_for_map(page)
    expect(chip(page, "Drawn area with 4 corners")).to_be_visible()
    outline = page.locator("path.area-outline")
    expect(outline).to_have_count(1)
    expect(outline).to_be_in_viewport()
    assert permalink(page)["within"] == ["170,-20;190,-20;190,0;170,0"]
