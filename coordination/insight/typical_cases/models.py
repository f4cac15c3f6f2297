"""Typical case (典型案例): the account of a concluded case without names, which every agency may read."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import pgettext_lazy

from agencies.journal.digests import content_digest
from agencies.kernel.actor import Actor
from agencies.kernel.bilingual import pick
from agencies.kernel.records import Stateful
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.casefile.models import Case

PARTS = ("title", "facts", "handling", "significance")
TEXTS = tuple(f"{part}_{short}" for part in PARTS for short in ("zh", "en"))


class TypicalCaseQuerySet(models.QuerySet["TypicalCase"]):
    def visible_to(self, actor: Actor) -> Self:
        """What is published, for everyone who reads cases. Before and after that, readers of the case's contents: of
        the agency that wrote it, and while it is checked, of the agencies that may have to consent.
        """
        if not actor.reads_cases:
            return self.none()
        own = Q(agency_id=actor.agency_id) | Q(state=TypicalCase.State.CHECK)
        # Correlated: as a list it would be all cases of the agency.
        seen = own & Q(Exists(Case.objects.contents_visible_to(actor).filter(pk=OuterRef("case_id"))))
        return self.filter(Q(state=TypicalCase.State.PUBLISHED) | seen)

    def waiting(self) -> Self:
        return self.filter(state__in=(TypicalCase.State.DRAFT, TypicalCase.State.CHECK))


class TypicalCase(Stateful):
    """`content` is what was published, frozen with `digest`. The case is shown to those who may see it only."""

    class State(models.TextChoices):
        DRAFT = "DRAFT", pgettext_lazy("typical case", "Draft")
        CHECK = "CHECK", pgettext_lazy("typical case", "To be checked")
        PUBLISHED = "PUBLISHED", pgettext_lazy("typical case", "Published")
        WITHDRAWN = "WITHDRAWN", pgettext_lazy("typical case", "Withdrawn")
        DISCARDED = "DISCARDED", pgettext_lazy("typical case", "Discarded")

    journal_kind = "typical_case"
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    drafter = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    approver = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    title_zh = models.CharField(max_length=200, blank=True)
    title_en = models.CharField(max_length=200, blank=True)
    facts_zh = models.TextField(blank=True)
    facts_en = models.TextField(blank=True)
    handling_zh = models.TextField(blank=True)
    handling_en = models.TextField(blank=True)
    significance_zh = models.TextField(blank=True)
    significance_en = models.TextField(blank=True)
    content = models.JSONField(default=dict, blank=True)
    digest = models.CharField(max_length=80, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    remarks = models.TextField(blank=True, help_text="why it was last returned for revision")
    ending_reason = models.TextField(blank=True)

    objects = TypicalCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "agency"],
                condition=Q(state__in=["DRAFT", "CHECK", "PUBLISHED"]),
                name="typical_case_one_standing",
            ),
            models.CheckConstraint(
                condition=~Q(state="PUBLISHED") | (Q(published_at__isnull=False) & ~Q(digest="")),
                name="typical_case_published_is_frozen",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return pick(self.title_zh, self.title_en)

    @property
    def is_whole(self) -> bool:
        """Whether the frozen content is the one that was published."""
        return not self.digest or content_digest(self.content) == self.digest

    @property
    def texts(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in TEXTS}
