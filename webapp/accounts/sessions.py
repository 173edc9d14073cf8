"""Sessions: who is signed in, for how long, and where people go to sign in."""

from datetime import timedelta
from urllib.parse import urlsplit

from flask import Flask, abort, redirect, request, session, url_for
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask.wrappers import Response as FlaskResponse
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from webapp.accounts.models import Account
from webapp.extensions import db, login_manager
from webapp.fresh_answers import is_fresh
from webapp.static_files import is_static_file

LIFETIME = timedelta(days=7)
LONGEST_NEXT = 2000
SIGN_IN = "accounts.sign_in"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class PageSessions(SecureCookieSessionInterface):
    """Sessions belong to pages: static files, and answers about the data alone, set no cookie."""

    def save_session(self, app: Flask, session: SessionMixin, response: FlaskResponse) -> None:
        """Write the cookie where the answer is a page's."""
        if not is_fresh(response) and not is_static_file(response):
            super().save_session(app, session, response)


def init_accounts(app: Flask) -> None:
    """Let Flask-Login know the accounts; a session lasts seven days from sign-in."""
    app.config.update(
        PERMANENT_SESSION_LIFETIME=LIFETIME,
        # a cookie in every answer would keep the pages of signed-in people out of any cache
        SESSION_REFRESH_EACH_REQUEST=False,
        # the stamp decides; an address changes whenever a phone leaves the building
        SESSION_PROTECTION=None,
    )
    app.session_interface = PageSessions()
    login_manager.user_loader(load_account)
    login_manager.unauthorized_handler(ask_to_sign_in)
    login_manager.init_app(app)


def load_account(session_key: str) -> Account | None:
    """Return the account of a session, unless it was disabled or the session's stamp was revoked since."""
    account_id, _, _stamp = session_key.partition(":")
    account = db.session.get(Account, int(account_id)) if account_id.isdecimal() else None
    if account is None or not account.enabled:
        return None
    return account if account.get_id() == session_key else None


def ask_to_sign_in() -> Response:
    """Send a reader to the sign-in page and back here afterwards; refuse what would write."""
    if request.method not in SAFE_METHODS:
        abort(401)
    here = request.script_root + request.full_path.removesuffix("?")
    return redirect(url_for(SIGN_IN, next=here), 303)


def begin_session(account: Account) -> None:
    """Sign in: nothing of the session that came before is carried over."""
    session.clear()
    session.permanent = True
    login_user(account)


def end_session() -> None:
    """Forget everything in this browser's session."""
    logout_user()
    session.clear()


def signed_in() -> bool:
    """Tell whether somebody is here who may write: signed in, with a password of their own choice."""
    account = find_current_account()
    return account is not None and not account.password_is_one_time


def current_account() -> Account:
    """Return the account of this session, or answer 401."""
    return find_current_account() or abort(401)


def find_current_account() -> Account | None:
    """Return the account of this session, or None for a reader; a proxy is of no use to a mapper."""
    user = current_user._get_current_object()  # noqa: SLF001 - the documented way out of the proxy
    return user if isinstance(user, Account) else None


def next_is_safe(target: str) -> bool:
    """Tell whether this is a path of this very site: no other host, no scheme, nothing invisible."""
    if not target.startswith("/") or len(target) > LONGEST_NEXT:
        return False
    # browsers read a backslash as a slash and drop tabs and line breaks
    if "\\" in target or not target.isprintable() or target.startswith("//"):
        return False
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc
