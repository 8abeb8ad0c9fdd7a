"""docker-compose.yml and Dockerfile without an engine: schema, linter, and what neither of them checks."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

ROOT = settings.ROOT


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def run(*command: str) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_the_file_obeys_the_compose_schema():
    tool = str(Path(sys.executable).with_name("check-jsonschema"))

    assert run(tool, "--builtin-schema", "vendor.compose-spec", "docker-compose.yml") == ""


def test_the_dockerfile_passes_its_linter():
    tool = shutil.which("hadolint", path=str(Path(sys.executable).parent)) or "hadolint"

    assert run(tool, "Dockerfile") == ""


def test_every_named_thing_is_declared(compose):
    services = compose["services"]

    for name, service in services.items():
        assert set(service.get("depends_on", {})) <= set(services), name
        assert set(service.get("networks", [])) <= set(compose["networks"]), name
        volumes = {volume.partition(":")[0] for volume in service.get("volumes", [])}
        assert volumes <= set(compose["volumes"]), name


def test_every_variable_stands_in_the_example():
    used = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    listed = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert len(used) > 5
    assert used - listed == set()


def test_ports_open_to_this_machine_alone_and_images_are_pinned(compose):
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]
    images = [service["image"] for service in compose["services"].values() if "build" not in service]
    images += re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)

    assert ports and all(port.startswith("127.0.0.1:") for port in ports)
    assert len(images) == 4
    assert all(re.search(r":\d+\.\d+", image) for image in images)


def test_the_migrating_service_alone_holds_the_owners_address(compose):
    holders = {
        name
        for name, service in compose["services"].items()
        if {"DATABASE_OWNER_URL", "DATABASE_ADMIN_URL"} & set(service.get("environment", {}))
    }

    assert holders == {"migrate"}
    for name in ("web", "sender", "worker", "beat"):
        needed = compose["services"][name]["depends_on"]["migrate"]
        assert needed == {"condition": "service_completed_successfully"}


def test_the_database_lies_where_its_image_wants_it_and_sorts_like_the_embedded_one(compose):
    from advocacy.embedded import postgres

    database = compose["services"]["db"]
    arguments = database["environment"]["POSTGRES_INITDB_ARGS"].split()
    embedded = Path(postgres.__file__).read_text()

    assert database["volumes"] == ["database:/var/lib/postgresql"]
    assert database["image"].startswith("postgres:18.")
    for argument in ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"):
        assert argument in arguments
        assert argument in embedded


def test_every_queue_has_a_worker(compose):
    from advocacy.settings.schedule import TASK_ROUTES

    command = compose["services"]["worker"]["command"]
    served = set(command[command.index("--queues") + 1].split(","))

    assert {route["queue"] for route in TASK_ROUTES.values()} == served


def test_nothing_runs_as_root_or_carries_a_secret(compose):
    dockerfile = (ROOT / "Dockerfile").read_text()
    text = (ROOT / "docker-compose.yml").read_text()

    assert re.findall(r"^USER (\S+)", dockerfile, re.MULTILINE)[-1] == "10001:10001"
    assert all(service.get("healthcheck") for service in compose["services"].values())
    assert not re.search(r"(PASSWORD|SECRET_KEY|FIELD_KEYS): (?!\$\{)\S", text)


def test_every_command_names_a_module_that_exists(compose):
    for name, service in compose["services"].items():
        words = " ".join(service.get("command", []))
        for command in re.findall(r"manage\.py (\w+)", words):
            known = [
                *ROOT.glob(f"*/management/commands/{command}.py"),
                *ROOT.glob(f"*/*/management/commands/{command}.py"),
            ]
            assert known or command == "migrate", (name, command)
