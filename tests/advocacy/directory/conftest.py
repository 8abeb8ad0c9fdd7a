"""The directory as it is after a deploy."""

from typing import Any

import pytest

from advocacy.directory import services
from tests.conftest import NOW


@pytest.fixture
def directory(db: None) -> None:
    services.sync_directory(now=NOW)


@pytest.fixture
def stored(settings: Any, tmp_path: Any) -> None:
    """Private storage in a folder of the test's own."""
    settings.STORAGES = settings.STORAGES | {
        "documents": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": None},
        }
    }
