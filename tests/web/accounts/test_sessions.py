"""When a session is over: the cookie that a browser kept, or a thief copied, opens nothing any more."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete
from sqlalchemy.orm import Session

from tests.web.accounts.steps import NEW_PASSWORD, PASSWORD, change_password, is_signed_in, sign_in, sign_out
from webapp.accounts.commands import disable_account, enable_account, reset_password
from webapp.accounts.models import Account

pytestmark = pytest.mark.usefixtures("clerk")


@pytest.fixture
def signed_in(client: FlaskClient) -> FlaskClient:
    """The clerk's browser."""
    assert sign_in(client).status_code == 303
    return client


def copy_of(client: FlaskClient) -> FlaskClient:
    """Another browser with the same cookie."""
    thief = client.application.test_client()
    cookie = client.get_cookie("session")
    assert cookie is not None
    thief.set_cookie("session", cookie.value)
    assert is_signed_in(thief)
    return thief


def test_a_cookie_copied_before_signing_out_opens_nothing_afterwards(signed_in: FlaskClient) -> None:
    thief = copy_of(signed_in)
    response = sign_out(signed_in)
    assert (response.status_code, response.location) == (303, "/")
    assert not is_signed_in(signed_in)
    assert not is_signed_in(thief)


def test_signing_out_needs_a_token_and_a_post(signed_in: FlaskClient) -> None:
    assert signed_in.post("/sign-out").status_code == 400
    assert signed_in.get("/sign-out").status_code == 405
    assert is_signed_in(signed_in)


def test_after_signing_out_one_can_sign_in_again(signed_in: FlaskClient) -> None:
    sign_out(signed_in)
    sign_in(signed_in)
    assert is_signed_in(signed_in)


def test_a_changed_password_ends_other_sessions_and_keeps_this_one(signed_in: FlaskClient) -> None:
    other = copy_of(signed_in)
    assert change_password(signed_in, PASSWORD, NEW_PASSWORD).status_code == 303
    assert is_signed_in(signed_in)
    assert not is_signed_in(other)


def _disable_and_enable(session: Session, username: str) -> None:
    disable_account(session, username)
    enable_account(session, username)


def _delete(session: Session, username: str) -> None:
    session.execute(delete(Account).where(Account.username == username))


def _disable_by_sql(session: Session, username: str) -> None:
    session.query(Account).filter_by(username=username).update({"enabled": False})


@pytest.mark.parametrize(
    "ending", [disable_account, _disable_and_enable, _disable_by_sql, reset_password, _delete]
)
def test_what_an_operator_does_ends_sessions_at_once(
    signed_in: FlaskClient, session: Session, ending: Callable[[Session, str], object]
) -> None:
    assert is_signed_in(signed_in)
    ending(session, "clerk")
    session.commit()
    assert not is_signed_in(signed_in)
    assert signed_in.get("/").status_code == 200  # as a reader


@pytest.mark.parametrize("key", ["", "1", "1:", ":", "x:y", "-1:y", "²:y", f"{10**30}:y", "1:\u00e9"])
def test_a_session_of_another_age_is_nobodys(client: FlaskClient, clerk: Account, key: str) -> None:
    with client.session_transaction() as session:
        session["_user_id"] = key.replace("1", str(clerk.id), 1)
    assert not is_signed_in(client)
