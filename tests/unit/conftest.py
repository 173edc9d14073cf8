"""What unit tests share."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def instance() -> Iterator[Path]:
    """A folder that the server's account may enter; pytest's own are closed to it when root runs this."""
    folder = Path(tempfile.mkdtemp(prefix="atlas-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)
