"""`flask users`: the accounts, from the command line."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import click
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from webapp.accounts import commands, queries, throttle
from webapp.accounts.models import Account
from webapp.database.transactions import Door, run_in_transaction
from webapp.errors import AtlasError

Result = TypeVar("Result")

users_commands = AppGroup(
    "users", help="Add, list, reset, disable and enable the accounts of people who may write."
)
name_argument = click.argument("name")


@users_commands.command("add")
@name_argument
def add(name: str) -> None:
    """Add an account and print its one-time password."""
    _account, password = _run(lambda session: commands.add_account(session, name))
    _show_once(name, password)


@users_commands.command("list")
def list_users() -> None:
    """List all accounts."""
    for account in _run(queries.list_accounts):
        click.echo(f"{account.username:<30} {_state(account):<18} {_last_sign_in(account)}")


@users_commands.command("reset")
@name_argument
def reset(name: str) -> None:
    """Replace a password by a one-time password, sign the person out everywhere, lift a throttle."""

    def work(session: Session) -> str:
        throttle.forget_account(session, name)
        return commands.reset_password(session, name)

    _show_once(name, _run(work))


@users_commands.command("disable")
@name_argument
def disable(name: str) -> None:
    """Let nobody use an account; its sessions end at once."""
    account = _run(lambda session: commands.disable_account(session, name))
    click.echo(f"{account.username} is disabled and signed out.")


@users_commands.command("enable")
@name_argument
def enable(name: str) -> None:
    """Let an account be used again."""
    account = _run(lambda session: commands.enable_account(session, name))
    click.echo(f"{account.username} is enabled.")


def _run(work: Callable[[Session], Result]) -> Result:
    with _plain_errors():
        return run_in_transaction(work, door=Door.COMMAND_LINE)


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Say what went wrong in one line, and exit with 1."""
    try:
        yield
    except AtlasError as error:
        raise click.ClickException(str(error)) from error
    except OperationalError as error:
        raise click.ClickException("The database cannot be reached; `flask doctor` says why.") from error


def _show_once(name: str, password: str) -> None:
    click.echo(f"One-time password of {name}: {password}")
    click.echo("It is not shown again. The first sign-in asks for a new one.")


def _state(account: Account) -> str:
    if not account.enabled:
        return "disabled"
    return "one-time password" if account.password_is_one_time else "enabled"


def _last_sign_in(account: Account) -> str:
    return f"{account.signed_in_at:%Y-%m-%d %H:%M} UTC" if account.signed_in_at else "never signed in"
