"""The application before anybody configured it: alive, and telling what it lacks."""

from collections.abc import Mapping

import click
from flask import Flask, Response

NEEDED = ("DATABASE_URL", "SECRET_KEY")
REMEDY = (
    "Facility Atlas is not configured. Set DATABASE_URL to a PostgreSQL database with PostGIS, "
    "and SECRET_KEY to a random text of at least 32 characters (or DATABASE_URL_FILE and SECRET_KEY_FILE "
    "to files that hold them), then start again. docs/hosting.md shows how.\n"
)


def is_unconfigured(environ: Mapping[str, str]) -> bool:
    """Tell whether not one of the needed settings is there: somebody is trying the bare image.

    As soon as one is given this is a deployment, and the other one missing stops its start.
    """
    return not any(environ.get(name) or environ.get(f"{name}_FILE") for name in NEEDED)


def create_unconfigured_app() -> Flask:
    """Return an application without database, sessions or secrets: /healthz is 200, all else 503."""
    app = Flask("webapp", static_folder=None)
    app.logger.warning(REMEDY.strip())
    app.add_url_rule("/healthz", "healthz", lambda: _plain("ok\n", 200))
    app.register_error_handler(404, lambda _error: _plain(REMEDY, 503))
    app.cli.add_command(doctor)
    return app


@click.command("doctor")
def doctor() -> None:
    """Say what is missing, in place of the doctor that needs a database."""
    raise click.ClickException(REMEDY.strip())


def _plain(text: str, status: int) -> Response:
    answer = Response(text, status, mimetype="text/plain")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
