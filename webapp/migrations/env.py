"""Alembic's entry: runs migrations on the application's own engine, with geometry columns understood."""

from alembic import context
from flask import current_app
from geoalchemy2 import alembic_helpers
from sqlalchemy import text

from webapp.extensions import db

# A waiting ALTER blocks every reader that queues behind it: rather give up and be run again.
LOCK_TIMEOUT = "5s"


def run() -> None:
    """Run the migrations in one transaction."""
    current_app.logger.debug("running migrations")
    with db.engine.connect() as connection:
        connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
        connection.execute(text("SET statement_timeout = 0"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            include_object=alembic_helpers.include_object,
            render_item=alembic_helpers.render_item,
            compare_server_default=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.execute(text("RESET lock_timeout"))
        connection.execute(text("RESET statement_timeout"))
        connection.commit()


run()
