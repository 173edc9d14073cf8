"""An account to sign in with."""

import pytest
from sqlalchemy.orm import Session

from tests.web.accounts.steps import PASSWORD
from webapp.accounts.commands import add_account
from webapp.accounts.models import Account


@pytest.fixture
def clerk(session: Session) -> Account:
    """A stored account with a password of its own."""
    account, _password = add_account(session, "clerk", password=PASSWORD)
    session.commit()
    return account


@pytest.fixture
def one_time_password(session: Session) -> str:
    """The password of the stored account `newcomer`, who has not signed in yet."""
    _account, password = add_account(session, "newcomer")
    session.commit()
    return password
