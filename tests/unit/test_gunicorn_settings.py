import importlib
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from gunicorn.config import Config
from gunicorn.glogging import Logger, SafeAtoms

from webapp.hosting.gunicorn_settings import escaped, read_settings
from webapp.hosting.unconfigured import create_unconfigured_app, is_unconfigured

ROOT = Path(__file__).resolve().parents[2]
GIVEN = {"DATABASE_URL": "postgresql://host/name", "SECRET_KEY": "s" * 40}
Load = Callable[..., Config]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Load:
    """Read the configuration as gunicorn does, with the given settings and no others."""

    def load(**environ: str) -> Config:
        for name in list(os.environ):
            monkeypatch.delenv(name)
        for name, value in {**GIVEN, **environ}.items():
            monkeypatch.setenv(name, value)
        return configured(importlib.reload(importlib.import_module("webapp.hosting.gunicorn_settings")))

    return load


def configured(module: ModuleType) -> Config:
    config = Config()
    for name, value in vars(module).items():
        if name in config.settings:
            config.set(name, value)
    return config


def test_workers_and_threads_come_from_the_settings(load: Load) -> None:
    config = load(WEB_CONCURRENCY="3", WEB_THREADS="5")

    assert (config.worker_class_str, config.workers, config.threads) == ("gthread", 3, 5)


@pytest.mark.parametrize(("host", "bind"), [("127.0.0.2", "127.0.0.2:8010"), ("::1", "[::1]:8010")])
def test_address_and_port_come_from_the_settings(load: Load, host: str, bind: str) -> None:
    assert load(HOST=host, PORT="8010").bind == [bind]


def test_no_control_socket_is_opened(load: Load) -> None:
    assert load().control_socket_disable is True


def test_every_worker_makes_an_engine_of_its_own(load: Load) -> None:
    assert load().preload_app is False


@pytest.mark.parametrize("hops", ["0", "1"])
def test_gunicorn_itself_believes_no_forwarding_header(load: Load, hops: str) -> None:
    config = load(PROXY_HOPS=hops)

    trust = (config.forwarded_allow_ips, config.forwarder_headers, config.secure_scheme_headers)
    assert trust == ([], [], {})
    assert config.header_map == "drop"


def test_a_connection_outlives_the_proxys_own_patience(load: Load) -> None:
    assert load(PROXY_HOPS="1").keepalive > 60 > load().keepalive


@pytest.mark.parametrize("missing", ["DATABASE_URL", "SECRET_KEY"])
def test_a_deployment_that_lacks_one_setting_does_not_start(missing: str) -> None:
    environ = {name: value for name, value in GIVEN.items() if name != missing}

    with pytest.raises(SystemExit, match=f"{missing} is not set"):
        read_settings(environ)


def test_the_bare_image_starts_with_the_port_that_it_is_given() -> None:
    assert read_settings({"PORT": "8123"}).port == 8123


@pytest.mark.parametrize("given", ["DATABASE_URL", "SECRET_KEY", "DATABASE_URL_FILE", "SECRET_KEY_FILE"])
def test_one_needed_setting_makes_it_a_deployment(given: str) -> None:
    assert is_unconfigured({"PORT": "1"})
    assert not is_unconfigured({given: "something"})


def test_an_unconfigured_start_is_alive_and_tells_what_it_lacks() -> None:
    client = create_unconfigured_app().test_client()

    assert client.get("/healthz").status_code == 200
    for path in ("/", "/readyz", "/facilities/new"):
        answer = client.get(path)
        assert (answer.status_code, answer.mimetype) == (503, "text/plain")
        assert "DATABASE_URL" in answer.text
        assert "SECRET_KEY" in answer.text


@pytest.mark.parametrize(
    ("sent", "logged"),
    [
        ("/?q=a\nb", r"/?q=a\nb"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("caf\xe9 \x85", r"caf\xe9 \x85"),
        ("\\n", "\\\\n"),
        (200, 200),
    ],
)
def test_what_a_client_sends_stays_on_its_line_of_the_log(sent: Any, logged: Any) -> None:
    assert escaped(sent) == logged


@pytest.mark.parametrize("agent", [{}, {"HTTP_USER_AGENT": "Mozilla\n127.0.0.1"}])
def test_an_access_line_tells_what_gunicorn_itself_would_tell(load: Load, agent: dict[str, str]) -> None:
    config = load()
    answer = SimpleNamespace(status="304 NOT MODIFIED", sent=0, headers=[("ETag", "x")])
    request = SimpleNamespace(headers=[("HOST", "example.org")])
    environ = {
        "REMOTE_ADDR": "::1",
        "REQUEST_METHOD": "GET",
        "RAW_URI": "/\x9b",
        "SERVER_PROTOCOL": "HTTP/1.1",
    }
    asked = (answer, request, environ | agent, timedelta(seconds=2, microseconds=34_567))
    ours = config.logger_class(config)
    all_parts = {name: escaped(value) for name, value in Logger(config).atoms(*asked).items()}

    line = config.access_log_format % SafeAtoms(ours.atoms(*asked))

    assert line == config.access_log_format % SafeAtoms(all_parts)
    assert line.isprintable()


def test_an_operator_may_choose_another_line(load: Load) -> None:
    config = load()
    config.set("access_log_format", "%(m)s %({host}i)s")
    answer = SimpleNamespace(status="200 OK", sent=1, headers=[])
    request = SimpleNamespace(headers=[("HOST", "example.org\t")])
    environ = {"REQUEST_METHOD": "GET", "RAW_URI": "/", "SERVER_PROTOCOL": "HTTP/1.1"}

    parts = config.logger_class(config).atoms(answer, request, environ, timedelta())

    assert config.access_log_format % SafeAtoms(parts) == "GET example.org\\t"


def test_gunicorn_accepts_the_configuration() -> None:
    command = [sys.executable, "-m", "gunicorn", "--config", "python:webapp.hosting.gunicorn_settings"]
    command += ["--check-config", "wsgi:app"]

    check = subprocess.run(command, cwd=ROOT, env=GIVEN, capture_output=True, text=True, check=False)  # noqa: S603  # gunicorn itself

    assert check.returncode == 0, check.stderr
