"""The floor: the least that a Flask server over this table can be, under the product's own gunicorn.

One pool of plain psycopg2, one statement a request, no errors, no headers, no filters, no pages. The
statement of features is the product's own, so that the two differ by Flask and the product alone.
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
from sqlalchemy.dialects import postgresql

from benchmarks.servers import ENDS_WITH_CLIENT
from webapp.database.engine import SESSION_OPTIONS
from webapp.facilities.feature_pages import WALK, Place, walk_parameters
from webapp.facilities.features import PLAIN_PROPERTIES
from webapp.geo.bounding_box import BoundingBox

FEATURES = WALK.compile(dialect=postgresql.psycopg2.dialect())
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
OPTIONS = f"{SESSION_OPTIONS} {ENDS_WITH_CLIENT}"
BYTE = b"."
CONNECTIONS = 8
"""As many as the product's workers have threads, opened as the product opens them."""


app = Flask("floor")
_pools: list[ThreadedConnectionPool] = []


def _pool() -> ThreadedConnectionPool:
    if not _pools:
        url = make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql")
        address = url.render_as_string(hide_password=False)
        # it closes connections above its first number: one for each thread stays
        _pools.append(ThreadedConnectionPool(CONNECTIONS, CONNECTIONS, address, options=OPTIONS))
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
    west, south, east, north = map(float, request.args["bbox"].split(","))
    box, limit = BoundingBox(west, south, east, north), int(request.args["limit"])
    with _cursor() as cursor:
        given = walk_parameters(box, Place.first_of(0), limit)
        cursor.execute(FEATURES.string, {**FEATURES.params, **given})
        features = [
            {
                "type": "Feature",
                "id": facts[0],
                "geometry": orjson.Fragment(geometry),
                "properties": {
                    **dict(zip(PLAIN_PROPERTIES, facts, strict=False)),
                    "identifiers": orjson.Fragment(identifiers),
                    "footprint": None if outline is None else orjson.Fragment(outline),
                },
            }
            for geometry, outline, identifiers, *facts in cursor
        ]
    body = orjson.dumps({"type": "FeatureCollection", "features": features})
    return Response(body, mimetype="application/geo+json")


@app.get("/tiles/<int:z>/<int:x>/<int:y>.mvt")
def tile(z: int, x: int, y: int) -> Response:
    """Answer every facility of a tile as a point."""
    with _cursor() as cursor:
        cursor.execute(TILE, {"z": z, "x": x, "y": y})
        return Response(bytes(cursor.fetchall()[0][0]), mimetype="application/vnd.mapbox-vector-tile")
