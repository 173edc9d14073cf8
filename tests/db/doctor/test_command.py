"""The doctor as a whole: a healthy database passes, an ailing one is told what to do."""

import pytest

from tests.databases import Databases
from tests.db.doctor.patients import Patient
from webapp import create_app
from webapp.database.cli import doctor_command
from webapp.settings import Settings


def test_a_migrated_database_is_healthy_for_a_role_without_special_rights(patient: Patient) -> None:
    findings = patient.examine()
    assert patient.ailments() == {}
    assert len(findings) == 14
    assert findings["index use"].detail.startswith("usable")


def test_a_large_registry_uses_its_indexes(large_patient: Patient) -> None:
    findings = large_patient.examine()
    assert [finding for finding in findings.values() if not finding.ok] == []
    assert findings["index use"].detail == "used by the planner"


@pytest.mark.parametrize(
    ("address", "remedy"),
    [
        ("postgresql://atlas@127.0.0.1:1/atlas", "Start PostgreSQL"),
        ("postgresql:///atlas?host=/nowhere", "Start PostgreSQL"),
        ("postgresql:///no_such?user=atlas&host={sockets}&port={port}", "createdb"),
        ("postgresql:///postgres?user=stranger&host={sockets}&port={port}", "createuser"),
    ],
)
def test_an_unreachable_database_is_one_finding(databases: Databases, address: str, remedy: str) -> None:
    where = databases.cluster.url("x").query
    settings = Settings(
        database_url=address.format(sockets=where["host"], port=where["port"]), secret_key="s" * 32
    )
    result = create_app(settings).test_cli_runner().invoke(doctor_command)
    assert result.exit_code == 1
    assert result.output.count("FAIL") == 1
    assert remedy in result.output
    assert "Traceback" not in result.output
    assert isinstance(result.exception, SystemExit)


def test_the_command_passes_a_healthy_database(databases: Databases, patient: Patient) -> None:
    app = create_app(databases.settings(patient.name))
    result = app.test_cli_runner().invoke(doctor_command)
    assert result.exit_code == 0
    assert "All 14 checks passed." in result.output


def test_the_command_fails_and_says_what_to_do(databases: Databases, patient: Patient) -> None:
    patient.do("DROP INDEX idx_facilities_location")
    result = create_app(databases.settings(patient.name)).test_cli_runner().invoke(doctor_command)
    assert result.exit_code == 1
    assert "FAIL  spatial indexes: idx_facilities_location is missing" in result.output
    assert "-> CREATE INDEX CONCURRENTLY idx_facilities_location ON facilities USING gist" in result.output
    assert "2 of 14 checks failed" in result.output
