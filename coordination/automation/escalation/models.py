"""Escalation (督办升级): which superiors are notified of an unfulfilled duty, and when."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from cases.clocks.models import Clock


class Rung(models.TextChoices):
    """Levels of escalation, lowest first."""

    OFFICER = "officer", _("Officer")
    LEAD = "lead", _("Unit lead")
    OFFICE = "office", _("Responsible person")
    CENTRE = "centre", _("Coordination centre")


class Threshold(models.Model):
    """When a rung is reached: hours before the end if negative (strict reading), else hours after the breach; or a
    percentage of the whole period up to its strict end, which may exceed a hundred.

    A rule with rows of its own ignores the general ones, which have no rule code.
    """

    rule_code = models.CharField(max_length=30, blank=True)
    rung = models.CharField(max_length=8, choices=Rung.choices)
    hours = models.SmallIntegerField(null=True, blank=True)
    percent = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule_code", "rung"], name="threshold_one_per_rung"),
            models.CheckConstraint(
                condition=models.Q(hours=None, percent__isnull=False, percent__gt=0)
                | models.Q(hours__isnull=False, percent=None),
                name="threshold_hours_or_percent",
            ),
        ]


class EscalationQuerySet(models.QuerySet["Escalation"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(clock__in=Clock.objects.visible_to(actor).values("pk"))


class Escalation(models.Model):
    """A rung reached by a duty, once for each of its ends: an extended period escalates again."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="escalations")
    rung = models.CharField(max_length=8, choices=Rung.choices)
    due_at = models.DateTimeField(help_text="the end that it is about")
    raised_at = models.DateTimeField()
    notified_at = models.DateTimeField(null=True, blank=True)

    objects = EscalationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clock", "rung", "due_at"], name="escalation_once_per_end")]
        indexes = [models.Index(fields=["id"], condition=models.Q(notified_at=None), name="escalation_to_notify")]
