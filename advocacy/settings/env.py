"""The one reader of the environment: typed, and stops with advice."""

import base64
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

ROOT = Path(__file__).resolve().parent.parent.parent


def text(name: str, default: str | None = None) -> str:
    """Return the variable, or the default.

    Raises:
        ImproperlyConfigured: it is unset or empty, and there is no default.
    """
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"{name} is not set. See .env.example for what it means.")
    return default


def integer(name: str, default: int) -> int:
    """Return the variable as a whole number."""
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from error


def secret(name: str) -> str:
    """Return a secret of 32 characters or more, or "" where there is none.

    Raises:
        ImproperlyConfigured: it is set, and short enough to be guessed.
    """
    value = text(name, "")
    if value and len(value) < 32:
        raise ImproperlyConfigured(
            f"{name} must have 32 characters or more. See .env.example for how to make one."
        )
    return value


def words(name: str, default: str) -> list[str]:
    """Return a comma-separated variable as a list without blanks."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def address(name: str) -> str:
    """Return the variable as an http or https address, or "" if it is unset."""
    value = text(name, "")
    if value and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname):
        raise ImproperlyConfigured(f"{name} must be an http:// or https:// address, not {value!r}.")
    return value


def database(name: str) -> dict[str, Any]:
    """Return Django's settings for a `postgres://` address."""
    parts = conninfo_to_dict(text(name))
    return {
        "ENGINE": "advocacy.organisations.backend",
        "NAME": parts.get("dbname", ""),
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": str(parts.get("port", "")),
    }


def field_keys() -> dict[str, bytes]:
    """Return the keys of encrypted fields by id; the first one encrypts.

    The value reads `id:base64,id:base64`; each key is 32 bytes.
    """
    keys: dict[str, bytes] = {}
    for entry in words("ADVOCACY_FIELD_KEYS", ""):
        key_id, _, encoded = entry.partition(":")
        key = base64.b64decode(encoded)
        if len(key) != 32:
            raise ImproperlyConfigured("ADVOCACY_FIELD_KEYS: each key is 32 bytes in base64, as id:key.")
        keys[key_id] = key
    if not keys:
        raise ImproperlyConfigured("ADVOCACY_FIELD_KEYS is not set. See .env.example for how to make one.")
    return keys


def mail_server(name: str) -> dict[str, Any]:
    """Return where mail goes: `viewer:` (kept here, never sent) or `smtp://user:password@host:port?tls=on`."""
    parts = urlsplit(text(name, "viewer:"))
    if parts.scheme == "viewer":
        return {"kind": "viewer"}
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ImproperlyConfigured(f"{name} must be viewer: or smtp://host:port.")
    return {
        "kind": "smtp",
        "host": parts.hostname,
        "port": parts.port or (465 if parts.scheme == "smtps" else 587),
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_ssl": parts.scheme == "smtps",
        "use_tls": parse_qs(parts.query).get("tls", ["off"])[0] == "on",
    }
