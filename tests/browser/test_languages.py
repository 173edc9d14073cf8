"""The pages in French, and laid out from right to left."""

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, OpenContext
from tests.browser.steps import (
    add_facility,
    card,
    sideways,
    sign_in_unseen,
    wait_for_map,
)

RIGHT_TO_LEFT = "() => { document.documentElement.dir = 'rtl'; }"


def test_a_french_browser_gets_french_pages(open_context: OpenContext) -> None:
    context = open_context(locale="fr-FR")
    sign_in_unseen(context)
    page = context.new_page()
    page.goto("/")
    wait_for_map(page)
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.get_by_role("checkbox", name="Héliport")).to_be_visible()
    # What scripts build speaks French as well.
    expect(page.get_by_role("button", name="Zoom avant")).to_be_visible()
    page.goto("/facilities/new")
    wait_for_map(page)
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    page.locator("input[name=location]").fill("1° 18' 02\" S, 36° 48' 26\" O")
    expect(page.locator("[data-location-output]")).to_contain_text("-1.300556, -36.807222")


def test_the_menu_changes_the_language_and_keeps_it(page: Page) -> None:
    page.goto("/facilities?q=heliport&status=operational")
    page.get_by_label("Menu").click()
    page.get_by_role("link", name="Français").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator("input[name=q]")).to_have_value("heliport")
    page.goto("/")
    wait_for_map(page)
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    page.locator("summary").first.click()
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_right_to_left_pages_fit(open_context: OpenContext, live_app: Flask, size: dict[str, int]) -> None:
    code = add_facility(live_app, "مستشفى نيروبي", lon=100.5, lat=-66.75, locality="نيروبي")
    context = open_context(viewport=size)
    sign_in_unseen(context)
    page = context.new_page()
    for path in (f"/?zoom=9&lat=-66.75&lon=100.5&selected={code}", f"/facilities/{code}", "/facilities/new"):
        page.goto(path)
        page.evaluate(RIGHT_TO_LEFT)
        wait_for_map(page)
        assert sideways(page) == [], path
    page.goto("/facilities?q=balloonport")
    page.evaluate(RIGHT_TO_LEFT)
    assert sideways(page) == []
    page.get_by_label("Menu").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_in_viewport(ratio=1)


def test_right_to_left_puts_the_panel_and_the_card_on_the_right(page: Page, live_app: Flask) -> None:
    code = add_facility(live_app, "مستشفى مومباسا", lon=110.5, lat=-66.75)
    page.goto(f"/?zoom=9&lat=-66.75&lon=110.5&selected={code}")
    page.evaluate(RIGHT_TO_LEFT)
    wait_for_map(page)
    expect(card(page)).to_contain_text(code)
    panel, shown = page.locator("[data-panel]").bounding_box(), card(page).bounding_box()
    drawn = page.locator("[data-map]").bounding_box()
    assert panel is not None
    assert shown is not None
    assert drawn is not None
    assert panel["x"] > drawn["x"]
    assert shown["x"] > drawn["x"] + drawn["width"] / 2
