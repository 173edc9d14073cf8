"""JSON as this product writes it: fast, strict, and never a geometry's raw bytes."""

from typing import Any

import orjson
from flask import Flask, Response
from flask.json.provider import JSONProvider
from geoalchemy2.elements import _SpatialElement
from shapely.geometry.base import BaseGeometry

JSON = "application/json"
GEOJSON = "application/geo+json"
PROBLEM = "application/problem+json"


class StrictJSONProvider(JSONProvider):
    """Writes with orjson; refuses geometry objects with the remedy in the message."""

    def dumps(self, obj: Any, **_options: Any) -> str:
        """Return compact JSON text."""
        return to_bytes(obj).decode()

    def loads(self, s: str | bytes, **_options: Any) -> Any:
        """Read JSON; NaN, Infinity and trailing text are errors."""
        return orjson.loads(s)


def to_bytes(value: Any) -> bytes:
    """Return JSON in UTF-8; raises TypeError for geometry objects, naming the remedy."""
    try:
        return orjson.dumps(value, default=_refuse, option=orjson.OPT_NON_STR_KEYS)
    except orjson.JSONEncodeError as error:
        raise error.__cause__ or error from error


def answer(value: Any, *, status: int = 200, mimetype: str = GEOJSON) -> Response:
    """Return a JSON answer."""
    return Response(to_bytes(value), status=status, mimetype=mimetype)


def init_json(app: Flask) -> None:
    """Use this JSON everywhere, templates included."""
    app.json = StrictJSONProvider(app)


def _refuse(value: Any) -> Any:
    if isinstance(value, _SpatialElement | BaseGeometry):
        raise TypeError(
            f"{type(value).__name__} is not JSON serializable: pass the model through"
            " facilities.features.serialize_facility or facility_feature first"
        )
    raise TypeError(f"{type(value).__name__} is not JSON serializable")
