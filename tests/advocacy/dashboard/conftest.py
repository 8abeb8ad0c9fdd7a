"""The pages read NOW, as the facts do."""

from datetime import datetime
from typing import Any

import pytest

from tests.cases.pages import stop_clock
from tests.conftest import NOW


@pytest.fixture(autouse=True)
def at_now(settings: Any) -> datetime:
    stop_clock(settings, NOW)
    return NOW
