"""Inspections at exporters and other places (监督检查, ECL arts. 28 and 38; DUR art. 32): the plan, who inspects, what
was found, or how it was refused."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.records import Desk
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.casefile.models import Case, Handling
from cases.controls.models import District
from coordination.exchange.letters.models import DatedQuerySet, Letter, index_by_due, optional_link
from coordination.prevention.campaigns import campaign_column
from coordination.prevention.exporters.models import Exporter

LEAST_OFFICERS = 2  # ECL art. 28: not fewer than two, who show their papers


class InspectionQuerySet(DatedQuerySet["Inspection"]):
    def visible_to(self, actor: Actor) -> Self:
        """Inspections of the own agency; all for the centre, except those on restricted cases."""
        if actor.is_centre:
            return self.filter(~Q(case__handling=Handling.H3) | Q(case=None) | Q(agency_id=actor.agency_id))
        return self.filter(agency_id=actor.agency_id) if actor.is_staff else self.none()

    def overdue(self, now: datetime | None = None) -> Self:
        """Those that did not begin before the end of their window."""
        return self.filter(state=Inspection.State.PLANNED, due_at__lt=now or times.now())

    def of_person(self, actor: Actor) -> Self:
        """Those that the actor handles, or at which they are one of the officers."""
        mine = Inspector.objects.filter(person=actor.person_id).values("inspection")
        return self.filter(Q(handler=actor.person_id) | Q(pk__in=mine))


class Inspection(Letter):
    """An inspection of one place. `due_at` is the end of the last day on which it may begin, empty once it has begun.

    `material` is the family of goods that it is about, as the control law names it.
    """

    class State(models.TextChoices):
        PLANNED = "PLANNED", pgettext_lazy("inspection", "Planned")
        UNDER_WAY = "UNDER_WAY", pgettext_lazy("inspection", "Under way")
        DONE = "DONE", pgettext_lazy("inspection", "Done, follow-up to be decided")
        REFUSED = "REFUSED", pgettext_lazy("inspection", "Refused")
        CLOSED = "CLOSED", pgettext_lazy("inspection", "Closed")
        CANCELLED = "CANCELLED", pgettext_lazy("inspection", "Cancelled")

    class Basis(models.TextChoices):
        LAW = "law", _("routine, by law")
        LEAD = "lead", pgettext_lazy("inspection", "lead")
        REVIEW = "review", _("review of due diligence")
        CAMPAIGN = "campaign", pgettext_lazy("inspection", "campaign")
        RANDOM = "random", _("random selection")

    class FollowUp(models.TextChoices):
        NONE = "none", pgettext_lazy("follow-up", "none")
        LETTER = "letter", _("letter to the exporter")
        REVIEW = "review", _("review of due diligence")
        CASE = "case", pgettext_lazy("follow-up", "case")
        QUERY = "query", _("query of customs")

    OPEN_STATES = (State.PLANNED, State.UNDER_WAY, State.DONE, State.REFUSED)

    journal_kind = "inspection"
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    exporter = optional_link(Exporter, related_name="inspections")
    case = optional_link(Case, related_name="inspections")
    site = models.CharField(max_length=300, help_text="the place that is inspected")
    district = optional_link(District)
    material = models.CharField(max_length=40, blank=True)
    basis = models.CharField(max_length=8, choices=Basis.choices)
    basis_reference = models.CharField(max_length=80, blank=True)
    campaign = campaign_column()
    starts_on = models.DateField()
    ends_on = models.DateField()
    due_at = models.DateTimeField(null=True, blank=True)
    handler = optional_link(User)
    state = models.CharField(max_length=9, choices=State.choices, default=State.PLANNED)
    began_at = models.DateTimeField(null=True, blank=True)
    shown_to = models.CharField(max_length=200, blank=True, help_text="to whom the officers showed their papers")
    refused_by = models.CharField(max_length=200, blank=True)
    refusal = models.TextField(blank=True, help_text="how it was refused or obstructed")
    witness = models.CharField(max_length=200, blank=True)
    minutes = models.TextField(blank=True)
    follow_up = models.CharField(max_length=6, choices=FollowUp.choices, blank=True)
    follow_up_reference = models.CharField(max_length=120, blank=True)

    objects = InspectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="inspection_window"),
            models.CheckConstraint(
                condition=Q(follow_up__in=["", "none"]) | ~Q(follow_up_reference=""),
                name="inspection_follow_up_named",
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "state", "due_at"], name="inspection_queue"),
            index_by_due("inspection_by_due"),
        ]

    def __str__(self) -> str:
        return f"{self.exporter.name} · {self.site}" if self.exporter else self.site

    def desk(self) -> Desk:
        return Desk.of(self.agency_id, person=self.handler_id)

    @property
    def inspected(self) -> str:
        """The exporter, or the place if no exporter is named."""
        return self.exporter.name if self.exporter else self.site


class Inspector(models.Model):
    """An officer of the agency with the number of the certificate (执法证号) that is shown. `present`: took part."""

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="inspectors")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    certificate = models.CharField(max_length=40)
    present = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["inspection", "person"], name="inspector_once")]

    def __str__(self) -> str:
        return f"{self.person.name} ({self.certificate})"


class Finding(models.TextChoices):
    IN_ORDER = "in_order", _("in order")
    FOUND = "found", _("irregularity found")
    NOT_CHECKED = "not_checked", _("not checked")


class ChecklistItem(models.Model):
    """One point of the checklist, and what was found."""

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="checklist")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    finding = models.CharField(max_length=11, choices=Finding.choices, blank=True)
    remark = models.TextField(blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["inspection", "position"], name="checklist_position_once")]

    def __str__(self) -> str:
        return self.text

    @property
    def number(self) -> str:
        return str(self.position)


class Sample(models.Model):
    """A sample that was taken, under seal."""

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="samples")
    number = models.CharField(max_length=40)
    what = models.CharField(max_length=200)
    seal = models.CharField(max_length=40)
    kept_at = models.CharField(max_length=200, help_text="where it is kept")
    taken_at = models.DateTimeField()

    class Meta:
        ordering = ["taken_at", "id"]
        constraints = [models.UniqueConstraint(fields=["inspection", "number"], name="sample_number_once")]


def checklist_of(lines: str) -> list[dict[str, Any]]:
    """One point for each line that is not empty, as columns of `ChecklistItem`."""
    points = [line.strip() for line in lines.splitlines() if line.strip()]
    return [{"position": position, "text": text} for position, text in enumerate(points, start=1)]
