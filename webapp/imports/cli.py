"""`flask demo`: the demo registry, from the command line."""

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from webapp.database.transactions import Door, run_in_transaction
from webapp.errors import AtlasError
from webapp.facilities.queries import is_fresh_registry
from webapp.imports.commands import OnProgress, load_demo
from webapp.imports.errors import RegistryNotEmptyError
from webapp.imports.ourairports import AIRPORTS


@click.command("demo")
@with_appcontext
def demo_command() -> None:
    """Load the airports of the world into a registry that never held anything."""
    try:
        added = _run()
    except AtlasError as error:
        raise click.ClickException(str(error)) from error
    except OperationalError as error:
        raise click.ClickException("The database cannot be reached; `flask doctor` says why.") from error
    click.echo(f"Added {added} facilities.")


def _run() -> int:
    with click.progressbar(length=AIRPORTS, label="Loading the demo registry") as bar:
        return run_in_transaction(lambda session: _load(session, bar.update), actor="demo", door=Door.IMPORT)


def _load(session: Session, on_progress: OnProgress) -> int:
    if not is_fresh_registry(session):
        raise RegistryNotEmptyError
    return load_demo(session, on_progress)
