"""Objects that are open in some of their states, and may have a due time; their optional relations."""

from datetime import datetime
from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Coalesce

from agencies.kernel import times
from agencies.kernel.filtering import NEVER
from agencies.kernel.records import SOON, Stateful

Thing = TypeVar("Thing", bound="Letter")
Linked = TypeVar("Linked", bound=models.Model)


def optional_link(to: type[Linked], **options: Any) -> "models.ForeignKey[Linked | None, Linked | None]":
    """A foreign key that may be empty and protects the row that it names; without a reverse relation by default."""
    defaults: dict[str, Any] = {"null": True, "blank": True, "on_delete": models.PROTECT, "related_name": "+"}
    return models.ForeignKey(to, **{**defaults, **options})


def index_by_due(name: str) -> models.Index:
    """For lists sorted by the due time, rows without one last (`agencies.kernel.filtering`)."""
    return models.Index(Coalesce("due_at", Value(NEVER)), F("id"), name=name)


class OpenQuerySet(models.QuerySet[Thing]):
    def open(self) -> Self:
        return self.filter(state__in=self.model.OPEN_STATES)


class DatedQuerySet(OpenQuerySet[Thing]):
    def overdue(self, now: datetime | None = None) -> Self:
        return self.open().filter(due_at__lt=now or times.now())

    def soon(self, now: datetime | None = None) -> Self:
        """Open ones due within a day and not overdue."""
        now = now or times.now()
        return self.open().filter(due_at__gte=now, due_at__lte=now + SOON)


class Letter(Stateful):
    """What agencies send to each other, ask of each other or call together. It is open in `OPEN_STATES`."""

    OPEN_STATES: ClassVar[tuple[str, ...]] = ()
    returned_because: str = ""  # set by `returns.set_reasons`

    class Meta:
        abstract = True

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN_STATES
