"""facility-atlas: a self-hosted registry of an organisation's places, on a map."""

from pathlib import Path

from flask import Flask

from webapp import cli
from webapp.accounts import views as accounts
from webapp.accounts.rules import enforce
from webapp.accounts.sessions import init_accounts
from webapp.data_version import init_data_version
from webapp.database.engine import database_url, engine_options, forget_connections_after_fork
from webapp.error_pages import Application, init_error_pages
from webapp.extensions import csrf, db, migrate
from webapp.facilities import open_data
from webapp.facilities import views as facilities
from webapp.fresh_answers import init_compression, init_fresh_answers
from webapp.health import views as health
from webapp.history.words import init_history_words
from webapp.json_answers import init_json
from webapp.languages import init_languages
from webapp.map import views as map_views
from webapp.map.settings import init_map_words
from webapp.search import views as search
from webapp.security import init_security
from webapp.settings import Settings
from webapp.static_files import init_static_files, static_url_path
from webapp.tiles import views as tiles

ROOT = Path(__file__).resolve().parent.parent
INITS = (init_json, init_static_files, init_map_words, init_history_words, init_accounts, init_error_pages)
ROOMS = (map_views, search, tiles, facilities, open_data, accounts, health)


def create_app(settings: Settings | None = None) -> Flask:
    """Wire the application; settings come from the environment unless given."""
    settings = settings or Settings.from_env()
    app = Application(
        __name__,
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        static_url_path=static_url_path(ROOT / "static"),
    )
    app.extensions["settings"] = settings
    app.config["SECRET_KEY"] = settings.secret_key
    app.jinja_env.globals["registry_name"] = settings.registry_name
    _init_database(app, settings)
    init_compression(app)
    csrf.init_app(app)
    for init in INITS:
        init(app)
    init_languages(app, settings)
    init_fresh_answers(app, settings)
    init_security(app, settings)
    for room in ROOMS:
        app.register_blueprint(room.blueprint)
    for command in cli.COMMANDS:
        app.cli.add_command(command)
    enforce(app)
    return app


def _init_database(app: Flask, settings: Settings) -> None:
    app.config.update(
        SQLALCHEMY_DATABASE_URI=database_url(settings.database_url),
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings),
    )
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "webapp" / "migrations"))
    with app.app_context():
        forget_connections_after_fork(db.engine)
    init_data_version(app)
