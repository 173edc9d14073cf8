"""Headers and limits that hold for every answer."""

from urllib.parse import urlsplit

from flask import Flask, abort, request
from flask_login import current_user
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from webapp.fresh_answers import is_fresh
from webapp.settings import Settings
from webapp.static_files import is_static_file

LARGEST_BODY_BYTES = 2 * 1024 * 1024
YEAR_S = 365 * 24 * 3600
OF_DOCUMENTS = {
    "X-Frame-Options": "DENY",
    # tile servers refuse requests that do not say where they come from
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
NO_DOCUMENTS = frozenset({"application/json", "text/css", "text/javascript"})
"""What a browser shows as text if opened by itself; what a page may do with it, the page's own headers
say. An SVG, however, is a page of its own there."""


def init_security(app: Flask, settings: Settings) -> None:
    """Set cookies, body limits, trusted hosts and the proxy's headers from the settings."""
    app.config.update(
        SESSION_COOKIE_NAME="session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        MAX_CONTENT_LENGTH=LARGEST_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY_BYTES,
        MAX_FORM_PARTS=200,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=settings.secure_cookies,
    )
    if settings.trusted_hosts:
        app.config["TRUSTED_HOSTS"] = list(settings.trusted_hosts)
    if hops := settings.proxy_hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    policy = content_security_policy(settings)

    @app.after_request
    def add_headers(response: Response) -> Response:
        _harden(response, policy, settings)
        return response

    @app.before_request
    def refuse_null_bytes() -> None:
        if "\x00" in request.path or "%00" in request.query_string.decode("latin-1"):
            abort(400, "The address holds a NUL byte.")


def content_security_policy(settings: Settings) -> str:
    """Return the policy: everything from here, and pictures from the tile server that was switched on."""
    address = urlsplit(settings.tiles_url.replace("{s}", "*"))
    tiles = f" {address.scheme}://{address.netloc}" if settings.tiles_url else ""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; font-src 'self'; "
        f"img-src 'self' data:{tiles}; manifest-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def _harden(response: Response, policy: str, settings: Settings) -> None:
    headers = {"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin"}
    if not (is_static_file(response) and response.mimetype in NO_DOCUMENTS):
        headers |= {"Content-Security-Policy": policy, **OF_DOCUMENTS}
    if settings.secure_cookies:
        headers["Strict-Transport-Security"] = f"max-age={YEAR_S}; includeSubDomains"
    for name, value in headers.items():
        response.headers.setdefault(name, value)
    if not is_static_file(response) and not is_fresh(response):
        response.vary.update(("Cookie", "Accept-Language"))
        response.headers.setdefault("Cache-Control", _caching())


def _caching() -> str:
    if current_user and current_user.is_authenticated:
        return "no-store, private"
    return "no-cache, private"
