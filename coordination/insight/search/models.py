"""The search index (检索索引): under which words each thing is found. It can be made again at any time."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Self

from django.db import models
from django.db.models import ExpressionWrapper, F, Q

from agencies.kernel.actor import Actor
from agencies.kernel.lookups import one_at_a_time

from .fulltext import WordsField
from .kinds import KINDS, Kind
from .query import Asked

EDITION = 1
"""Counted up whenever words are cut another way, or a kind says more: the rebuild then makes every entry anew."""


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.seen_by(actor, KINDS.values())

    def seen_by(self, actor: Actor, kinds: Iterable[Kind]) -> Self:
        """Of each kind, those whose words this actor may read: the question itself asks the noun."""
        seen = [Q(kind=kind.name, thing__in=kind.read_by(actor).values("pk")) for kind in kinds]
        # Of one kind no OR is left, and PostgreSQL may begin with what he sees.
        return self.filter(reduce(or_, seen)) if seen else self.none()

    def of_kind(self, kind: Kind, actor: Actor) -> Self:
        """Those of one kind that he may read, his sight asked of row after row: for whoever stops at the first few."""
        seen = self.filter(kind=kind.name).annotate(seen=one_at_a_time(kind.read_by(actor), "thing"))
        return seen.filter(seen__isnull=False)

    def holding(self, asked: Asked) -> Self:
        """As `fitting`, without the index of words."""
        return self.filter(words__holding=asked)

    def fitting(self, asked: Asked) -> Self:
        return self.filter(words__fitting=asked)

    def newest_first(self) -> Self:
        return self.order_by("-at", "-thing")

    def sorted_newest_first(self) -> Self:
        """The same of a few that another index found, in words that the index of the newest does not know: else
        PostgreSQL would walk along it, hoping to meet those few soon."""
        return self.order_by(ExpressionWrapper(F("at") + timedelta(), models.DateTimeField()).desc(), "-thing")


class Entry(models.Model):
    """One row of one kind of `kinds.py`. `subject` is the case, or the lead, with whose changes it is made anew.

    It holds no text, only words: what a hit says is read from the thing itself, as it stands and as its reader may.
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
        constraints = [models.UniqueConstraint(fields=["kind", "thing"], name="search_entry_once")]
        indexes = [models.Index(fields=["kind", "-at", "-thing"], name="search_newest_of_kind")]


class Bookmark(models.Model):
    """How far the journal is read: a single row."""

    until = models.DateTimeField()

    @classmethod
    def is_at(cls) -> datetime | None:
        return cls.objects.values_list("until", flat=True).first()

    @classmethod
    def reached(cls, moment: datetime) -> None:
        cls.objects.update_or_create(pk=1, defaults={"until": moment})
