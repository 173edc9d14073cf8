"""The product, served to a real browser on the loopback interface."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.serving import make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LOOPBACK = "127.0.0.1"


def closing(app: Flask) -> "WSGIApplication":
    """Close what an answer reads from even when the browser has gone: the server itself forgets that then."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterator[bytes]:
        parts = app.wsgi_app(environ, start_response)
        try:
            yield from parts
        finally:
            # an answer of 304 is made in front of Flask, and reads from nothing
            if hasattr(parts, "close"):
                parts.close()

    return answer


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve an application on a free port, a thread for each request, and yield its address."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server(LOOPBACK, 0, closing(app), threaded=True)
    server.daemon_threads = True  # type: ignore[attr-defined]  # a browser keeps connections open
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
