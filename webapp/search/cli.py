"""`flask search`: the upkeep of the words that the search box knows."""

import click
from flask.cli import AppGroup

from webapp.extensions import db
from webapp.search.commands import collect_words

search_commands = AppGroup("search", help="Keep the words that misspelt ones are compared with.")


@search_commands.command("refresh")
def refresh() -> None:
    """Forget the words that no facility has any more; everybody goes on working."""
    click.echo(f"{collect_words(db.engine)} words known.")
