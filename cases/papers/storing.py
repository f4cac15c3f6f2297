"""Storage of the files of papers, and their names."""

from typing import Any
from uuid import uuid4

from django.core.files.storage import Storage, storages


def paper_storage() -> Storage:
    """A function, so that migrations do not contain the path of one machine."""
    return storages["papers"]


def random_name(instance: Any, filename: str) -> str:
    """A random name, which discloses nothing and cannot be guessed."""
    name = uuid4().hex
    return f"{name[:2]}/{name}"
