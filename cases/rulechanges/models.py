"""Changes of the control law (管制规则变更): imported rows that a second person confirms."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from agencies.kernel.actor import Actor
from agencies.kernel.permissions import RULE_KEEPERS
from agencies.kernel.records import Stateful
from agencies.people.models import User


class RuleChangeQuerySet(models.QuerySet["RuleChange"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those who import rows, and those who may confirm a publication."""
        return self.all() if RULE_KEEPERS.allows(actor) else self.none()


class RuleChange(Stateful):
    """Rows to add to the control law, to change or to end, table by table. A published change is never edited.

    `base` is the version that they were compared with, `published_as` the version that they made. `effect` is what
    they change for examples, items and leads, as found when the rows were imported.
    """

    class State(models.TextChoices):
        DRAFT = "DRAFT", pgettext_lazy("rule change", "Draft")
        PUBLISHED = "PUBLISHED", pgettext_lazy("rule change", "Published")
        WITHDRAWN = "WITHDRAWN", pgettext_lazy("rule change", "Withdrawn")

    journal_kind = "rule_change"
    grounds = models.CharField(max_length=300)
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    base = models.PositiveIntegerField()
    tables = models.JSONField(default=dict)
    effect = models.JSONField(default=dict)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    published_as = models.PositiveIntegerField(null=True, blank=True, unique=True)

    objects = RuleChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="PUBLISHED", published_as__isnull=False)
                | ~Q(state="PUBLISHED") & Q(published_as__isnull=True),
                name="rule_change_published_as",
            )
        ]

    def __str__(self) -> str:
        return self.grounds
