"""What the casework's tests share: a clock that stands at NOW, and a storage of their own."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cases.pages import stop_clock
from tests.conftest import NOW


@pytest.fixture
def clock_at(settings: Any) -> Callable[[datetime], None]:
    """Set the clock that the pages read."""
    return lambda moment: stop_clock(settings, moment)


@pytest.fixture
def at_now(settings: Any) -> datetime:
    """Let the pages read NOW."""
    stop_clock(settings, NOW)
    return NOW


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Path) -> Path:
    """Keep papers in a folder of this test."""
    folder = tmp_path / "files"
    documents = settings.STORAGES["documents"]
    settings.STORAGES = settings.STORAGES | {
        "documents": documents | {"OPTIONS": documents["OPTIONS"] | {"location": folder}}
    }
    return folder
