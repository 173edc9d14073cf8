"""The one table from exception to status, and how an error is told: a page or problem+json (RFC 9457)."""

import secrets
from http import HTTPStatus
from types import TracebackType
from typing import Any

from flask import Flask, Response, current_app, g, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException, SecurityError

from webapp import errors
from webapp.extensions import login_manager
from webapp.json_answers import PROBLEM, answer
from webapp.languages import translate

STATUSES: dict[type[errors.AtlasError], HTTPStatus] = {
    errors.NotFoundError: HTTPStatus.NOT_FOUND,
    errors.GoneError: HTTPStatus.GONE,
    errors.InvalidParameterError: HTTPStatus.BAD_REQUEST,
    errors.InvalidValueError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.StaleVersionError: HTTPStatus.CONFLICT,
    errors.TooManyAttemptsError: HTTPStatus.TOO_MANY_REQUESTS,
    errors.DatabaseUnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
}
ExceptionInfo = tuple[type, BaseException, TracebackType] | tuple[None, None, None]

RETRY_AFTER_S = 5
QUERY_CANCELED = "57014"
LOCK_NOT_AVAILABLE = "55P03"
UNAVAILABLE_STATES = frozenset({QUERY_CANCELED, LOCK_NOT_AVAILABLE})


class Application(Flask):
    """A Flask application whose log gives every unexpected error the reference that its page shows."""

    def log_exception(self, exc_info: ExceptionInfo) -> None:
        """Log an exception that no handler took."""
        _log(exc_info[1])


def init_error_pages(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(errors.AtlasError, _on_domain_error)
    app.register_error_handler(HTTPException, _on_http_error)
    app.register_error_handler(HTTPStatus.INTERNAL_SERVER_ERROR, _on_internal_error)
    app.register_error_handler(SecurityError, _on_unknown_host)
    app.register_error_handler(CSRFError, _on_forgery)
    app.register_error_handler(DBAPIError, _on_database_error)
    app.register_error_handler(PoolTimeoutError, _on_database_error)
    app.register_error_handler(RecursionError, _on_recursion)


def _on_domain_error(error: errors.AtlasError) -> Response:
    kind = next((base for base in type(error).__mro__ if base in STATUSES), None)
    if kind is None:
        return _on_unexpected(error)
    if isinstance(error, errors.InvalidValueError):
        return _tell(STATUSES[kind], translate(error.message), field=error.field)
    response = _tell(STATUSES[kind], None)
    if isinstance(error, errors.TooManyAttemptsError):
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response


def _on_http_error(error: HTTPException) -> Response:
    if error.code is None or error.response is not None or error.code < HTTPStatus.BAD_REQUEST:
        return current_app.make_response(error.get_response(request.environ))
    response = _tell(HTTPStatus(error.code), None)
    for name, value in error.get_headers(request.environ):
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def _on_unknown_host(_error: SecurityError) -> Response:
    # no address can be built for a host that is not ours, so no page either
    return Response("This host name is not served here.\n", HTTPStatus.BAD_REQUEST, mimetype="text/plain")


def _on_forgery(_error: CSRFError) -> Response:
    detail = _("This page was open too long. Go back, reload it and try again.")
    return _tell(HTTPStatus.BAD_REQUEST, detail, field="csrf_token")


def _on_database_error(error: Exception) -> Response:
    # without a connection nobody can be looked up: the page is drawn for a guest
    g._login_user = login_manager.anonymous_user()  # noqa: SLF001 - where Flask-Login keeps its answer
    if not _is_passing(error):
        return _on_unexpected(error)
    current_app.logger.warning("the database did not answer: %s", type(error).__name__)
    response = _tell(HTTPStatus.SERVICE_UNAVAILABLE, None)
    response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


def _is_passing(error: Exception) -> bool:
    if isinstance(error, DBAPIError) and getattr(error.orig, "pgcode", None) in UNAVAILABLE_STATES:
        return True
    return isinstance(error, OperationalError | InterfaceError | PoolTimeoutError)


def _on_recursion(_error: RecursionError) -> Response:
    return _tell(HTTPStatus.BAD_REQUEST, _("The data is nested too deeply."))


def _on_unexpected(error: Exception) -> Response:
    _log(error)
    return _on_internal_error(error)


def _on_internal_error(_error: Exception) -> Response:
    """Show the reference alone; the log has the rest."""
    detail = _("Tell the operator this reference: %(reference)s.", reference=g.get("reference", ""))
    return _tell(HTTPStatus.INTERNAL_SERVER_ERROR, detail)


def _log(error: BaseException | None) -> None:
    g.reference = secrets.token_hex(4)
    current_app.logger.error("unexpected error %s", g.reference, exc_info=error)


def _tell(status: HTTPStatus, detail: str | None, *, field: str | None = None) -> Response:
    title, help_text = _words(status)
    if _wants_json():
        problem: dict[str, Any] = {"type": "about:blank", "title": title, "status": status.value}
        problem["detail"] = detail or help_text
        if field is not None:
            problem["parameter"] = field
        return answer(problem, status=status, mimetype=PROBLEM)
    page = render_template(
        "errors/error.html", status=status.value, title=title, detail=detail, help_text=help_text, field=field
    )
    return Response(page, status=status, mimetype="text/html")


def _wants_json() -> bool:
    accepted = request.accept_mimetypes
    asked_for_json = accepted["application/json"] > accepted["text/html"]
    return request.path.endswith((".geojson", ".json", ".mvt")) or asked_for_json


def _words(status: HTTPStatus) -> tuple[str, str]:
    """Return the headline of a status and what the reader can do."""
    words = {
        400: (_("This request cannot be understood"), _("Check the address, or start again from the map.")),
        401: (_("Sign in first"), _("This page is for people with an account.")),
        403: (_("You may not do this"), _("Ask an administrator of this registry.")),
        404: (_("Page not found"), _("Check the address, or search for the facility.")),
        405: (_("This page does not take that"), _("Start again from the map.")),
        409: (_("Somebody else saved first"), _("Open the facility again and repeat your change.")),
        410: (_("This facility was removed"), _("Its history remains.")),
        413: (_("This is too large"), _("Send less at once.")),
        415: (_("This format is not accepted"), _("Use the form of this registry.")),
        422: (_("Some values need correcting"), _("Go back and correct them.")),
        429: (_("Too many tries"), _("Wait a while, then try again.")),
        503: (
            _("The registry is not reachable just now"),
            _("Nothing was lost or half stored. Try again in a moment."),
        ),
    }
    return words.get(
        status.value, (_("Something went wrong"), _("Nothing was half stored. Try again in a moment."))
    )
