"""Which command lines wait for a database."""

import pytest

from advocacy.embedded import commands


@pytest.mark.parametrize(
    "line",
    ["", "help", "--version", "migrate --help", "check", "check --deploy", "makemigrations --check",
     "explain_deadline --rule x --on 2026-01-02", "collectstatic"],
)  # fmt: skip
def test_needs_no_database(line):
    assert not commands.needs_database(line.split())


@pytest.mark.parametrize(
    "line",
    ["migrate", "shell", "seed_demo --reset", "check --database default", "makemigrations", "runserver"],
)
def test_needs_the_database(line):
    assert commands.needs_database(line.split())


def test_a_placeholder_stands_in_when_no_database_is_needed(tmp_path, monkeypatch):
    for name in ("DATABASE_URL", "ADVOCACY_SECRET_KEY", "ADVOCACY_FIELD_KEYS"):
        # Set first, so that monkeypatch takes away again what the call adds.
        monkeypatch.setenv(name, "")
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("ADVOCACY_VAR", str(tmp_path))

    commands.servers_for(["check"])

    import os

    assert os.environ["DATABASE_URL"] == commands.NO_DATABASE
    assert os.environ["ADVOCACY_SECRET_KEY"]
    assert not list(tmp_path.glob("pg*"))


def test_migrate_runs_as_the_owner_also_in_production(monkeypatch):
    monkeypatch.setenv("ADVOCACY_ENV", "prod")
    monkeypatch.setenv("DATABASE_URL", "postgresql://app_user@db/advocacy")
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://app_owner@db/advocacy")

    commands.servers_for(["migrate"])

    import os

    assert os.environ["DATABASE_URL"] == "postgresql://app_owner@db/advocacy"
