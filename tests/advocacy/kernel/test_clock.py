"""The one reader of time: what an offset may say, and where it is refused."""

import os
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured

from advocacy.kernel import clock


@pytest.mark.parametrize(
    ("text", "shift"),
    [
        ("", timedelta()),
        ("+31d", timedelta(days=31)),
        ("-6h", timedelta(hours=-6)),
        ("90m", timedelta(minutes=90)),
        ("0s", timedelta()),
        ("-7200s", timedelta(hours=-2)),
    ],
)
def test_an_offset_reads_like_this(text, shift):
    assert clock.parse_offset(text) == shift


@pytest.mark.parametrize(
    "text", ["31", "d", "+d", "1w", "1.5d", "++1d", "1d 2h", " 1d", "1d ", "one day", "1D", "tomorrow"]
)
def test_anything_else_stops_with_advice(text):
    with pytest.raises(ImproperlyConfigured, match=r"ADVOCACY_CLOCK_OFFSET must read like \+31d or -6h"):
        clock.parse_offset(text)


def test_the_clock_is_aware_in_utc_and_shifted(settings):
    present = datetime.fromtimestamp(time.time(), UTC)
    settings.CLOCK_OFFSET = "+31d"

    shifted = clock.now()

    assert shifted.utcoffset() == timedelta()
    assert timedelta(days=31) <= shifted - present < timedelta(days=31, minutes=1)


@pytest.mark.parametrize(
    ("instant", "zone", "day"),
    [
        (datetime(2026, 9, 16, 6, 59, tzinfo=UTC), "America/Los_Angeles", date(2026, 9, 15)),
        (datetime(2026, 9, 16, 7, 0, tzinfo=UTC), "America/Los_Angeles", date(2026, 9, 16)),
        (datetime(2026, 12, 1, 7, 59, tzinfo=UTC), "America/Los_Angeles", date(2026, 11, 30)),
        (datetime(2026, 9, 16, 6, 59, tzinfo=UTC), "Pacific/Auckland", date(2026, 9, 16)),
    ],
)
def test_a_day_is_the_day_of_its_zone(instant, zone, day):
    assert clock.day(instant, zone) == day


@pytest.mark.parametrize(("offset", "starts"), [("+31d", False), ("", True)])
def test_production_refuses_a_shifted_clock(offset, starts):
    environment = os.environ | {
        "ADVOCACY_CLOCK_OFFSET": offset,
        "ADVOCACY_BASE_URL": "https://advocacy.example",
        "DATABASE_URL": "postgres://nobody:none@127.0.0.1:1/none",
        "ADVOCACY_SECRET_KEY": "only to read the settings",
        "ADVOCACY_FIELD_KEYS": "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    }

    done = subprocess.run(
        [sys.executable, "-c", "import advocacy.settings.prod"],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (done.returncode == 0) is starts
    assert starts or "ADVOCACY_CLOCK_OFFSET is for development and tests" in done.stderr
