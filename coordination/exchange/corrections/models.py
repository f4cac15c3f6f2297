"""Corrections (更正): an agency finds an error in its own record, and a second person confirms it."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.journal.models import Event
from agencies.kernel.actor import Actor
from agencies.kernel.records import Stateful
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.casefile.models import Case
from cases.intake.models import Lead


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def visible_to(self, actor: Actor) -> Self:
        """Corrections of the actor's own agency. The result appears on the timeline wherever the event itself does."""
        return self.filter(agency_id=actor.agency_id) if actor.is_staff else self.none()


class Correction(Stateful):
    """A proposal to correct the time or paper of one event, or to annul it.

    Nothing is overwritten. A confirmed correction is a new event that refers to the old one.
    """

    class Kind(models.TextChoices):
        CORRECT = "correct", _("the time or the paper is wrong")
        ANNUL = "annul", _("it never happened")

    class State(models.TextChoices):
        PROPOSED = "PROPOSED", _("Proposed")
        CONFIRMED = "CONFIRMED", _("Confirmed")
        REFUSED = "REFUSED", _("Refused")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    journal_kind = "correction"
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.CASCADE, related_name="corrections")
    lead = models.ForeignKey(Lead, null=True, blank=True, on_delete=models.CASCADE, related_name="corrections")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="corrections")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    proposer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    happened_at = models.DateTimeField(null=True, blank=True, help_text="when it really happened")
    new_paper = models.CharField(max_length=200, blank=True, help_text="the paper that really shows it")
    paper = models.CharField(max_length=200, help_text="the paper that shows the error")
    reason = models.TextField()

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["event"], condition=Q(state="PROPOSED"), name="correction_one_open"),
            models.CheckConstraint(
                condition=Q(kind="annul", happened_at=None)
                | Q(kind="correct") & (~Q(happened_at=None) | ~Q(new_paper="")),
                name="correction_says_what",
            ),
            models.CheckConstraint(
                condition=Q(case=None, lead__isnull=False) | Q(case__isnull=False, lead=None),
                name="correction_of_case_or_lead",
            ),
        ]

    def __str__(self) -> str:
        return self.paper
