"""Nothing that was typed is ever lost, and nothing is stored twice."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Dialog, Page, expect

from tests.browser.conftest import OpenContext
from tests.browser.steps import (
    add_facility,
    count_named,
    rename_facility,
    sign_in,
    sign_in_unseen,
    wait_for_map,
)
from tests.browser.watch import Watch

NEW = "/facilities/new"
SAVE = "Save facility"
PLACE = "-1.3007, 36.8073"
# The draft is written a moment after the last key.
DRAFT_HOLDS = """text => Object.keys(localStorage).some(
  (key) => key.startsWith("draft:") && localStorage.getItem(key).includes(text))"""
PRESS_TWICE = """button => {
  const presses = [];
  window.addEventListener("submit", ({ defaultPrevented }) => {
    presses.push(defaultPrevented ? "stopped" : "sent");
  });
  button.click();
  button.click();
  return presses;
}"""
OpenForm = Callable[[str], Page]
NO_DRAFT = "() => Object.keys(localStorage).every((key) => !key.startsWith('draft:'))"


@pytest.fixture
def context(open_context: OpenContext) -> BrowserContext:
    """A context whose reader is signed in."""
    context = open_context()
    sign_in_unseen(context)
    return context


@pytest.fixture
def open_form(context: BrowserContext) -> OpenForm:
    """Open a form in a tab of its own."""

    def open_form(path: str) -> Page:
        page = context.new_page()
        page.goto(path)
        wait_for_map(page)
        return page

    return open_form


def fill_in(page: Page, name: str) -> None:
    """Type what a facility needs."""
    page.get_by_role("textbox", name="Name").fill(name)
    page.get_by_role("combobox", name="Category").select_option("heliport")
    page.get_by_role("textbox", name="Coordinates").fill(PLACE)


def expect_typed(page: Page, name: str) -> None:
    """Expect the form to hold what `fill_in` typed."""
    expect(page.get_by_role("textbox", name="Name")).to_have_value(name)
    expect(page.get_by_role("combobox", name="Category")).to_have_value("heliport")
    expect(page.get_by_role("textbox", name="Coordinates")).to_have_value(PLACE)


def save(page: Page) -> None:
    """Press the button of the form."""
    page.get_by_role("button", name=SAVE).click()


def expect_saved(page: Page, name: str) -> None:
    """Expect the record page of what was saved."""
    expect(page.get_by_role("heading", level=1, name=name, exact=True)).to_be_visible()


def test_a_closed_tab_is_restored_and_forgotten_once_saved(live_app: Flask, open_form: OpenForm) -> None:
    page = open_form(NEW)
    fill_in(page, "Closed Too Early")
    page.wait_for_function(DRAFT_HOLDS, arg="Closed Too Early")
    page.close()
    page = open_form(NEW)
    expect(page.get_by_role("textbox", name="Name")).to_have_value("")
    page.get_by_role("button", name="Restore what I typed").click()
    expect_typed(page, "Closed Too Early")
    expect(page.get_by_role("button", name="Position of the facility")).to_be_visible()
    save(page)
    expect_saved(page, "Closed Too Early")
    assert count_named(live_app, "Closed Too Early") == 1
    page.wait_for_function(NO_DRAFT)  # the record page's script forgets it, once it has run
    page.goto(NEW)
    wait_for_map(page)
    expect(page.get_by_role("button", name="Restore what I typed")).to_have_count(0)


def test_reloading_asks_first_and_offers_the_draft(open_form: OpenForm) -> None:
    page = open_form(NEW)
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.get_by_role("textbox", name="Description").press_sequentially("Two words")
    page.wait_for_function(DRAFT_HOLDS, arg="Two words")
    page.reload()
    assert asked == ["beforeunload"]
    expect(page.get_by_text("This form was left before it was saved")).to_be_visible()
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_text("This form was left before it was saved")).to_be_hidden()
    page.reload()
    wait_for_map(page)
    expect(page.get_by_role("button", name="Restore what I typed")).to_have_count(0)
    assert asked == ["beforeunload"]


def test_errors_take_the_focus_and_lead_to_their_fields(open_form: OpenForm, watch: Watch) -> None:
    watch.expect_status(422)
    page = open_form(NEW)
    fill_in(page, "Almost Right")
    page.get_by_role("textbox", name="Email").fill("not an address")
    page.get_by_role("textbox", name="Coordinates").fill("somewhere")
    save(page)
    summary = page.get_by_role("alert", name="There are 2 problems")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="Email").click()
    email = page.get_by_role("textbox", name="Email")
    expect(email).to_be_focused()
    expect(email).to_be_in_viewport()
    expect(email).to_have_attribute("aria-invalid", "true")
    expect(email).to_have_value("not an address")
    expect(page.get_by_role("textbox", name="Coordinates")).to_have_value("somewhere")
    expect(page.get_by_role("textbox", name="Name")).to_have_value("Almost Right")


def test_signed_out_in_another_tab_keeps_the_form(
    context: BrowserContext, open_form: OpenForm, live_app: Flask, watch: Watch
) -> None:
    watch.expect_status(400, 401)
    page = open_form(NEW)
    fill_in(page, "Typed Before Lunch")
    other = context.new_page()
    other.goto("/facilities")
    other.locator("summary").filter(has_text="amina").click()
    other.get_by_role("button", name="Sign out").click()
    other.wait_for_load_state()
    save(page)
    expect(page.get_by_text("You are not signed in any more.")).to_be_visible()
    expect_typed(page, "Typed Before Lunch")
    with context.expect_page() as opened:
        page.get_by_role("link", name="Sign in in a new tab").click()
    opened.value.close()
    sign_in(other)
    save(page)
    expect(page.get_by_text("This page was open for long. Nothing that you typed is lost")).to_be_visible()
    expect_typed(page, "Typed Before Lunch")
    save(page)
    expect_saved(page, "Typed Before Lunch")
    assert count_named(live_app, "Typed Before Lunch") == 1


def test_a_colleague_who_saved_first_is_not_overwritten(
    open_form: OpenForm, live_app: Flask, watch: Watch
) -> None:
    watch.expect_status(409)
    code = add_facility(live_app, "Read By Both")
    page = open_form(f"/facilities/{code}/edit")
    page.get_by_role("textbox", name="Name").fill("Typed By Me")
    rename_facility(live_app, code, "Saved By A Colleague")
    save(page)
    conflict = page.get_by_role("alert", name="Somebody else saved this facility while you were editing")
    differing = conflict.get_by_role("row", name="Name")
    expect(differing.get_by_role("cell")).to_have_text(["Saved By A Colleague", "Typed By Me"])
    expect(page.get_by_role("textbox", name="Name")).to_have_value("Typed By Me")
    assert count_named(live_app, "Saved By A Colleague") == 1
    save(page)
    expect_saved(page, "Typed By Me")


def test_an_impatient_second_press_sends_nothing(open_form: OpenForm) -> None:
    page = open_form(NEW)
    fill_in(page, "Pressed Twice")
    assert page.get_by_role("button", name=SAVE).evaluate(PRESS_TWICE) == ["sent", "stopped"]
    expect_saved(page, "Pressed Twice")


def test_a_double_click_makes_one_row(open_form: OpenForm, live_app: Flask) -> None:
    page = open_form(NEW)
    fill_in(page, "Double Click")
    page.get_by_role("button", name=SAVE).dblclick()
    expect_saved(page, "Double Click")
    assert count_named(live_app, "Double Click") == 1


def test_going_back_and_saving_again_makes_no_second_row(open_form: OpenForm, live_app: Flask) -> None:
    page = open_form(NEW)
    fill_in(page, "Sent Again")
    submission = page.locator("input[name=submission]").input_value()
    save(page)
    expect_saved(page, "Sent Again")
    page.go_back()
    expect(page.get_by_role("button", name=SAVE)).to_be_enabled()
    page.locator("input[name=submission]").evaluate("(field, key) => { field.value = key; }", submission)
    fill_in(page, "Sent Again")
    save(page)
    expect_saved(page, "Sent Again")
    assert count_named(live_app, "Sent Again") == 1
