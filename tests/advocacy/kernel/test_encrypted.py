"""Encrypted text: unreadable, bound to its column, and readable by the key that its value names."""

import base64

import pytest
from cryptography.exceptions import InvalidTag
from django.core.exceptions import ImproperlyConfigured

from advocacy.kernel.encrypted import EncryptedTextField, decrypt, encrypt

PLACE = "coverage.member_id"


@pytest.mark.parametrize("words", ["GB-77", "-", "Ñandú 病 🩺", "a:b:c", "long " * 5000])
def test_what_was_encrypted_can_be_read_again(words):
    stored = encrypt(words, place=PLACE)

    assert words not in stored
    assert decrypt(stored, place=PLACE) == words


def test_equal_texts_do_not_look_equal():
    assert len({encrypt("GB-77", place=PLACE) for _ in range(50)}) == 50


def test_a_value_moved_to_another_column_cannot_be_read():
    stored = encrypt("GB-77", place=PLACE)

    with pytest.raises(InvalidTag):
        decrypt(stored, place="client.phone")


@pytest.mark.parametrize("position", [0, 11, 12, -1])
def test_an_altered_value_cannot_be_read(position):
    key_id, _, encoded = encrypt("GB-77", place=PLACE).partition(":")
    raw = bytearray(base64.b64decode(encoded))
    raw[position] ^= 1

    with pytest.raises(InvalidTag):
        decrypt(f"{key_id}:{base64.b64encode(raw).decode()}", place=PLACE)


def test_a_key_that_is_not_known_is_named():
    stored = encrypt("GB-77", place=PLACE).replace("k1:", "k0:", 1)

    with pytest.raises(ImproperlyConfigured, match="no key 'k0'"):
        decrypt(stored, place=PLACE)


def test_another_key_by_the_same_name_cannot_read_it(settings):
    stored = encrypt("GB-77", place=PLACE)
    settings.FIELD_KEYS = {"k1": b"\x01" * 32}

    with pytest.raises(InvalidTag):
        decrypt(stored, place=PLACE)


def test_a_new_key_writes_while_the_old_one_still_reads(settings):
    old = encrypt("GB-77", place=PLACE)
    settings.FIELD_KEYS = {"k2": b"\x02" * 32} | settings.FIELD_KEYS

    new = encrypt("GB-78", place=PLACE)

    assert new.startswith("k2:")
    assert (decrypt(old, place=PLACE), decrypt(new, place=PLACE)) == ("GB-77", "GB-78")


@pytest.mark.parametrize("nothing", ["", None])
def test_nothing_stays_nothing(nothing):
    field = EncryptedTextField()

    assert field.get_prep_value(nothing) == nothing
    assert field.from_db_value(nothing) == nothing
