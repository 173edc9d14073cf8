"""Signing in and out, and choosing a password."""

import math
from http import HTTPStatus

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import Field

from webapp.accounts import commands, throttle
from webapp.accounts.forms import PasswordForm, SignInForm
from webapp.accounts.models import Account
from webapp.accounts.rules import public, signed_in_only
from webapp.accounts.sessions import (
    begin_session,
    current_account,
    end_session,
    find_current_account,
    next_is_safe,
)
from webapp.database.transactions import Door, run_in_transaction
from webapp.errors import InvalidValueError, TooManyAttemptsError
from webapp.languages import translate

HOME = "map.show"
SIGN_IN_PAGE = "accounts/sign_in.html"
PASSWORD_PAGE = "accounts/password.html"  # noqa: S105 - a template

blueprint = Blueprint("accounts", __name__)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Open a session for a name and its password; each try is counted first."""
    if request.method != "POST" and (present := find_current_account()) is not None:
        return redirect(_onward(present), HTTPStatus.SEE_OTHER)
    form = SignInForm()
    if not form.validate_on_submit():
        return _form_page(SIGN_IN_PAGE, form)
    try:
        account = _authenticate(form.username.data or "", form.password.data or "")
    except TooManyAttemptsError as error:
        return _throttled_page(SIGN_IN_PAGE, form, error)
    if account is None:
        _add_error(form.password, _("The username or the password is wrong."))
        return render_template(SIGN_IN_PAGE, form=form), HTTPStatus.UNAUTHORIZED
    begin_session(account)
    return redirect(_onward(account), HTTPStatus.SEE_OTHER)


@blueprint.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End the session here and, since a copied cookie must open nothing either, all others of the account."""
    account = find_current_account()
    if account is not None:
        run_in_transaction(lambda session: commands.end_sessions(session, account), door=Door.FORM)
    end_session()
    flash(_("You are signed out on all devices."), "success")
    return redirect(url_for(HOME), HTTPStatus.SEE_OTHER)


@blueprint.route("/account/password", methods=["GET", "POST"])
@signed_in_only
def password() -> ResponseReturnValue:
    """Replace one's own password; other sessions end, this one goes on."""
    form = PasswordForm()
    if not form.validate_on_submit():
        return _form_page(PASSWORD_PAGE, form)
    account = current_account()
    try:
        _change_password(account, form)
    except TooManyAttemptsError as error:
        return _throttled_page(PASSWORD_PAGE, form, error)
    except InvalidValueError as error:
        _add_error(form[error.field], translate(error.message))
        return _form_page(PASSWORD_PAGE, form)
    begin_session(account)
    flash(_("Your password is changed. Other devices are signed out."), "success")
    return redirect(_onward(account), HTTPStatus.SEE_OTHER)


def _authenticate(username: str, typed_password: str) -> Account | None:
    throttle.admit_attempt(username, request.remote_addr)

    def work(session: Session) -> Account | None:
        account = commands.authenticate(session, username, typed_password)
        if account is not None:
            throttle.forgive(session, username=username, address=request.remote_addr)
        return account

    return run_in_transaction(work, door=Door.FORM)


def _change_password(account: Account, form: PasswordForm) -> None:
    """Change it under the same brake as signing in: a session left open is no place to guess either."""
    throttle.admit_attempt(account.username, request.remote_addr)

    def work(session: Session) -> None:
        commands.change_password(
            session,
            account,
            current_password=form.current_password.data or "",
            new_password=form.new_password.data or "",
        )
        throttle.forgive(session, username=account.username, address=request.remote_addr)

    run_in_transaction(work, door=Door.FORM)


def _onward(account: Account) -> str:
    """Return where a person goes once signed in: to a password of their own, then where they came from."""
    target = request.args.get("next", "")
    if account.password_is_one_time:
        return url_for("accounts.password", next=target or None)
    return target if next_is_safe(target) else url_for(HOME)


def _form_page(template: str, form: FlaskForm) -> ResponseReturnValue:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_submitted() else HTTPStatus.OK
    return render_template(template, form=form), status


def _throttled_page(template: str, form: FlaskForm, error: TooManyAttemptsError) -> Response:
    minutes = math.ceil(error.retry_after_s / 60)
    notice = ngettext(
        "Too many attempts failed. Try again in %(num)s minute.",
        "Too many attempts failed. Try again in %(num)s minutes.",
        minutes,
    )
    response = make_response(
        render_template(template, form=form, notice=notice), HTTPStatus.TOO_MANY_REQUESTS
    )
    response.headers["Retry-After"] = str(error.retry_after_s)
    return response


def _add_error(field: Field, message: str) -> None:
    field.errors = [*field.errors, message]
