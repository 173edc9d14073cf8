"""axe-core finds nothing wrong: every page, on a phone and a desktop, in light and dark colours."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, OpenContext
from tests.browser.steps import (
    add_facility,
    axe_violations,
    card,
    rename_facility,
    sign_in_unseen,
    wait_for_map,
)
from tests.browser.watch import Watch
from webapp.database.transactions import Door, run_in_transaction
from webapp.extensions import db
from webapp.facilities.commands import remove_facility
from webapp.facilities.queries import get_facility

LON, LAT = 80.5, -65.25
RICH = {
    "status": "planned",
    "address": "1 Hospital Road",
    "locality": "Nairobi",
    "country": "KE",
    "phone": "+254 20 111",
    "email": "info@example.org",
    "website": "https://example.org",
    "description": "Two lines,\nof text",
    "identifiers": {"icao": "HKJK", "link": "https://example.org/1"},
    "location_precision": "approximate",
}
Open = Callable[[Page, Flask], None]


def open_map(page: Page, app: Flask) -> None:
    add_facility(app, "Seen By All", lon=LON, lat=LAT, **RICH)
    page.goto(f"/?zoom=6&lat={LAT}&lon={LON}")
    wait_for_map(page)


def open_card(page: Page, app: Flask) -> None:
    code = add_facility(app, "Card Seen By All", lon=LON, lat=LAT, **RICH)
    page.goto(f"/?zoom=6&lat={LAT}&lon={LON}&selected={code}")
    wait_for_map(page)
    expect(card(page)).to_contain_text(code)


def open_empty_map(page: Page, _app: Flask) -> None:
    page.goto("/?q=no+such+facility&category=heliport")
    wait_for_map(page)
    page.get_by_role("button", name="Look everywhere").evaluate("button => button.click()")
    expect(page.get_by_text("No facility matches your filters, anywhere.")).to_be_visible()


def open_list(page: Page, _app: Flask) -> None:
    page.goto("/facilities?q=balloonport+1")


def open_empty_list(page: Page, _app: Flask) -> None:
    page.goto("/facilities?q=no+such+facility")


def open_record(page: Page, app: Flask) -> None:
    code = add_facility(app, "Record Seen By All", lon=LON, lat=LAT, **RICH)
    rename_facility(app, code, "Renamed Record")
    page.goto(f"/facilities/{code}")
    wait_for_map(page)


def open_editor(page: Page, _app: Flask) -> None:
    page.goto("/facilities/new")
    wait_for_map(page)
    page.get_by_role("textbox", name="Coordinates").fill("-1.3, 36.8")


def open_errors(page: Page, app: Flask) -> None:
    open_editor(page, app)
    page.get_by_role("textbox", name="Email").fill("nobody")
    page.get_by_role("button", name="Save facility").click()
    expect(page.get_by_role("alert", name="There are 3 problems")).to_be_focused()
    wait_for_map(page)


def open_conflict(page: Page, app: Flask) -> None:
    code = add_facility(app, "Read By Two")
    page.goto(f"/facilities/{code}/edit")
    page.get_by_role("textbox", name="Name").fill("Typed By One")
    rename_facility(app, code, "Saved By The Other")
    page.get_by_role("button", name="Save facility").click()
    expect(page.get_by_role("alert", name="Somebody else saved this facility")).to_be_visible()
    wait_for_map(page)


def open_removal(page: Page, app: Flask) -> None:
    page.goto(f"/facilities/{add_facility(app, 'To Be Kept')}/delete")


def open_tombstone(page: Page, app: Flask) -> None:
    code = add_facility(app, "To Be Removed")
    with app.app_context():
        version = get_facility(db.session(), code).version
        run_in_transaction(
            lambda session: remove_facility(session, code, expected_version=version), door=Door.FORM
        )
    page.goto(f"/facilities/{code}")


def open_sign_in(page: Page, _app: Flask) -> None:
    page.context.clear_cookies()
    page.goto("/sign-in")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_focused()


def open_password(page: Page, _app: Flask) -> None:
    page.goto("/account/password")


def open_nowhere(page: Page, _app: Flask) -> None:
    page.goto("/facilities/F000000000")


def open_menu(page: Page, _app: Flask) -> None:
    page.goto("/facilities?q=balloonport")
    page.get_by_label("Menu").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


PAGES: dict[str, Open] = {
    "map": open_map,
    "map with a card": open_card,
    "map of nothing": open_empty_map,
    "list": open_list,
    "list of nothing": open_empty_list,
    "record": open_record,
    "editor": open_editor,
    "editor with errors": open_errors,
    "conflict": open_conflict,
    "removal": open_removal,
    "tombstone": open_tombstone,
    "sign-in": open_sign_in,
    "password": open_password,
    "not found": open_nowhere,
    "menu": open_menu,
}


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("show", PAGES.values(), ids=PAGES)
def test_axe_finds_nothing(
    open_context: OpenContext, live_app: Flask, watch: Watch, show: Open, size: dict[str, int]
) -> None:
    watch.expect_status(401, 404, 409, 410, 422)
    context = open_context(viewport=size, has_touch=size == PHONE)
    sign_in_unseen(context)
    page = context.new_page()
    show(page, live_app)
    assert axe_violations(page) == []
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert axe_violations(page) == []
