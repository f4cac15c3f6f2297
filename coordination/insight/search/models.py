"""The search index (检索索引). It can be rebuilt at any time."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import reduce
from operator import or_
from typing import Self

from django.db import models
from django.db.models import Q

from agencies.kernel.actor import Actor
from agencies.kernel.lookups import is_among
from agencies.kernel.resource import SEARCHED
from agencies.kernel.search_parts import SearchKind

from .fulltext import Each, WordsField
from .query import Asked

EDITION = 4
"""Increase when words are made differently or a kind has more texts: the rebuild then recreates every entry."""

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class EntryQuerySet(models.QuerySet["Entry"]):
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

    def fitting(self, asked: Asked | Each) -> Self:
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


class Bookmark(models.Model):
    """Position in the journal: a single row."""

    until = models.DateTimeField()

    @classmethod
    def is_at(cls) -> datetime | None:
        return cls.objects.values_list("until", flat=True).first()

    @classmethod
    def reached(cls, moment: datetime) -> None:
        cls.objects.update_or_create(pk=1, defaults={"until": moment})
