"""What stays in sight is neither asked for again nor made anew."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from shapely import Point

from tests.browser.servers import serving
from tests.browser.steps import card, permalink, spot_of, tab_to, wait_for_map
from tests.databases import Databases
from tests.factories import make_facility, store_demo
from webapp import create_app
from webapp.extensions import db

VIEWS = re.compile("/map.geojson")
# More than a view shows one by one.
MANY = 2100
# Every marker that is put on the map, or taken away, is noted; one of the map's own methods does both.
COUNT_MARKERS = """async () => {
  const script = document.querySelector("script[src*='/js/pages/map.js']").src;
  const { PaintedMarker } = await import(script.replace("pages/map.js", "map/place_marker.js"));
  window.markers = { added: [], removed: [], now: 0 };
  const note = (method, list, step) => {
    const before = PaintedMarker.prototype[method];
    PaintedMarker.prototype[method] = function (...values) {
      window.markers[list].push(String(this.place.id));
      window.markers.now += step;
      return before.apply(this, values);
    };
  };
  note("onAdd", "added", 1);
  note("onRemove", "removed", -1);
}"""


@pytest.fixture(scope="module")
def crowded_app(databases: Databases) -> Iterator[Flask]:
    """The application over a larger registry."""
    app = create_app(databases.settings(databases.copy("keeps")))
    with app.app_context():
        store_demo(db.session(), MANY)
        db.session.add_all(
            make_facility(name=f"Terrace {number}", location=Point(36.8, -1.3)) for number in range(3)
        )
        db.session.commit()
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def live_server(crowded_app: Flask) -> Iterator[str]:
    """The address of the product over a larger registry."""
    with serving(crowded_app) as address:
        yield address


@pytest.fixture
def asked(page: Page) -> list[str]:
    """The addresses of all views that the page asks for."""
    addresses: list[str] = []
    page.on("request", lambda it: addresses.append(it.url) if VIEWS.search(it.url) else None)
    return addresses


def move(page: Page, across: int, down: int) -> None:
    """Drag the map."""
    box = page.locator("[data-map]").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x - across / 2, y - down / 2)
    page.mouse.down()
    page.mouse.move(x + across / 2, y + down / 2, steps=4)
    page.mouse.up()


def drag(page: Page, across: int, down: int = 0) -> None:
    """Drag the map, and wait until it is drawn."""
    before = page.url
    move(page, across, down)
    # The address follows when the map has come to rest.
    expect(page).not_to_have_url(before)
    wait_for_map(page)


@pytest.mark.parametrize(
    ("view", "kind"), [("zoom=3&lat=10&lon=20", "clusters"), ("zoom=6&lat=10&lon=20", "facilities")]
)
def test_a_small_pan_is_answered_by_what_is_at_hand(
    page: Page, asked: list[str], view: str, kind: str
) -> None:
    page.goto(f"/?{view}")
    expect(wait_for_map(page)).to_have_attribute("data-map-kind", kind)
    drag(page, 460, 60)
    assert len(asked) == 1
    page.evaluate(COUNT_MARKERS)
    drag(page, -60, -30)
    assert len(asked) == 1
    assert page.evaluate("window.markers") == {"added": [], "removed": [], "now": 0}


def test_the_list_follows_the_window_without_asking(page: Page, asked: list[str]) -> None:
    page.goto("/?zoom=7&lat=-1.3&lon=36.8")
    wait_for_map(page)
    terraces = page.locator("[data-results]").get_by_role("link", name="Terrace")
    expect(terraces).to_have_count(3)
    for _step in range(3):
        page.get_by_role("button", name="Zoom in").click()
    wait_for_map(page)
    expect(page.locator("[data-result-summary]")).to_have_text("3 facilities in this view")
    expect(page.locator("[data-results]").get_by_role("link")).to_have_count(3)
    assert asked == []


def test_zooming_into_single_facilities_asks_nothing(page: Page, asked: list[str]) -> None:
    page.goto("/?zoom=6&lat=10&lon=20")
    wait_for_map(page)
    zoom_in = page.get_by_role("button", name="Zoom in")
    for zoom in ("7", "8"):
        zoom_in.click()
        expect(page).to_have_url(re.compile(f"zoom={zoom}"))
    wait_for_map(page)
    assert asked == []
    page.get_by_role("button", name="Zoom out").click()
    page.get_by_role("button", name="Zoom out").click()
    with page.expect_response(VIEWS):
        page.get_by_role("button", name="Zoom out").click()


def test_a_pan_keeps_the_markers_that_stay(page: Page, asked: list[str]) -> None:
    page.goto("/?zoom=3&lat=10&lon=20")
    wait_for_map(page)
    page.evaluate(COUNT_MARKERS)
    with page.expect_response(VIEWS) as answer:
        drag(page, 300)
    shown = {str(feature["id"]) for feature in answer.value.json()["features"]}
    noted = page.evaluate("window.markers")
    kept = shown - set(noted["added"])
    assert len(kept) > len(shown) / 3
    assert not kept & set(noted["removed"])
    assert len(noted["added"]) == len(set(noted["added"]))
    assert len(asked) == 1


def test_many_pans_leave_nothing_behind(page: Page) -> None:
    page.goto("/?zoom=4&lat=10&lon=20")
    wait_for_map(page)
    page.evaluate(COUNT_MARKERS)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def listeners() -> int:
        session.send("HeapProfiler.collectGarbage")
        metrics = session.send("Performance.getMetrics")["metrics"]
        return int(next(it["value"] for it in metrics if it["name"] == "JSEventListeners"))

    def round_trips(number: int) -> None:
        for _turn in range(number):
            for across, down in ((300, 0), (0, 200), (-300, 0), (0, -200)):
                move(page, across, down)
        expect(page).to_have_url(re.compile(r"lat=(9\.9|10\.0)\d&lon=(19\.9|20\.0)\d"))
        wait_for_map(page)

    round_trips(2)
    drawn, heard = page.evaluate("window.markers.now"), listeners()
    trips = 48
    round_trips(trips)
    # which of the neighbouring views is kept at the end may differ; a marker left behind by each trip is more
    assert page.evaluate("window.markers.now") < drawn + trips
    assert listeners() <= heard


def test_facilities_at_one_place_open_as_a_list_and_give_the_focus_back(page: Page) -> None:
    page.goto("/?zoom=14&lat=-1.3&lon=36.8")
    wait_for_map(page)
    box = page.locator("[data-map]").bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    stack = page.get_by_role("region", name="3 facilities at one place")
    page.mouse.click(*middle)
    expect(stack.get_by_role("heading")).to_be_focused()
    expect(stack.get_by_role("link", name="Terrace")).to_have_count(3)
    expect(stack.get_by_role("button", name="Show more")).to_be_hidden()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(card(page).get_by_role("link", name="Open record")).to_be_visible()
    expect(card(page).get_by_role("heading", name="Terrace")).to_be_focused()
    stack.get_by_role("button", name="Back").press("Escape")
    expect(stack).to_be_hidden()
    expect(page.locator("[data-map]")).to_be_focused()
    page.mouse.click(*middle)
    expect(stack).to_be_visible()
    page.go_back()
    expect(stack).to_be_hidden()
    assert permalink(page)["zoom"] == ["14"]


def test_facilities_at_one_place_are_listed_by_keys(page: Page) -> None:
    page.goto("/?zoom=14&lat=-1.3&lon=36.8")
    wait_for_map(page)
    tab_to(page, "[data-map]")
    expect(page.get_by_text("3 facilities at one place. Enter lists them.")).to_be_visible()
    page.keyboard.press("Enter")
    stack = page.get_by_role("region", name="3 facilities at one place")
    expect(stack.get_by_role("heading")).to_be_focused()
    page.keyboard.press("Escape")
    expect(stack).to_be_hidden()
    expect(page.locator("[data-map]")).to_be_focused()


def test_a_cluster_that_no_zoom_parts_opens_as_a_paged_list(page: Page) -> None:
    page.goto("/?zoom=3&lat=10&lon=20")
    wait_for_map(page)
    told = {"type": "Feature", "id": "c/5/1/1", "geometry": {"type": "Point", "coordinates": [36.8, -1.3]}}
    box = [-180, -90, 180, 90]
    stacked = {"cluster": True, "count": 120, "exact": True, "stacked": True, "bbox": box, "categories": {}}
    page.route(re.compile("/map/clusters/"), lambda it: it.fulfill(json={**told, "properties": stacked}))
    spots = page.evaluate("JSON.parse(document.getElementById('map-view').textContent).features")
    cluster = min(
        (it for it in spots if it["properties"].get("cluster")),
        key=lambda it: (
            abs(it["geometry"]["coordinates"][0] - 20) + abs(it["geometry"]["coordinates"][1] - 10)
        ),
    )
    spot = spot_of(page, *cluster["geometry"]["coordinates"])
    page.mouse.click(spot.x, spot.y)
    stack = page.get_by_role("region", name="120 facilities at one place")
    expect(stack.get_by_role("link")).to_have_count(50)
    stack.get_by_role("button", name="Show more").click()
    expect(stack.get_by_role("link").nth(99)).to_be_attached()
