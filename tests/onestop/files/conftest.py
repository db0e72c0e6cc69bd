"""Files of each test in a folder of its own, and a virus scanner."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.clamd_server import Clamd, running_clamd


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


@pytest.fixture
def scanner(settings: Any) -> Iterator[Clamd]:
    """A virus scanner that new files have to pass."""
    with running_clamd() as server:
        settings.CLAMAV_URL = server.url
        yield server
