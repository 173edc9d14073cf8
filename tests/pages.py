"""A client that reads pages strictly and fills in forms as a browser does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.markup import Document, Form
from tests.page_rules import problems

REDIRECTS = frozenset({301, 302, 303, 307, 308})
SOFTENED = ("unsafe-inline", "unsafe-eval", "*")

FormValue = str | Sequence[str] | None


@dataclass(kw_only=True)
class Page(Document):
    """A page that was answered to a request, and where it is."""

    path: str
    status: int
    response: TestResponse


class PageClient:
    """Every page that it gets has been checked against the rules of tests/page_rules.py."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, status: int = 200, *, headers: Mapping[str, str] | None = None) -> Page:
        """Get a page, following redirects; the last answer must have that status."""
        response = self.client.get(path, headers=headers)
        for _hop in range(3):
            if response.status_code not in REDIRECTS:
                break
            path = urljoin(path, response.location)
            response = self.client.get(path, headers=headers)
        return self._page(response, path, status)

    def redirect(self, path: str) -> str:
        """Get an address that must redirect, and return where to."""
        response = self.client.get(path)
        assert response.status_code in REDIRECTS, f"{path}: {response.status}"
        return response.location

    def post_form(
        self, page: Page, values: Mapping[str, FormValue], *, form: str | None = None, status: int = 303
    ) -> Page:
        """Send a page's form with these values changed, as if typed; follow the redirect after a success.

        None takes a value away, as unticking a box does. A name that the form does not have is an error.
        """
        chosen = page.form(form)
        assert chosen.method == "post", f"the form to {chosen.action} does not post"
        path = urljoin(page.path, chosen.action)
        response = self.client.post(path, data=filled_in(chosen, values))
        if status not in REDIRECTS:
            return self._page(response, path, status)
        assert response.status_code == status, _surprise(response, path, status)
        return self.get(urljoin(path, response.location))

    def send_query(self, page: Page, values: Mapping[str, FormValue], *, form: str) -> Page:
        """Send a form that gets, such as a search."""
        chosen = page.form(form)
        assert chosen.method == "get", f"the form to {chosen.action} does not get"
        path = urlsplit(urljoin(page.path, chosen.action)).path
        response = self.client.get(path, query_string=filled_in(chosen, values))
        return self._page(response, response.request.full_path if response.request else path, 200)

    @staticmethod
    def _page(response: TestResponse, path: str, status: int) -> Page:
        assert response.status_code == status, _surprise(response, path, status)
        assert response.content_type == "text/html; charset=utf-8", f"{path}: {response.content_type}"
        page = Page(response.get_data(as_text=True), path=path, status=status, response=response)
        found = [*problems(page), *_header_problems(response)]
        assert not found, f"{path}:\n" + "\n".join(f"- {problem}" for problem in found)
        return page


def filled_in(form: Form, values: Mapping[str, FormValue]) -> dict[str, list[str]]:
    """Return what the form would send after these values were typed into it."""
    unknown = set(values) - form.names()
    assert not unknown, f"the form has no {sorted(unknown)}, only {sorted(form.names())}"
    sent = form.values()
    for name, value in values.items():
        sent.pop(name, None)
        if value is not None:
            sent[name] = [value] if isinstance(value, str) else list(value)
    return sent


def _header_problems(response: TestResponse) -> list[str]:
    policy = response.headers.get("Content-Security-Policy", "")
    words = policy.replace(";", " ").split()
    found = [f"the policy allows {word}" for word in SOFTENED if word in words or f"'{word}'" in words]
    if "default-src 'none'" not in policy:
        found.append(f"no strict Content-Security-Policy: {policy!r}")
    if response.headers.get("X-Content-Type-Options") != "nosniff":
        found.append("no X-Content-Type-Options")
    return found


def _surprise(response: TestResponse, path: str, status: int) -> str:
    body = response.get_data(as_text=True)
    return f"{path} answered {response.status}, not {status}: {body[:2000]}"
