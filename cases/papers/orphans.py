"""Files without a row: uploads whose transaction was rolled back, or whose server died before the commit.

The file is written before the row is committed, so that no row names a missing file.
"""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path

from django.core.files.storage import Storage

from agencies.kernel import times

from .models import IncomingPaper, SignedCopy
from .storing import paper_storage

KEPT = timedelta(days=1)  # longer than any upload takes to be committed
BATCH = 500


def sweep_orphans() -> int:
    """Deletes files without a row. Returns how many."""
    storage, before, deleted = paper_storage(), times.now() - KEPT, 0
    names = _names(storage)
    while some := list(islice(names, BATCH)):
        known = {
            name
            for model in (IncomingPaper, SignedCopy)
            for name in model.objects.filter(file__in=some).values_list("file", flat=True)
        }
        for name in some:
            if name not in known and times.file_time(Path(storage.path(name))) < before:
                storage.delete(name)
                deleted += 1
    return deleted


def _names(storage: Storage) -> Iterator[str]:
    if not storage.exists(""):
        return  # nothing was ever uploaded
    for folder in storage.listdir("")[0]:
        for name in storage.listdir(folder)[1]:
            yield f"{folder}/{name}"
