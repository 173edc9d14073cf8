"""What can be done to accounts. Commands flush and never commit."""

from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.accounts.models import Account, new_session_stamp
from webapp.accounts.passwords import (
    check_new_password,
    hash_is_outdated,
    hash_password,
    new_one_time_password,
    password_matches,
)
from webapp.accounts.queries import USERNAME_FORM, any_account_exists, find_account, get_account
from webapp.errors import InvalidValueError
from webapp.geo.messages import translatable as _

FIRST_USERNAME = "admin"
USERNAME_CONSTRAINT = "uq_accounts_username_folded"


def add_account(
    session: Session, username: str, *, password: str | None = None, one_time: bool = False
) -> tuple[Account, str]:
    """Add an account; return it with its password, a new one-time password where none is given."""
    if not USERNAME_FORM.fullmatch(username):
        raise InvalidValueError(
            "username",
            _("Use 2 to 80 Latin letters, digits and . _ @ + -, beginning with a letter or digit."),
        )
    chosen = password or new_one_time_password()
    check_new_password("password", chosen, username=username)
    account = Account(
        username=username,
        password_hash=hash_password(chosen),
        password_is_one_time=one_time or password is None,
    )
    _insert(session, account)
    return account, chosen


def create_first_account(session: Session) -> str | None:
    """Add `admin` and return its one-time password, or None where accounts exist already.

    Of several processes that start at once exactly one does it: the others wait here for its commit.
    """
    session.execute(text("LOCK TABLE accounts IN SHARE ROW EXCLUSIVE MODE"))
    if any_account_exists(session):
        return None
    return add_account(session, FIRST_USERNAME)[1]


def authenticate(session: Session, username: str, password: str) -> Account | None:
    """Return the account that these credentials open, noting the time; None for any that they do not.

    An unknown name, a wrong password and a disabled account cost the same work. A hash of outdated
    parameters is renewed on the way.
    """
    account = find_account(session, username)
    matches = password_matches(account.password_hash if account else None, password)
    if account is None or not matches or not account.enabled:
        return None
    account.signed_in_at = datetime.now(UTC)
    if hash_is_outdated(account.password_hash):
        account.password_hash = hash_password(password)
    session.flush()
    return account


def change_password(session: Session, account: Account, *, current_password: str, new_password: str) -> None:
    """Replace the password by one of its owner's choice; every session of the account ends."""
    if not password_matches(account.password_hash, current_password):
        raise InvalidValueError("current_password", _("This is not your current password."))
    check_new_password(
        "new_password", new_password, username=account.username, current_password=current_password
    )
    _set_password(account, new_password, one_time=False)
    session.flush()


def reset_password(session: Session, username: str) -> str:
    """Replace the password by a one-time password and return that; every session of the account ends."""
    account = get_account(session, username)
    password = new_one_time_password()
    _set_password(account, password, one_time=True)
    session.flush()
    return password


def disable_account(session: Session, username: str) -> Account:
    """Let nobody use the account; its sessions end, also for the day when it is enabled again."""
    account = get_account(session, username)
    account.enabled = False
    end_sessions(session, account)
    return account


def enable_account(session: Session, username: str) -> Account:
    """Let the account be used again, from a new sign-in on."""
    account = get_account(session, username)
    account.enabled = True
    session.flush()
    return account


def end_sessions(session: Session, account: Account) -> None:
    """End every session of the account: cookies that were kept or stolen open nothing any more."""
    account.session_stamp = new_session_stamp()
    session.flush()


def _set_password(account: Account, password: str, *, one_time: bool) -> None:
    account.password_hash = hash_password(password)
    account.password_is_one_time = one_time
    account.session_stamp = new_session_stamp()


def _insert(session: Session, account: Account) -> None:
    """Insert under a savepoint, so that a taken name leaves the caller's transaction usable."""
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError as error:
        constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
        if constraint != USERNAME_CONSTRAINT:
            raise
        raise InvalidValueError("username", _("This name is taken.")) from error
