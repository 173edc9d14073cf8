"""The whole main job: added on the map, found, corrected, seen in its history, removed, put back."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import card, result_links, search_field, sign_in, wait_for_map
from tests.browser.watch import Watch

FIRST_NAME = "Dispensaire d’Ōtsuka"
LATER_NAME = "Hôpital d’Ōtsuka مستشفى"


def coordinates(page: Page) -> tuple[float, float]:
    """Return (lat, lon) in the editor's field."""
    lat, lon = page.get_by_role("textbox", name="Coordinates").input_value().split(", ")
    return float(lat), float(lon)


def pin(page: Page) -> Locator:
    """Return the editor's pin."""
    return page.get_by_role("button", name="Position of the facility")


def middle_of(locator: Locator) -> tuple[float, float]:
    """Return the middle of an element on the screen."""
    locator.scroll_into_view_if_needed()
    box = locator.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def press_map(page: Page, *, east_px: float, south_px: float) -> None:
    """Press the editor's map beside its middle."""
    x, y = middle_of(page.locator("[data-location-map] [data-map]"))
    page.mouse.click(x + east_px, y + south_px)


def drag_pin(page: Page, *, east_px: float, south_px: float) -> None:
    """Drag the editor's pin."""
    x, y = middle_of(pin(page))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + east_px, y + south_px, steps=5)
    page.mouse.up()


def test_a_facility_lives_its_whole_life(page: Page, watch: Watch) -> None:
    watch.expect_status(410)
    sign_in(page)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Add a facility").click()
    wait_for_map(page)
    place_it_on_the_map(page)
    fill_in_and_save(page)
    record = page.url.split("?")[0]
    code = record.rsplit("/", 1)[1]
    find_on_the_map(page, FIRST_NAME, code)
    correct_it(page)
    read_its_history(page)
    find_on_the_map(page, LATER_NAME, code)
    page.goto(record)
    remove_it(page)
    put_it_back(page)


def place_it_on_the_map(page: Page) -> None:
    press_map(page, east_px=60, south_px=-40)
    lat, lon = coordinates(page)
    expect(page.locator("[data-location-output]")).to_contain_text("Understood as")
    drag_pin(page, east_px=50, south_px=30)
    dragged_lat, dragged_lon = coordinates(page)
    assert dragged_lon > lon
    assert dragged_lat < lat
    pin(page).press("ArrowUp")
    pin(page).press("ArrowLeft")
    moved_lat, moved_lon = coordinates(page)
    assert moved_lat > dragged_lat
    assert moved_lon < dragged_lon


def fill_in_and_save(page: Page) -> None:
    lat, lon = coordinates(page)
    page.get_by_role("textbox", name="Name").fill(FIRST_NAME)
    page.get_by_role("combobox", name="Category").select_option(label="Heliport")
    page.get_by_role("textbox", name="Town or village").fill("Ōtsuka")
    page.get_by_role("combobox", name="Country").select_option(label="Japan")
    page.get_by_role("button", name="Save facility").click()
    expect(page.get_by_role("heading", level=1, name=FIRST_NAME)).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text(f"{FIRST_NAME} was added.")
    wait_for_map(page)
    shown = page.get_by_role("article")
    expect(shown).to_contain_text("Ōtsuka, Japan")
    expect(shown).to_contain_text(f"{lat:.6f}, {lon:.6f}")


def find_on_the_map(page: Page, name: str, code: str) -> None:
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Map").click()
    wait_for_map(page)
    search = search_field(page)
    search.fill(name.lower().replace("ō", "o"))
    search.press("Enter")
    expect(card(page).get_by_role("heading", name=name)).to_be_visible()
    expect(card(page)).to_contain_text(code)
    expect(result_links(page)).to_have_count(1)


def correct_it(page: Page) -> None:
    card(page).get_by_role("link", name="Edit").click()
    wait_for_map(page)
    page.get_by_role("textbox", name="Name").fill(LATER_NAME)
    page.get_by_role("textbox", name="Coordinates").fill("1°18′02″S 36°48′26″E")
    expect(page.locator("[data-location-output]")).to_contain_text("-1.300556, 36.807222")
    page.get_by_role("button", name="Save facility").click()
    expect(page.get_by_role("status")).to_contain_text(f"{LATER_NAME} was saved.")
    expect(page.get_by_role("article")).to_contain_text("-1.300556, 36.807222")


def read_its_history(page: Page) -> None:
    latest = page.get_by_role("region", name="History").get_by_role("listitem").first
    expect(latest).to_contain_text("by amina")
    expect(latest.get_by_role("deletion").filter(has_text=FIRST_NAME)).to_be_visible()
    expect(latest.get_by_role("insertion").filter(has_text=LATER_NAME)).to_be_visible()
    expect(latest).to_contain_text(re.compile(r"moved [\d,.]+ km"))


def remove_it(page: Page) -> None:
    page.get_by_role("link", name="Remove this facility").click()
    expect(page.get_by_role("heading", level=1, name=f"Remove {LATER_NAME}?")).to_be_visible()
    page.get_by_role("link", name="Keep it").click()
    page.get_by_role("link", name="Remove this facility").click()
    with page.expect_navigation() as gone:
        page.get_by_role("button", name="Remove facility").click()
    assert gone.value.status == 410
    expect(page.get_by_role("heading", level=1, name=f"{LATER_NAME} was removed")).to_be_visible()


def put_it_back(page: Page) -> None:
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_role("heading", level=1, name=LATER_NAME)).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("was put back")
    changes = page.get_by_role("region", name="History").locator("li > p > strong")
    expect(changes).to_have_count(4)
