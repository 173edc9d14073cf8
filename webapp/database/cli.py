"""`flask doctor`: is everything well, and what to do where it is not."""

import click
from flask import current_app
from flask.cli import with_appcontext

from webapp.database.doctor import Finding, examine
from webapp.extensions import db


@click.command("doctor")
@with_appcontext
def doctor_command() -> None:
    """Examine the database; exit with 1 when something is wrong."""
    findings = examine(db.engine, current_app.extensions["settings"])
    for finding in findings:
        _show(finding)
    failures = sum(not finding.ok for finding in findings)
    if failures:
        raise click.ClickException(
            f"{failures} of {len(findings)} checks failed; each line marked -> says what to do."
        )
    click.echo(f"All {len(findings)} checks passed.")


def _show(finding: Finding) -> None:
    mark = click.style("ok  ", fg="green") if finding.ok else click.style("FAIL", fg="red", bold=True)
    click.echo(f"{mark}  {finding.name}: {finding.detail}")
    for line in finding.remedy.splitlines():
        click.echo(f"      -> {line}")
