"""facility-atlas: a self-hosted registry of an organisation's places, on a map."""

from pathlib import Path

from flask import Flask

from webapp.database.engine import database_url, engine_options
from webapp.extensions import db, migrate
from webapp.settings import Settings

ROOT = Path(__file__).resolve().parent.parent


def create_app(settings: Settings | None = None) -> Flask:
    """Wire the application; settings come from the environment unless given."""
    settings = settings or Settings.from_env()
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=database_url(settings.database_url),
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings),
    )
    app.extensions["settings"] = settings
    import webapp.accounts.models
    import webapp.facilities.models
    import webapp.history.models

    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "webapp" / "migrations"))
    return app
