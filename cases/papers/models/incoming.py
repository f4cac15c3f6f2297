"""Incoming papers: recorded with number and scan."""

import re
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.records import Stateful
from agencies.machines.models import ApiKey
from agencies.organisations.models import Agency
from cases.casefile.models import Case

from ..storing import paper_storage, random_name

# In the title of a paper: a report of a laboratory or an expert opinion.
REPORT = re.compile("检验|鉴定|检测|化验|认定意见")


class IncomingQuerySet(models.QuerySet["IncomingPaper"]):
    def visible_to(self, actor: Actor) -> Self:
        """Papers recorded by the actor's agency, and shared ones on cases whose contents the actor reads. A connected
        system sees those of its agency on the cases that it sees."""
        if actor.has_scope(ApiKey.Scope.PAPERS_FILE):
            seen = Case.objects.visible_to(actor).filter(pk=OuterRef("case_id"))
            return self.filter(Exists(seen), keeper_id=actor.agency_id)
        if not actor.reads_cases:
            return self.none()
        # Correlated: as a list it would be all cases of the agency.
        on_case = Case.objects.contents_visible_to(actor).filter(pk=OuterRef("case_id"))
        shared = Q(state=IncomingPaper.State.SHARED) & Q(Exists(on_case))
        return self.filter(Q(keeper_id=actor.agency_id) | shared) if actor.is_staff else self.filter(shared)

    def standing(self) -> Self:
        """Papers that were not withdrawn."""
        return self.exclude(state=IncomingPaper.State.WITHDRAWN)


class IncomingPaper(Stateful):
    """来文: a paper of another agency, which may not sign in here, with its scan as received.

    `keeper` is the agency that recorded it. Row and file are never changed; a wrong one is withdrawn and kept.
    """

    class State(models.TextChoices):
        KEPT = "KEPT", _("Kept within the agency")
        SHARED = "SHARED", _("Shared on the case")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    journal_kind = "incoming"
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="incoming_papers")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    keeper = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices)
    number = models.CharField(max_length=80)
    dated = models.DateField()
    title = models.CharField(max_length=300)
    # Of the report of a laboratory or an expert, which a transfer must prove (MPS and others 2016 No. 16).
    laboratory = models.CharField(max_length=200, blank=True, help_text="or the expert who gave it")
    accreditation = models.CharField(max_length=200, blank=True, help_text="its number and scope")
    file = models.FileField(storage=paper_storage, upload_to=random_name, max_length=100)
    media_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    scanned_at = models.DateTimeField(null=True, help_text="no malware was found in it then; empty: not scanned")

    objects = IncomingQuerySet.as_manager()

    class Meta:
        ordering = ["dated", "created_at", "id"]
        constraints = [
            # Within keeper and case: one letter may concern two cases, and no agency learns what another recorded.
            models.UniqueConstraint(
                fields=["case", "keeper", "agency", "number", "sha256"],
                condition=~Q(state="WITHDRAWN"),
                name="incoming_paper_once",
            )
        ]
        indexes = [models.Index(fields=["updated_at", "id"], name="incoming_by_update")]

    @property
    def is_report(self) -> bool:
        """Whether it is the report of a laboratory or the opinion of an expert (检验报告、鉴定意见), by its title."""
        return REPORT.search(self.title) is not None

    @property
    def lacks_qualification(self) -> bool:
        return self.is_report and not (self.laboratory and self.accreditation)

    def __str__(self) -> str:
        return f"{self.number} {self.title}"
