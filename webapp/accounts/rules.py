"""Who may call a view: each endpoint declares it, and one that does not is refused."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts.sessions import ask_to_sign_in, find_current_account, signed_in
from webapp.errors import AtlasError

STATIC = "static"
PASSWORD = "accounts.password"  # noqa: S105 - an endpoint
DECLARATION = "access_rule"

View = TypeVar("View", bound=Callable[..., Any])


class Rule(StrEnum):
    """Who is let through to a view."""

    PUBLIC = "public"
    SIGNED_IN = "signed in"
    SIGNED_IN_OR_KEEP_TYPED = "signed in, or the view keeps what was typed"


class UndeclaredRuleError(AtlasError):
    """Views exist for which nobody said who may call them."""

    def __init__(self, endpoints: list[str]) -> None:
        self.endpoints = endpoints
        super().__init__(f"These endpoints declare no access rule: {', '.join(endpoints)}")


def public(view: View) -> View:
    """Let everybody call this view."""
    return _declare(view, Rule.PUBLIC)


def signed_in_only(view: View) -> View:
    """Let only signed-in people call this view; others are sent to sign in, their posts refused."""
    return _declare(view, Rule.SIGNED_IN)


def signed_in_or_keep_typed(view: View) -> View:
    """Send readers to sign in, yet hand a POST to the view whoever sends it.

    The view itself must ask `signed_in()`, and answer 401 with everything that was typed where it is not so.
    """
    return _declare(view, Rule.SIGNED_IN_OR_KEEP_TYPED)


def rule_of(app: Flask, endpoint: str) -> Rule | None:
    """Return the rule that a view declares, None where it has none."""
    if endpoint == STATIC:
        return Rule.PUBLIC
    rule: Rule | None = getattr(app.view_functions.get(endpoint), DECLARATION, None)
    return rule


def enforce(app: Flask) -> None:
    """Check each request against its view's rule.

    Call it when all views are registered: those without a rule raise UndeclaredRuleError.
    """
    undeclared = sorted(endpoint for endpoint in app.view_functions if rule_of(app, endpoint) is None)
    if undeclared:
        raise UndeclaredRuleError(undeclared)
    app.before_request(_check)


def _declare(view: View, rule: Rule) -> View:
    setattr(view, DECLARATION, rule)
    return view


def _check() -> ResponseReturnValue | None:
    """Return None to let the request through, or the answer that it gets instead."""
    if request.endpoint is None:
        return None  # no such page, which routing says next
    rule = rule_of(current_app, request.endpoint)
    if rule is None:
        abort(403)
    keeps_typed = rule is Rule.SIGNED_IN_OR_KEEP_TYPED and request.method == "POST"
    if rule is Rule.PUBLIC or keeps_typed or signed_in():
        return None
    return _send_away()


def _send_away() -> ResponseReturnValue | None:
    """Ask for what is missing: a sign-in, or a password of one's own in place of the one-time password."""
    if find_current_account() is None:
        return ask_to_sign_in()
    if request.endpoint == PASSWORD:
        return None
    return redirect(url_for(PASSWORD), 303)
