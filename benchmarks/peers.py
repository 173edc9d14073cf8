"""Two map servers that serve the same table: tipg under uvicorn, MapServer as FastCGI behind nginx."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from string import Template
from urllib.parse import quote

import uv
from sqlalchemy import URL

from benchmarks.servers import ENDS_WITH_CLIENT, WORKERS, PeerError, Server, end, free_port, running

MAPSERV = Path("/usr/lib/cgi-bin/mapserv")
COLUMNS = (
    *("code", "name", "category", "status", "location_precision", "address", "locality", "country", "phone"),
    *("email", "website", "description", "identifiers", "created_at", "updated_at", "version"),
)
TILE_COLUMNS = ("code", "name", "category", "status", "locality", "country", "location_precision")
COLLECTION = "/collections/public.facilities"
EMPTY_TILE = "16/0/65535"
"""At the south pole: the tile of the whole world would hold millions of points."""

GEOMETRY = "geom-column=location"
"""Without it tipg takes the column of outlines, which has no index and hardly a value."""

CONFIGURATIONS = Path(__file__).with_name("mapserver")


@contextmanager
def tipg(url: URL) -> Iterator[Server]:
    """Run tipg from PyPI, in an environment of its own, with two uvicorn workers."""
    port = free_port()
    environ = {
        **os.environ,
        "DATABASE_URL": _address_with_host(url),
        "TIPG_DB_TABLES": '["public.facilities"]',
        # its start would otherwise read every row
        "TIPG_DB_SPATIAL_EXTENT": "false",
        "TIPG_DB_DATETIME_EXTENT": "false",
    }
    command = [uv.find_uv_bin(), "run", "--no-project", "--quiet", "--with", "tipg", "--with", "uvicorn"]
    command += ["uvicorn", "tipg.main:app", "--port", str(port), "--workers", str(WORKERS)]
    command += ["--log-level", "warning", "--no-access-log"]
    with running(command, environ=environ, port=port, ready=f"{COLLECTION}?f=json"):
        yield Server("tipg", port, _tipg_features, _tipg_tile)


def _tipg_features(box: str, limit: int) -> str:
    columns = ",".join(COLUMNS)
    return f"{COLLECTION}/items?f=geojson&{GEOMETRY}&bbox={box}&limit={limit}&properties={columns}"


def _tipg_tile(tile: str) -> str:
    return f"{COLLECTION}/tiles/WebMercatorQuad/{tile}?{GEOMETRY}&properties={','.join(TILE_COLUMNS)}"


def _address_with_host(url: URL) -> str:
    """Return the address in the form that asyncpg and pydantic both take: a socket's folder is the host."""
    host = quote(url.host or str(url.query["host"]), safe="")
    port = url.port or url.query.get("port", "5432")
    password = f":{quote(url.password, safe='')}" if url.password else ""
    return f"postgresql://{url.username}{password}@{host}:{port}/{url.database}"


@contextmanager
def mapserver(url: URL) -> Iterator[Server]:
    """Run Debian's MapServer: two processes on one socket, as `spawn-fcgi -F 2` has them, behind nginx."""
    if shutil.which("nginx") is None or not MAPSERV.exists():
        raise PeerError("nginx or cgi-mapserver is not installed")
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="mapserver-") as name:
        folder = Path(name)
        _configure(folder, url, port)
        with _fastcgi(folder):
            command = ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]
            with running(command, environ=dict(os.environ), port=port, ready=_mapserver_tile(EMPTY_TILE)):
                yield Server("MapServer", port, _mapserver_features, _mapserver_tile)


def _configure(folder: Path, url: URL, port: int) -> None:
    connection = {
        "host": url.host or str(url.query["host"]),
        "port": str(url.port or url.query.get("port", "5432")),
        "user": url.username or "",
        "password": url.password or "",
        "dbname": url.database or "",
        "options": ENDS_WITH_CLIENT,
    }
    known = {
        "connection": " ".join(f"{key}='{value}'" for key, value in connection.items() if value),
        "columns": ",".join(COLUMNS),
        "tile_columns": ",".join(TILE_COLUMNS),
        "folder": str(folder),
        "port": str(port),
        "workers": str(WORKERS),
        "user": "user root;" if os.geteuid() == 0 else "",
    }
    for source in CONFIGURATIONS.iterdir():
        text = Template(source.read_text(encoding="utf-8")).safe_substitute(known)
        (folder / source.name).write_text(text, encoding="utf-8")


@contextmanager
def _fastcgi(folder: Path) -> Iterator[None]:
    # under FastCGI each request brings an environment of its own: the map file is named in the configuration
    environ = {**os.environ, "MAPSERVER_CONFIG_FILE": str(folder / "mapserver.conf")}
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as shared, (folder / "words").open("wb") as words:
        shared.bind(str(folder / "mapserv.socket"))
        shared.listen(64)
        processes = [
            subprocess.Popen(  # noqa: S603  # Debian's MapServer
                [MAPSERV],
                stdin=shared.fileno(),
                stdout=words,
                stderr=words,
                env=environ,
                start_new_session=True,
            )
            for _number in range(WORKERS)
        ]
        try:
            yield
        finally:
            for process in processes:
                end(process)


def _mapserver_features(box: str, limit: int) -> str:
    return (
        "/?SERVICE=WFS&VERSION=1.0.0&REQUEST=GetFeature&TYPENAME=facilities&OUTPUTFORMAT=geojson"
        f"&BBOX={box}&MAXFEATURES={limit}"
    )


def _mapserver_tile(tile: str) -> str:
    zoom, x, y = tile.split("/")
    return f"/?mode=tile&tilemode=gmap&tile={x}+{y}+{zoom}&layers=tiled&map.imagetype=mvt"
