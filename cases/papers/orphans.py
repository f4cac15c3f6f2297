"""Files that no row names: an upload whose transaction was rolled back, or whose server died before the commit.

The file is written first and the row commits after it, so that no row ever names a file that is not there.
"""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from django.core.files.storage import Storage

from agencies.kernel import times

from .models import IncomingPaper, SignedCopy
from .storing import paper_storage

KEPT = timedelta(days=1)  # longer than any upload may still be on its way to its row
BATCH = 500


def sweep_orphans() -> int:
    """Deletes them; returns how many."""
    storage, before, deleted = paper_storage(), times.now() - KEPT, 0
    names = _names(storage)
    while some := list(islice(names, BATCH)):
        known = {
            name for model in (IncomingPaper, SignedCopy)
            for name in model.objects.filter(file__in=some).values_list("file", flat=True)
        }  # fmt: skip
        for name in some:
            if name not in known and storage.get_modified_time(name) < before:
                storage.delete(name)
                deleted += 1
    return deleted


def _names(storage: Storage) -> Iterator[str]:
    if not storage.exists(""):
        return  # nothing was ever uploaded
    for folder in storage.listdir("")[0]:
        for name in storage.listdir(folder)[1]:
            yield f"{folder}/{name}"
