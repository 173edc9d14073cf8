"""Versions, extensions, migrations and connections."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from tests.databases import OWNER, Databases
from tests.db.doctor.patients import Patient, engine_for
from webapp.database import server_checks
from webapp.database.findings import remedy_for


class TestVersions:
    @pytest.mark.parametrize(
        ("version", "well"), [((3, 9, 18), False), ((3, 10, 0), True), ((3, 13, 1), True)]
    )
    def test_python(self, version: tuple[int, ...], well: bool) -> None:
        assert server_checks.judge_python(version).ok is well

    @pytest.mark.parametrize(("major", "well"), [(13, False), (14, True), (18, True)])
    def test_postgresql(self, major: int, well: bool) -> None:
        finding = server_checks.judge_postgresql(major, f"{major}.4")
        assert finding.ok is well
        assert well or "pg_upgrade" in finding.remedy

    @pytest.mark.parametrize(
        ("version", "well"),
        [(None, False), ("3.1.9", False), ("3.2.0", True), ("3.10.1", True), ("4.0dev", True)],
    )
    def test_postgis(self, version: str | None, well: bool) -> None:
        finding = server_checks.judge_postgis(version)
        assert finding.ok is well
        assert well or "postgis" in finding.remedy


class TestExtensions:
    def test_a_missing_postgis_needs_a_superuser(self, patient: Patient) -> None:
        patient.do("DROP EXTENSION postgis CASCADE")
        finding = patient.ailments()["extensions"]
        assert finding.detail == "postgis is missing"
        assert "As a superuser" in finding.remedy
        assert "CREATE EXTENSION postgis;" in finding.remedy

    def test_a_superuser_is_told_the_plain_remedy(self, patient: Patient) -> None:
        patient.do("DROP EXTENSION postgis CASCADE")
        assert patient.ailments(role="postgres")["extensions"].remedy == "CREATE EXTENSION postgis;"

    def test_the_owner_may_create_a_trusted_one(self, patient: Patient) -> None:
        patient.do("DROP EXTENSION unaccent")
        assert patient.heals("extensions").remedy == "CREATE EXTENSION unaccent;"

    def test_an_extension_that_the_server_does_not_have_must_be_installed(
        self, patient: Patient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(server_checks, "EXTENSIONS", ("postgis", "h3_of_the_future"))
        assert "apt install" in patient.ailments()["extensions"].remedy

    def test_the_classic_error_names_its_remedy(self, patient: Patient, databases: Databases) -> None:
        patient.do("DROP EXTENSION postgis CASCADE")
        with engine_for(databases, patient.name, OWNER) as engine, engine.connect() as connection:
            with pytest.raises(ProgrammingError, match='type "geometry" does not exist') as raised:
                connection.execute(text("SELECT NULL::geometry"))
            assert "CREATE EXTENSION postgis" in remedy_for(raised.value)


class TestMigrations:
    def test_without_tables_only_the_server_is_examined(self, unborn: Patient) -> None:
        assert set(unborn.ailments()) == {"migrations"}
        assert unborn.ailments()["migrations"].remedy == "Run the migrations: flask db upgrade"
        assert len(unborn.examine()) == 7

    def test_a_newer_database_needs_a_newer_release(self, patient: Patient) -> None:
        patient.do("UPDATE alembic_version SET version_num = 'from_the_future'")
        finding = patient.ailments()["migrations"]
        assert "from_the_future" in finding.detail
        assert "newer release" in finding.remedy


class TestConnections:
    def test_workers_must_not_ask_for_more_than_the_server_gives(self, patient: Patient) -> None:
        finding = patient.ailments(web_concurrency=4)["connections"]
        assert finding.detail == "4 workers x 30 connections = 120, but the server gives 97"
        assert "POOL_SIZE" in finding.remedy

    def test_exactly_all_of_them_is_well(self, patient: Patient) -> None:
        findings = patient.examine(web_concurrency=97, pool_size=1, max_overflow=0)
        assert findings["connections"].ok
