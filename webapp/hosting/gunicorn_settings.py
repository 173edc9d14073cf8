"""gunicorn's configuration: `gunicorn --config python:webapp.hosting.gunicorn_settings wsgi:app`."""

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger

from webapp.errors import SettingsError
from webapp.hosting.unconfigured import is_unconfigured
from webapp.hosting.web_server import GRACEFUL_TIMEOUT_S
from webapp.settings import Settings

PLACEHOLDERS = {"DATABASE_URL": "postgresql:///", "SECRET_KEY": "0" * 64}
ACCESS_LINE = '%(h)s %(t)s "%(r)s" %(s)s %(B)s %(M)sms "%(a)s"'
MILLISECOND = timedelta(milliseconds=1)
MEMORY_DIRECTORY = Path("/dev/shm")  # noqa: S108  # gunicorn makes a file of its own in it


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Return the settings; the image's first start without any may still say what it lacks."""
    try:
        return Settings.from_env({**environ, **PLACEHOLDERS} if is_unconfigured(environ) else environ)
    except SettingsError as error:
        raise SystemExit(f"facility-atlas: {error}") from error


class OneLineLogger(Logger):
    """gunicorn's logger; what a client sends cannot begin a line or colour a terminal."""

    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> dict[str, Any]:
        """Return the parts of an access line, with everything unprintable escaped."""
        if self.cfg.access_log_format == ACCESS_LINE:
            parts = self._named_parts(resp, environ, request_time)
        else:
            parts = super().atoms(resp, req, environ, request_time)
        return {name: escaped(value) for name, value in parts.items()}

    def _named_parts(self, resp: Any, environ: dict[str, Any], request_time: timedelta) -> dict[str, Any]:
        """Return what our line names: gunicorn gathers fifty parts, which takes longer than to answer 304."""
        return {
            "h": environ.get("REMOTE_ADDR", "-"),
            "t": self.now(),
            "r": f"{environ['REQUEST_METHOD']} {environ['RAW_URI']} {environ['SERVER_PROTOCOL']}",
            "s": str(resp.status).partition(" ")[0],
            "B": resp.sent,
            "M": request_time // MILLISECOND,
            "a": environ.get("HTTP_USER_AGENT", "-"),
        }


def escaped(value: Any) -> Any:
    """Return text as printable ASCII on one line; leave numbers alone."""
    return value.encode("unicode_escape").decode("ascii") if isinstance(value, str) else value


_settings = read_settings(os.environ)

bind = (
    f"[{_settings.host}]:{_settings.port}" if ":" in _settings.host else f"{_settings.host}:{_settings.port}"
)
worker_class = "gthread"
workers = _settings.web_concurrency
threads = _settings.web_threads

# Each worker loads the application itself: an engine is never shared across a fork, and HUP loads new code.
preload_app = False
control_socket_disable = True
worker_tmp_dir = str(MEMORY_DIRECTORY) if os.access(MEMORY_DIRECTORY, os.W_OK) else None

timeout = 60
graceful_timeout = GRACEFUL_TIMEOUT_S
# A proxy keeps its connections for about a minute; whoever closes first loses a request.
keepalive = 75 if _settings.proxy_hops else 5

limit_request_line = 8190
limit_request_fields = 64
limit_request_field_size = 8190
header_map = "drop"

# The application alone decides whom it trusts, by the exact number of proxies (PROXY_HOPS): gunicorn itself
# believes no X-Forwarded-Proto and takes neither SCRIPT_NAME nor PATH_INFO from a header.
forwarded_allow_ips = ""
forwarder_headers = ""
secure_scheme_headers: dict[str, str] = {}

logger_class = OneLineLogger
accesslog = "-"
access_log_format = ACCESS_LINE
