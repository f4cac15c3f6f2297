"""Abstract models: a random id for URLs, and a version for optimistic locking."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models

SOON = timedelta(hours=24)  # "due soon" in lists and on the home page


@dataclass(frozen=True)
class Desk:
    """Who holds an object: an agency, and possibly a unit or a person. Ids, as in the journal."""

    agency_id: int | None
    unit_id: int | None = None
    person_id: uuid.UUID | None = None

    @classmethod
    def of(cls, agency_id: int | None, *, unit: int | None = None, person: Any = None) -> "Desk":
        return cls(agency_id, unit, None if person is None else uuid.UUID(str(person)))


class Record(models.Model):
    """A row with a UUIDv4 id (v7 would reveal the creation time). `version` guards every update on both databases."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True


class Stateful(Record):
    """An object with a workflow. `state_since` is when the state really began, not when it was recorded."""

    journal_kind = ""  # its kind in the journal, where that is neither its clock's nor its model's name
    restored = frozenset[str]()  # relations whose rows follow when an action is annulled; other rows prevent it
    state: Any  # a column of each subclass, because each has its own states
    state_since = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True, db_index=True)

    class Meta:
        abstract = True

    def desk(self) -> Desk | None:
        """Returns the present holder, None for objects whose intervals are not measured."""
        return None

    def known_from(self, agency_id: int | None) -> datetime | None:
        """Returns the time from which this agency may know where the object was, None if always."""
        return None


def kind_of(model: type[Stateful]) -> str:
    """Returns the kind of these objects in the journal."""
    return model.journal_kind or getattr(model, "clock_kind", "") or str(model._meta.model_name)
