"""The abstract row: random id in URLs, version for optimistic locking."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from django.db import models
from django.utils.encoding import force_str

SOON = timedelta(hours=24)  # what lists and the home page call "due soon"


@dataclass(frozen=True)
class Desk:
    """On whose desk a thing lies: an agency's, perhaps a unit's or a person's; by id, as the journal names them."""

    agency_id: int | None
    unit_id: int | None = None
    person_id: uuid.UUID | None = None

    @classmethod
    def of(cls, agency_id: int | None, *, unit: int | None = None, person: Any = None) -> "Desk":
        return cls(agency_id, unit, None if person is None else uuid.UUID(str(person)))


class Record(models.Model):
    """Ids are UUIDv4 (v7 would tell the creation time); `version` guards every update on both databases."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    def _get_FIELD_display(self, field: Any) -> Any:
        """As Django's own, which makes the table of choices anew for each cell: a page of a list has a hundred."""
        value = getattr(self, field.attname)
        return force_str(_choices(field).get(value, value), strings_only=True)


@cache
def _choices(field: Any) -> dict[Any, Any]:
    return dict(field.flatchoices)


class Stateful(Record):
    """A thing with a workflow table. `state_since` is when the state really began, not when it was recorded."""

    journal_kind = ""  # as the journal calls it, where that is neither its clock's nor its model's name
    state: Any  # a column of each kind's own, for each has its own states
    state_since = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True, db_index=True)

    class Meta:
        abstract = True

    def desk(self) -> Desk | None:
        """Where it lies now; None for things whose way nobody measures."""
        return None
