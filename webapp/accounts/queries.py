"""Questions about accounts."""

import re
from collections.abc import Sequence

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from webapp.accounts.models import Account
from webapp.errors import NotFoundError

# The same form as the table's constraint. Nothing else is looked up, so that letters which merely
# fold to ASCII (the Kelvin sign, a dotted I) never name somebody else's account.
USERNAME_FORM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{1,79}")


def folded(username: str) -> str:
    """Return the name as it is compared: case does not tell two people apart."""
    return username.strip().lower()


def find_account(session: Session, username: str) -> Account | None:
    """Return the account of that name in any case, or None."""
    if not USERNAME_FORM.fullmatch(username.strip()):
        return None
    return session.scalar(select(Account).where(func.lower(Account.username) == folded(username)))


def get_account(session: Session, username: str) -> Account:
    """Return the account of that name, or raise NotFoundError."""
    account = find_account(session, username)
    if account is None:
        raise NotFoundError(f"There is no account named {username!r}.")
    return account


def list_accounts(session: Session) -> Sequence[Account]:
    """Return all accounts by name."""
    return session.scalars(select(Account).order_by(func.lower(Account.username))).all()


def any_account_exists(session: Session) -> bool:
    """Tell whether anybody can be named at all."""
    return bool(session.scalar(select(exists().select_from(Account))))
