"""The working calendar (工作日历). Published schedules are stored as rows; a year without one is provisional."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarDay(models.Model):
    """A day that differs from its weekday: a weekday holiday, or a make-up working day (调休) on a weekend."""

    class Kind(models.TextChoices):
        DAY_OFF = "day_off", _("Day off")
        EXTRA_WORKDAY = "extra_workday", _("Make-up working day")

    date = models.DateField(unique=True)
    kind = models.CharField(max_length=14, choices=Kind.choices)
    holiday = models.CharField(max_length=60)
    source = models.CharField(max_length=200)
    document_no = models.CharField(max_length=60, blank=True)
    confirmed = models.BooleanField(default=True)
