"""Customs queries (海关质疑): customs ask the exporter in writing whether the goods of a declaration line are dual-use
items (DUR art. 22; GACC announcement 2025 No. 123), and decide on the answer.

A query may be on a case and need not be. Without a case it has a stream of its own in the journal.
"""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel.actor import Actor
from agencies.kernel.records import Desk
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.casefile.identifiers import check_identifier
from cases.casefile.models import Case, Handling, Item
from cases.clocks.models import Clock, Timed
from cases.controls.countries import country_name
from cases.controls.words import VERDICTS
from cases.intake.models import Lead
from coordination.exchange.letters.models import Letter, OpenQuerySet, optional_link

REPLY = "CUS_QUERY_REPLY"
"""The rule of the exporter's period: 7 working days from the receipt of the notice."""


class PaperKind(models.TextChoices):
    """What customs may ask the exporter for (GACC announcement 2025 No. 123, annex 1)."""

    CONTRACT = "contract", _("Contract and invoice")
    PARAMETERS = "parameters", _("Technical parameters")
    TEST_REPORT = "test_report", _("Test report")
    COMPOSITION = "composition", _("Composition and manufacturing process")
    END_USE = "end_use", _("End-use and end-user statement")
    LICENCE = "licence", _("Export licence")
    OTHER = "other", pgettext_lazy("paper", "Other")


class ServiceWay(models.TextChoices):
    COUNTER = "counter", _("Handed over at the counter")
    SYSTEM = "system", _("By the declaration system")
    POST = "post", _("By post")
    OTHER = "other", pgettext_lazy("service", "In another way")


class QueryQuerySet(OpenQuerySet["CustomsQuery"]):
    def visible_to(self, actor: Actor) -> Self:
        """Queries of the actor's agency. Once issued, also those of a case whose contents the actor reads, those that
        the commerce bureau was asked to identify, and for the centre all that are on no restricted case."""
        if not actor.reads_cases:
            return self.none()
        contents = Case.objects.contents_visible_to(actor).filter(pk=OuterRef("case_id"))
        known = Q(bureau_id=actor.agency_id) | Q(Exists(contents))
        if actor.is_centre:
            known |= Q(case=None) | ~Q(case__handling=Handling.H3)
        issued = Q(issued_at__isnull=False) & known
        return self.filter(Q(agency_id=actor.agency_id) | issued) if actor.is_staff else self.filter(issued)

    def open(self) -> Self:
        return self.filter(CustomsQuery.UNSETTLED)

    def with_reply_period(self) -> Self:
        """Adds `reply_until`, the end of the exporter's latest period to answer, None before the notice was served."""
        periods = Clock.objects.filter(rule__code=REPLY, subject_kind="query", subject_id=OuterRef("pk"))
        return self.annotate(reply_until=Subquery(periods.order_by("-started_at").values("due_at")[:1]))

    def with_identification(self) -> Self:
        """Adds `is_identified`: the commerce bureau has given its opinion on the goods, and owes no further one."""
        same = CustomsQuery.objects.filter(pk=OuterRef("pk"))
        given = same.filter(identifications__state__in=("OPINION", "CLOSED"))
        owed = same.filter(identifications__state__in=("SENT", "RECEIVED", "RETURNED"))
        return self.annotate(is_identified=Exists(given) & ~Exists(owed))

    def of_person(self, actor: Actor) -> Self:
        return self.filter(handler_id=actor.person_id)


class CustomsQuery(Timed, Letter):
    """One query about one line of a declaration. `bureau` is the agency that was asked to identify the goods.

    The verdict of the control law on the line is found when the query is issued, and stays as it was: `verdict` is the
    strictest, `rules_said` what the rules of `rules_version` said for each reading of the goods.
    """

    clock_kind = "query"
    clock_label = _("Customs query")
    clock_handler = F("handler")

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("Draft")
        ISSUED = "ISSUED", _("Issued, to be served")
        SERVED = "SERVED", _("Served, answer pending")
        ANSWERED = "ANSWERED", _("Answered")
        NO_REPLY = "NO_REPLY", _("No answer")
        TO_IDENTIFY = "TO_IDENTIFY", _("Goods being identified")
        NOT_CONTROLLED = "NOT_CONTROLLED", _("Not controlled")
        LICENCE_NEEDED = "LICENCE_NEEDED", _("Licence needed")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    OPEN_STATES: ClassVar[tuple[str, ...]] = (
        *(State.DRAFT, State.ISSUED, State.SERVED, State.ANSWERED, State.NO_REPLY, State.TO_IDENTIFY),
    )
    RESULTS = (State.NOT_CONTROLLED, State.LICENCE_NEEDED)
    # Open until the exporter has been notified of the result.
    UNSETTLED = Q(state__in=OPEN_STATES) | Q(state__in=RESULTS, told_at=None)

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", help_text="the customs that ask")
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.CASCADE, related_name="customs_queries")
    item = optional_link(Item, help_text="the item of the case that the line is about")
    handler = optional_link(User)
    bureau = optional_link(Agency)
    state = models.CharField(max_length=14, choices=State.choices, default=State.DRAFT)
    number = models.CharField(max_length=60, blank=True)
    declaration_no = models.CharField(max_length=40)
    line = models.PositiveSmallIntegerField(help_text="of the declaration")
    declared_on = models.DateField(help_text="the day whose law applies")
    exporter = models.CharField(max_length=300)
    uscc = models.CharField(
        max_length=40, blank=True, help_text="in its compared form; one that fails its check is kept"
    )
    goods = models.CharField(max_length=500, help_text="as declared")
    suspected_as = models.CharField(max_length=500, blank=True)
    hs_code = models.CharField(max_length=20, blank=True)
    control_code = models.CharField(max_length=40, blank=True, help_text="that the goods may have")
    net_weight_kg = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    value = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    destination = models.CharField(max_length=3, help_text="ISO 3166 alpha-3")
    consignee = models.CharField(max_length=300, blank=True)
    end_user = models.CharField(max_length=300, blank=True)
    licence_no = models.CharField(max_length=40, blank=True, help_text="of the export licence that is declared")
    evidence = models.TextField()
    papers_asked = models.JSONField(default=list)
    verdict = models.CharField(max_length=15, choices=list(VERDICTS.items()), blank=True)
    rules_version = models.PositiveIntegerField(default=0)
    rules_said = models.JSONField(default=list)
    issued_at = models.DateTimeField(null=True, blank=True)
    served_at = models.DateTimeField(null=True, blank=True)
    service_way = models.CharField(max_length=7, choices=ServiceWay.choices, blank=True)
    service_proof = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    reply = models.TextField(blank=True)
    papers_received = models.JSONField(default=list)
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, help_text="of the result, or why it was withdrawn")
    result_number = models.CharField(max_length=60, blank=True)
    told_at = models.DateTimeField(null=True, blank=True, help_text="when the exporter was notified of the result")
    told_way = models.CharField(max_length=7, choices=ServiceWay.choices, blank=True)
    lead = optional_link(Lead, help_text="that customs reported because of it")

    objects = QueryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "declaration_no", "line"], condition=~Q(state="WITHDRAWN"), name="query_once_per_line"
            ),
            models.CheckConstraint(condition=Q(line__gte=1), name="query_line_from_one"),
            models.CheckConstraint(
                condition=Q(state__in=["DRAFT", "WITHDRAWN"]) | ~Q(number="") & Q(issued_at__isnull=False),
                name="query_issued_has_number",
            ),
        ]
        indexes = [models.Index(fields=["agency", "state"], name="query_by_agency")]

    def __str__(self) -> str:
        return f"{self.goods} · {self.declaration_no} ({self.line})"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN_STATES or (self.state in self.RESULTS and self.told_at is None)

    @property
    def title(self) -> str:
        """The goods as declared, by which lists and timelines name it."""
        return self.goods

    @property
    def destination_name(self) -> str:
        return country_name(self.destination)

    @property
    def uscc_flag(self) -> str:
        """What is odd about the code of the exporter: "", "checksum" or "format"."""
        return check_identifier("USCC", self.uscc) if self.uscc else ""

    @property
    def missing(self) -> list[str]:
        """The papers that were asked for and not received, in words."""
        return [str(PaperKind(one).label) for one in self.papers_asked if one not in self.papers_received]

    def asked_and_received(self) -> list[tuple[str, bool]]:
        """The papers that were asked for or received, in words, each with whether it was received."""
        named = dict.fromkeys([*self.papers_asked, *self.papers_received])
        return [(str(PaperKind(one).label), one in self.papers_received) for one in named]

    def desk(self) -> Desk:
        return Desk.of(self.agency_id, person=self.handler_id)

    def clock_agencies(self) -> dict[str, int | None]:
        """The period is the exporter's, who is no agency."""
        return {}

    @classmethod
    def kept_from_centre(cls) -> "models.QuerySet[Any]":
        return cls.objects.filter(case__handling=Handling.H3).values("pk")
