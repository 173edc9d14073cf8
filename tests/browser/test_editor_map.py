"""The editor's map and the device's own position."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenContext
from tests.browser.steps import sign_in_unseen, spot_of, wait_for_map

HERE = {"latitude": -1.2921, "longitude": 36.8219, "accuracy": 25}
DENIED = "Your browser does not allow this site to know your position."
OpenEditor = Callable[..., Page]


@pytest.fixture
def open_editor(open_context: OpenContext) -> OpenEditor:
    """Open the form of a new facility in a context with these options."""

    def open_editor(**options: object) -> Page:
        context = open_context(**options)
        sign_in_unseen(context)
        page = context.new_page()
        page.goto("/facilities/new")
        wait_for_map(page)
        return page

    return open_editor


def test_the_device_places_the_facility(open_editor: OpenEditor) -> None:
    page = open_editor(geolocation=HERE, permissions=["geolocation"])
    page.get_by_role("button", name="Use my location").click()
    expect(page.get_by_role("textbox", name="Coordinates")).to_have_value("-1.292100, 36.821900")
    expect(page.get_by_text("Your device says this is right to about 25 m.")).to_be_visible()
    expect(page.get_by_role("button", name="Position of the facility")).to_be_visible()


def test_a_refused_position_is_explained_and_typing_still_works(open_editor: OpenEditor) -> None:
    page = open_editor(permissions=[])
    page.get_by_role("button", name="Use my location").click()
    expect(page.get_by_text(DENIED)).to_be_visible()
    field = page.get_by_role("textbox", name="Coordinates")
    expect(field).to_have_value("")
    field.fill("-1.2921, 36.8219")
    expect(page.get_by_text(DENIED)).to_be_hidden()
    expect(page.get_by_role("button", name="Position of the facility")).to_be_visible()


def test_what_is_typed_is_shown_back_as_understood(open_editor: OpenEditor) -> None:
    page = open_editor()
    field = page.get_by_role("textbox", name="Coordinates")
    reading = page.locator("[data-location-output]")
    field.fill("S 1° 17' 31.6\", E 36° 49' 18.8\"")
    expect(reading).to_contain_text("-1.292111, 36.821889")
    field.fill("somewhere")
    expect(reading).to_contain_text("Not understood here yet")
    expect(page.get_by_role("button", name="Position of the facility")).to_have_count(0)
    field.fill("-33.9, 151.2")
    expect(reading).to_contain_text("33°54")


def test_the_map_page_shows_where_the_reader_is(open_context: OpenContext) -> None:
    page = open_context(geolocation=HERE, permissions=["geolocation"]).new_page()
    page.goto("/")
    wait_for_map(page)
    page.get_by_role("button", name="Show where I am").click()
    expect(page).to_have_url(re.compile("zoom=15"))
    box = page.locator("[data-map]").bounding_box()
    spot = spot_of(page, HERE["longitude"], HERE["latitude"])
    assert box is not None
    assert spot.x == pytest.approx(box["x"] + box["width"] / 2, abs=4)
    assert spot.y == pytest.approx(box["y"] + box["height"] / 2, abs=4)


def test_the_map_page_says_why_it_cannot(page: Page) -> None:
    page.goto("/")
    wait_for_map(page)
    page.get_by_role("button", name="Show where I am").click()
    notice = page.get_by_role("status").filter(has_text=DENIED)
    expect(notice).to_be_visible()
    notice.get_by_role("button", name="Dismiss").click()
    expect(notice).to_be_hidden()
