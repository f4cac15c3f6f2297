"""What the search finds: phrases of a resource, and how its rows are read."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from .actor import Actor
from .addresses import address
from .texts import Text


@dataclass(frozen=True)
class Phrase:
    """One searchable text of a row. `sort` is "text", "name" (found by initials and despite typing errors) or "number"
    (also matched as a whole). With `agency_id` only readers of this agency find and read it."""

    label: object
    value: str
    sort: str = "text"
    agency_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class SearchKind:
    """One kind of search hit: its texts, and who may read them.

    An object of which some readers see only the envelope has two kinds with different readers. So a reader finds it
    once, and only by texts they may read.

    `resource` is the heading of its hits. `subject` is the column of the case or lead it belongs to. `related` is
    fetched for the texts, `at` is the column of its start. `narrow`: most readers may read only a small part of all
    rows. `agencies` are the columns of every agency whose people may read it at some time, as `read_by` decides; empty
    for kinds with few rows or read by all.
    """

    name: str
    resource: str
    model: type[Model]
    says: Callable[[Any], Iterable[Phrase]]
    read_by: Callable[[Actor], QuerySet[Any]]
    page: str = "case"
    subject: str = "case_id"
    at: str = "created_at"
    related: tuple[str, ...] = ()
    prefetch: tuple[Any, ...] = ()
    only: Q = field(default_factory=Q)
    narrow: bool = False
    agencies: tuple[str, ...] = ()

    def rows(self) -> QuerySet[Any]:
        return self.fetched(self.model._default_manager.filter(self.only))

    def fetched(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related(*self.related).prefetch_related(*self.prefetch)

    def texts(self, thing: Any) -> list[Phrase]:
        """Returns the texts that are not empty, for the index: those of every agency."""
        return [text for text in self.says(thing) if text.value]

    def texts_for(self, thing: Any, actor: Actor) -> list[Phrase]:
        """Returns those of the texts that the actor may read."""
        return [text for text in self.texts(thing) if text.agency_id in (None, actor.agency_id)]

    def url(self, thing: Any) -> str:
        pk: UUID = getattr(thing, self.subject) if self.page == "case" else thing.pk
        return address(self.page, pk)


def seen(model: type[Any], method: str = "visible_to") -> Callable[[Actor], QuerySet[Any]]:
    """Returns the `read_by` of a search kind: a method of the model's queryset."""

    def read_by(actor: Actor) -> QuerySet[Any]:
        found: QuerySet[Any] = getattr(model.objects, method)(actor)
        return found

    return read_by


@dataclass(frozen=True, kw_only=True)
class Search:
    """The search kinds of a noun. `headings` are further headings, which are no nouns of the register."""

    kinds: tuple[SearchKind, ...]
    headings: Mapping[str, Text] = field(default_factory=dict)
