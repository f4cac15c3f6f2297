"""The search index (检索索引). It can be rebuilt at any time."""

from collections.abc import Collection
from datetime import UTC, datetime
from functools import reduce
from operator import or_
from typing import Self

from django.db import models
from django.db.models import Q

from agencies.kernel.actor import Actor
from agencies.kernel.resource import SEARCHED
from agencies.kernel.search_parts import SearchKind

from .fulltext import WordsField
from .query import QueryTree, among_kinds

EDITION = 4
"""Increase when words are made differently or a kind has more texts: the rebuild then recreates every entry."""

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, actor: Actor) -> Self:
        """Entries whose texts the actor may read, checked in the query itself."""
        seen = [Q(kind=kind.name, thing__in=kind.read_by(actor).values("pk")) for kind in SEARCHED.values()]
        return self.filter(reduce(or_, seen))

    def matching(self, asked: QueryTree, actor: Actor, kinds: Collection[SearchKind]) -> Self:
        """Entries of these kinds that match and that the agency of the actor may find. Whether the actor may read an
        object is asked by its kind, except for narrow kinds, of which nearly all entries would be left out."""
        agency = None if actor.is_centre else actor.own_agency
        found = self.fitting(among_kinds(asked, kinds, agency)).filter(kind__in=[kind.name for kind in kinds])
        for kind in kinds:
            if kind.narrow:
                found = found.filter(~Q(kind=kind.name) | Q(thing__in=kind.read_by(actor).values("pk")))
        return found

    def fitting(self, asked: QueryTree) -> Self:
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


class Bookmark(models.Model):
    """Position in the journal: a single row."""

    until = models.DateTimeField()

    @classmethod
    def is_at(cls) -> datetime | None:
        return cls.objects.values_list("until", flat=True).first()

    @classmethod
    def reached(cls, moment: datetime) -> None:
        cls.objects.update_or_create(pk=1, defaults={"until": moment})
