"""Answers about the data that browsers and caches keep: a strong ETag, and 304 as long as nothing changed.

A view says `@fresh`; its answer may depend on nothing but its address and the data. The check of an ETag that
is still true happens in front of Flask, since a repeated view of the map is the most frequent request of all.
"""

import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from functools import cache, cached_property, wraps
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

from flask import Flask, Response, current_app, request
from flask_compress import Compress
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import SecurityError
from werkzeug.wrappers import Response as BaseResponse
from werkzeug.wsgi import get_host

from webapp.data_version import DataVersion, version_seen_by
from webapp.database.transactions import see_one_moment
from webapp.extensions import db
from webapp.json_answers import GEOJSON, PROBLEM
from webapp.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

View = TypeVar("View", bound=Callable[..., Response])

FRESH = "is_fresh"
CACHING = "public, max-age=0, s-maxage=2"
CDN_CACHING = "public, max-age=2, stale-while-revalidate=10"
"""Browsers ask each time, which costs a 304; a CDN asks every other second, however many readers it has.

What only a CDN may do stands in a header of its own (RFC 9213): a browser that may show an old view shows it
to the very clerk who has just saved.
"""

CACHING_HEADERS = {"Cache-Control": CACHING, "CDN-Cache-Control": CDN_CACHING}

TILE = "application/vnd.mapbox-vector-tile"
COMPRESSED = (
    "text/html",
    "text/css",
    "text/javascript",
    "application/json",
    "image/svg+xml",
    GEOJSON,
    PROBLEM,
    TILE,
)
CODINGS = ("zstd", "br", "gzip")
ETAG = re.compile(r'(?:W/)?"([^"]*)"')
PLACEHOLDER = re.compile(r"<[^>]+>")
BYTES_PER_MB = 1 << 20
KEEPING_BYTES = 500
"""What it costs to keep an answer, beside itself and its address."""

LARGEST_SHARE = 4
"""An answer larger than this part of the memory would drive too many others out."""


class Kept(NamedTuple):
    """An answer that may be given again as long as the data has this tag."""

    tag: str
    body: bytes
    mimetype: str


class AnswerCache:
    """The last answer of each address, up to a number of bytes; those unused for longest leave first."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._answers: OrderedDict[str, Kept] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, address: str) -> Kept | None:
        """Return what was kept, or None."""
        with self._lock:
            if address in self._answers:
                self._answers.move_to_end(address)
            return self._answers.get(address)

    def put(self, address: str, answer: Kept) -> None:
        """Keep an answer in place of an older one and let others go."""
        with self._lock:
            older = self._answers.pop(address, None)
            if older is not None:
                self._bytes -= _size(address, older)
            if _size(address, answer) > self._most_bytes / LARGEST_SHARE:
                return
            self._answers[address] = answer
            self._bytes += _size(address, answer)
            while self._bytes > self._most_bytes:
                self._bytes -= _size(*self._answers.popitem(last=False))


def _size(address: str, answer: Kept) -> int:
    return len(answer.body) + len(address) + KEEPING_BYTES


def fresh(view: View) -> View:
    """Tag a view's answers with the version of the data, and answer the same again from memory."""

    @wraps(view)
    def tagged(**arguments: Any) -> Response:
        answers: AnswerCache = current_app.extensions["answer_cache"]
        version: DataVersion = current_app.extensions["data_version"]
        kept = answers.get(request.url)
        # where nothing is kept, nobody needs to ask whether it is still true
        if kept is None or kept.tag != _tag(version.current()):
            # the answer and its tag are of the same moment: nothing else has this tag
            session = db.session()
            see_one_moment(session)
            tag = _tag(version_seen_by(session))
            response = view(**arguments)
            kept = Kept(tag, response.get_data(), response.mimetype or "")
            answers.put(request.url, kept)
        response = Response(kept.body, mimetype=kept.mimetype)
        response.set_etag(kept.tag)
        response.headers.update(CACHING_HEADERS)
        settings: Settings = current_app.extensions["settings"]
        response.headers.update(sharing_headers(settings.shared_with, request.headers.get("Origin")))
        return response

    setattr(tagged, FRESH, True)
    return cast("View", tagged)


def sharing_headers(shared_with: Sequence[str], origin: str | None) -> list[tuple[str, str]]:
    """Return the headers that let the pages of another site read an answer, where the operator said so."""
    if not shared_with:
        return []
    sites = [("Vary", "Accept-Encoding, Origin")]
    if "*" in shared_with or origin in shared_with:
        allowed = "*" if "*" in shared_with else str(origin)
        sites += [("Access-Control-Allow-Origin", allowed), ("Cross-Origin-Resource-Policy", "cross-origin")]
        sites += [("Access-Control-Expose-Headers", "ETag")]
    return sites


def is_fresh(response: BaseResponse) -> bool:
    """Tell whether an answer depends on nothing but its address and the data."""
    return response.headers.get("Cache-Control") == CACHING


def init_fresh_answers(app: Flask, settings: Settings) -> None:
    """Keep answers, and answer 304 in front of Flask; call it before ProxyFix is put in front."""
    app.extensions["answer_cache"] = AnswerCache(settings.answer_cache_mb * BYTES_PER_MB)
    app.extensions["release"] = _release(settings)
    app.wsgi_app = NotModified(app, app.wsgi_app, settings)  # type: ignore[method-assign]


def init_compression(app: Flask) -> None:
    """Compress whatever is text; as the first of all, since the last to see an answer compresses it."""
    app.config.update(
        COMPRESS_MIMETYPES=COMPRESSED,
        COMPRESS_ALGORITHM=CODINGS,
        COMPRESS_ALGORITHM_STREAMING=CODINGS,
        COMPRESS_LEVEL=5,
    )
    Compress(app)


class NotModified:
    """Answers 304 where the browser's copy is still true; everything else goes on to the application."""

    def __init__(self, app: Flask, inner: "WSGIApplication", settings: Settings) -> None:
        self._inner = inner
        self._app = app
        self._version: DataVersion = app.extensions["data_version"]
        self._hosts = settings.trusted_hosts
        self._shared_with = settings.shared_with

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Serve one request."""
        asked = environ.get("HTTP_IF_NONE_MATCH")
        kept = self._still_true(environ, asked) if asked else None
        if kept is None:
            return self._inner(environ, start_response)
        sharing = sharing_headers(self._shared_with, environ.get("HTTP_ORIGIN"))
        headers = [("ETag", f'"{kept}"'), *CACHING_HEADERS.items()]
        start_response("304 NOT MODIFIED", [*headers, *(sharing or [("Vary", "Accept-Encoding")])])
        return ()

    @cached_property
    def _paths(self) -> re.Pattern[str]:
        """What is answered freshly; known when the first request comes, after all views."""
        return re.compile("|".join(_patterns(self._app)))

    def _still_true(self, environ: "WSGIEnvironment", asked: str) -> str | None:
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or not self._paths.fullmatch(
            environ["PATH_INFO"]
        ):
            return None
        try:
            get_host(environ, self._hosts or None)
            tag = f"{self._version.current()}-{self._app.extensions['release']}"
        except (SQLAlchemyError, SecurityError):
            return None  # the application says what is wrong
        return next((etag for etag in ETAG.findall(asked) if etag.partition(":")[0] == tag), None)


def _tag(version: str) -> str:
    """Return the ETag of a version of the data as this release with these settings tells it."""
    return f"{version}-{current_app.extensions['release']}"


def _release(settings: Settings) -> str:
    """Return a digest of all but the data that an answer depends on: the product's code, public settings."""
    digest = hashlib.blake2b(digest_size=4)
    digest.update(_code())
    told = (settings.registry_name, settings.proxy_hops, settings.secure_cookies, settings.shared_with)
    digest.update(repr(told).encode())
    return digest.hexdigest()


@cache
def _code() -> bytes:
    paths = sorted(Path(__file__).parent.rglob("*"))
    return b"".join(path.read_bytes() for path in paths if path.suffix in {".py", ".sql"})


def _patterns(app: Flask) -> Iterable[str]:
    for rule in app.url_map.iter_rules():
        if getattr(app.view_functions.get(rule.endpoint), FRESH, False):
            yield "[^/]+".join(map(re.escape, PLACEHOLDER.split(rule.rule)))
