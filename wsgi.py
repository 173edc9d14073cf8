"""The WSGI entry point: `gunicorn --config python:webapp.hosting.gunicorn_settings wsgi:app`."""

import os

from webapp import create_app
from webapp.hosting.unconfigured import create_unconfigured_app, is_unconfigured

app = create_unconfigured_app() if is_unconfigured(os.environ) else create_app()
