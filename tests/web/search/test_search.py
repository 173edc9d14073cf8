"""The endpoint behind the search box, and texts in the list and the map: one set, one correction."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import LAT, LON, store_demo, store_facility
from tests.pages import PageClient


def test_facilities_come_with_what_a_suggestion_shows(session: Session, client: FlaskClient) -> None:
    facility = store_facility(session, name="Wilson Heliport", locality="Nairobi", country="KE")
    answer = client.get("/search.json?q=wilson&lon=0&lat=0").get_json()
    assert answer == {
        "query": "wilson",
        "corrected": None,
        "results": [
            {
                "kind": "facility",
                "code": facility.code,
                "name": "Wilson Heliport",
                "category": "heliport",
                "status": "operational",
                "locality": "Nairobi",
                "country": "KE",
                "precision": "exact",
                "coordinates": [LON, LAT],
            }
        ],
        "more": False,
    }


@pytest.mark.parametrize("typed", ["-1.3, 36.8", "1°18'S 36°48'E", "37M 254992 9856203"])
def test_a_position_is_a_place_to_go_to(client: FlaskClient, typed: str) -> None:
    [place] = client.get("/search.json", query_string={"q": typed}).get_json()["results"]
    assert place["kind"] == "place"
    assert place["coordinates"] == pytest.approx([36.8, -1.3], abs=0.01)
    assert place["label"].startswith("-1.")


@pytest.mark.parametrize("spelt", ["{}", " {} ", "f{0[1]}", "{0[0]} {0[1]}"])
def test_a_code_is_understood_as_people_write_it(session: Session, client: FlaskClient, spelt: str) -> None:
    code = store_facility(session).code
    typed = spelt.format([code[0], f"{code[1:5]}-{code[5:]}"]) if "[" in spelt else spelt.format(code)
    answer = client.get("/search.json", query_string={"q": typed}).get_json()
    assert [result["code"] for result in answer["results"]] == [code]
    collection = client.get("/facilities.geojson", query_string={"q": typed}).get_json()
    assert collection["numberReturned"] == 1


def test_a_slip_is_corrected_the_same_everywhere(
    session: Session, client: FlaskClient, page: PageClient
) -> None:
    store_demo(session, 40)
    suggested = client.get("/search.json?q=helipotr").get_json()
    assert suggested["corrected"] == "heliport"
    view = client.get("/map.geojson?bbox=-180,-90,180,90&zoom=2&q=helipotr").get_json()
    assert (view["corrected"], view["total"]) == ("heliport", len(suggested["results"]))
    assert client.get("/facilities.geojson?q=helipotr").get_json()["numberReturned"] == view["total"]
    shown = page.get("/facilities?q=helipotr")
    assert "No facility has “helipotr”. Showing results for “heliport”." in shown.text()
    assert f"{view['total']} facilities" in shown.text()
    assert "Showing results for heliport" in page.get("/?q=helipotr").text()
    assert client.get("/map.geojson?bbox=-180,-90,180,90&zoom=2&q=heliport").get_json()["corrected"] is None


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("", "q"),
        ("q=%20", "q"),
        ("q=%25_%25", "q"),
        ("q=a%00b", "q"),
        ("q=" + "a" * 10_000, "q"),
        ("q=a&lon=x&lat=1", "lon"),
        ("q=a&lon=1", "lat"),
        ("q=a&lon=1&lat=nan", "lat"),
        ("q=a&lon=1&lat=91", "lat"),
        ("q=a&lon=181&lat=1", "lon"),
        ("q=a&lon=1e999&lat=1", "lon"),
        ("q=a&limit=0", "limit"),
        ("q=a&limit=1e9", "limit"),
        ("q=a&sort=name", "sort"),
    ],
)
def test_bad_parameters_are_named(client: FlaskClient, query: str, parameter: str) -> None:
    answer = client.get(f"/search.json?{query}")
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"
    assert parameter in answer.get_data(as_text=True)
