"""Liveness and readiness, for whoever watches the process."""

from flask import Blueprint, Response, current_app
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from webapp.accounts.rules import public
from webapp.extensions import db
from webapp.json_answers import JSON, answer

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def live() -> Response:
    """Answer that the process runs; the database is not asked."""
    return answer({"status": "alive"}, mimetype=JSON)


@blueprint.get("/readyz")
@public
def ready() -> Response:
    """Answer whether requests can be served: the database is there and has its tables."""
    try:
        db.session.execute(text("SELECT 1 FROM facilities LIMIT 1"))
    except SQLAlchemyError:
        current_app.logger.warning("not ready: the database does not answer, or has no tables yet")
        remedy = "Check DATABASE_URL, then run: flask db upgrade; flask doctor says more."
        return answer({"status": "not ready", "remedy": remedy}, status=503, mimetype=JSON)
    return answer({"status": "ready"}, mimetype=JSON)
