"""Vector tiles: what they hold, who can read them, and what is refused."""

import json
import subprocess
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from shapely import Point
from sqlalchemy import insert
from sqlalchemy.orm import Session

from tests.factories import store_category, store_demo, store_facility
from webapp.facilities.models import Facility

EXTENT = 4096


def layers(client: FlaskClient, tmp_path: Path, address: str) -> dict[str, list[dict[str, object]]]:
    """Read a tile with GDAL, the library below QGIS."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.mimetype == "application/vnd.mapbox-vector-tile"
    path = tmp_path / "tile.mvt"
    path.write_bytes(answer.data)
    found = {}
    for name in ("clusters", "facilities"):
        if name.encode() in answer.data:
            found[name] = _read(path, name)
    return found


def _read(path: Path, layer: str) -> list[dict[str, object]]:
    command = ["ogr2ogr", "-f", "GeoJSON", "/vsistdout/", str(path), layer, "-oo", "CLIP=NO"]
    written = subprocess.run(command, capture_output=True, check=True)  # noqa: S603
    features: list[dict[str, object]] = json.loads(written.stdout)["features"]
    return features


def total(found: dict[str, list[dict[str, object]]]) -> int:
    clustered = [feature["properties"]["count"] for feature in found.get("clusters", [])]  # type: ignore[index]
    return sum(map(int, clustered)) + len(found.get("facilities", []))


def test_few_facilities_come_one_by_one(session: Session, client: FlaskClient, tmp_path: Path) -> None:
    facility = store_facility(session, country="KE")
    (feature,) = layers(client, tmp_path, "/tiles/0/0/0.mvt")["facilities"]
    properties = feature["properties"]
    assert isinstance(properties, dict)
    assert properties["code"] == facility.code
    assert (properties["name"], properties["country"]) == ("Wilson Rooftop Heliport", "KE")
    # what is not published does not leave
    assert not {"id", "phone", "email", "description"} & properties.keys()


def test_a_point_lies_where_it_should(session: Session, client: FlaskClient, tmp_path: Path) -> None:
    store_facility(session)  # in tile 616/515 of zoom 10, where it is 0.69 of the way across
    (feature,) = layers(client, tmp_path, "/tiles/10/616/515.mvt")["facilities"]
    # without knowing where the tile is, GDAL gives pixels with y going up
    x, y = feature["geometry"]["coordinates"]  # type: ignore[index]
    assert (x / EXTENT, 1 - y / EXTENT) == pytest.approx((0.6755, 0.7058), abs=0.01)
    assert layers(client, tmp_path, "/tiles/10/617/515.mvt") == {}


def test_many_come_in_clusters_that_add_up(session: Session, client: FlaskClient, tmp_path: Path) -> None:
    store_category(session, "heliport")
    session.execute(
        insert(Facility),
        [
            {
                "name": f"Place {number}",
                "category": "heliport",
                "location": Point(number % 40 - 20, number % 30),
            }
            for number in range(700)
        ],
    )
    session.commit()
    found = layers(client, tmp_path, "/tiles/0/0/0.mvt")
    assert total(found) == 700
    assert all(feature["properties"]["category_heliport"] for feature in found["clusters"])  # type: ignore[index]
    quarters = [layers(client, tmp_path, f"/tiles/1/{x}/{y}.mvt") for x in (0, 1) for y in (0, 1)]
    assert sum(map(total, quarters)) == 700


def test_filters_hold_in_tiles(session: Session, client: FlaskClient, tmp_path: Path) -> None:
    store_demo(session, 70)
    found = layers(client, tmp_path, "/tiles/0/0/0.mvt?category=heliport&country=KE")
    shown = client.get("/map.geojson?bbox=-180,-90,180,90&zoom=2&category=heliport&country=KE").get_json()
    assert len(found["facilities"]) == shown["total"] > 0


def test_an_empty_tile_is_empty(client: FlaskClient) -> None:
    answer = client.get("/tiles/3/1/1.mvt")
    assert (answer.status_code, answer.data) == (200, b"")


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/tiles/30/0/0.mvt", "z"),
        ("/tiles/-1/0/0.mvt", "z"),
        ("/tiles/one/0/0.mvt", "z"),
        ("/tiles/3/8/0.mvt", "x"),
        ("/tiles/3/0/8.mvt", "y"),
        ("/tiles/3/0/99999999999999999999.mvt", "y"),
        ("/tiles/3/0/%D9%A3.mvt", "y"),
        ("/tiles/3/0/0.mvt?bbox=0,0,1,1", "bbox"),
        ("/tiles/3/0/0.mvt?colour=red", "colour"),
        ("/tiles/3/0/0.mvt?status=ruined", "status"),
        ("/tiles.json?colour=red", "colour"),
    ],
)
def test_what_is_wrong_is_named(client: FlaskClient, address: str, name: str) -> None:
    answer = client.get(address, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.get_json()["parameter"]) == (400, name)


def test_the_description_says_where_and_what(session: Session, client: FlaskClient) -> None:
    store_demo(session, 70)
    described = client.get("/tiles.json?category=heliport&status=planned").get_json()
    assert described["tilejson"] == "3.0.0"
    assert described["tiles"] == ["http://localhost/tiles/{z}/{x}/{y}.mvt?category=heliport&status=planned"]
    west, south, east, north = described["bounds"]
    assert -180 <= west < east <= 180
    assert -90 <= south < north <= 90
    fields = {layer["id"]: set(layer["fields"]) for layer in described["vector_layers"]}
    assert {"count", "cell", "category_heliport"} <= fields["clusters"]
    assert {"code", "name", "precision"} <= fields["facilities"]
