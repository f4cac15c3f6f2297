"""Where the files of papers lie, and under what names."""

from typing import Any
from uuid import uuid4

from django.core.files.storage import Storage, storages


def paper_storage() -> Storage:
    """A function, so that no migration remembers where the files of one machine lie."""
    return storages["papers"]


def random_name(instance: Any, filename: str) -> str:
    """Nothing of the sender's name, and nothing by which a file could be guessed or counted."""
    name = uuid4().hex
    return f"{name[:2]}/{name}"
