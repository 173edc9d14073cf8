"""Static files under an address that changes with their content: cached for ever, never stale.

The digest stands in front of the whole path, so ES modules that import each other by relative
addresses stay together without a build step or an import map.
"""

import hashlib
from functools import cache
from http import HTTPStatus
from pathlib import Path

import brotli
from flask import Flask, Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

ENDPOINT = "static"
YEAR_S = 365 * 24 * 3600
SAID_ANYWAY = ("Accept-Ranges", "Content-Disposition", "Expires", "Last-Modified")
"""What the address, Cache-Control and the ETag tell already; the first map is seventy small files."""

PACKED = frozenset({"application/json", "image/svg+xml", "text/css", "text/javascript"})
BROTLI_QUALITY = 10
"""Nearly as small as the best, in less than half its time."""

VENDOR_VERSIONS = {"maki": "maki-8.2.0/icons", "temaki": "temaki-5.13.0/icons"}


def static_url_path(folder: Path) -> str:
    """Return the URL prefix for the folder as it is now."""
    digest = hashlib.sha256()
    for path in sorted(item for item in folder.rglob("*") if item.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return f"/static/{digest.hexdigest()[:16]}"


def init_static_files(app: Flask) -> None:
    """Let browsers keep static files for a year, and let templates find a category's icon."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = YEAR_S
    app.add_template_global(icon_url)
    app.after_request(_shorten)


def is_static_file(response: BaseResponse) -> bool:
    """Tell whether an answer is a static file: the same for everybody, and no page about a missing one."""
    return request.endpoint == ENDPOINT and response.status_code < HTTPStatus.BAD_REQUEST


def _shorten(response: Response) -> Response:
    if not is_static_file(response):
        return response
    for name in SAID_ANYWAY:
        response.headers.pop(name, None)
    response.cache_control.immutable = True
    if response.is_streamed:
        # what compresses it then knows its length, and leaves no file open
        response.direct_passthrough = False
        response.make_sequence()
    if response.status_code == HTTPStatus.OK and response.mimetype in PACKED and _reads_brotli():
        _pack(response)
    return response


def _reads_brotli() -> bool:
    return request.accept_encodings.quality("br") > 0


def _pack(response: Response) -> None:
    """Give the packed content in place of the plain one, under an ETag of its own."""
    response.set_data(_packed(response.get_data()))
    response.content_encoding = "br"
    response.set_etag(f"{response.get_etag()[0]}:br")
    response.make_conditional(request)


@cache
def _packed(content: bytes) -> bytes:
    """Pack a file once and for all: what pays for a few files would be too slow for answers that change."""
    packed: bytes = brotli.compress(content, quality=BROTLI_QUALITY)
    return packed


def icon_url(icon: str) -> str:
    """Return the address of an icon named `maki/<name>` or `temaki/<name>`."""
    family, name = icon.split("/", 1)
    return url_for(ENDPOINT, filename=f"vendor/{VENDOR_VERSIONS[family]}/{name}.svg")
