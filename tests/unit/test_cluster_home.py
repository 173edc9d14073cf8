import os
from pathlib import Path

import pytest

from webapp.database import cluster_home
from webapp.database.cluster_home import home_of, own_directory, sockets_of
from webapp.database.programs import Programs, find_programs
from webapp.errors import DatabaseSetupError
from webapp.processes import Account


class TestHome:
    def test_data_of_another_account_is_refused_by_name(
        self, instance: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (instance / "database").mkdir()
        owner = Account.current().name
        monkeypatch.setattr(os, "geteuid", lambda: 12345)

        with pytest.raises(DatabaseSetupError, match=f"belongs to the account {owner}"):
            home_of(instance)

    def test_a_folder_closed_to_the_servers_account_moves_the_data_elsewhere(
        self, instance: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(cluster_home, "SHARED_HOME", instance / "shared")
        monkeypatch.setattr(Account, "can_enter", lambda _account, _directory: False)

        data, _ = home_of(instance / "closed")

        assert data.is_relative_to(instance / "shared")
        assert data == home_of(instance / "closed")[0]
        assert data != home_of(instance / "another")[0]

    def test_a_long_path_gets_a_short_socket_directory(self, instance: Path) -> None:
        account = Account.current()
        long = instance / ("x" * 60) / ("y" * 60)

        assert sockets_of(instance / "database", account) == instance / "database"
        assert len(str(sockets_of(long, account))) < 60
        assert sockets_of(long, account) != sockets_of(long / "z", account)

    def test_a_socket_directory_that_others_can_enter_is_refused(self, instance: Path) -> None:
        directory = instance / "sockets"
        directory.mkdir(mode=0o700)
        own_directory(directory, Account.current())
        directory.chmod(0o755)

        with pytest.raises(DatabaseSetupError, match=r"sockets was made by somebody else"):
            own_directory(directory, Account.current())

    def test_a_link_in_place_of_a_socket_directory_is_refused(self, instance: Path) -> None:
        (instance / "target").mkdir(mode=0o700)
        (instance / "sockets").symlink_to(instance / "target")

        with pytest.raises(DatabaseSetupError, match="made by somebody else"):
            own_directory(instance / "sockets", Account.current())


class TestPrograms:
    def install(self, folder: Path, release: int, *, postgis: bool) -> Path:
        directory = folder / str(release) / "bin"
        share = folder / str(release) / "share"
        (share / "extension").mkdir(parents=True)
        directory.mkdir()
        if postgis:
            (share / "extension" / "postgis.control").touch()
        answers = {"postgres": f"postgres (PostgreSQL) {release}.3", "pg_config": str(share), "initdb": ""}
        for name, answer in answers.items():
            (directory / name).write_text(f"#!/bin/sh\necho '{answer}'\n")
            (directory / name).chmod(0o755)
        return directory

    def test_the_newest_release_that_has_postgis_is_taken(self, tmp_path: Path) -> None:
        directories = [self.install(tmp_path, release, postgis=release != 18) for release in (15, 17, 18)]

        assert find_programs(directories=directories) == Programs(directories[1], 17)
        assert find_programs(release=15, directories=directories).release == 15

    @pytest.mark.parametrize(
        ("release", "wanted", "message"),
        [
            (None, None, "PostgreSQL 14 or newer with PostGIS was not found"),
            (13, None, "PostgreSQL 14 or newer with PostGIS was not found"),
            (17, None, "PostGIS for it is not"),
            (17, 15, "made by PostgreSQL 15, which is not installed any more"),
        ],
    )
    def test_what_is_missing_is_named_with_its_remedies(
        self, tmp_path: Path, release: int | None, wanted: int | None, message: str
    ) -> None:
        directories = [self.install(tmp_path, release, postgis=False)] if release else []

        with pytest.raises(DatabaseSetupError, match=message) as failure:
            find_programs(release=wanted, directories=directories)

        for remedy in ("postgresql-postgis", "brew install", "compose.yaml", "DATABASE_URL"):
            assert remedy in str(failure.value)
