"""The map page: what it draws, lists, finds and keeps in its address."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import (
    Spot,
    add_facility,
    card,
    listed_codes,
    permalink,
    result_links,
    search_field,
    spot_of,
    wait_for_map,
)
from tests.factories import DEMO_CATEGORIES

NAME = "Lone Rock Heliport"
# A quiet place of the Southern Ocean, south of all others.
LON, LAT = 36.8123, -61.3456
NEAR = f"/?zoom=10&lat={LAT}&lon={LON}"
# How many pixels round a spot have exactly that colour, on what is drawn above the basemap.
COUNT_COLOUR = """({ x, y, reach, colour }) => {
  const drawn = document.querySelector("[data-map] .leaflet-overlay-pane canvas");
  const box = drawn.getBoundingClientRect();
  const ratio = drawn.width / box.width;
  const side = 2 * reach;
  // A copy: reading often from the map's own canvas would make it slow, and Chromium says so.
  const copy = new OffscreenCanvas(side, side).getContext("2d", { willReadFrequently: true });
  const [left, top] = [x - box.left - reach, y - box.top - reach].map((edge) => edge * ratio);
  copy.drawImage(drawn, left, top, side * ratio, side * ratio, 0, 0, side, side);
  const { data } = copy.getImageData(0, 0, side, side);
  const wanted = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  let found = 0;
  for (let at = 0; at < data.length; at += 4)
    if (wanted.every((part, index) => Math.abs(data[at + index] - part) < 3)) found += 1;
  return found;
}"""
HELIPORT_COLOUR = next(colour for slug, _, _, colour, _ in DEMO_CATEGORIES if slug == "heliport")


@pytest.fixture(scope="module")
def lone_facility(live_app: Flask) -> str:
    """A facility where nothing else is."""
    return add_facility(live_app, NAME, lon=LON, lat=LAT, locality="Bouvet", phone="+254 20 111")


def painted(page: Page, spot: Spot, colour: str) -> int:
    """Return how many pixels of a colour the map has round a spot."""
    asked = {"x": spot.x, "y": spot.y, "reach": 12, "colour": colour}
    return int(page.evaluate(COUNT_COLOUR, asked))


def ask_again(page: Page, act: Callable[[], object]) -> None:
    """Do something that makes the map ask for a new view, and wait until that is drawn."""
    with page.expect_response(re.compile("/map.geojson")):
        act()
    wait_for_map(page)


def legend(page: Page, slug: str) -> Locator:
    """Return a category's line of the legend."""
    entries = page.get_by_role("search").get_by_role("listitem")
    return entries.filter(has=page.locator(f"input[name=category][value={slug}]"))


def first_view(page: Page) -> dict[str, Any]:
    """Return the view that the page brought along."""
    view: dict[str, Any] = page.evaluate("JSON.parse(document.getElementById('map-view').textContent)")
    return view


def middle_of(view: dict[str, Any], slug: str) -> list[float]:
    """Return (lon, lat) of a category's facility in the middle of the world, which any window shows."""
    places = [
        it["geometry"]["coordinates"] for it in view["features"] if it["properties"]["category"] == slug
    ]
    return min(places, key=lambda place: abs(place[0]) + abs(place[1]))


def test_all_seven_categories_are_drawn_and_counted(page: Page) -> None:
    page.goto("/")
    wait_for_map(page)
    view = first_view(page)
    counts = page.locator("[data-count]").all_inner_texts()
    total = page.locator("[data-map]").get_attribute("data-map-total")
    assert all(map(int, counts)), counts
    assert sum(map(int, counts)) == int(total or 0)
    for slug, label, _french, colour, _icon in DEMO_CATEGORIES:
        entry = legend(page, slug)
        expect(entry).to_contain_text(label)
        assert entry.locator("img").evaluate("it => it.complete && it.naturalWidth > 0"), slug
        expect(entry.locator("circle")).to_have_attribute("fill", colour)
        assert painted(page, spot_of(page, *middle_of(view, slug)), colour) > 30, slug
    expect(result_links(page).first).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="in this view")).to_be_visible()


def test_a_facility_of_the_list_opens_its_card(page: Page, lone_facility: str) -> None:
    page.goto(NEAR)
    wait_for_map(page)
    link = page.get_by_role("link", name=NAME)
    link.click()
    expect(card(page).get_by_role("heading", name=NAME)).to_be_focused()
    expect(card(page)).to_contain_text("+254 20 111")
    expect(card(page)).to_contain_text("-61.34560, 36.81230")
    expect(link).to_have_attribute("aria-current", "true")
    assert permalink(page)["selected"] == [lone_facility]
    record = card(page).get_by_role("link", name="Open record")
    expect(record).to_have_attribute("href", re.compile(f"/facilities/{lone_facility}$"))


def test_a_facility_on_the_canvas_opens_its_card(page: Page, lone_facility: str) -> None:
    page.goto(NEAR)
    wait_for_map(page)
    spot = spot_of(page, LON, LAT)
    assert painted(page, spot, HELIPORT_COLOUR) > 30
    page.mouse.click(spot.x, spot.y)
    expect(card(page).get_by_role("heading", name=NAME)).to_be_visible()
    expect(card(page)).to_contain_text(lone_facility)
    card(page).get_by_role("button", name="Close").click()
    expect(card(page)).to_be_hidden()
    assert "selected" not in permalink(page)


def test_pointing_at_the_list_lights_up_the_map(page: Page, lone_facility: str) -> None:
    page.goto(NEAR)
    wait_for_map(page)
    spot = spot_of(page, LON, LAT)
    ring = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--accent').trim()")
    assert painted(page, spot, ring) == 0
    page.locator(f"[data-code={lone_facility}]").hover()
    asked = {**vars(spot), "reach": 20, "colour": ring}
    page.wait_for_function(f"asked => ({COUNT_COLOUR})(asked) > 10", arg=asked)


def test_the_legend_filters_map_list_and_address(page: Page) -> None:
    page.goto("/")
    wait_for_map(page)
    view = first_view(page)
    heliport, balloon = middle_of(view, "heliport"), middle_of(view, "balloonport")
    ask_again(page, legend(page, "heliport").get_by_role("checkbox").check)
    expect(page.locator("[data-result-summary]")).to_contain_text("match")
    assert painted(page, spot_of(page, *heliport), HELIPORT_COLOUR) > 30
    assert painted(page, spot_of(page, *balloon), "#cc79a7") == 0
    assert permalink(page)["category"] == ["heliport"]
    expect(result_links(page).filter(has_not_text="Heliport")).to_have_count(0)
    # The legend still counts what could be chosen besides.
    expect(legend(page, "balloonport").locator("[data-count]")).not_to_have_text("0")
    ask_again(page, legend(page, "balloonport").get_by_role("checkbox").check)
    assert permalink(page)["category"] == ["heliport", "balloonport"]
    assert painted(page, spot_of(page, *balloon), "#cc79a7") > 30


def test_typing_searches_and_clearing_brings_everything_back(page: Page) -> None:
    page.goto("/")
    total = wait_for_map(page).get_attribute("data-map-total")
    everything = listed_codes(page)
    search = search_field(page)
    ask_again(page, lambda: search.fill("large airport 0112"))
    expect(result_links(page)).to_have_count(1)
    expect(result_links(page)).to_contain_text("Large airport 0112")
    assert permalink(page)["q"] == ["large airport 0112"]
    clear = page.get_by_role("link", name="Clear filters")
    ask_again(page, clear.click)
    expect(clear).to_be_hidden()
    expect(search).to_have_value("")
    expect(page.locator("[data-map]")).to_have_attribute("data-map-total", str(total))
    assert listed_codes(page) == everything
    assert not permalink(page).keys() & {"q", "category", "status"}


def test_enter_goes_to_what_was_found_elsewhere(page: Page, lone_facility: str) -> None:
    page.goto("/?zoom=6&lat=50&lon=10")
    wait_for_map(page)
    search = search_field(page)
    search.fill("lone rock")
    search.press("Enter")
    expect(card(page).get_by_role("heading", name=NAME)).to_be_visible()
    expect(page).to_have_url(re.compile(rf"lat=-61\.3.*selected={lone_facility}"))


def test_a_search_without_any_result_says_so(page: Page) -> None:
    page.goto("/")
    wait_for_map(page)
    search_field(page).fill("no such facility anywhere")
    expect(page.get_by_text("Nothing in this part of the map matches your filters.")).to_be_visible()
    expect(result_links(page)).to_have_count(0)
    page.get_by_role("button", name="Look everywhere").click()
    expect(page.get_by_text("No facility matches your filters, anywhere.")).to_be_visible()


def test_the_address_keeps_view_filters_and_selection(page: Page, lone_facility: str) -> None:
    page.goto(NEAR)
    wait_for_map(page)
    ask_again(page, legend(page, "heliport").get_by_role("checkbox").check)
    ask_again(page, page.get_by_role("button", name="Zoom out").click)
    page.locator(f"[data-code={lone_facility}]").click()
    expect(card(page)).to_contain_text(lone_facility)
    address, codes = permalink(page), listed_codes(page)
    assert address["zoom"] == ["9"]
    page.reload()
    total = wait_for_map(page).get_attribute("data-map-total")
    expect(card(page)).to_contain_text(lone_facility)
    expect(legend(page, "heliport").get_by_role("checkbox")).to_be_checked()
    assert permalink(page) == address
    assert listed_codes(page) == codes
    assert total == str(len(codes))


@pytest.mark.usefixtures("lone_facility")
def test_dragging_the_map_asks_for_the_new_view(page: Page) -> None:
    page.goto(NEAR)
    wait_for_map(page)
    before = permalink(page)
    spot = spot_of(page, LON, LAT)

    def drag() -> None:
        page.mouse.move(spot.x + 100, spot.y + 100)
        page.mouse.down()
        page.mouse.move(spot.x + 460, spot.y - 60, steps=4)
        page.mouse.up()

    ask_again(page, drag)
    # To the east what was in the middle goes, so the middle lies further west and south now.
    after = permalink(page)
    assert float(after["lon"][0]) < float(before["lon"][0])
    assert float(after["lat"][0]) < float(before["lat"][0])
    moved = spot_of(page, LON, LAT)
    assert moved.x - spot.x == pytest.approx(360, abs=3)
    assert moved.y - spot.y == pytest.approx(-160, abs=3)
    assert painted(page, moved, HELIPORT_COLOUR) > 30


def test_the_legend_counts_what_is_in_sight(page: Page, lone_facility: str) -> None:
    page.goto(NEAR)
    wait_for_map(page)
    expect(page.locator("[data-result-summary]")).to_have_text("1 facility in this view")
    counts = dict.fromkeys((slug for slug, *_rest in DEMO_CATEGORIES), "0") | {"heliport": "1"}
    for slug, count in counts.items():
        expect(legend(page, slug).locator("[data-count]")).to_have_text(count)
    assert listed_codes(page) == [lone_facility]
    ask_again(page, lambda: search_field(page).fill("no such facility"))
    expect(legend(page, "heliport").locator("[data-count]")).to_have_text("0")


def test_the_table_shows_the_part_that_the_map_shows(page: Page, lone_facility: str) -> None:
    page.goto(f"{NEAR}&category=heliport")
    wait_for_map(page)
    shown = page.locator("[data-result-summary]").inner_text()
    assert shown == "1 match in this view"
    page.get_by_role("link", name="Show as table").click()
    expect(page.get_by_role("heading", level=1, name="Facilities")).to_be_visible()
    expect(page.get_by_text("1 facility", exact=True)).to_be_visible()
    expect(page.get_by_role("table").get_by_role("link", name=NAME)).to_have_attribute(
        "href", re.compile(lone_facility)
    )
    page.get_by_role("link", name="Remove filter: In a part of the map").click()
    expect(page.get_by_text("1 facility", exact=True)).to_be_hidden()


def test_the_table_shows_everything_where_the_map_does(page: Page) -> None:
    page.goto("/?zoom=2&lat=20&lon=0")
    wait_for_map(page)
    table = page.get_by_role("link", name="Show as table")
    expect(table).to_have_attribute("href", "/facilities")
    page.get_by_role("button", name="Zoom in").click()
    expect(table).to_have_attribute("href", re.compile("bbox="))


def test_moving_away_empties_the_list_and_says_so(page: Page, lone_facility: str) -> None:
    page.goto(NEAR)
    wait_for_map(page)
    page.locator("[data-map]").focus()
    for _step in range(3):
        ask_again(page, lambda: page.keyboard.press("Shift+ArrowRight"))
    expect(page.get_by_text("No facility in this part of the map.")).to_be_visible()
    expect(page.locator(f"[data-code={lone_facility}]")).to_have_count(0)
