"""Columns stored encrypted (AES-256-GCM) and read as plain text.

Each value is bound to its table, column and row; a copy in another row or column cannot be decrypted. The attribute of
a row is plain text, decrypted on first access. `values()` and SQL see the stored form. For `update()`, pass
`encrypted_for(row, name, value)`; plain text is refused, because it would be stored unencrypted.
"""

import base64
import json
import os
from collections.abc import Callable
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from django.conf import settings
from django.db import models

from . import content_key
from .content_key import KeyMissing

PREFIX = "sealed:1:"
NONCE = 12


class DecryptionError(RuntimeError):
    """A stored text that cannot be decrypted: changed, copied from another row, or never encrypted."""


class Ciphertext(str):
    """A text in its stored form: `sealed:1:<id of the key>:<nonce and ciphertext, base64>`."""

    __slots__ = ()

    @property
    def key_id(self) -> str:
        return self.split(":", 3)[2]


def encrypt(text: str, place: str) -> Ciphertext:
    """Encrypts a text. In production a missing key raises KeyMissing; elsewhere the key is created."""
    if not settings.PRODUCTION:
        content_key.make(settings.CONTENT_KEY_FILE)
    keys, nonce = content_key.read(settings.CONTENT_KEY_FILE), os.urandom(NONCE)
    ciphertext = AESGCM(keys.by_id[keys.current]).encrypt(nonce, text.encode(), place.encode())
    return Ciphertext(f"{PREFIX}{keys.current}:{base64.b64encode(nonce + ciphertext).decode()}")


def decrypt(stored: Ciphertext, place: str) -> str:
    keys = content_key.read(settings.CONTENT_KEY_FILE)
    if (key := keys.by_id.get(stored.key_id)) is None:
        raise KeyMissing(f"{settings.CONTENT_KEY_FILE} lacks the key {stored.key_id}; restore it from the backup")
    ciphertext = base64.b64decode(stored.split(":", 3)[3])
    try:
        return AESGCM(key).decrypt(ciphertext[:NONCE], ciphertext[NONCE:], place.encode()).decode()
    except InvalidTag as wrong:
        raise DecryptionError(f"{place} does not open: it was changed, or belongs to another row") from wrong


def derived_key(purpose: str) -> bytes:
    """Returns a key for one purpose, derived from the current content key. It changes with that key."""
    if not settings.PRODUCTION:
        content_key.make(settings.CONTENT_KEY_FILE)
    keys = content_key.read(settings.CONTENT_KEY_FILE)
    return HKDFExpand(hashes.SHA256(), 32, purpose.encode()).derive(keys.by_id[keys.current])


def encrypted_for(row: models.Model, name: str, value: Any) -> Any:
    """Returns the value for `update()` of a column of this row. Values of plain columns are returned unchanged."""
    field = row._meta.get_field(name)
    return field.as_stored(row, value) if isinstance(field, EncryptedField) else value


class _DecryptedAttribute:
    """The attribute of a row: plain text, decrypted once on first access."""

    def __init__(self, field: "EncryptedField") -> None:
        self.field = field

    def __get__(self, row: models.Model | None, cls: type[models.Model] | None = None) -> Any:
        if row is None:
            return self
        name = self.field.attname
        if name not in row.__dict__:
            row.refresh_from_db(fields=[name])
        value = row.__dict__[name]
        if isinstance(value, Ciphertext):
            value = row.__dict__[name] = self.field.from_text(decrypt(value, self.field.place(row)))
        return value

    def __set__(self, row: models.Model, value: Any) -> None:
        row.__dict__[self.field.attname] = value


class EncryptedField(models.Field):  # type: ignore[type-arg]  # not generic at run time
    """`encrypted_if` decides per row whether the column is encrypted; by default it always is."""

    descriptor_class = _DecryptedAttribute
    stored_as = ""

    def __init__(self, *args: Any, encrypted_if: Callable[[Any], bool] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.encrypted_if = encrypted_if

    def place(self, row: models.Model) -> str:
        if row.pk is None:
            raise TypeError(f"{self}: a row without a key cannot hold an encrypted text")
        return f"{row._meta.db_table}.{self.column}:{row.pk}"

    def as_stored(self, row: models.Model, value: Any) -> Any:
        """Returns the stored form of a value. An empty text stays empty, because constraints check for it."""
        if (
            value in ("", None)
            or isinstance(value, Ciphertext)
            or not (self.encrypted_if is None or self.encrypted_if(row))
        ):
            return value
        return encrypt(self.to_text(value), self.place(row))

    def to_text(self, value: Any) -> str:
        return str(value)

    def from_text(self, text: str) -> Any:
        return text

    def deconstruct(self) -> Any:
        """Describes the plain column of the database. Migrations read the stored form and need no key."""
        name, _path, args, kwargs = super().deconstruct()
        return name, self.stored_as, args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        held = model_instance.__dict__.get(self.attname)
        return held if isinstance(held, Ciphertext) else self.as_stored(model_instance, held)


class EncryptedTextField(EncryptedField, models.TextField):  # type: ignore[type-arg]  # as above
    stored_as = "django.db.models.TextField"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if not value:
            return value
        if value.startswith(PREFIX):
            return Ciphertext(value)
        if self.encrypted_if is None:
            raise DecryptionError(f"{self} holds a text that is not encrypted")
        return value

    def get_prep_value(self, value: Any) -> Any:
        if value and self.encrypted_if is None and not isinstance(value, Ciphertext):
            raise TypeError(f"{self} is written through its row or with `encrypted_for`")
        return str(value) if isinstance(value, Ciphertext) else super().get_prep_value(value)


class EncryptedJSONField(EncryptedField, models.JSONField):
    """JSON, encrypted as a whole where the row requires it. The column then holds one JSON string."""

    stored_as = "django.db.models.JSONField"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        found = super().from_db_value(value, expression, connection)
        return Ciphertext(found) if isinstance(found, str) and found.startswith(PREFIX) else found

    def to_text(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)

    def from_text(self, text: str) -> Any:
        return json.loads(text)
