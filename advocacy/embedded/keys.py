"""Passwords and keys of the embedded default: random, made once, readable by their owner alone."""

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass, fields
from pathlib import Path


@dataclass(frozen=True)
class Keys:
    """What `secrets.json` holds. `installation` tells a database made with other keys from ours."""

    installation: str
    superuser_password: str
    owner_password: str
    user_password: str
    broker_password: str
    secret_key: str
    field_key: str

    @classmethod
    def random(cls) -> "Keys":
        """Make a new set."""
        words = {field.name: secrets.token_hex(24) for field in fields(cls)}
        words["field_key"] = base64.b64encode(secrets.token_bytes(32)).decode()
        return cls(**words)


def path(var: Path) -> Path:
    """Return where the keys of this data folder are kept."""
    return var / "secrets.json"


def load(var: Path) -> Keys:
    """Return the keys of this data folder, making them the first time. Call it under the start lock."""
    try:
        kept = json.loads(path(var).read_text())
    except FileNotFoundError:
        kept = {}
    made = asdict(Keys.random())
    keys = Keys(**{name: kept.get(name, value) for name, value in made.items()})
    if asdict(keys) != kept:
        write_private(path(var), json.dumps(asdict(keys), indent=2))
    return keys


def write_private(target: Path, text: str) -> None:
    """Write a private file whole or not at all."""
    new = target.with_suffix(".new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    new.replace(target)
