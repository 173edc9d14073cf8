"""`flask users`, as an operator types it."""

from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.web.accounts.steps import NEW_PASSWORD, PASSWORD, sign_in
from webapp.accounts.models import Account
from webapp.accounts.throttle import FAILURES_ALLOWED

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, session: Session) -> Run:
    """Run `flask users ...`."""
    del session
    return lambda *arguments: app.test_cli_runner().invoke(args=["users", *arguments])


def printed_password(result: Result) -> str:
    assert result.exit_code == 0, result.output
    [line] = [line for line in result.output.splitlines() if line.startswith("One-time password")]
    return line.rpartition(" ")[2]


def test_an_added_account_signs_in_with_the_printed_password(run: Run, client: FlaskClient) -> None:
    password = printed_password(run("add", "clerk"))
    assert sign_in(client, password=password).location == "/account/password"


def test_a_reset_password_replaces_the_old_one_and_lifts_the_throttle(
    run: Run, client: FlaskClient, clerk: Account
) -> None:
    for number in range(FAILURES_ALLOWED):
        sign_in(client, password=NEW_PASSWORD, address=f"198.51.100.{number}")
    assert sign_in(client).status_code == 429
    password = printed_password(run("reset", clerk.username.upper()))
    assert sign_in(client).status_code == 401
    assert sign_in(client, password=password).location == "/account/password"


def test_a_disabled_account_is_shut_until_it_is_enabled(
    run: Run, client: FlaskClient, clerk: Account
) -> None:
    assert run("disable", clerk.username).exit_code == 0
    assert sign_in(client).status_code == 401
    assert run("enable", clerk.username).exit_code == 0
    assert sign_in(client).status_code == 303


def test_the_list_tells_who_can_do_what_and_no_secret(run: Run, client: FlaskClient, clerk: Account) -> None:
    run("add", "newcomer")
    run("add", "leaver")
    run("disable", "leaver")
    sign_in(client)
    result = run("list")
    assert result.exit_code == 0
    lines = {line.split()[0]: line for line in result.output.splitlines()}
    assert list(lines) == ["clerk", "leaver", "newcomer"]
    assert "enabled" in lines["clerk"]
    assert "never" not in lines["clerk"]
    assert "disabled" in lines["leaver"]
    assert "one-time password" in lines["newcomer"]
    assert "never signed in" in lines["newcomer"]
    assert clerk.password_hash not in result.output


@pytest.mark.parametrize("command", ["reset", "disable", "enable"])
def test_an_unknown_account_is_named(run: Run, command: str) -> None:
    result = run(command, "nobody")
    assert result.exit_code == 1
    assert result.stderr == "Error: There is no account named 'nobody'.\n"
    assert not result.stdout


@pytest.mark.parametrize(("name", "reason"), [("Clerk", "taken"), ("data clerk", "Latin letters")])
def test_a_name_that_cannot_be_added_is_explained(
    run: Run, clerk: Account, session: Session, name: str, reason: str
) -> None:
    result = run("add", name)
    assert result.exit_code == 1
    assert reason in result.stderr
    assert session.query(Account).all() == [clerk]


def test_no_command_takes_a_password(run: Run) -> None:
    assert run("add", "clerk", PASSWORD).exit_code == 2
