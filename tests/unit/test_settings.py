"""The settings: read once, refused by name, and silent about secrets."""

from pathlib import Path

import pytest

from webapp.errors import SettingsError
from webapp.settings import Settings

NEEDED = {"DATABASE_URL": "postgresql:///atlas", "SECRET_KEY": "k" * 32}


def read(**variables: str) -> Settings:
    return Settings.from_env({**NEEDED, **variables})


def test_what_is_not_set_has_its_default() -> None:
    assert read() == Settings(database_url="postgresql:///atlas", secret_key="k" * 32)
    assert (read().host, read().port, read().pool_size, read().max_overflow) == ("127.0.0.1", 8000, 10, 20)


def test_every_setting_is_read_from_the_variable_of_its_name() -> None:
    settings = read(
        HOST="0.0.0.0",  # noqa: S104  # only read
        PORT="9000",
        DEMO="0",
        REGISTRY_NAME="Dépôts",
        DEFAULT_LANGUAGE="fr",
        TILES_URL="https://tiles.example/{z}/{x}/{y}.png",
        TILES_ATTRIBUTION="© Example",
        TRUSTED_HOSTS="atlas.example, www.atlas.example,",
        PROXY_HOPS="2",
        SECURE_COOKIES="1",
        SQL_ECHO="true",
        POOL_SIZE="3",
        MAX_OVERFLOW="4",
        POOL_TIMEOUT_S="5",
        STATEMENT_TIMEOUT_MS="6",
        LOCK_TIMEOUT_MS="7",
        WEB_CONCURRENCY="8",
        WEB_THREADS="9",
    )
    assert settings == Settings(
        database_url="postgresql:///atlas",
        secret_key="k" * 32,
        host="0.0.0.0",  # noqa: S104
        port=9000,
        demo=False,
        registry_name="Dépôts",
        default_language="fr",
        tiles_url="https://tiles.example/{z}/{x}/{y}.png",
        tiles_attribution="© Example",
        trusted_hosts=("atlas.example", "www.atlas.example"),
        proxy_hops=2,
        secure_cookies=True,
        sql_echo=True,
        pool_size=3,
        max_overflow=4,
        pool_timeout_s=5,
        statement_timeout_ms=6,
        lock_timeout_ms=7,
        web_concurrency=8,
        web_threads=9,
    )


@pytest.mark.parametrize("missing", NEEDED)
def test_what_must_be_given_is_asked_for(missing: str) -> None:
    given = {name: value for name, value in NEEDED.items() if name != missing}
    with pytest.raises(SettingsError, match=f"{missing} is not set.*{missing}_FILE") as caught:
        Settings.from_env(given)
    assert caught.value.name == missing


@pytest.mark.parametrize("name", NEEDED)
def test_secrets_can_lie_in_files(tmp_path: Path, name: str) -> None:
    file = tmp_path / "secret"
    file.write_text("postgresql://from-a-file-of-32-characters\n", encoding="utf-8")
    given = {key: value for key, value in NEEDED.items() if key != name} | {f"{name}_FILE": str(file)}
    assert getattr(Settings.from_env(given), name.lower()) == "postgresql://from-a-file-of-32-characters"


def test_a_secret_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="SECRET_KEY_FILE cannot be read"):
        read(SECRET_KEY_FILE=str(tmp_path / "nowhere"))


WRONG = [
    ("SECRET_KEY", "short"),
    ("SECRET_KEY", ""),
    ("PORT", "http"),
    ("PORT", "-1"),
    ("PORT", ""),
    ("POOL_SIZE", "1.5"),
    ("DEMO", "maybe"),
    ("DEMO", ""),
    ("DEFAULT_LANGUAGE", "xx"),
    ("TILES_URL", "javascript:alert(1)"),
    ("TILES_URL", "/tiles/{z}/{x}/{y}"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_value_that_cannot_be_meant_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name) as caught:
        read(**{name: value})
    assert caught.value.name == name


@pytest.mark.parametrize("word", ["1", "true", "YES", " on "])
def test_switches_understand_yes(word: str) -> None:
    assert read(SECURE_COOKIES=word).secure_cookies is True


@pytest.mark.parametrize("word", ["0", "false", "No", "off"])
def test_switches_understand_no(word: str) -> None:
    assert read(DEMO=word).demo is False


def test_osm_stands_for_openstreetmap() -> None:
    settings = read(TILES_URL="osm")
    assert settings.tiles_url.startswith("https://tile.openstreetmap.org/")
    assert "OpenStreetMap" in settings.tiles_attribution


def test_an_attribution_of_ones_own_wins_over_the_shorthand() -> None:
    assert read(TILES_URL="osm", TILES_ATTRIBUTION="© us").tiles_attribution == "© us"


def test_secrets_do_not_show_where_settings_are_printed() -> None:
    text = repr(read(DATABASE_URL="postgresql://clerk:hunter2@db/atlas"))
    assert "hunter2" not in text
    assert "kkkk" not in text


def test_the_process_environment_is_the_usual_source(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**NEEDED, "PORT": "8123"}.items():
        monkeypatch.setenv(name, value)
    assert Settings.from_env().port == 8123
