"""What must not happen in a browser, whatever a test is about: it is collected, and fails the test."""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, Route, WebError

REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (violation) => {
  window.reportPolicyViolation(`${violation.violatedDirective}: ${violation.blockedURI || "inline"}`);
});
"""
# The browser's own words: on an answer of 400 or more, which `_response` judges instead, and on a preloaded
# file that a busy machine had no use for within a few seconds.
SAID_BY_THE_BROWSER = ("Failed to load resource", "was preloaded using link preload but not used")
GREY_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCB2WhHSQAAAABJRU5ErkJggg=="
)


@dataclass
class Watch:
    """Collects what goes wrong in a test's browser contexts; no other host than the server is in reach."""

    server: str
    problems: list[str] = field(default_factory=list)
    asked_elsewhere: list[str] = field(default_factory=list)
    _expected_statuses: set[int] = field(default_factory=set)
    _stubs: set[str] = field(default_factory=set)
    _contexts: list[BrowserContext] = field(default_factory=list)

    def expect_status(self, *statuses: int) -> None:
        """Say that the server is meant to answer with these statuses, such as 422."""
        self._expected_statuses.update(statuses)

    def stub_host(self, host: str, *, picture: bytes = GREY_PIXEL) -> None:
        """Answer for another host, such as a tile server, with a picture."""
        self._stub(host, lambda route: route.fulfill(body=picture, content_type="image/png"))

    def cut_off_host(self, host: str) -> None:
        """Let requests to another host fail, as without a network; that is no problem then."""
        self._stub(host, lambda route: route.abort("internetdisconnected"))

    def _stub(self, host: str, answer: Callable[[Route], None]) -> None:
        self._stubs.add(host)
        for context in self._contexts:
            context.route(f"https://{host}/**", answer)

    def check(self) -> None:
        """Fail when anything went wrong so far."""
        assert not self.problems, "in the browser:\n" + "\n".join(f"- {problem}" for problem in self.problems)

    def attach(self, context: BrowserContext) -> None:
        """Listen to everything that happens in a context; stub other hosts after this."""
        self._contexts.append(context)
        context.on("request", self._request)
        context.expose_binding("reportPolicyViolation", self._violation)
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("console", self._console)
        context.on("weberror", self._page_error)
        context.on("response", self._response)
        context.on("requestfailed", self._failed)

    def _is_ours(self, url: str) -> bool:
        return url.startswith((f"{self.server}/", "data:", "blob:"))

    def _request(self, request: Request) -> None:
        if self._is_ours(request.url):
            return
        self.asked_elsewhere.append(request.url)
        if urlsplit(request.url).hostname not in self._stubs:
            self.problems.append(f"another host was asked: {request.url}")

    def _violation(self, _source: Any, violation: str) -> None:
        self.problems.append(f"the content security policy was violated: {violation}")

    def _console(self, message: ConsoleMessage) -> None:
        known = any(words in message.text for words in SAID_BY_THE_BROWSER)
        if message.type in {"error", "warning"} and not known:
            self.problems.append(f"console {message.type}: {message.text} ({message.location})")

    def _page_error(self, error: WebError) -> None:
        self.problems.append(f"an error that no script caught: {error.error}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self._expected_statuses:
            self.problems.append(f"{response.request.method} {response.url} answered {response.status}")

    def _failed(self, request: Request) -> None:
        """A request that its own page gave up, by moving on, did not fail."""
        if self._is_ours(request.url) and request.failure != "net::ERR_ABORTED":
            self.problems.append(f"{request.method} {request.url} failed: {request.failure}")
