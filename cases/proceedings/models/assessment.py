"""Transfer assessments (移送评估): why a matter above the criminal threshold, or of unknown size, is transferred or
not.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.people.models import User

from .decision import Decision


class Assessment(models.Model):
    """One assessment of a party's act, with the sums known at the time.

    The conclusion "transfer" is in force until a transfer of the matter came back (not filed, or returned).
    """

    class Conclusion(models.TextChoices):
        TRANSFER = "transfer", _("Transfer to the police")
        ADMINISTRATIVE = "administrative", _("Administrative handling")

    class Verdict(models.TextChoices):
        ABOVE = "above", _("above the criminal threshold")
        BELOW = "below", _("below the criminal threshold")
        UNKNOWN = "unknown", _("unknown, which does not mean below")

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="assessments")
    conclusion = models.CharField(max_length=14, choices=Conclusion.choices)
    reasons = models.TextField()
    verdict = models.CharField(max_length=7, choices=Verdict.choices)
    weight_kg = models.DecimalField(max_digits=18, decimal_places=4)
    value_cny = models.DecimalField(max_digits=18, decimal_places=4)
    assessed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    assessed_at = models.DateTimeField()
    came_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["assessed_at", "pk"]
