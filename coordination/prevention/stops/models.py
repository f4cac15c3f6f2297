"""Stops: the commerce ministry's notice not to release goods (不予放行通知, DUR art. 22(2)), requests of any agency to
target or inspect (布控、查验协助请求), and the holds of cargo that customs place for them.
"""

from datetime import date, datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.records import Record
from agencies.machines.models import ApiKey
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.casefile.models import Case
from cases.casefile.of_case import unrestricted
from cases.controls.models import District
from coordination.exchange.letters.models import DatedQuerySet, Letter, index_by_due, optional_link
from coordination.prevention.campaigns import campaign_column

TO_BE_SEEN = timedelta(minutes=10)
"""By when customs see a stop. A policy of the centre: the law sets no period."""
TO_THE_CENTRE = timedelta(minutes=30)
"""After which the centre is notified of a stop that was not seen. A policy too."""
LONGEST_REQUEST = timedelta(days=30)
"""For how long a request may ask customs to watch. A policy too."""
LONGEST_NOTICE = timedelta(days=365)
"""For how long customs watch for the goods of a notice. A policy too: the notice may be sent again."""


class StopKind(models.TextChoices):
    NOTICE = "notice", _("Stop notice")
    REQUEST = "request", _("Inspection request")


class Ground(models.TextChoices):
    """The grounds on which the commerce ministry may notify customs not to release goods (DUR art. 22(2))."""

    CATCH_ALL = "catch_all", _("The exporter was notified that the goods need a licence (DUR art. 14(3))")
    SUSPENDED = "suspended", _("Exports to this user are suspended (DUR art. 18(4))")
    CHANGED = "changed", _("End user or end use changed, or the certificate is forged (DUR art. 25)")


def is_customs_system(actor: Actor) -> bool:
    """Whether this is a connected system that may read and confirm the stops of its agency."""
    return actor.has_scope(ApiKey.Scope.STOPS_PULL)


class CargoHoldQuerySet(models.QuerySet["CargoHold"]):
    def visible_to(self, actor: Actor) -> Self:
        """The holds of the customs agency, for its staff and its connected system."""
        ours = actor.is_staff or is_customs_system(actor)
        return self.filter(agency_id=actor.agency_id) if ours else self.none()


class CargoHold(Record):
    """Goods that a customs agency does not release. One hold for one container or declaration, for all stops that
    need it; `until` is when the last of them ended. Only this agency knows of it: the senders know their own stops.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    declaration_no = models.CharField(max_length=18, blank=True)
    container = models.CharField(max_length=11, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    objects = CargoHoldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "declaration_no"],
                condition=Q(until=None) & ~Q(declaration_no=""),
                name="cargo_held_once_by_declaration",
            ),
            models.UniqueConstraint(
                fields=["agency", "container"],
                condition=Q(until=None) & ~Q(container=""),
                name="cargo_held_once_by_container",
            ),
            models.CheckConstraint(condition=~Q(declaration_no="") | ~Q(container=""), name="cargo_hold_names_goods"),
        ]

    def __str__(self) -> str:
        return " · ".join(filter(None, (self.declaration_no, self.container)))


class StopQuerySet(DatedQuerySet["Stop"]):
    def visible_to(self, actor: Actor) -> Self:
        """The stops of the sender and, once sent, those addressed to the customs agency, which a connected system of
        that agency reads too. The centre reads sent ones, except those of restricted cases. No sender sees the stops
        of another.
        """
        sent, seen = Q(sent_at__isnull=False), Q(pk__in=[])
        if actor.is_staff:
            seen = Q(sender_id=actor.agency_id) | (sent & Q(customs_id=actor.agency_id))
        elif is_customs_system(actor):
            seen = sent & Q(customs_id=actor.agency_id)
        if actor.is_centre:
            seen |= sent & unrestricted("case")
        return self.filter(seen)

    def waiting_on(self, agency_id: int | None) -> Self:
        """Stops whose next step belongs to this agency."""
        ours = Q(sender_id=agency_id, state__in=Stop.WITH_SENDER)
        return self.filter(ours | Q(customs_id=agency_id, state__in=Stop.WITH_CUSTOMS))

    def of_person(self, actor: Actor) -> Self:
        """Stops that the actor drafted or answers."""
        me = actor.person_id
        return self.filter(Q(state__in=Stop.WITH_SENDER, drafter_id=me) | Q(state__in=Stop.WITH_CUSTOMS, handler_id=me))

    def holding(self) -> Self:
        """Stops for which customs hold goods now."""
        return self.filter(state__in=Stop.HOLDING)

    def unseen(self, *, sent_before: datetime) -> Self:
        """Stops that customs have not seen, sent at this time or earlier."""
        return self.filter(state=Stop.State.SENT, sent_at__lte=sent_before)

    def past_last_day(self, today: date | None = None) -> Self:
        """Stops that customs still watch for although their last day is over."""
        return self.filter(state__in=Stop.WITH_CUSTOMS, last_day__lt=today or times.today())


class Stop(Letter):
    """One notice or request to one customs agency about declared goods, a container or an exporter.

    `ground` and `fact` are those of a notice, `text` says what a request asks. `last_day` ends the watch of customs;
    goods that are held stay held until the stop is lifted. `officer` is the customs officer who answered, by name,
    because a connected system answers for people without an account. `rung` is how many minutes after sending the last
    bell rang, 0 for none.
    """

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("Draft")
        HEAD_DECISION = "HEAD_DECISION", _("Awaiting the responsible person's decision")
        SENT = "SENT", pgettext_lazy("stop", "Sent, not seen yet")
        SEEN = "SEEN", pgettext_lazy("stop", "Seen, answer pending")
        STANDING = "STANDING", pgettext_lazy("stop", "Customs watch for the goods")
        HELD = "HELD", pgettext_lazy("stop", "Goods not released")
        QUERIED = "QUERIED", pgettext_lazy("stop", "Customs query opened")
        DETAINED = "DETAINED", pgettext_lazy("stop", "Goods detained")
        ALREADY_RELEASED = "ALREADY_RELEASED", pgettext_lazy("stop", "Goods already released")
        NOT_FOUND = "NOT_FOUND", pgettext_lazy("stop", "No such goods found")
        LIFTED = "LIFTED", pgettext_lazy("stop", "Lifted for the sender")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")
        EXPIRED = "EXPIRED", pgettext_lazy("stop", "Last day over")

    HOLDING = (State.HELD, State.QUERIED, State.DETAINED)
    WITH_SENDER = (State.DRAFT, State.HEAD_DECISION, *HOLDING)
    WITH_CUSTOMS = (State.SENT, State.SEEN, State.STANDING)
    OPEN_STATES = WITH_SENDER + WITH_CUSTOMS

    Kind = StopKind

    kind = models.CharField(max_length=7, choices=StopKind.choices)
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    sender = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    customs = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", help_text="the addressee")
    state = models.CharField(max_length=16, choices=State.choices, default=State.DRAFT)
    number = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=340, help_text="exporter, declaration and container, for lists and news")
    ground = models.CharField(max_length=9, choices=Ground.choices, blank=True)
    fact = models.TextField(blank=True, help_text="that fulfils the ground")
    text = models.TextField(blank=True, help_text="what a request asks")
    declaration_no = models.CharField(max_length=18, blank=True, db_index=True)
    container = models.CharField(max_length=11, blank=True, db_index=True)
    district = optional_link(District)
    exporter = models.CharField(max_length=300, blank=True)
    exporter_code = models.CharField(max_length=18, blank=True, help_text="unified social credit code")
    goods = models.CharField(max_length=500, blank=True)
    weight_kg = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    last_day = models.DateField()
    campaign = campaign_column()
    drafter = optional_link(User)
    approver = optional_link(User)
    handler = optional_link(User, help_text="of customs")
    officer = models.CharField(max_length=100, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True, help_text="to be seen by; empty once it is seen")
    rung = models.PositiveSmallIntegerField(default=0)
    answer = models.TextField(blank=True, help_text="remark of customs with their latest answer")
    reason = models.TextField(blank=True, help_text="why it was returned, lifted or withdrawn")
    hold = optional_link(CargoHold, related_name="stops")

    objects = StopQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(sender=models.F("customs")), name="stop_between_two"),
            models.CheckConstraint(
                condition=~Q(kind="notice") | (~Q(ground="") & ~Q(fact="")), name="stop_notice_has_ground"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["HELD", "QUERIED", "DETAINED"]) | Q(hold__isnull=False),
                name="stop_held_has_hold",
            ),
            models.UniqueConstraint(
                fields=["sender", "kind", "number"], condition=~Q(number=""), name="stop_number_in_agency"
            ),
        ]
        indexes = [
            models.Index(fields=["customs", "state"], name="stop_by_customs"),
            models.Index(fields=["sender", "state"], name="stop_by_sender"),
            models.Index(fields=["sent_at"], condition=Q(state="SENT"), name="stop_unseen"),
            models.Index(fields=["last_day"], condition=Q(state__in=["SENT", "SEEN", "STANDING"]), name="stop_watched"),
            index_by_due("stop_by_due"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    @property
    def is_notice(self) -> bool:
        return self.kind == StopKind.NOTICE

    @property
    def weight(self) -> str:
        """The weight in kg without trailing zeros, "" if it is not known."""
        return "" if self.weight_kg is None else f"{self.weight_kg.normalize():f}"

    @property
    def doer(self) -> Agency:
        """The agency whose step is next. Undefined for an ended stop."""
        return self.customs if self.state in self.WITH_CUSTOMS else self.sender

    @property
    def goods_stay(self) -> bool:
        """Whether the goods stay held for another stop after this one was lifted. Only customs may know."""
        return self.state == self.State.LIFTED and self.hold is not None and self.hold.until is None


def title_of(columns: dict[str, Any]) -> str:
    """The name of a stop by what it concerns."""
    named = (columns.get(name) for name in ("exporter", "declaration_no", "container"))
    return " · ".join(filter(None, named))[:340]
