"""Remedies against a decision (行政复议、行政诉讼), one row each; several may follow each other."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .decision import Decision


class Remedy(models.Model):
    class Result(models.TextChoices):
        UPHELD = "upheld", _("Upheld")
        CHANGED = "changed", _("Changed")
        REVOKED = "revoked", _("Decision revoked")
        NOT_ACCEPTED = "not_accepted", _("Not accepted")
        WITHDRAWN = "withdrawn", _("Withdrawn by the party")

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="remedies")
    kind = models.CharField(max_length=15, choices=Decision.Remedy.choices)
    body = models.CharField(max_length=200, help_text="the agency or court")
    sought_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    copy_at = models.DateTimeField(null=True, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(max_length=12, choices=Result.choices, blank=True)

    class Meta:
        ordering = ["sought_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["decision"], condition=Q(ended_at=None), name="remedy_one_at_a_time"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("sought_at")), name="remedy_ends_after_start"
            ),
        ]
