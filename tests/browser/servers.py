"""The product, served to a real browser on the loopback interface."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from flask import Flask
from werkzeug.serving import make_server

LOOPBACK = "127.0.0.1"


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve an application on a free port, a thread for each request, and yield its address."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server(LOOPBACK, 0, app, threaded=True)
    server.daemon_threads = True  # type: ignore[attr-defined]  # a browser keeps connections open
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
