"""Files without a row: uploads whose transaction was rolled back, or whose server died before the commit.

The file is written before the row is committed, so that no row names a missing file.
"""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path

from django.apps import apps
from django.core.files.storage import Storage
from django.db.models import Model

from agencies.kernel import times

from .storing import paper_storage, random_name

KEPT = timedelta(days=1)  # longer than any upload takes to be committed
BATCH = 500


def sweep_orphans() -> int:
    """Deletes files without a row. Returns how many."""
    storage, before, deleted = paper_storage(), times.now() - KEPT, 0
    models = list(_models_with_files())
    names = _names(storage)
    while some := list(islice(names, BATCH)):
        known = {name for model in models for name in _kept(model, some)}
        for name in some:
            if name not in known and times.file_time(Path(storage.path(name))) < before:
                storage.delete(name)
                deleted += 1
    return deleted


def _models_with_files() -> Iterator[type[Model]]:
    """Every model that stores its files there; each has a column `file`."""
    for model in apps.get_models():
        if any(getattr(field, "upload_to", None) is random_name for field in model._meta.fields):
            yield model


def _kept(model: type[Model], names: list[str]) -> Iterator[str]:
    return iter(model._base_manager.filter(file__in=names).values_list("file", flat=True))


def _names(storage: Storage) -> Iterator[str]:
    if not storage.exists(""):
        return  # nothing was ever uploaded
    for folder in storage.listdir("")[0]:
        for name in storage.listdir(folder)[1]:
            yield f"{folder}/{name}"
