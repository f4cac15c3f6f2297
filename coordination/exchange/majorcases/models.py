"""Major cases (挂牌督办): cases that the centre designates, whose lead agency owes progress every week.

A mark holds the closing of its case until it is removed with a coded outcome.
"""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.people.models import User
from cases.casefile.models import Case
from cases.clocks.models import Side, Timed
from coordination.exchange.letters.models import DatedQuerySet, Letter, optional_link


class MajorCaseQuerySet(DatedQuerySet["MajorCase"]):
    def visible_to(self, actor: Actor) -> Self:
        """For readers of the contents of the case."""
        return self.filter(case__in=Case.objects.contents_visible_to(actor).values("pk"))

    def overdue(self, now: datetime | None = None) -> Self:
        """Marks whose progress or result is late."""
        return self.open().filter(breach_at__lt=now or times.now())


class MajorCase(Timed, Letter):
    """The mark on a case. `number` is that of the paper with which the centre designated it."""

    class State(models.TextChoices):
        ACTIVE = "ACTIVE", pgettext_lazy("major case", "Under supervision")
        ENDED = "ENDED", pgettext_lazy("major case", "Mark removed")

    OPEN_STATES = (State.ACTIVE,)

    class Outcome(models.TextChoices):
        CONCLUDED = "concluded", _("The case was dealt with as required")
        PARTLY = "partly", _("Dealt with in part; the rest follows the usual course")
        MERGED = "merged", _("Dealt with in another case")
        NOT_MAJOR = "not_major", _("It turned out not to be a major case")

    journal_kind = clock_kind = "major_case"
    clock_label = _("Major case")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="major_marks")
    state = models.CharField(max_length=6, choices=State.choices, default=State.ACTIVE)
    number = models.CharField(max_length=80)
    designation_reason = models.TextField()
    designated_by = optional_link(User)
    designated_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=9, blank=True, choices=Outcome.choices)
    ending_reason = models.TextField(blank=True)

    objects = MajorCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(state="ACTIVE"), name="major_case_once"),
            models.CheckConstraint(condition=~Q(state="ENDED") | ~Q(outcome=""), name="major_case_ended_with_outcome"),
        ]

    def __str__(self) -> str:
        return self.number

    def clock_agencies(self) -> dict[str, int | None]:
        return {Side.AGENCY: self.case.lead_id}


class ProgressEntry(models.Model):
    """What the lead agency reported in a week."""

    mark = models.ForeignKey(MajorCase, on_delete=models.CASCADE, related_name="entries")
    author = optional_link(User)
    at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        ordering = ["-at", "-id"]
