"""Saved view (常用视图): named filters of a list, of a person or their agency."""

from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.bilingual import pick
from agencies.kernel.records import Record
from agencies.organisations.models import Agency
from agencies.people.models import User


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, actor: Actor) -> Self:
        """The actor's own views and those of their agency. Others must not see a name, which is free text and may
        disclose contents."""
        if actor.kind != "user" or not actor.reads_cases:
            return self.none()
        agencies = Q(audience=SavedView.Audience.AGENCY, agency_id=actor.agency_id)
        return self.filter(Q(owner_id=actor.id) | agencies)

    def in_order(self, actor: Actor) -> Self:
        """Pinned ones in the order set by a lead, then own ones, then the agency's. `is_default`: opens first."""
        me: Any = actor.id
        mine = DefaultView.objects.filter(view=OuterRef("pk"), person_id=me)
        own = models.Case(models.When(owner_id=actor.id, then=0), default=1, output_field=models.SmallIntegerField())
        ordered = self.annotate(is_default=Exists(mine), own_first=own)
        return ordered.order_by(F("position").asc(nulls_last=True), "own_first", "name", "pk")


class SavedView(Record):
    """`query` is the canonical query string; `chosen` are the ids of rows that its codes named when it was saved, so
    that counting many views needs no lookups. `position` is its place among the pinned ones."""

    class Audience(models.TextChoices):
        PRIVATE = "private", _("only me")
        AGENCY = "agency", _("agency of the writer")

    list = models.CharField(max_length=30, help_text="one of `coordination.lists.listing`")
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    query = models.CharField(max_length=2000, blank=True)
    chosen = models.JSONField(default=dict, blank=True)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="saved_views")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.PRIVATE)
    position = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "list", "name"], name="saved_view_name_once"),
            models.CheckConstraint(
                condition=Q(position=None) | Q(audience="agency"), name="saved_view_pinned_is_agencies"
            ),
        ]
        indexes = [models.Index(fields=["agency", "list"], name="saved_view_of_agency")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language; a view without an English name has one for all readers."""
        return pick(self.name, self.name_en)

    @property
    def is_agencies(self) -> bool:
        return self.audience == self.Audience.AGENCY

    @property
    def is_pinned(self) -> bool:
        return self.position is not None


class DefaultView(models.Model):
    """The view that opens when this person goes to the list from the navigation."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    list = models.CharField(max_length=30)
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="defaults")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "list"], name="default_view_once")]
