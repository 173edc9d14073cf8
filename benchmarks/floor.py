"""The floor: the least that a Flask server over this table can be, under the product's own gunicorn.

One pool of plain psycopg2, one statement a request, no errors, no headers, no filters.
`gunicorn --config python:webapp.hosting.gunicorn_settings benchmarks.floor:app`
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import orjson
from flask import Flask, Response, request
from psycopg2.extensions import cursor as Cursor  # noqa: N812  # a class with a small letter
from psycopg2.pool import ThreadedConnectionPool
from sqlalchemy import make_url

FEATURES = """
SELECT code, ST_X(location), ST_Y(location), ST_AsGeoJSON(footprint, 7), name, category, status,
       location_precision, address, locality, country, phone, email, website, description, identifiers,
       created_at, updated_at, version
  FROM facilities WHERE location && ST_MakeEnvelope(%s, %s, %s, %s, 4326) ORDER BY code LIMIT %s
"""
NAMES = (
    *("footprint", "name", "category", "status", "precision", "address", "locality", "country", "phone"),
    *("email", "website", "description", "identifiers", "created", "updated", "version"),
)
TILE = """
WITH bounds AS (SELECT ST_TileEnvelope(%(z)s, %(x)s, %(y)s) AS tile),
facility AS (
    SELECT ST_AsMVTGeom(ST_Transform(location, 3857), tile, 4096, 64) AS geometry,
           code, name, category, status, locality, country, location_precision AS precision
      FROM facilities, bounds
     WHERE location && ST_Transform(tile, 4326)
)
SELECT ST_AsMVT(facility, 'facilities', 4096, 'geometry') FROM facility
"""
BYTE = b"."

app = Flask("floor")
_pools: list[ThreadedConnectionPool] = []


def _pool() -> ThreadedConnectionPool:
    if not _pools:
        url = make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql")
        _pools.append(ThreadedConnectionPool(0, 30, url.render_as_string(hide_password=False)))
    return _pools[0]


@contextmanager
def _cursor() -> Iterator[Cursor]:
    connection = _pool().getconn()
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor
    finally:
        _pool().putconn(connection)


@app.get("/readyz")
@app.get("/byte")
def byte() -> Response:
    """Answer one byte: gunicorn and Flask alone."""
    return Response(BYTE)


@app.get("/facilities.geojson")
def facilities() -> Response:
    """Answer the facilities of a box as the product does, all columns."""
    box = [float(edge) for edge in request.args["bbox"].split(",")]
    with _cursor() as cursor:
        cursor.execute(FEATURES, (*box, int(request.args["limit"])))
        features = [
            {
                "type": "Feature",
                "id": code,
                "geometry": {"type": "Point", "coordinates": (lon, lat)},
                "properties": {"code": code, **dict(zip(NAMES, facts, strict=True))},
            }
            for code, lon, lat, *facts in cursor
        ]
    body = orjson.dumps({"type": "FeatureCollection", "features": features})
    return Response(body, mimetype="application/geo+json")


@app.get("/tiles/<int:z>/<int:x>/<int:y>.mvt")
def tile(z: int, x: int, y: int) -> Response:
    """Answer every facility of a tile as a point."""
    with _cursor() as cursor:
        cursor.execute(TILE, {"z": z, "x": x, "y": y})
        return Response(bytes(cursor.fetchall()[0][0]), mimetype="application/vnd.mapbox-vector-tile")
