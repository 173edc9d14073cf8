"""The counters themselves: one transaction after another, and all at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp import create_app
from webapp.accounts.models import SignInFailures
from webapp.accounts.throttle import (
    FAILURES_ALLOWED,
    WINDOW,
    account_subject,
    address_subject,
    admit_attempt,
    count_attempt,
    forgive,
)
from webapp.errors import TooManyAttemptsError
from webapp.extensions import db

HERE = "192.0.2.7"
TRIES = 60


def admitted(session: Session, username: str, address: str, tries: int = 1) -> int:
    """Count tries, and return how many were let through."""
    return sum(count_attempt(session, username=username, address=address) == 0 for _turn in range(tries))


def age(session: Session, by: timedelta) -> None:
    """Let all counters have begun earlier."""
    session.execute(update(SignInFailures).values(window_began_at=SignInFailures.window_began_at - by))


def counters(session: Session) -> dict[str, int]:
    return {row.subject: row.count for row in session.scalars(select(SignInFailures))}


def test_an_account_has_five_tries_from_wherever_they_come(session: Session) -> None:
    assert sum(admitted(session, "clerk", f"192.0.2.{number}") for number in range(20)) == FAILURES_ALLOWED


def test_an_address_has_five_tries_whichever_names_it_tries(session: Session) -> None:
    assert sum(admitted(session, f"clerk{number}", HERE) for number in range(20)) == FAILURES_ALLOWED


def test_another_account_and_address_are_not_touched(session: Session) -> None:
    admitted(session, "clerk", HERE, tries=20)
    assert admitted(session, "registrar", "192.0.2.8") == 1


def test_a_stopped_address_cannot_lock_other_accounts(session: Session) -> None:
    admitted(session, "nobody", HERE, tries=FAILURES_ALLOWED)
    assert admitted(session, "clerk", HERE, tries=20) == 0
    assert admitted(session, "clerk", "192.0.2.8", tries=20) == FAILURES_ALLOWED


def test_the_wait_is_what_is_left_of_the_window(session: Session) -> None:
    admitted(session, "clerk", HERE, tries=FAILURES_ALLOWED)
    assert count_attempt(session, username="clerk", address=HERE) == WINDOW.total_seconds()
    age(session, timedelta(minutes=14))
    assert count_attempt(session, username="clerk", address=HERE) == 60


def test_the_window_begins_with_its_first_try(session: Session) -> None:
    admitted(session, "clerk", HERE)
    age(session, WINDOW / 3)
    admitted(session, "clerk", HERE, tries=FAILURES_ALLOWED - 1)
    assert count_attempt(session, username="clerk", address=HERE) == WINDOW.total_seconds() * 2 / 3


def test_waiting_does_not_begin_again_with_each_refused_try(session: Session) -> None:
    admitted(session, "clerk", HERE, tries=FAILURES_ALLOWED)
    age(session, WINDOW / 2)
    admitted(session, "clerk", HERE, tries=20)
    age(session, WINDOW / 2)
    assert admitted(session, "clerk", HERE, tries=20) == FAILURES_ALLOWED


def test_a_success_clears_its_account_but_no_other_failures_of_the_address(session: Session) -> None:
    admitted(session, "victim", HERE, tries=3)
    admitted(session, "clerk", HERE)
    forgive(session, username="clerk", address=HERE)
    assert counters(session) == {address_subject(HERE): 3, account_subject("victim"): 3}


def test_one_account_cannot_be_guessed_under_cover_of_another(session: Session) -> None:
    guesses = 0
    for _turn in range(20):
        if admitted(session, "clerk", HERE):
            forgive(session, username="clerk", address=HERE)
        guesses += admitted(session, "victim", HERE)
    assert guesses == FAILURES_ALLOWED


def test_expired_counters_are_deleted(session: Session) -> None:
    admitted(session, "clerk", HERE)
    age(session, WINDOW)
    admitted(session, "registrar", "192.0.2.8")
    assert set(counters(session)) == {address_subject("192.0.2.8"), account_subject("registrar")}


def test_a_counter_survives_whatever_its_request_rolls_back(committing_app: Flask) -> None:
    with committing_app.app_context():
        admit_attempt("clerk", HERE)
        db.session.rollback()
        assert set(counters(db.session())) == {address_subject(HERE), account_subject("clerk")}


def all_at_once(apps: list[Flask], attempt: Callable[[int], tuple[str, str]]) -> int:
    """Make many tries from many threads of several applications; return how many were let through."""

    def one_try(number: int) -> bool:
        username, address = attempt(number)
        with apps[number % len(apps)].app_context(), suppress(TooManyAttemptsError):
            admit_attempt(username, address)
            return True
        return False

    with ThreadPoolExecutor(20) as pool:
        return sum(pool.map(one_try, range(TRIES)))


@pytest.fixture
def workers(committing_app: Flask) -> list[Flask]:
    """Two applications that share nothing but the database, as two processes do."""
    return [committing_app, create_app(committing_app.extensions["settings"])]


def test_exactly_five_of_sixty_simultaneous_tries_of_an_account_pass(workers: list[Flask]) -> None:
    assert all_at_once(workers, lambda number: ("clerk", f"198.51.100.{number}")) == FAILURES_ALLOWED


def test_exactly_five_of_sixty_simultaneous_tries_of_an_address_pass(workers: list[Flask]) -> None:
    rotating = "2001:db8:1:2::{:x}"
    tries = all_at_once(workers, lambda number: (f"clerk{number}", rotating.format(number)))
    assert tries == FAILURES_ALLOWED


def test_simultaneous_tries_in_all_directions_do_not_deadlock(workers: list[Flask]) -> None:
    with workers[0].app_context():
        for number in range(6):
            admit_attempt(f"clerk{number}", f"192.0.2.{number}")
        age(db.session(), WINDOW)
        db.session.commit()
    # every admitted try purges what another one is about to count
    everywhere = all_at_once(workers, lambda number: (f"clerk{number % 6}", f"192.0.2.{number * 7 % 12}"))
    assert everywhere == 6 * FAILURES_ALLOWED
