"""Procedural steps of a penalty (程序行为): what was served, stated, waived or heard, with paper, time and person."""

from django.db import models
from django.db.models import Q

from .decision import Decision


class ProceduralStep(models.Model):
    """One step, by the verb that records it. `round` is the notice to which it belongs."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="procedural_steps")
    verb = models.CharField(max_length=20)
    round = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    paper = models.CharField(max_length=200, help_text="the paper that shows it")
    person = models.CharField(max_length=200, help_text="who received, stated, waived or presided")

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(paper="") & ~Q(person=""), name="procedural_step_has_paper_and_person")
        ]
