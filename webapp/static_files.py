"""Static files under an address that changes with their content: cached for ever, never stale.

The digest stands in front of the whole path, so ES modules that import each other by relative
addresses stay together without a build step or an import map.
"""

import hashlib
from pathlib import Path

from flask import Flask, Response, request, url_for

YEAR_S = 365 * 24 * 3600
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
    app.after_request(_read_whole)


def _read_whole(response: Response) -> Response:
    """Read a static file at once: what compresses it then knows its length, and leaves no file open."""
    if request.endpoint == "static" and response.is_streamed:
        response.direct_passthrough = False
        response.make_sequence()
    return response


def icon_url(icon: str) -> str:
    """Return the address of an icon named `maki/<name>` or `temaki/<name>`."""
    family, name = icon.split("/", 1)
    return url_for("static", filename=f"vendor/{VENDOR_VERSIONS[family]}/{name}.svg")
