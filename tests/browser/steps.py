"""What tests do in a browser, again and again."""

import math
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import BrowserContext, Locator, Page, expect
from shapely import Point
from sqlalchemy import func, select

from tests.factories import LAT, LON, store_facility
from tests.markup import Document
from webapp.extensions import db
from webapp.facilities.models import Facility

SUGGESTIONS = re.compile("/search.json")
CLERK, PASSWORD = "amina", "a long password of tests"
AXE_RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"],
}
WORLD_PX = 256
MANY_TABS = 60
# A machine that is busy with other tests must not fail these.
expect.set_options(timeout=15_000)


def axe_violations(page: Page, *, within: str | None = None) -> list[str]:
    """Return what axe-core finds wrong with a page, or a part of it: rule, impact, and where."""
    found: dict[str, Any] = Axe().run(page, context=within, options=AXE_RULES).response
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


def sign_in_unseen(context: BrowserContext, username: str = CLERK, password: str = PASSWORD) -> None:
    """Sign in without opening a page, where signing in is not what a test is about."""
    form = Document(context.request.get("/sign-in").text()).form("sign-in")
    token = form.values()["csrf_token"][0]
    typed: dict[str, str | float | bool] = {"csrf_token": token, "username": username, "password": password}
    answer = context.request.post("/sign-in", form=typed, max_redirects=0)
    assert answer.status == 303, answer.text()


def add_facility(app: Flask, name: str, *, lon: float = LON, lat: float = LAT, **facts: Any) -> str:
    """Store a facility, as if somebody else had added it, and return its code."""
    with app.app_context():
        return store_facility(db.session(), name=name, location=Point(lon, lat), **facts).code


def rename_facility(app: Flask, code: str, name: str) -> None:
    """Give a facility another name, as a colleague would who saves first."""
    with app.app_context():
        db.session.scalars(select(Facility).where(Facility.code == code)).one().name = name
        db.session.commit()


def count_named(app: Flask, name: str) -> int:
    """Return how many facilities have exactly that name."""
    with app.app_context():
        count = select(func.count()).select_from(Facility).where(Facility.name == name)
        return db.session.scalars(count).one()


@dataclass(frozen=True)
class Spot:
    """A place on the screen."""

    x: float
    y: float


def spot_of(page: Page, lon: float, lat: float) -> Spot:
    """Return where the map page shows a position, worked out from its address and its size alone."""
    address = permalink(page)
    zoom, centre_lon, centre_lat = (float(address[name][0]) for name in ("zoom", "lon", "lat"))
    box = page.locator("[data-map]").bounding_box()
    assert box is not None
    scale = WORLD_PX * 2**zoom
    across = (lon - centre_lon) / 360 * scale
    down = (_mercator(lat) - _mercator(centre_lat)) * scale
    return Spot(box["x"] + box["width"] / 2 + across, box["y"] + box["height"] / 2 + down)


def _mercator(lat: float) -> float:
    """Return the share of the way from the north edge of a Web Mercator map to the south edge."""
    return 0.5 - math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)


def permalink(page: Page) -> dict[str, list[str]]:
    """Return the parameters in the address bar."""
    return parse_qs(urlsplit(page.url).query)


def tab_to(page: Page, selector: str, *, key: str = "Tab") -> None:
    """Press Tab until an element has the focus, however many stops are before it."""
    for _stop in range(MANY_TABS):
        page.keyboard.press(key)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached")


def search_field(page: Page) -> Locator:
    """Return the map's search box, once a script has made it a combobox."""
    return page.get_by_role("combobox", name="Search by name, place or code")


def suggestion_box(page: Page) -> Locator:
    """Return the list of suggestions."""
    return page.get_by_role("listbox", name="Suggestions")


def suggestions(page: Page) -> Locator:
    """Return the suggestions."""
    return suggestion_box(page).get_by_role("option")


def type_for_suggestions(page: Page, text: str) -> None:
    """Type into the search box, and wait for the suggestions."""
    with page.expect_response(SUGGESTIONS):
        search_field(page).fill(text)
    expect(suggestion_box(page)).to_be_visible()


def expect_pin_in_the_open(page: Page) -> None:
    """Expect a pin that nothing lies on."""
    pin = page.locator(".map-pin")
    expect(pin).to_have_count(1)
    expect(page.locator("[data-map][data-map-state=ready]")).to_be_attached()
    at = pin.bounding_box()
    assert at is not None
    # A pin lets presses through to the map.
    below = page.evaluate(
        "([x, y]) => Boolean(document.elementFromPoint(x, y)?.closest('[data-map]'))",
        [at["x"] + at["width"] / 2, at["y"] + at["height"] - 2],
    )
    assert below, at


def result_links(page: Page) -> Locator:
    """Return the links of the list beside the map."""
    return page.locator("[data-results] [data-code]")


def listed_codes(page: Page) -> list[str]:
    """Return the codes in the list beside the map."""
    codes: list[str] = result_links(page).evaluate_all("links => links.map(link => link.dataset.code)")
    return codes


def card(page: Page) -> Locator:
    """Return the card of the selected facility."""
    return page.get_by_role("complementary", name="Selected facility")


# A map and a box that scrolls by itself may be wider than they look; all else must be in sight, not cut off.
SIDEWAYS = """() => {
  const room = document.documentElement.clientWidth;
  const root = document.scrollingElement;
  const wide = Math.max(root.scrollWidth, document.body.scrollWidth) - room;
  const mayReachOut = "[data-map] *, [tabindex='0'][role=region] *";
  const isCutOff = (node) => {
    const { left, right, width } = node.getBoundingClientRect();
    return width > 1 && (right > room + 1 || left < -1) && !node.matches(mayReachOut);
  };
  const outside = [...document.body.querySelectorAll("*")].filter(isCutOff);
  return [
    ...(wide > 0 ? [`${wide} px too wide`] : []),
    ...outside.slice(0, 5).map((node) => node.outerHTML.slice(0, 120)),
  ];
}"""


def sideways(page: Page) -> list[str]:
    """Return what makes a page scroll sideways, or is cut off at its sides."""
    found: list[str] = page.evaluate(SIDEWAYS)
    return found
