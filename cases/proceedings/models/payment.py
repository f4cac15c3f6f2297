"""Payments on a fine (罚款缴纳): in parts, out of a deposit, or set off against a court's fine."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .decision import Decision


class Payment(models.Model):
    class Kind(models.TextChoices):
        FINE = "fine", _("on the fine")
        LATE_FEE = "late_fee", _("on the late fee")
        SET_OFF = "set_off", _("set off against a court's fine")

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="payments")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    amount_cny = models.DecimalField(max_digits=18, decimal_places=2)
    paid_at = models.DateTimeField()
    receipt = models.CharField(max_length=200, help_text="the number of the receipt or judgment")

    class Meta:
        ordering = ["paid_at", "pk"]
        constraints = [models.CheckConstraint(condition=Q(amount_cny__gt=0), name="payment_is_positive")]
