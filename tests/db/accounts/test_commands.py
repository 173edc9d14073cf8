from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.accounts import passwords
from webapp.accounts.commands import (
    add_account,
    authenticate,
    change_password,
    create_first_account,
    disable_account,
    enable_account,
    end_sessions,
    reset_password,
)
from webapp.accounts.models import Account
from webapp.accounts.queries import find_account, get_account, list_accounts
from webapp.database.transactions import run_in_transaction
from webapp.errors import InvalidValueError, NotFoundError

PASSWORD = "correct horse battery"
NEW_PASSWORD = "staple of another kind"


@pytest.fixture
def clerk(session: Session) -> Account:
    return add_account(session, "Clerk", password=PASSWORD)[0]


def test_an_account_has_the_password_that_was_given(session: Session, clerk: Account) -> None:
    assert authenticate(session, "clerk", PASSWORD) is clerk
    assert not clerk.password_is_one_time
    assert clerk.signed_in_at is not None


def test_an_account_without_a_given_password_gets_one_to_use_once(session: Session) -> None:
    account, password = add_account(session, "clerk")
    assert authenticate(session, "clerk", password) is account
    assert account.password_is_one_time


def test_a_given_password_can_be_for_one_time(session: Session) -> None:
    assert add_account(session, "clerk", password=PASSWORD, one_time=True)[0].password_is_one_time


@pytest.mark.parametrize(
    "username", ["", "x", "-clerk", "data clerk", "clerk\n", "\x00clerk", "x" * 81, "施設員"]
)
def test_a_name_that_is_hard_to_type_is_refused(session: Session, username: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        add_account(session, username)
    assert refused.value.field == "username"


def test_a_name_that_differs_only_in_case_is_taken(session: Session, clerk: Account) -> None:
    with pytest.raises(InvalidValueError, match="taken") as refused:
        add_account(session, "cLERK")
    assert refused.value.field == "username"
    assert list_accounts(session) == [clerk]  # the transaction goes on


def test_a_short_password_is_refused(session: Session) -> None:
    with pytest.raises(InvalidValueError) as refused:
        add_account(session, "clerk", password="short")
    assert refused.value.field == "password"


@pytest.mark.parametrize("typed", ["clerk", "CLERK", " Clerk "])
def test_names_are_found_in_any_case(session: Session, clerk: Account, typed: str) -> None:
    assert find_account(session, typed) is clerk


@pytest.mark.parametrize("typed", ["cler\u212a", "clerk\x00", "%", "clerk'--", "", "x" * 10_000])
def test_nothing_but_the_name_finds_an_account(session: Session, clerk: Account, typed: str) -> None:
    del clerk
    assert find_account(session, typed) is None


def test_asking_for_an_unknown_account_says_its_name(session: Session) -> None:
    with pytest.raises(NotFoundError, match="nobody"):
        get_account(session, "nobody")


class RecordingHasher(PasswordHasher):
    """Notes what it was asked to compare."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.compared: list[tuple[Any, ...]] = []

    def verify(self, *arguments: Any) -> Any:
        self.compared.append(arguments)
        return super().verify(*arguments)


@pytest.mark.parametrize(
    ("username", "password"),
    [("nobody", PASSWORD), ("clerk", NEW_PASSWORD), ("disabled", PASSWORD), ("\x00", PASSWORD)],
    ids=["unknown name", "wrong password", "disabled account", "impossible name"],
)
def test_every_failure_compares_one_hash_and_says_the_same(
    session: Session, clerk: Account, monkeypatch: pytest.MonkeyPatch, username: str, password: str
) -> None:
    del clerk
    add_account(session, "disabled", password=PASSWORD)
    disable_account(session, "disabled")
    hasher = RecordingHasher()
    monkeypatch.setattr(passwords, "HASHER", hasher)
    assert authenticate(session, username, password) is None
    assert [typed for _hash, typed in hasher.compared] == [password]


def test_the_hash_of_nobody_is_compared_for_an_unknown_name(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    hasher = RecordingHasher()
    monkeypatch.setattr(passwords, "HASHER", hasher)
    authenticate(session, "nobody", PASSWORD)
    assert hasher.compared == [(passwords.UNKNOWN_USER_HASH, PASSWORD)]


def test_a_hash_of_outdated_parameters_is_renewed_at_sign_in(session: Session, clerk: Account) -> None:
    outdated = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
    clerk.password_hash = outdated
    assert authenticate(session, "clerk", NEW_PASSWORD) is None
    assert clerk.password_hash == outdated
    assert authenticate(session, "clerk", PASSWORD) is clerk
    assert not passwords.hash_is_outdated(clerk.password_hash)
    assert authenticate(session, "clerk", PASSWORD) is clerk


def test_signing_in_leaves_other_sessions_alone(session: Session, clerk: Account) -> None:
    before = clerk.get_id()
    authenticate(session, "clerk", PASSWORD)
    assert clerk.get_id() == before


def test_a_changed_password_replaces_the_old_one(session: Session, clerk: Account) -> None:
    change_password(session, clerk, current_password=PASSWORD, new_password=NEW_PASSWORD)
    assert authenticate(session, "clerk", PASSWORD) is None
    assert authenticate(session, "clerk", NEW_PASSWORD) is clerk


def test_a_changed_one_time_password_is_ones_own(session: Session) -> None:
    account, password = add_account(session, "clerk")
    change_password(session, account, current_password=password, new_password=NEW_PASSWORD)
    assert not account.password_is_one_time


@pytest.mark.parametrize(
    ("current", "new", "field"),
    [
        (NEW_PASSWORD, NEW_PASSWORD, "current_password"),
        (PASSWORD, "short", "new_password"),
        (PASSWORD, PASSWORD, "new_password"),
    ],
)
def test_a_refused_change_names_its_field_and_changes_nothing(
    session: Session, clerk: Account, current: str, new: str, field: str
) -> None:
    before = clerk.password_hash
    with pytest.raises(InvalidValueError) as refused:
        change_password(session, clerk, current_password=current, new_password=new)
    assert refused.value.field == field
    assert clerk.password_hash == before


def test_a_reset_password_is_for_one_time(session: Session, clerk: Account) -> None:
    password = reset_password(session, "clerk")
    assert authenticate(session, "clerk", PASSWORD) is None
    assert authenticate(session, "clerk", password) is clerk
    assert clerk.password_is_one_time


def test_an_enabled_account_can_be_used_again(session: Session, clerk: Account) -> None:
    disable_account(session, "clerk")
    assert authenticate(session, "clerk", PASSWORD) is None
    enable_account(session, "clerk")
    assert authenticate(session, "clerk", PASSWORD) is clerk


ENDINGS: dict[str, Callable[[Session, Account], object]] = {
    "sign out": end_sessions,
    "change": lambda session, account: change_password(
        session, account, current_password=PASSWORD, new_password=NEW_PASSWORD
    ),
    "reset": lambda session, account: reset_password(session, account.username),
    "disable": lambda session, account: disable_account(session, account.username),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_ends_sessions_gives_the_account_a_new_stamp(
    session: Session, clerk: Account, ending: str
) -> None:
    before = clerk.session_stamp
    ENDINGS[ending](session, clerk)
    assert session.scalar(select(Account.session_stamp)) != before


def test_the_first_account_is_made_once(session: Session) -> None:
    password = create_first_account(session)
    assert password is not None
    assert authenticate(session, "admin", password) is not None
    assert create_first_account(session) is None


def test_there_is_no_first_account_where_others_are(session: Session, clerk: Account) -> None:
    assert create_first_account(session) is None
    assert list_accounts(session) == [clerk]


def test_of_processes_that_start_at_once_one_makes_the_first_account(committing_app: Flask) -> None:
    barrier = Barrier(8)

    def start(_number: int) -> str | None:
        with committing_app.app_context():
            barrier.wait()
            return run_in_transaction(create_first_account)

    with ThreadPoolExecutor(8) as pool:
        passwords_made = [made for made in pool.map(start, range(8)) if made]
    assert len(passwords_made) == 1
    with committing_app.app_context():
        assert run_in_transaction(lambda session: session.scalar(select(func.count(Account.id)))) == 1
