"""Settings: the only reader of the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from webapp.errors import SettingsError

OPENSTREETMAP_TILES_URL = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"
OPENSTREETMAP_ATTRIBUTION = "© OpenStreetMap contributors"
SMALLEST_SECRET = 32
TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything an operator can switch; each field is read from the variable of its name in capitals."""

    database_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    demo: bool = True
    registry_name: str = "Facility Atlas"
    default_language: str = "en"
    tiles_url: str = ""
    tiles_attribution: str = ""
    trusted_hosts: tuple[str, ...] = ()
    shared_with: tuple[str, ...] = ()
    proxy_hops: int = 0
    secure_cookies: bool = False
    sql_echo: bool = False
    pool_size: int = 10
    max_overflow: int = 20
    pool_timeout_s: int = 10
    statement_timeout_ms: int = 15_000
    lock_timeout_ms: int = 5_000
    answer_cache_mb: int = 32
    web_concurrency: int = 2
    web_threads: int = 8

    def __post_init__(self) -> None:
        """Refuse values that would fail later and less clearly."""
        if len(self.secret_key) < SMALLEST_SECRET:
            raise SettingsError("SECRET_KEY", f"must have at least {SMALLEST_SECRET} characters")
        if self.default_language not in {"en", "fr"}:
            raise SettingsError("DEFAULT_LANGUAGE", "must be en or fr")
        if self.tiles_url and not self.tiles_url.startswith(("https://", "http://")):
            raise SettingsError("TILES_URL", "must be osm, empty, or an address with {z}, {x} and {y}")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings; a missing or unreadable value raises SettingsError naming its variable."""
        source = os.environ if environ is None else environ
        values = {
            item.name: _parse(item.name.upper(), item.type, text)
            for item in fields(cls)
            if (text := _read(item.name.upper(), source)) is not None
        }
        for required in ("database_url", "secret_key"):
            if required not in values:
                name = required.upper()
                raise SettingsError(name, f"is not set: give it, or the path of a file in {name}_FILE")
        return cls(**_with_tiles_shorthand(values))  # type: ignore[arg-type]  # parsed field by field above


def _read(name: str, environ: Mapping[str, str]) -> str | None:
    """Return the value of a variable, or the content of the file that its _FILE twin names."""
    if path := environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingsError(f"{name}_FILE", f"cannot be read: {error.strerror}") from error
    return environ.get(name)


def _parse(name: str, kind: object, text: str) -> object:
    if kind is bool:
        return _parse_switch(name, text)
    if kind is int:
        return _parse_number(name, text)
    if kind is str:
        return text
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _parse_number(name: str, text: str) -> int:
    if not text.isdecimal():
        raise SettingsError(name, f"must be a whole number, not {text!r}")
    return int(text)


def _parse_switch(name: str, text: str) -> bool:
    word = text.strip().lower()
    if word in TRUE_WORDS | FALSE_WORDS:
        return word in TRUE_WORDS
    raise SettingsError(name, f"must be 1 or 0, not {text!r}")


def _with_tiles_shorthand(values: dict[str, object]) -> dict[str, object]:
    if values.get("tiles_url") != "osm":
        return values
    return {"tiles_attribution": OPENSTREETMAP_ATTRIBUTION, **values, "tiles_url": OPENSTREETMAP_TILES_URL}
