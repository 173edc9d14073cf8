"""GeoJSON for machines."""

import pytest
from flask.testing import FlaskClient
from shapely import Point
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from tests.factories import store_demo, store_facility
from tests.queries import at_most_queries

WHITE_LIST = {
    "code", "name", "category", "status", "precision", "address", "locality", "country", "phone", "email",
    "website", "description", "identifiers", "created", "updated", "version", "footprint",
}  # fmt: skip


def test_a_collection_is_rfc_7946(session: Session, client: FlaskClient) -> None:
    store_facility(session, location=Point(36.8, -1.3))
    answer = client.get("/facilities.geojson")
    assert answer.mimetype == "application/geo+json"
    body = answer.get_json()
    assert body["type"] == "FeatureCollection"
    assert "crs" not in body
    [feature] = body["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [36.8, -1.3]}
    assert feature["id"] == feature["properties"]["code"]
    assert set(feature["properties"]) == WHITE_LIST


def test_next_links_lead_through_everything_once(session: Session, client: FlaskClient) -> None:
    store_demo(session, 70)
    address: str | None = "/facilities.geojson?limit=30&category=heliport&category=closed"
    codes: list[str] = []
    while address:
        body = client.get(address).get_json()
        codes += [feature["id"] for feature in body["features"]]
        address = next((link["href"] for link in body["links"] if link["rel"] == "next"), None)
    assert len(codes) == len(set(codes)) == 20
    assert codes == sorted(codes)


def test_next_links_lead_through_a_box_once(session: Session, client: FlaskClient) -> None:
    store_demo(session, 70)
    address: str | None = (
        "/facilities.geojson?limit=20&bbox=-170,-50,170,60&category=heliport&category=closed"
    )
    codes: list[str] = []
    while address:
        body = client.get(address).get_json()
        codes += [feature["id"] for feature in body["features"]]
        address = next((link["href"] for link in body["links"] if link["rel"] == "next"), None)
    everything = client.get("/facilities.geojson?category=heliport&category=closed").get_json()["features"]
    places = {feature["id"]: feature["geometry"]["coordinates"] for feature in everything}
    assert sorted(codes) == [code for code, (lon, lat) in places.items() if abs(lon) < 170 and -50 < lat < 60]


def test_boxes_cross_the_antimeridian(session: Session, client: FlaskClient) -> None:
    for lon in (179.9, -179.0, 36.8):
        store_facility(session, location=Point(lon, -17.0))
    body = client.get("/facilities.geojson?bbox=177,-20,-178,-16").get_json()
    assert sorted(feature["geometry"]["coordinates"][0] for feature in body["features"]) == [-179.0, 179.9]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("bbox=1,2,3", "bbox"),
        ("bbox=0,50,1,40", "bbox"),
        ("bbox=inf,0,1,1", "bbox"),
        ("bbox=1e999,0,1,1", "bbox"),
        ("limit=0", "limit"),
        ("limit=1000000000", "limit"),
        ("limit=-1", "limit"),
        ("limit=٣", "limit"),
        ("after=F123", "after"),
        ("after=1.2.3", "after"),
        ("bbox=0,0,1,1&after=F100000012", "after"),
        ("status=x", "status"),
        ("category=%27%3B--", "category"),
        ("sort=id", "sort"),
        ("q=" + "x" * 300, "q"),
    ],
)
def test_bad_parameters_get_a_problem_that_names_them(
    client: FlaskClient, query: str, parameter: str
) -> None:
    answer = client.get(f"/facilities.geojson?{query}")
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"
    problem = answer.get_json()
    assert problem["parameter"] == parameter
    assert problem["status"] == 400
    assert problem["detail"]


def test_a_nul_byte_is_refused(client: FlaskClient) -> None:
    assert client.get("/facilities.geojson?q=a%00b").status_code == 400


def test_a_missing_facility_is_a_404_problem(client: FlaskClient) -> None:
    answer = client.get("/facilities/F123456789.geojson")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_a_page_of_features_costs_one_query_beside_its_version(
    session: Session, client: FlaskClient, connection: Connection
) -> None:
    store_demo(session, 60)
    with at_most_queries(2, connection):
        client.get("/facilities.geojson")
