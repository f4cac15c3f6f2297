"""Identifications (组织鉴别): an agency asks the commerce bureau whether goods are controlled (DUR arts. 22, 33), and
the bureau gives its opinion in versions.

An opinion is evidence: it changes no item of a case and no query until a person decides on it.
"""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.records import Desk
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.casefile.models import Case, Handling, Item
from coordination.exchange.letters.models import DatedQuerySet, Letter, index_by_due, optional_link
from coordination.prevention.customsqueries.models import CustomsQuery, PaperKind


class IdentificationQuerySet(DatedQuerySet["Identification"]):
    def visible_to(self, actor: Actor) -> Self:
        """Requests of both sides and those on a case whose contents the actor reads; for the centre all that are on no
        restricted case."""
        if not actor.reads_cases:
            return self.none()
        contents = Case.objects.contents_visible_to(actor).filter(pk=OuterRef("case_id"))
        seen = Q(Exists(contents))
        if actor.is_staff:
            seen |= Q(agency_id=actor.agency_id) | Q(bureau_id=actor.agency_id)
        if actor.is_centre:
            seen |= Q(case=None) | ~Q(case__handling=Handling.H3)
        return self.filter(seen)

    def with_opinion(self) -> Self:
        return self.filter(Exists(ItemOpinion.objects.filter(identification=OuterRef("pk"))))

    def waiting_on(self, agency_id: int | None) -> Self:
        """Requests whose next step belongs to this agency."""
        asks = Q(agency_id=agency_id, state__in=Identification.WITH_AGENCY)
        return self.filter(asks | Q(bureau_id=agency_id, state__in=Identification.WITH_BUREAU))

    def overdue(self, now: datetime | None = None) -> Self:
        return super().overdue(now).filter(state__in=Identification.WITH_BUREAU)

    def soon(self, now: datetime | None = None) -> Self:
        return super().soon(now).filter(state__in=Identification.WITH_BUREAU)

    def of_person(self, actor: Actor) -> Self:
        """Requests that the actor sent or has in hand."""
        return self.filter(Q(asker_id=actor.person_id) | Q(handler_id=actor.person_id))


class Identification(Letter):
    """A request. `due_at` is agreed between the two agencies: no statutory period for the opinion is known."""

    class State(models.TextChoices):
        SENT = "SENT", _("Sent, receipt pending")
        RECEIVED = "RECEIVED", _("Being identified")
        RETURNED = "RETURNED", _("Returned for completion")
        OPINION = "OPINION", _("Opinion given")
        CLOSED = "CLOSED", pgettext_lazy("identification", "Closed")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    OPEN_STATES = (State.SENT, State.RECEIVED, State.RETURNED, State.OPINION)
    WITH_BUREAU = (State.SENT, State.RECEIVED)
    WITH_AGENCY = (State.RETURNED, State.OPINION)

    journal_kind = "id_request"
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", help_text="who asks")
    bureau = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", help_text="who identifies")
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.CASCADE, related_name="identifications")
    query = models.ForeignKey(
        CustomsQuery, null=True, blank=True, on_delete=models.CASCADE, related_name="identifications"
    )
    item = models.ForeignKey(Item, null=True, blank=True, on_delete=models.PROTECT, related_name="identifications")
    asker = optional_link(User)
    handler = optional_link(User, help_text="of the bureau")
    state = models.CharField(max_length=9, choices=State.choices, default=State.SENT)
    number = models.CharField(max_length=60)
    goods = models.CharField(max_length=500)
    hs_code = models.CharField(max_length=20, blank=True)
    control_code = models.CharField(max_length=40, blank=True, help_text="that the goods may have")
    question = models.TextField()
    papers = models.JSONField(default=list)
    due_at = models.DateTimeField(null=True, blank=True)
    to_complete = models.TextField(blank=True, help_text="why the bureau returned it")
    reason = models.TextField(blank=True, help_text="why it was withdrawn")

    objects = IdentificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(query__isnull=False) | Q(case__isnull=False, item__isnull=False),
                name="identification_is_about_goods",
            ),
            models.CheckConstraint(condition=~Q(agency=F("bureau")), name="identification_of_another_agency"),
            models.UniqueConstraint(
                fields=["query"],
                condition=Q(state__in=["SENT", "RECEIVED", "RETURNED"]),
                name="identification_one_waits_for_query",
            ),
        ]
        indexes = [
            index_by_due("identification_by_due"),
            models.Index(fields=["bureau", "state"], name="identification_by_bureau"),
            models.Index(fields=["hs_code"], name="identification_by_hs"),
        ]

    def __str__(self) -> str:
        return self.goods

    @property
    def title(self) -> str:
        return self.goods

    @property
    def paper_labels(self) -> list[str]:
        return [str(PaperKind(one).label) for one in self.papers]

    @cached_property
    def latest(self) -> "ItemOpinion | None":
        """The opinion that counts, None before the first."""
        return max(self.opinions.all(), key=lambda one: one.number, default=None)

    def desk(self) -> Desk:
        with_agency = self.state in self.WITH_AGENCY
        person = self.asker_id if with_agency else self.handler_id
        return Desk.of(self.agency_id if with_agency else self.bureau_id, person=person)


class Sample(models.Model):
    """A sample of the goods: its number, where it is kept, and the number of its seal."""

    identification = models.ForeignKey(Identification, on_delete=models.CASCADE, related_name="samples")
    number = models.CharField(max_length=60)
    place = models.CharField(max_length=200)
    seal = models.CharField(max_length=60, blank=True)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["added_at", "id"]
        constraints = [models.UniqueConstraint(fields=["identification", "number"], name="sample_once_per_number")]


class ItemOpinion(models.Model):
    """One version of the bureau's opinion on the goods (鉴别结论). The one with the highest number counts."""

    class Finding(models.TextChoices):
        NOT_CONTROLLED = "not_controlled", _("Not controlled")
        CONTROLLED = "controlled", _("Controlled")
        UNDETERMINED = "undetermined", _("Cannot be determined")

    identification = models.ForeignKey(Identification, on_delete=models.CASCADE, related_name="opinions")
    number = models.PositiveIntegerField(help_text="of the version")
    finding = models.CharField(max_length=14, choices=Finding.choices)
    control_code = models.CharField(max_length=40, blank=True)
    reasons = models.TextField()
    reports = models.CharField(max_length=300, blank=True, help_text="test reports, by number")
    given_by = optional_link(User)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["identification", "number"], name="item_opinion_version_once"),
            models.CheckConstraint(
                condition=Q(finding="controlled") & ~Q(control_code="") | ~Q(finding="controlled") & Q(control_code=""),
                name="item_opinion_controlled_has_code",
            ),
        ]

    @property
    def words(self) -> str:
        """The finding, with the control code if there is one."""
        label: Any = self.get_finding_display()
        code = self.control_code
        return gettext("%(finding)s as %(code)s") % {"finding": label, "code": code} if code else str(label)
