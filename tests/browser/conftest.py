"""Debian's Chromium in front of the real product: own database, real commits, no other host within reach.

A missing Chromium is a failure, not a skip.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.servers import LOOPBACK, serving
from tests.browser.steps import CLERK, PASSWORD
from tests.browser.watch import Watch
from tests.databases import Databases
from tests.factories import store_demo
from webapp import create_app
from webapp.accounts.commands import add_account
from webapp.extensions import db

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",  # Chromium's own sandbox does not start as root
    "--disable-gpu",
    "--disable-quic",
    # No other host is within reach, without a detour that each request would take through the tests.
    f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {LOOPBACK}",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
PATIENCE_MS = 15_000
TILES_HOST = "tiles.example"

OpenContext = Callable[..., BrowserContext]


@pytest.fixture(scope="session")
def demo_database(databases: Databases) -> str:
    """A database with a few hundred facilities of seven categories and one account."""
    name = databases.copy("browser")
    app = create_app(databases.settings(name))
    with app.app_context():
        store_demo(db.session())
        add_account(db.session(), CLERK, password=PASSWORD)
        db.session.commit()
        db.engine.dispose()
    return name


@pytest.fixture(scope="session")
def live_app(databases: Databases, demo_database: str) -> Flask:
    """The application behind `live_server`; tiles are off, so that no other host is asked."""
    return create_app(databases.settings(demo_database))


@pytest.fixture(scope="session")
def live_server(live_app: Flask) -> Iterator[str]:
    """The address of the product."""
    with serving(live_app) as address:
        yield address


@pytest.fixture(scope="session")
def live_server_with_tiles(databases: Databases, demo_database: str) -> Iterator[str]:
    """The same registry with a tile server, which a test stubs or cuts off: `watch.stub_host(TILES_HOST)`."""
    tiles = f"https://{TILES_HOST}/{{z}}/{{x}}/{{y}}.png"
    app = create_app(databases.settings(demo_database, tiles_url=tiles, tiles_attribution="© Example Tiles"))
    with serving(app) as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests; each test gets contexts of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def watch(live_server: str) -> Iterator[Watch]:
    """What went wrong in this test's contexts; at the end it must be nothing."""
    watch = Watch(live_server)
    yield watch
    watch.check()


@pytest.fixture
def open_context(chromium: Browser, watch: Watch) -> Iterator[OpenContext]:
    """Open a watched context; options are those of Playwright's `new_context`."""
    with ExitStack() as stack:

        def open_context(**options: Any) -> BrowserContext:
            defaults = {"viewport": DESKTOP, "locale": "en-GB", "timezone_id": "Africa/Nairobi"}
            # Still pictures: nothing has to be waited for but what a test is about.
            defaults |= {"reduced_motion": "reduce", "base_url": watch.server}
            context = chromium.new_context(**{**defaults, **options})
            stack.callback(context.close)
            context.set_default_timeout(PATIENCE_MS)
            watch.attach(context)
            return context

        yield open_context


@pytest.fixture
def page(open_context: OpenContext) -> Page:
    """A page on a desktop, in light colours and English."""
    return open_context().new_page()


@pytest.fixture
def phone_page(open_context: OpenContext) -> Page:
    """A page on a phone."""
    return open_context(viewport=PHONE, has_touch=True, is_mobile=True, device_scale_factor=2).new_page()
