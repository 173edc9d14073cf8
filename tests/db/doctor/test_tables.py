"""Privileges, reference systems and triggers."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text

from tests.db.doctor.patients import Patient
from webapp.database.table_checks import TRIGGERS


class TestPrivileges:
    @pytest.fixture
    def clerk(self, patient: Patient) -> Iterator[str]:
        patient.do("CREATE ROLE clerk LOGIN", f'REVOKE TEMPORARY ON DATABASE "{patient.name}" FROM PUBLIC')
        yield "clerk"
        patient.do("DROP OWNED BY clerk", "DROP ROLE clerk")

    def test_a_role_is_told_what_it_lacks_and_grants_heal(self, patient: Patient, clerk: str) -> None:
        patient.do("GRANT SELECT ON alembic_version TO clerk")
        remedy = patient.heals("privileges", role=clerk).remedy
        assert 'GRANT SELECT, INSERT, UPDATE, DELETE ON facilities TO "clerk";' in remedy
        assert 'GRANT SELECT, INSERT ON facility_revisions TO "clerk";' in remedy
        assert 'GRANT USAGE ON SEQUENCE facility_code_numbers TO "clerk";' in remedy
        assert f'GRANT TEMPORARY ON DATABASE "{patient.name}" TO "clerk";' in remedy

    def test_migrations_may_be_the_work_of_another_role(self, patient: Patient, clerk: str) -> None:
        patient.do(
            "GRANT ALL ON ALL TABLES IN SCHEMA public TO clerk",
            "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO clerk",
            f'GRANT TEMPORARY ON DATABASE "{patient.name}" TO clerk',
        )
        finding = patient.examine(role=clerk)["privileges"]
        assert finding.ok
        assert "another role" in finding.detail

    def test_a_check_that_may_not_look_says_so(self, patient: Patient, clerk: str) -> None:
        finding = patient.ailments(role=clerk)["index use"]
        assert "permission denied" in finding.detail
        assert "GRANT" in finding.remedy


class TestReferenceSystems:
    def test_a_column_of_another_srid(self, patient: Patient) -> None:
        patient.do(
            "ALTER TABLE facility_revisions ALTER COLUMN location TYPE geometry(Point, 3857)"
            " USING ST_Transform(location, 3857)"
        )
        finding = patient.heals("reference systems")
        assert finding.detail == "facility_revisions.location is declared with SRID 3857"

    def test_rows_of_another_srid(self, large_patient: Patient) -> None:
        large_patient.do(
            "INSERT INTO facility_revisions"
            " (facility_id, code, version, operation, actor, door, transaction_id, facts, location,"
            "  footprint)"
            " SELECT id, code, 2, 'changed', 'x', 'sql', 1, '{}', location, 'SRID=3857;POINT (1 1)'"
            "   FROM facilities LIMIT 1"
        )
        finding = large_patient.ailments()["reference systems"]
        assert finding.detail == "facility_revisions.footprint holds geometries with SRID 3857"


class TestTriggers:
    def test_the_doctor_knows_all_of_them(self, connection: Connection) -> None:
        found = connection.execute(
            text("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal")
        )
        assert {tuple(row) for row in found} == set(TRIGGERS)

    def test_a_disabled_one(self, patient: Patient) -> None:
        patient.do("ALTER TABLE facilities DISABLE TRIGGER facilities_record_changed")
        assert "unrecorded" in patient.heals("triggers").detail

    def test_a_missing_one(self, patient: Patient) -> None:
        patient.do("DROP TRIGGER facility_revisions_append_only ON facility_revisions")
        finding = patient.ailments()["triggers"]
        assert finding.detail == "facility_revisions_append_only is missing"
        assert "webapp/migrations/sql" in finding.remedy
