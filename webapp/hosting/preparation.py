"""What a start does to the database before the first request: migrations, the demo registry, an account."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import click
import flask_migrate
from flask import Flask

from webapp import create_app
from webapp.accounts.commands import create_first_account
from webapp.database.transactions import Door, run_in_transaction
from webapp.extensions import db
from webapp.facilities.queries import is_fresh_registry, list_categories
from webapp.imports.commands import create_starter_categories, load_demo
from webapp.settings import Settings

DEMO_SIZE = 73_623


def migrate(settings: Settings) -> None:
    """Bring the tables to the newest state."""
    with _application(settings):
        flask_migrate.upgrade()


def fill(settings: Settings) -> None:
    """Give a fresh registry the demo, or without it the usual categories."""
    with _application(settings):
        if settings.demo:
            load_demo_once()
        elif not list_categories(db.session()):
            run_in_transaction(create_starter_categories, door=Door.COMMAND_LINE)


def load_demo_once() -> None:
    """Load the demo registry, all or nothing, into a registry that never held anything."""
    if not is_fresh_registry(db.session()):
        return
    with click.progressbar(length=DEMO_SIZE, label="Loading the demo registry") as bar:
        run_in_transaction(lambda session: load_demo(session, bar.update), actor="demo", door=Door.IMPORT)


def provide_first_account(settings: Settings) -> str | None:
    """Return the one-time password of a new first account, None where accounts exist."""
    with _application(settings):
        return run_in_transaction(create_first_account, door=Door.COMMAND_LINE)


@contextmanager
def _application(settings: Settings) -> Iterator[Flask]:
    """Enter an application of our own, without the time limit of a page, and leave no connection behind."""
    app = create_app(replace(settings, statement_timeout_ms=0))
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()
