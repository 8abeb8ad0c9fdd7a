"""Log lines carry events and ids; whatever else a call passes is dropped."""

import io
import json
import logging
import re

import pytest

from advocacy.kernel import logs

NAME = "Rosa Silva"


@pytest.fixture
def written():
    """Log through the project's formatter, and return the lines."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.formatter())
    root = logging.getLogger()
    root.addHandler(handler)
    level = root.level
    root.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.setLevel(level)
    root.removeHandler(handler)


def test_a_line_is_one_json_object_with_its_ids(written):
    logs.get("tests.logs").info("mail.sent", reminder="r-1", count=2, attempt=1)

    [line] = written()
    assert line.pop("timestamp")
    assert line == {
        "event": "mail.sent", "level": "info", "logger": "tests.logs", "reminder": "r-1", "count": 2,
        "attempt": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    "key", ["name", "client", "email", "phone", "service", "plan", "text", "user", "body"]
)
def test_what_is_not_on_the_list_is_dropped(written, key):
    logs.get("tests.logs").warning("mail.parked", case="c-1", **{key: NAME})

    [line] = written()
    assert key not in line
    assert NAME not in json.dumps(line)
    assert line["case"] == "c-1"


def test_an_extra_of_the_standard_library_is_dropped_too(written):
    logging.getLogger("tests.logs").warning("mail.parked", extra={"client": NAME, "case": "c-1"})

    [line] = written()
    assert NAME not in json.dumps(line)


def test_a_line_of_another_library_is_json_with_its_level_and_logger(written):
    logging.getLogger("django.request").error("Internal Server Error: %s", "/o/harbor/")

    [line] = written()
    assert (line["level"], line["logger"]) == ("error", "django.request")
    assert line["event"] == "Internal Server Error: /o/harbor/"


def test_an_exception_says_where_it_happened(written):
    try:
        raise ValueError("no")
    except ValueError:
        logs.get("tests.logs").exception("planner.failed", organisation="o-1")

    [line] = written()
    assert "ValueError" in line["exception"]
    assert re.search(r"test_logs\.py.*line \d+", line["exception"])


@pytest.mark.parametrize(
    "text",
    [
        f'null value in column "plan_name" DETAIL: Failing row contains (1, {NAME}, null)',
        f"duplicate key value DETAIL: Key (family_name)=({NAME}) already exists.",
    ],
)
def test_an_exception_does_not_carry_the_values_of_a_row(written, text):
    try:
        raise ValueError(text)
    except ValueError:
        logs.get("tests.logs").exception("planner.failed", organisation="o-1")

    assert NAME not in json.dumps(written())
