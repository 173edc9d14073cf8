"""The commands that operators type after `flask`."""

from click import Command

from webapp.accounts.cli import users_commands
from webapp.clusters.cli import clusters_commands
from webapp.database.cli import doctor_command
from webapp.facilities.cli import categories_commands
from webapp.facilities.export_cli import export_command
from webapp.imports.cli import demo_command
from webapp.search.cli import search_commands

COMMANDS: tuple[Command, ...] = (
    doctor_command,
    users_commands,
    categories_commands,
    clusters_commands,
    search_commands,
    demo_command,
    export_command,
)
