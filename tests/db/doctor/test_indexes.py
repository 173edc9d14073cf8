"""Indexes: valid, once each, used, and known to the planner."""

import pytest

from tests.db.doctor.patients import FILL, Patient


class TestIndexes:
    def test_an_invalid_one_is_left_by_a_failed_concurrently(self, patient: Patient) -> None:
        patient.do(
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'idx_facilities_identifiers'::regclass"
        )
        finding = patient.heals("index validity")
        assert finding.detail == "idx_facilities_identifiers is INVALID"

    @pytest.mark.parametrize("name", ["idx_facilities_location", "idx_facilities_location_large_airport"])
    def test_a_missing_one(self, patient: Patient, name: str) -> None:
        patient.do(f"DROP INDEX {name}")
        assert patient.heals("spatial indexes").detail == f"{name} is missing"

    def test_one_too_many(self, patient: Patient) -> None:
        patient.do("CREATE INDEX facilities_location_again ON facilities USING gist (location)")
        finding = patient.heals("spatial indexes")
        assert finding.detail == "facilities_location_again is one too many"

    @pytest.mark.parametrize("size", ["patient", "large_patient"])
    @pytest.mark.parametrize("name", ["idx_facilities_location", "idx_facilities_location_large_airport"])
    def test_one_that_is_not_used(self, request: pytest.FixtureRequest, size: str, name: str) -> None:
        patient: Patient = request.getfixturevalue(size)
        patient.do(f"DROP INDEX {name}")
        finding = patient.ailments()["index use"]
        assert finding.detail == f"a small box does not use {name}"
        assert "ANALYZE facilities;" in finding.remedy

    def test_a_planner_that_prefers_to_read_everything(self, large_patient: Patient) -> None:
        for method in ("indexscan", "indexonlyscan", "bitmapscan"):
            large_patient.do(f'ALTER DATABASE "{large_patient.name}" SET enable_{method} = off')
        large_patient.do(f'ALTER DATABASE "{large_patient.name}" SET enable_seqscan = on')
        assert "idx_facilities_location" in large_patient.ailments()["index use"].detail

    def test_stale_statistics(self, patient: Patient) -> None:
        patient.do(FILL)
        assert patient.heals("statistics").remedy == "ANALYZE facilities;"
