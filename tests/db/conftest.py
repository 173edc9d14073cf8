"""Fixtures of the database tests: models and commands, without any page."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from tests.factories import store_category, store_facility
from webapp.extensions import db
from webapp.facilities.models import Category, Facility


@pytest.fixture
def session(app: Flask, connection: Connection) -> Iterator[Session]:
    """The application's own session, as a view or a command gets it."""
    del connection
    with app.app_context():
        yield db.session()


@pytest.fixture
def category(session: Session) -> Category:
    """A stored category, `heliport`."""
    return store_category(session)


@pytest.fixture
def facility(session: Session) -> Facility:
    """A stored facility at (36.8, -1.3) in the category `heliport`."""
    return store_facility(session)


@pytest.fixture
def committed(committing_app: Flask) -> Iterator[Session]:
    """A session on a database of its own, whose commits are real."""
    with committing_app.app_context():
        yield db.session()
