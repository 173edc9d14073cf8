"""Names that look like markup stay text, wherever they are shown."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Dialog, Page, expect

from tests.browser.steps import add_facility, card, result_links, search_field, sign_in_unseen, wait_for_map

NAME = '<img src=x onerror=alert(1)> & "quoted" </script><script>alert(2)</script>'
LON, LAT = 20.25, -66.5
# Any of these would have run, or put in an element.
HARMED = "() => document.querySelectorAll('img[src=x], [onerror]').length"


@pytest.fixture(scope="module")
def code(live_app: Flask) -> str:
    """A facility whose every text looks like markup."""
    texts = dict.fromkeys(("address", "locality", "description"), NAME)
    return add_facility(live_app, NAME, lon=LON, lat=LAT, identifiers={"other": NAME}, **texts)


def expect_unharmed(page: Page) -> None:
    """Expect that nothing of the name became an element."""
    assert page.evaluate(HARMED) == 0


def test_markup_in_a_name_stays_text(page: Page, code: str) -> None:
    dialogs: list[str] = []

    def remember(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", remember)
    page.goto(f"/?zoom=9&lat={LAT}&lon={LON}")
    wait_for_map(page)
    expect(result_links(page)).to_contain_text(NAME)
    expect_unharmed(page)
    # A new view is drawn by the browser, the first one by the server.
    with page.expect_response(re.compile("/map.geojson")):
        page.get_by_role("button", name="Zoom out").click()
    wait_for_map(page)
    page.get_by_role("link", name=NAME).hover()
    page.get_by_role("link", name=NAME).click()
    expect(card(page).get_by_role("heading")).to_have_text(NAME)
    expect_unharmed(page)
    card(page).get_by_role("link", name="Open record").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(NAME)
    wait_for_map(page)
    expect_unharmed(page)
    page.goto(f"/facilities?q={code}")
    expect(page.get_by_role("table").get_by_role("link", name=NAME)).to_be_visible()
    expect_unharmed(page)
    assert dialogs == []


def test_markup_in_a_form_stays_text(page: Page, code: str) -> None:
    sign_in_unseen(page.context)
    page.goto(f"/facilities/{code}/edit")
    wait_for_map(page)
    expect(page.get_by_role("textbox", name="Name")).to_have_value(NAME)
    page.get_by_role("textbox", name="Town or village").fill("Nairobi")
    page.get_by_role("button", name="Save facility").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(NAME)
    expect(page.get_by_role("status")).to_contain_text(NAME)
    expect_unharmed(page)


@pytest.mark.parametrize("text", [NAME, "'\"><svg onload=alert(1)>"])
@pytest.mark.usefixtures("code")
def test_markup_in_a_search_stays_text(page: Page, text: str) -> None:
    page.goto("/")
    wait_for_map(page)
    search_field(page).fill(text)
    if text == NAME:
        expect(page.get_by_role("option")).to_contain_text(NAME)
    expect_unharmed(page)
    expect(page.get_by_text(re.compile("Nothing in this part|1 match"))).to_be_visible()
    page.reload()
    wait_for_map(page)
    expect(search_field(page)).to_have_value(text)
    expect_unharmed(page)
