"""The watch itself: each thing that must not happen is noticed when it does."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, expect

from tests.browser.steps import axe_violations, wait_for_map
from tests.browser.watch import Watch

SCRIPTS = {
    "console error": ("console.error('on purpose')", "console error: on purpose"),
    "uncaught error": (
        "setTimeout(() => { throw new Error('on purpose'); })",
        "no script caught: on purpose",
    ),
    "lost promise": ("void Promise.reject(new Error('on purpose'))", "no script caught: on purpose"),
    "another host": (
        "fetch('https://elsewhere.example/x').catch(() => 0)",
        "policy was violated: connect-src",
    ),
    "picture of another host": (
        "document.body.append(Object.assign(new Image(), {src: 'https://elsewhere.example/x.png'}))",
        "policy was violated: img-src",
    ),
    "inline style": ("document.body.setAttribute('style', 'color: red')", "policy was violated: style-src"),
    "inline handler": (
        "{const it = document.createElement('p'); it.setAttribute('onclick', 'alert(1)'); it.click();}",
        "policy was violated: script-src",
    ),
    "missing file": ("fetch('/no-such-file').catch(() => 0)", "/no-such-file answered 404"),
}


@pytest.mark.parametrize(("script", "problem"), SCRIPTS.values(), ids=SCRIPTS)
def test_what_must_not_happen_is_noticed(page: Page, watch: Watch, script: str, problem: str) -> None:
    page.goto("/facilities")
    assert watch.problems == []
    page.evaluate(script)
    _wait_until(page, lambda: any(problem in found for found in watch.problems))
    watch.problems.clear()


def _wait_until(page: Page, condition: Callable[[], bool]) -> None:
    """Let the browser's reports come in until the condition holds; the test's patience ends it."""
    for _round in range(200):
        if condition():
            return
        page.evaluate("() => new Promise(requestAnimationFrame)")
    raise AssertionError("not noticed")


def test_a_navigation_elsewhere_is_stopped(page: Page, watch: Watch) -> None:
    with pytest.raises(PlaywrightError, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("https://elsewhere.example/")
    assert watch.asked_elsewhere == ["https://elsewhere.example/"]
    assert watch.problems == ["another host was asked: https://elsewhere.example/"]
    watch.problems.clear()


def test_an_expected_status_is_no_problem(page: Page, watch: Watch) -> None:
    watch.expect_status(404)
    page.goto("/facilities/F000000000")
    expect(page.locator("h1")).to_be_visible()


def test_axe_finds_what_is_wrong(page: Page) -> None:
    page.goto("/facilities")
    page.evaluate("document.querySelector('main').append(document.createElement('input'), new Image())")
    found = " ".join(axe_violations(page))
    assert "label (critical)" in found
    assert "image-alt (critical)" in found


def test_the_map_says_when_it_is_drawn(page: Page) -> None:
    page.goto("/")
    wait_for_map(page)
