"""What tests do in a browser, again and again."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page

CLERK, PASSWORD = "amina", "a long password of tests"
AXE_RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"],
}


def axe_violations(page: Page) -> list[str]:
    """Return what axe-core finds wrong with a page: rule, impact, and where."""
    found: dict[str, Any] = Axe().run(page, options=AXE_RULES).response
    return [
        f"{violation['id']} ({violation['impact']}): {violation['help']} at "
        + "; ".join(
            f"{' '.join(map(str, node['target']))} {node['html'][:120]}" for node in violation["nodes"][:5]
        )
        for violation in found["violations"]
    ]


def wait_for_map(page: Page) -> Locator:
    """Wait until the map says that it is drawn, and return it."""
    ready = page.locator("[data-map][data-map-state='ready']")
    ready.wait_for(state="attached")
    return ready


def sign_in(page: Page, username: str = CLERK, password: str = PASSWORD) -> None:
    """Sign in through the form, and stay on the page that follows."""
    page.goto("/sign-in")
    page.locator("main input[name=username]").fill(username)
    page.locator("main input[name=password]").fill(password)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
