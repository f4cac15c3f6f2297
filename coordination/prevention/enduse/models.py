"""Findings of military end use (军事最终用途认定): facts about an end user or a shipment of a case, each with its
source, and what an officer concludes from them.

No fact and no list concludes anything. A fact that changes after the conclusion asks for another reading and leaves the
conclusion as it is.
"""

from typing import Self

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel.actor import Actor
from agencies.kernel.records import Desk
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.casefile.models import ABSENT, Case, Party, Shipment
from cases.files.models import Attachment
from coordination.exchange.letters.models import Letter, OpenQuerySet, optional_link

from .facts import every_fact


class EndUseFindingQuerySet(OpenQuerySet["EndUseFinding"]):
    def visible_to(self, actor: Actor) -> Self:
        """Findings on cases whose contents the actor reads."""
        return self.filter(case__in=Case.objects.contents_visible_to(actor).values("pk"))

    def waiting_on(self, agency_id: int | None) -> Self:
        """Those that this agency has to conclude, or to read again."""
        return self.open().filter(agency_id=agency_id)


class EndUseFinding(Letter):
    """A finding about an end user, a shipment, or both. `agency` began it and concludes. `subject` is what it is about
    as it was named when the finding began.

    `conclusion` and the columns after it are the last conclusion, which stays while the facts are read again.
    """

    class State(models.TextChoices):
        OPEN = "OPEN", _("Facts are collected")
        CONCLUDED = "CONCLUDED", pgettext_lazy("end use", "Concluded")
        OUTDATED = "OUTDATED", _("To be read again")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    class Conclusion(models.TextChoices):
        NONE = "none", _("No military end use")
        INDICATED = "indicated", _("Military end use indicated")
        ESTABLISHED = "established", _("Military end use established")

    OPEN_STATES = (State.OPEN, State.OUTDATED)

    journal_kind = "end_use"
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="end_use_findings")
    party = optional_link(Party, help_text="the end user")
    shipment = optional_link(Shipment)
    subject = models.CharField(max_length=300)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    conclusion = models.CharField(max_length=11, choices=Conclusion.choices, blank=True)
    because = models.TextField(blank=True)
    concluded_by = optional_link(User)
    concluded_at = models.DateTimeField(null=True, blank=True)

    objects = EndUseFindingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(party__isnull=False) | Q(shipment__isnull=False), name="end_use_is_about_something"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["CONCLUDED", "OUTDATED"])
                | ~Q(conclusion="") & ~Q(because="") & Q(concluded_at__isnull=False),
                name="end_use_concluded_with_reason",
            ),
            models.UniqueConstraint(
                "case",
                Coalesce("party", Value(ABSENT, models.UUIDField())),
                Coalesce("shipment", Value(ABSENT, models.UUIDField())),
                condition=~Q(state="WITHDRAWN"),
                name="end_use_once",
            ),
        ]
        indexes = [models.Index(fields=["agency", "state"], name="end_use_by_agency")]

    def __str__(self) -> str:
        return self.subject

    @cached_property
    def answered(self) -> "dict[str, FactAnswer]":
        """The recorded answers by the code of the fact."""
        return {one.fact: one for one in self.answers.all()}

    def facts_answered(self, answer: str) -> list[str]:
        """The codes of the facts with this answer, in the order of the list."""
        return [code for code in every_fact() if code in self.answered and self.answered[code].answer == answer]

    @property
    def possible_conclusions(self) -> "list[EndUseFinding.Conclusion]":
        """What does not contradict the facts. None: no fact is answered with yes or no.

        A fact answered with yes is needed to find military end use, and one that proves it rules the opposite out.
        """
        held = self.facts_answered(FactAnswer.Answer.YES)
        if not held:
            return [self.Conclusion.NONE] if self.facts_answered(FactAnswer.Answer.NO) else []
        found = [self.Conclusion.INDICATED, self.Conclusion.ESTABLISHED]
        is_proven = any(every_fact()[code].proves for code in held)
        return found if is_proven else [self.Conclusion.NONE, *found]

    def desk(self) -> Desk:
        return Desk.of(self.agency_id)


class FactAnswer(models.Model):
    """The present answer to one fact (`facts.every_fact`), with its source. Earlier answers are in the journal."""

    class Answer(models.TextChoices):
        YES = "yes", _("Yes")
        NO = "no", _("No")
        UNKNOWN = "unknown", pgettext_lazy("fact", "Unknown")

    finding = models.ForeignKey(EndUseFinding, on_delete=models.CASCADE, related_name="answers")
    fact = models.CharField(max_length=30)
    answer = models.CharField(max_length=7, choices=Answer.choices)
    source = models.CharField(max_length=500, help_text="the paper, register or person that shows it")
    file = optional_link(Attachment, help_text="a file of the case that all its readers may read")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", help_text="which recorded it")
    person = optional_link(User)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["finding", "fact"], name="end_use_fact_once"),
            models.CheckConstraint(condition=~Q(source=""), name="end_use_fact_has_source"),
        ]
