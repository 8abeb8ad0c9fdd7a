"""Text that is unreadable in the database and in its backups."""

import base64
import os
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

_NONCE_BYTES = 12


def encrypt(text: str, *, place: str) -> str:
    """Return `id:base64` of the text under the first key; `place` (table.column) is bound to it."""
    key_id, key = next(iter(settings.FIELD_KEYS.items()))
    nonce = os.urandom(_NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, text.encode(), place.encode())
    return f"{key_id}:{base64.b64encode(nonce + sealed).decode()}"


def decrypt(stored: str, *, place: str) -> str:
    """Return the text.

    Raises:
        ImproperlyConfigured: the key that sealed it is not among ADVOCACY_FIELD_KEYS.
        cryptography.exceptions.InvalidTag: the value was altered or moved to another column.
    """
    key_id, _, encoded = stored.partition(":")
    if key_id not in settings.FIELD_KEYS:
        raise ImproperlyConfigured(f"ADVOCACY_FIELD_KEYS has no key {key_id!r}, which a stored value needs.")
    raw = base64.b64decode(encoded)
    opened = AESGCM(settings.FIELD_KEYS[key_id]).decrypt(
        raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], place.encode()
    )
    return opened.decode()


class EncryptedTextField(models.TextField):
    """AES-GCM with the key's id in the value; empty text stays empty. It cannot be searched."""

    def _place(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def get_prep_value(self, value: Any) -> str | None:
        text = super().get_prep_value(value)
        return encrypt(text, place=self._place()) if text else text

    def from_db_value(self, value: str | None, *_: object) -> str | None:
        return decrypt(value, place=self._place()) if value else value
