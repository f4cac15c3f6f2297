"""The search index (检索索引). It can be rebuilt at any time."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import reduce
from operator import or_
from typing import Any, Self

from django.db import models
from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull

from agencies.kernel.actor import Actor
from agencies.kernel.lookups import is_among
from agencies.kernel.resource import SEARCHED
from agencies.kernel.search_parts import SearchKind
from agencies.organisations.models import Agency

from .fulltext import WordsField
from .query import Asked

EDITION = 3
"""Increase when words are made differently or a kind has more texts: the rebuild then recreates every entry."""

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class InTime(models.QuerySet[Any]):
    def newest(self, most: int) -> Self:
        """The newest rows, and those of the same time as the last of them."""
        last = self.order_by("-at", "-thing").values("at")[most - 1 : most]
        return self.filter(at__gte=Coalesce(Subquery(last), Value(BEGINNING)))


class EntryQuerySet(InTime):
    def visible_to(self, actor: Actor) -> Self:
        return self.seen_by(actor, SEARCHED.values())

    def seen_by(self, actor: Actor, kinds: Iterable[SearchKind]) -> Self:
        """Entries of each kind whose texts the actor may read, checked in the query itself."""
        seen = [Q(kind=kind.name, thing__in=kind.read_by(actor).values("pk")) for kind in kinds]
        # For a single kind without OR, so that PostgreSQL may start with the visible rows.
        return self.filter(reduce(or_, seen)) if seen else self.none()

    def of_kind(self, kind: SearchKind, actor: Actor) -> Self:
        """Entries of one kind that the actor may read, checked row by row; for queries that stop early."""
        return self.filter(is_among(kind.read_by(actor), "thing"), kind=kind.name)

    def holding(self, asked: Asked) -> Self:
        """As `fitting`, without the word index."""
        return self.filter(words__holding=asked)

    def fitting(self, asked: Asked) -> Self:
        return self.filter(words__fitting=asked)


class Entry(models.Model):
    """An entry of a kind (`SearchKind`). `subject` is the case or lead with which it is rebuilt.

    Holds words but no text: hits are read from the object itself, as it is and as the reader may see it.
    """

    kind = models.CharField(max_length=14)
    thing = models.UUIDField()
    subject = models.UUIDField(db_index=True)
    at = models.DateTimeField(help_text="when the thing began: newest first is the only order")
    words = WordsField()
    edition = models.PositiveSmallIntegerField(default=EDITION)
    seq = models.PositiveIntegerField(default=0, help_text="the last event of the stream that it knows of")

    objects = EntryQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thing", "kind"], name="search_entry_once")]
        indexes = [models.Index(fields=["kind", "-at", "-thing"], name="search_newest_of_kind")]


class FindableQuerySet(InTime):
    def holding(self, asked: Asked) -> Self:
        """Rows whose entry matches, looked up for each row."""
        match = Entry.objects.filter(kind=OuterRef("kind"), thing=OuterRef("thing")).holding(asked)
        return self.filter(IsNull(Subquery(match.values("pk")[:1]), False))


class Findable(models.Model):
    """An agency some of whose people may read an entry at some time: by `SearchKind.agencies`, also ended shares.

    With it the newest entries of an agency are read in order. It only narrows: `read_by` decides.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=14)
    thing = models.UUIDField()
    at = models.DateTimeField()

    objects = FindableQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thing", "kind", "agency"], name="search_findable_once")]
        indexes = [models.Index(fields=["agency", "kind", "-at", "-thing"], name="search_newest_of_agency")]


class Bookmark(models.Model):
    """Position in the journal: a single row."""

    until = models.DateTimeField()

    @classmethod
    def is_at(cls) -> datetime | None:
        return cls.objects.values_list("until", flat=True).first()

    @classmethod
    def reached(cls, moment: datetime) -> None:
        cls.objects.update_or_create(pk=1, defaults={"until": moment})
