"""`flask categories`: the kinds of facility that this registry knows."""

import click
from flask.cli import AppGroup
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.database.transactions import Door, run_in_transaction
from webapp.extensions import db
from webapp.facilities.models import Category
from webapp.facilities.queries import list_categories

categories_commands = AppGroup("categories", help="List and add categories.")


@categories_commands.command("list")
def list_all() -> None:
    """List the categories in the order of the legend."""
    for category in list_categories(db.session()):
        click.echo(f"{category.slug}\t{category.label}\t{category.colour}\t{category.icon}")


@categories_commands.command("add")
@click.argument("slug")
@click.option("--label", required=True, help="What readers see.")
@click.option("--label-fr", help="What readers of French see.")
@click.option("--colour", default="#0072b2", show_default=True, help="Six-digit hexadecimal colour.")
@click.option(
    "--icon", default="maki/marker", show_default=True, help="A file of static/vendor/maki* or temaki*."
)
def add(slug: str, label: str, label_fr: str | None, colour: str, icon: str) -> None:
    """Add a category; SLUG is its permanent short name, such as health_post."""
    translations = {"fr": label_fr} if label_fr else {}

    def work(session: Session) -> None:
        rank = len(list_categories(session)) + 1
        session.add(
            Category(
                slug=slug, label=label, translations=translations, colour=colour.lower(), icon=icon, rank=rank
            )
        )

    try:
        run_in_transaction(work, door=Door.COMMAND_LINE)
    except IntegrityError as error:
        raise click.ClickException(_reason(error)) from error
    click.echo(f"Added {slug}.")


def _reason(error: IntegrityError) -> str:
    constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", "") or ""
    return {
        "pk_categories": "There is a category of that slug already.",
        "ck_categories_slug_form": "A slug is lower-case letters, digits and _, beginning with a letter.",
        "ck_categories_colour_form": "A colour looks like #0072b2.",
        "ck_categories_icon_form": "An icon looks like maki/hospital or temaki/balloon.",
        "ck_categories_label_text": "A label is one line of text.",
    }.get(constraint, "The database refused this category.")
