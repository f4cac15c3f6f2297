"""Reference data: versioned files in the `data/` folder of each app, keyed by natural codes.

Migrations hold no content.
"""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.db import models


def read_csv(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def upsert(model: type[models.Model], rows: Iterable[dict[str, Any]], *, key: tuple[str, ...]) -> int:
    """Inserts or updates rows by natural key.

    Rows missing in a later file are kept, because cases may refer to them.
    """
    objects = [model(**row) for row in rows]
    if not objects:
        return 0
    fields = [f.name for f in model._meta.concrete_fields if not f.primary_key and f.name not in key]
    model._base_manager.bulk_create(
        objects,
        update_conflicts=True,
        unique_fields=list(key),
        update_fields=fields,
        batch_size=200,
    )
    return len(objects)
