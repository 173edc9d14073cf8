"""Fixtures of the doctor's tests."""

from collections.abc import Iterator

import pytest

from tests.databases import Databases
from tests.db.doctor.patients import FILL, Patient


@pytest.fixture
def patient(databases: Databases) -> Iterator[Patient]:
    """A migrated database without rows."""
    name = databases.copy()
    yield Patient(databases, name)
    databases.drop(name)


@pytest.fixture
def large_patient(patient: Patient) -> Patient:
    """A database that is large enough for the planner to need an index."""
    patient.do(FILL, "ANALYZE facilities")
    return patient


@pytest.fixture
def unborn(databases: Databases) -> Iterator[Patient]:
    """A database with extensions and nothing else."""
    name = databases.empty()
    yield Patient(databases, name)
    databases.drop(name)
