"""The commands that operators type after `flask`."""

from click import Command

from webapp.accounts.cli import users_commands
from webapp.facilities.cli import categories_commands
from webapp.imports.cli import demo_command

COMMANDS: tuple[Command, ...] = (
    users_commands,
    categories_commands,
    demo_command,
)
