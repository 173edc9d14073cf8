"""`flask export`: the registry as a file."""

import sys
from collections.abc import Iterable
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import OperationalError

from webapp.errors import AtlasError
from webapp.extensions import db
from webapp.facilities.export import ExportFormat, Selection, export
from webapp.facilities.queries import list_categories


@click.command("export")
@click.option(
    "--format",
    "export_format",
    type=click.Choice([choice.value for choice in ExportFormat]),
    default=ExportFormat.GEOJSON.value,
    show_default=True,
    help="GeoJSON (RFC 7946), or CSV with one row per facility.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="The file to write; it appears when it is complete. Without it, standard output.",
)
@click.option("--category", "categories", multiple=True, help="Only this category; repeatable.")
@click.option("--country", "countries", multiple=True, help="Only this country, such as KE; repeatable.")
@with_appcontext
def export_command(
    export_format: str, output: Path | None, categories: tuple[str, ...], countries: tuple[str, ...]
) -> None:
    """Write all facilities, or those of some categories and countries."""
    try:
        _require_known(categories)
        chosen = Selection(categories=categories, countries=tuple(map(str.upper, countries)))
        _write(export(db.session(), chosen, ExportFormat(export_format)), output)
    except AtlasError as error:
        raise click.ClickException(f"A stored geometry cannot be written: {error}") from error
    except OperationalError as error:
        raise click.ClickException("The database cannot be reached; `flask doctor` says why.") from error
    finally:
        db.session.rollback()


def _require_known(categories: tuple[str, ...]) -> None:
    known = [category.slug for category in list_categories(db.session())]
    for slug in categories:
        if slug not in known:
            raise click.BadParameter(f"{slug} is none of: {', '.join(known)}", param_hint="--category")


def _write(pieces: Iterable[bytes], output: Path | None) -> None:
    """Write a file under another name first: half an export must not look like a whole one."""
    if output is None:
        sys.stdout.buffer.writelines(pieces)
        sys.stdout.buffer.flush()
        return
    unfinished = output.with_name(f"{output.name}.part")
    try:
        with unfinished.open("wb") as file:
            file.writelines(pieces)
        unfinished.replace(output)
    except OSError as error:
        raise click.FileError(str(output), hint=error.strerror) from error
    finally:
        unfinished.unlink(missing_ok=True)
