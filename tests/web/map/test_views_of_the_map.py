"""The map page and the endpoint of its later views."""

import pytest
from flask.testing import FlaskClient
from shapely import Point
from sqlalchemy import Connection, insert
from sqlalchemy.orm import Session

from tests.factories import make_category, store_demo, store_facility
from tests.pages import PageClient
from tests.queries import at_most_queries
from webapp.facilities.models import Facility

WORLD = "-180,-90,180,90"


def store_crowd(session: Session, how_many: int = 2100) -> None:
    session.add_all([make_category("heliport"), make_category("closed")])
    session.flush()
    session.execute(
        insert(Facility),
        [
            {
                "name": f"Place {number}",
                "category": "closed" if number % 3 == 0 else "heliport",
                "location": Point(36 + (number % 50) / 50, -2 + (number // 50) / 50),
            }
            for number in range(how_many)
        ],
    )
    session.commit()


def view(client: FlaskClient, **parameters: object) -> dict[str, object]:
    answer = client.get("/map.geojson", query_string={"bbox": WORLD, "zoom": 2, **parameters})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    body: dict[str, object] = answer.get_json()
    return body


def count(feature: dict[str, dict[str, int]]) -> int:
    return feature["properties"].get("count", 1)


def test_few_facilities_come_one_by_one(session: Session, client: FlaskClient) -> None:
    store_demo(session, 70)
    body = client.get(f"/map.geojson?bbox={WORLD}&zoom=2").get_json()
    assert (body["kind"], body["total"], len(body["features"])) == ("facilities", 70, 70)
    assert body["categories"]["heliport"] == 10


@pytest.mark.parametrize("zoom", [0, 2, 6, 9, 18])
def test_many_come_in_clusters_whose_counts_add_up(session: Session, client: FlaskClient, zoom: int) -> None:
    store_crowd(session)
    store_facility(session, name="Far away", location=Point(-120, 40))
    body = client.get(f"/map.geojson?bbox={WORLD}&zoom={zoom}").get_json()
    assert body["kind"] == "clusters"
    assert sum(map(count, body["features"])) == body["total"] == 2101
    assert body["categories"] == {"heliport": 1401, "closed": 700}
    for feature in body["features"]:
        if "cluster" in feature["properties"]:
            assert sum(feature["properties"]["categories"].values()) == feature["properties"]["count"]


def test_a_lone_facility_among_clusters_is_itself(session: Session, client: FlaskClient) -> None:
    store_crowd(session)
    far = store_facility(session, name="Far away", location=Point(-120, 40))
    features = client.get(f"/map.geojson?bbox={WORLD}&zoom=2").get_json()["features"]
    assert [feature["id"] for feature in features if "cluster" not in feature["properties"]] == [far.code]


def test_the_legend_counts_what_its_own_filter_hides(session: Session, client: FlaskClient) -> None:
    store_demo(session, 70)
    body = client.get(f"/map.geojson?bbox={WORLD}&zoom=2&category=heliport").get_json()
    assert body["total"] == 10
    assert body["categories"]["closed"] == 10


def test_a_view_across_the_antimeridian_holds_both_sides(session: Session, client: FlaskClient) -> None:
    for lon in (179.9, -179.0, 36.8):
        store_facility(session, location=Point(lon, -17.0))
    body = client.get("/map.geojson?bbox=170,-30,190,0&zoom=5").get_json()
    assert body["total"] == 2
    west, south, east, north = body["bbox"]
    assert 165 < west <= 170
    assert -170 <= east < -165
    assert south <= -30
    assert north == pytest.approx(0, abs=1e-6)  # the edge of a cell, to half a finest one


def test_poles_and_edges_belong_to_a_cell(session: Session, client: FlaskClient) -> None:
    store_crowd(session)
    for lon, lat in ((0, 90), (0, -90), (180, 0), (-180, 0)):
        store_facility(session, location=Point(lon, lat))
    body = client.get(f"/map.geojson?bbox={WORLD}&zoom=3").get_json()
    assert sum(map(count, body["features"])) == 2104


def test_the_page_embeds_the_same_view_as_the_endpoint(
    session: Session, client: FlaskClient, page: PageClient
) -> None:
    store_demo(session, 70)
    shown = page.get(f"/?bbox={WORLD}&category=heliport")
    assert (
        shown.embedded("map-view")
        == client.get(f"/map.geojson?bbox={WORLD}&zoom=2&category=heliport").get_json()
    )
    assert "Heliport 0003" in shown.text()


def test_a_permalink_brings_back_view_filters_and_selection(session: Session, page: PageClient) -> None:
    facility = store_facility(session)
    shown = page.get(f"/?zoom=12&lat=-1.3&lon=36.8&category=heliport&q=wilson&selected={facility.code}")
    initial = shown.embedded("map-settings")["initial"]
    assert initial == {"center": [36.8, -1.3], "zoom": 12, "selected": facility.code}
    west, south, east, north = shown.embedded("map-view")["bbox"]
    assert west < 36.8 < east
    assert south < -1.3 < north
    assert facility.name in shown.text()


def test_an_empty_registry_shows_the_world(page: PageClient, session: Session) -> None:
    del session
    shown = page.get("/")
    assert shown.embedded("map-view")["total"] == 0
    assert shown.embedded("map-settings")["initial"]["zoom"] == 2


def test_a_name_cannot_break_out_of_the_page(session: Session, page: PageClient) -> None:
    name = "</script><!--<script>alert(1)</script>"
    store_facility(session, name=name)
    shown = page.get("/")
    assert shown.embedded("map-view")["features"][0]["properties"]["name"] == name


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("", "bbox"),
        ("bbox=1,2", "bbox"),
        ("bbox=0,0,1,1&zoom=99", "zoom"),
        ("bbox=0,0,1,1&zoom=-1", "zoom"),
        ("bbox=0,0,1,1&zoom=x", "zoom"),
    ],
)
def test_bad_views_are_named(client: FlaskClient, query: str, parameter: str) -> None:
    answer = client.get(f"/map.geojson?{query}")
    assert (answer.status_code, answer.get_json()["parameter"]) == (400, parameter)


@pytest.mark.parametrize(
    "query",
    ["zoom=x&lat=1&lon=1", "zoom=3&lat=95&lon=1", "zoom=3&lat=1&lon=inf", "zoom=3&lat=1&lon=1e999", "bbox=1"],
)
def test_bad_permalinks_are_a_400_page(page: PageClient, query: str) -> None:
    page.get(f"/?{query}", status=400)


def test_the_map_page_costs_few_queries(session: Session, page: PageClient, connection: Connection) -> None:
    store_crowd(session)
    with at_most_queries(9, connection):
        page.get("/")
