"""`flask clusters`: the upkeep of the pyramid."""

import click
from flask.cli import AppGroup

from webapp.clusters.commands import find_differences, fold_changes, rebuild_cells
from webapp.database.transactions import Door, run_in_transaction
from webapp.extensions import db

clusters_commands = AppGroup("clusters", help="Keep the counts behind the map's clusters.")


@clusters_commands.command("verify")
def verify() -> None:
    """Recount all facilities; exit with 1 where the clusters say something else."""
    differences = find_differences(db.engine)
    for level, cells in differences.items():
        click.echo(f"level {level}: {cells} cells differ")
    if differences:
        raise click.ClickException("The clusters are not true. Run: flask clusters rebuild")
    click.echo("The clusters are true: every cell of every level equals a recount.")


@clusters_commands.command("rebuild")
def rebuild() -> None:
    """Recount all facilities and correct the clusters, while everybody goes on working."""
    click.echo(f"{rebuild_cells(db.engine)} cells written.")


@clusters_commands.command("fold")
def fold() -> None:
    """Add pending changes to the clusters now; otherwise later writes do so little by little."""
    folded = run_in_transaction(fold_changes, door=Door.COMMAND_LINE)
    click.echo(f"{folded} changes folded.")
