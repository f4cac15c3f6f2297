"""Saved view (常用视图): the filters of a list under a name, a person's own or his agency's."""

from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.records import Record
from agencies.organisations.models import Agency
from agencies.people.models import User


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, actor: Actor) -> Self:
        """One's own, and those of one's agency. A name is written by a person and may tell what others must not
        know."""
        if actor.kind != "user" or not actor.reads_cases:
            return self.none()
        agencies = Q(audience=SavedView.Audience.AGENCY, agency_id=actor.agency_id)
        return self.filter(Q(owner_id=actor.id) | agencies)

    def in_order(self, actor: Actor) -> Self:
        """The pinned ones as their lead ordered them, then one's own, then the agency's. `is_default`: opens first."""
        me: Any = actor.id
        mine = DefaultView.objects.filter(view=OuterRef("pk"), person_id=me)
        own = models.Case(models.When(owner_id=actor.id, then=0), default=1, output_field=models.SmallIntegerField())
        ordered = self.annotate(is_default=Exists(mine), own_first=own)
        return ordered.order_by(F("position").asc(nulls_last=True), "own_first", "name", "pk")


class SavedView(Record):
    """`query` is what stands in the address, in one order; `chosen` the keys of rows that its codes named when it was
    saved, so that many views are counted without looking each code up. `position` is its place among the pinned."""

    class Audience(models.TextChoices):
        PRIVATE = "private", _("only me")
        AGENCY = "agency", _("agency of the writer")

    list = models.CharField(max_length=30, help_text="one of `coordination.lists.listing`")
    name = models.CharField(max_length=80)
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
        return self.name

    @property
    def is_agencies(self) -> bool:
        return self.audience == self.Audience.AGENCY

    @property
    def is_pinned(self) -> bool:
        return self.position is not None


class DefaultView(models.Model):
    """What opens when this person goes to this list by the navigation."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    list = models.CharField(max_length=30)
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="defaults")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "list"], name="default_view_once")]
