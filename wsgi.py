"""The WSGI entry point: `gunicorn --config python:webapp.hosting.gunicorn_settings wsgi:app`."""

import gc
import os

from webapp import create_app
from webapp.hosting.unconfigured import create_unconfigured_app, is_unconfigured

app = create_unconfigured_app() if is_unconfigured(os.environ) else create_app()

# what was loaded stays: to look through all of it for garbage held up one request in some hundred for 80 ms
gc.collect()
gc.freeze()
