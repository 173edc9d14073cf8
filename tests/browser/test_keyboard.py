"""With the keyboard alone: from the skip link to a facility's card and back."""

from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.steps import add_facility, card, result_links, sign_in_unseen, tab_to, wait_for_map

NAME = "Keyboard Heliport"


def test_from_the_skip_link_to_a_card_and_back(page: Page, live_app: Flask) -> None:
    code = add_facility(live_app, NAME, lon=150.5, lat=-63.25)
    page.goto("/?zoom=9&lat=-63.25&lon=150.5")
    wait_for_map(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    tab_to(page, "input[type=search]")
    page.keyboard.type("keyboard")
    expect(result_links(page)).to_have_count(1)
    wait_for_map(page)
    tab_to(page, f"[data-code={code}]")
    page.keyboard.press("Enter")
    expect(card(page).get_by_role("heading", name=NAME)).to_be_focused()
    expect(card(page)).to_contain_text(code)
    tab_to(page, "aside button[aria-label=Close]")
    page.keyboard.press("Escape")
    expect(card(page)).to_be_hidden()
    expect(page.locator(f"[data-code={code}]")).to_be_focused()


def test_the_legend_is_worked_by_keys(page: Page) -> None:
    page.goto("/")
    wait_for_map(page)
    tab_to(page, "input[name=category][value=balloonport]")
    page.keyboard.press("Space")
    expect(result_links(page).filter(has_not_text="Balloonport")).to_have_count(0)
    expect(page.get_by_role("checkbox", name="Balloonport")).to_be_checked()
    tab_to(page, "[data-clear-filters]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("checkbox", name="Balloonport")).not_to_be_checked()


def test_the_map_is_moved_by_keys_and_no_stop_is_a_trap(page: Page) -> None:
    page.goto("/?zoom=9&lat=-63&lon=-150")
    wait_for_map(page)
    tab_to(page, "[data-map]")
    zoom = page.url
    page.keyboard.press("+")
    expect(page).not_to_have_url(zoom)
    tab_to(page, "input[type=search]", key="Shift+Tab")


def test_enter_on_the_map_opens_what_is_nearest_to_its_middle(page: Page, live_app: Flask) -> None:
    add_facility(live_app, "Aimed At By Keys", lon=-30.5, lat=-63.25)
    page.goto("/?zoom=9&lat=-63.2&lon=-30.4")
    wait_for_map(page)
    tab_to(page, "[data-map]")
    expect(page.get_by_text("Aimed At By Keys. Enter opens it.")).to_be_visible()
    page.keyboard.press("Enter")
    expect(card(page).get_by_role("heading", name="Aimed At By Keys")).to_be_focused()
    page.keyboard.press("Escape")
    expect(card(page)).to_be_hidden()
    expect(page.locator("[data-map]")).to_be_focused()
    for _step in range(3):
        before = page.url
        page.keyboard.press("Shift+ArrowRight")
        expect(page).not_to_have_url(before)
    expect(page.get_by_text("No facility is in sight.")).to_be_visible()


def test_the_map_is_reached_without_passing_the_whole_list(page: Page) -> None:
    page.goto("/")
    wait_for_map(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the map")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the map")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("[data-map]")).to_be_focused()
    expect(page.get_by_text("Enter opens it.")).to_be_visible()


def test_the_menu_closes_by_escape_and_gives_the_focus_back(page: Page) -> None:
    page.goto("/facilities")
    tab_to(page, "summary")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Sign in")).to_be_hidden()
    expect(page.get_by_label("Menu")).to_be_focused()


def test_the_editor_is_filled_in_by_keys(page: Page) -> None:
    sign_in_unseen(page.context)
    page.goto("/facilities/new")
    wait_for_map(page)
    tab_to(page, "[name=name]")
    page.keyboard.type("Typed By Keys Alone")
    tab_to(page, "[name=category]")
    page.keyboard.type("Helip")
    tab_to(page, "[name=location]")
    page.keyboard.type("-64.5, 12.25")
    tab_to(page, "[data-location-map] [aria-label^=Position]")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("textbox", name="Coordinates")).not_to_have_value("-64.5, 12.25")
    tab_to(page, "main button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Typed By Keys Alone")).to_be_visible()
    expect(page.get_by_role("article")).to_contain_text("Heliport")
