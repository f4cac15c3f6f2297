"""Case (案件): the matter that agencies share, with its parties, items, acts and shipments.

Legal steps happen in proceedings, in a higher layer. The states here are administrative only.
"""

from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.bilingual import pick
from agencies.kernel.filtering import NEVER
from agencies.kernel.records import Record, Stateful
from agencies.organisations.models import Agency
from cases.controls.models import Country, District, Technique, ViolationType
from cases.controls.words import END_USES, MODES, YES_NO

from .identifiers import scheme_label
from .systems import seen_by_system


class Severity(models.TextChoices):
    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")
    CRITICAL = "critical", _("Critical")


Handling = Agency.Handling
CONTENTS = ("lead", "full")  # profiles of shares that show more than the status


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, actor: Actor) -> Self:
        """Cases shared with the actor's agency. The centre also reads every case that is not restricted."""
        return self._shared(actor, _live_share(actor))

    def contents_visible_to(self, actor: Actor) -> Self:
        """Cases whose contents the actor reads: `access.reads_contents` for a queryset."""
        return self._shared(actor, _live_share(actor) & Q(shares__profile__in=CONTENTS))

    def _shared(self, actor: Actor, shared: Q) -> Self:
        if actor.is_centre:
            own = Case.objects.filter(shared).values("pk") if actor.is_staff else Case.objects.none().values("pk")
            return self.filter(~Q(handling=Handling.H3) | Q(pk__in=own))
        return (self if actor.is_staff else seen_by_system(self, actor)).filter(shared)

    def status_visible_to(self, actor: Actor) -> Self:
        """Cases that the actor sees without their contents. Defined positively, because they are few."""
        found = self.filter(_live_share(actor), shares__profile="status") if actor.is_staff else self.none()
        return found.filter(handling=Handling.H3) if actor.is_centre else found

    def restricted(self) -> Self:
        return self.filter(handling=Handling.H3)

    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def major(self) -> Self:
        """Cases that bear the mark of a major case."""
        return self.filter(major_marks__state="ACTIVE")


def _live_share(actor: Actor) -> Q:
    """A constraint allows one live share per agency and case, so the join doubles no row."""
    live = Q(shares__until=None) | Q(shares__until__gte=times.today())
    return Q(shares__agency_id=actor.agency_id, shares__ended_at=None) & live


class Case(Stateful):
    """`due_at` and `breach_at` are the nearest running duty on the case that every reader may know. The clocks store
    them; `due.nearest` adds what one reader knows besides."""

    restored = frozenset({"holds"})

    class State(models.TextChoices):
        OPENED = "OPENED", _("Opened")
        HANDLING = "HANDLING", _("In progress")
        CONCLUDED = "CONCLUDED", _("Concluded")
        CLOSED = "CLOSED", _("Closed")

    class NoCrime(models.TextChoices):
        """Why a case with a criminal indication ends without proceeding and transfer."""

        BELOW = "below", _("The amount was established and is below the threshold")
        NOT_CONTROLLED = "not_controlled", _("The goods are neither controlled nor prohibited")
        NO_ACT = "no_act", _("No violation was committed")
        NO_INTENT = "no_intent", _("No intent of a crime is proven")
        UNPROVEN = "unproven", _("The evidence does not suffice and cannot be completed")
        ELSEWHERE = "elsewhere", _("Another case deals with it")

    number = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=300, help_text="the title that papers print")
    title_en = models.CharField(max_length=300, blank=True, help_text="shown to readers in English instead")
    summary = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPENED)
    updated_at = models.DateTimeField(auto_now=True)  # without an index of its own, which `case_by_update` begins with
    severity = models.CharField(max_length=8, choices=Severity.choices, default=Severity.MEDIUM)
    handling = models.CharField(max_length=2, choices=Handling.choices)
    lead = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="led_cases")
    lead_offered_to = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    violation_types = models.ManyToManyField(ViolationType, related_name="cases", blank=True)
    techniques = models.ManyToManyField(Technique, through="CaseTechnique", related_name="cases", blank=True)
    opened_at = models.DateTimeField()
    outcome = models.TextField(blank=True)
    no_crime_ground = models.CharField(max_length=14, choices=NoCrime.choices, blank=True)
    due_at = models.DateTimeField(null=True, blank=True, db_index=True)
    breach_at = models.DateTimeField(null=True, blank=True)
    is_synthetic = models.BooleanField(default=False, help_text="a demonstration case that was never published")

    objects = CaseQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["updated_at", "id"], name="case_by_update"),
            models.Index(fields=["opened_at", "id"], name="case_by_opening"),
            models.Index(Coalesce("due_at", Value(NEVER)), F("id"), name="case_by_due"),
            models.Index(fields=["breach_at"], condition=Q(breach_at__isnull=False), name="case_by_breach"),
            # What ended lately, for the daily brief: partial, so that other writes do not pay for it.
            models.Index(fields=["state_since"], condition=Q(state="CLOSED"), name="case_closed"),
            # By state and severity, for readers of most cases.
            models.Index(fields=["state", "severity", "updated_at", "id"], name="case_by_state"),
            # The few cases that the centre does not read, for what it counts.
            models.Index(fields=["id"], condition=Q(handling="H3"), name="case_restricted"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def label(self) -> str:
        """The title in the reader's language; a case without an English title has one for all readers."""
        return pick(self.title, self.title_en)


def label_of_case(of: str = "") -> Coalesce:
    """`Case.label` in a query; `of` is the path to the case, such as `case__`."""
    first = NullIf(F(f"{of}{pick('title', 'title_en')}"), Value(""))
    return Coalesce(first, F(f"{of}title"), output_field=models.CharField())


OPEN = (Case.State.OPENED, Case.State.HANDLING, Case.State.CONCLUDED)


class CaseTechnique(models.Model):
    """A technique of evasion on a case: how certain it is, and the source that says so."""

    class Standing(models.TextChoices):
        SUSPECTED = "suspected", _("Suspected")
        ESTABLISHED = "established", _("Established")
        REFUTED = "refuted", _("Refuted")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="technique_findings")
    technique = models.ForeignKey(Technique, on_delete=models.PROTECT, related_name="+")
    standing = models.CharField(max_length=11, choices=Standing.choices, default=Standing.SUSPECTED)
    source = models.TextField(blank=True)

    class Meta:
        ordering = ["technique__code"]
        constraints = [models.UniqueConstraint(fields=["case", "technique"], name="case_technique_once")]

    @property
    def tone(self) -> str:
        """The colour of its badge."""
        return {self.Standing.ESTABLISHED: "good", self.Standing.REFUTED: "stopped"}.get(
            self.Standing(self.standing), "wait"
        )


class CaseNumbers(models.Model):
    """The number series of a year: a secret permutation of 0–999,999, so that numbers can be neither counted nor
    guessed.
    """

    year = models.PositiveSmallIntegerField(unique=True)
    key = models.CharField(max_length=32)
    last = models.IntegerField(default=-1)


class OfCaseQuerySet(models.QuerySet[Any]):
    """Rows that belong to a case and are visible with it."""

    def visible_to(self, actor: Actor) -> Self:
        return self.filter(case__in=Case.objects.visible_to(actor).values("pk"))


class RowManager(models.Manager.from_queryset(OfCaseQuerySet)[Any]):  # type: ignore[misc]  # made by Django
    """The rows that count. A removed row is kept and reached by references only: a decision, an act or a referral that
    names it goes on naming it.
    """

    def get_queryset(self) -> OfCaseQuerySet:
        rows: OfCaseQuerySet = super().get_queryset()
        return rows if hasattr(self, "through") else rows.filter(removed_at=None)


class CaseRow(Record):
    """A fact of a case that can be put right. Removing hides it from everything that is derived from the case.

    `removed_by` is the act that removed it, and may be reversed. A row that left with the lead that gave it has none.
    """

    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        Event, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = RowManager()
    everything = OfCaseQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["created_at", "id"]


class Party(CaseRow):
    """A party (当事人). `role` is an open vocabulary: known codes are translated, others shown as received.

    Its country is its nationality, wherever it stands. `owner` holds `owner_share` percent of it.
    """

    class Kind(models.TextChoices):
        COMPANY = "company", _("Company")
        PERSON = "person", _("Person")
        VESSEL = "vessel", _("Vessel")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="parties")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.COMPANY)
    role = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=300)
    country = models.ForeignKey(Country, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=300, blank=True, help_text="for papers served on it (APL art. 59(1))")
    military = models.CharField(max_length=3, choices=list(YES_NO.items()), blank=True, default="", db_default="")
    owner = models.CharField(max_length=300, blank=True, default="", db_default="")
    owner_share = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True, help_text="percent")
    founded_on = models.DateField(null=True, blank=True, help_text="of a company: founded or registered")

    class Meta(CaseRow.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(owner_share=None) | Q(owner_share__gte=0, owner_share__lte=100), name="party_owner_share"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StandingManager(models.Manager["Identifier"]):
    def get_queryset(self) -> models.QuerySet["Identifier"]:
        return super().get_queryset().filter(removed_at=None)


class Identifier(models.Model):
    """An identifier of a party. `value` is as received, `key` the normalized form that is compared.

    It is removed with its party.
    """

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="identifiers")
    scheme = models.CharField(max_length=20)
    value = models.CharField(max_length=120)
    key = models.CharField(max_length=120, db_index=True)
    flag = models.CharField(max_length=20, blank=True, help_text="what is odd about it, e.g. checksum")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        Event, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = StandingManager()
    everything = models.Manager["Identifier"]()

    def __str__(self) -> str:
        return f"{self.scheme_label} {self.value}"

    @property
    def scheme_label(self) -> str:
        return scheme_label(self.scheme)


class Item(CaseRow):
    """An item (物项). A missing weight or value is unknown, not small.

    Technology, software and services have a recipient and a channel instead of weight and port.
    """

    class Nature(models.TextChoices):
        GOODS = "goods", _("Goods")
        TECHNOLOGY = "technology", _("Technology")
        SOFTWARE = "software", _("Software")
        SERVICE = "service", _("Service")

    class Basis(models.TextChoices):
        LISTED = "listed", _("Listed")
        TEMPORARY = "temporary", _("Temporary control")
        CATCH_ALL = "catch_all", _("Catch-all (notice served)")
        PROHIBITED = "prohibited", _("Prohibited")
        DESTINATION = "destination", _("Destination or end-use bar")
        NOT_CONTROLLED = "not_controlled", _("Not controlled")
        PENDING = "pending", _("Identification pending")
        DISPUTED = "disputed", _("Disputed")
        UNKNOWN = "unknown", _("Unknown")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="items")
    nature = models.CharField(max_length=10, choices=Nature.choices, default=Nature.GOODS)
    description = models.CharField(max_length=500)
    declared_as = models.CharField(max_length=500, blank=True)
    hs_code = models.CharField(max_length=20, blank=True)
    control_code = models.CharField(max_length=40, blank=True)
    basis = models.CharField(max_length=14, choices=Basis.choices, default=Basis.UNKNOWN)
    conduct_on = models.DateField(null=True, blank=True, help_text="the day whose law applies")
    net_weight_kg = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    value = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    recipient = models.CharField(max_length=300, blank=True, help_text="of technology, software or a service")
    channel = models.CharField(max_length=200, blank=True, help_text="how it was transferred or rendered")
    origin = models.CharField(max_length=3, blank=True, default="", db_default="", help_text="ISO 3166 alpha-3")
    end_use = models.CharField(max_length=10, choices=list(END_USES.items()), blank=True, default="", db_default="")

    class Meta(CaseRow.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(net_weight_kg=None) | Q(net_weight_kg__gte=0), name="item_weight_not_negative"
            ),
            models.CheckConstraint(condition=Q(value=None) | Q(value__gte=0), name="item_value_not_negative"),
        ]

    def __str__(self) -> str:
        return self.description


class DeterminationQuerySet(OfCaseQuerySet):
    def in_force(self) -> Self:
        """The latest of each item that is still on its case."""
        newest = Determination.objects.filter(item=models.OuterRef("item")).order_by("-decided_at", "-id")
        return self.filter(item__removed_at=None, pk=models.Subquery(newest.values("pk")[:1]))

    def with_changed_rules(self) -> Self:
        """Those about which the rules changed, until a person has decided."""
        return self.in_force().filter(changed_in__isnull=False)


class Determination(models.Model):
    """鉴别: what a person found of the control basis of an item, by the rules of a version. Never rewritten.

    The other columns are those of the comparison with later versions: `compared_with` is the last one compared,
    `kept_with` the last one with which a person kept the determination, `changed_in` one that changes verdicts, which
    are `changes`.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="determinations")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="determinations")
    basis = models.CharField(max_length=14, choices=Item.Basis.choices)
    control_code = models.CharField(max_length=40, blank=True)
    conduct_from = models.DateField(null=True, blank=True)
    conduct_until = models.DateField(null=True, blank=True)
    rules_version = models.PositiveIntegerField()
    said = models.JSONField(default=list, help_text="the verdict for each destination, as the rules gave it")
    evidence = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey(
        "people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="empty: a system"
    )
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    compared_with = models.PositiveIntegerField()
    kept_with = models.PositiveIntegerField()
    changed_in = models.PositiveIntegerField(null=True, blank=True)
    changes = models.JSONField(default=list)

    objects = DeterminationQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_at", "-id"]
        indexes = [
            models.Index(fields=["compared_with"], name="determination_compared"),
            models.Index(fields=["case"], condition=Q(changed_in__isnull=False), name="determination_changed"),
        ]


class Shipment(CaseRow):
    """A shipment (货运). Its route is as declared; `final_destination` is another country they were bound for."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="shipments")
    declaration_no = models.CharField(max_length=40, blank=True, db_index=True)
    port = models.CharField(max_length=200, blank=True)
    district = models.ForeignKey(District, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    route = models.JSONField(default=list, help_text="ISO 3166 alpha-3, in order")
    final_destination = models.CharField(max_length=3, blank=True, default="", db_default="")
    mode = models.CharField(max_length=8, choices=list(MODES.items()), blank=True, default="", db_default="")
    licence_no = models.CharField(max_length=40, blank=True, default="", db_default="", help_text="as declared")

    def __str__(self) -> str:
        return self.declaration_no or self.port or " → ".join(self.route)


class Act(Record):
    """One violation (违法行为). A penalty, a transfer and a charge concern a party *and* an act.

    An act without parties, or without items, concerns all of the case: what is not known is not excluded.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="acts")
    title = models.CharField(max_length=300)
    conduct_from = models.DateField(null=True, blank=True)
    conduct_until = models.DateField(null=True, blank=True, help_text="the day it ended: limitation runs from it")
    parties = models.ManyToManyField(Party, related_name="acts", blank=True)
    items = models.ManyToManyField(Item, related_name="acts", blank=True)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(conduct_from=None) | Q(conduct_until=None) | Q(conduct_until__gte=F("conduct_from")),
                name="act_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.title


ABSENT = UUID(int=0)  # compared in constraints in place of "no party" and "no act"


class HoldQuerySet(models.QuerySet["Hold"]):
    def standing(self) -> Self:
        return self.filter(lifted_at=None)

    def concerning(self, party_id: UUID | None, act_id: UUID | None) -> Self:
        """Holds on this party and this act: also those that name none, and for an unnamed act those on any."""
        of_party = Q(party=None) if party_id is None else Q(party=None) | Q(party_id=party_id)
        of_act = Q() if act_id is None else Q(act=None) | Q(act_id=act_id)
        return self.filter(of_party & of_act)


class Hold(models.Model):
    """A block of a verb on a case (阻却). Higher resources place and lift it; the workflows check it.

    A hold on penalties may be limited to one party and one act. PUNISH stops every decision about the party while the
    act is a criminal matter; FINE stops fines alone, after a court has fined the act.
    """

    class Verb(models.TextChoices):
        CONCLUDE = "conclude"
        CLOSE = "close"
        PUNISH = "punish"
        FINE = "fine"

    class Because(models.TextChoices):
        PROCEEDING = "proceeding", _("a proceeding is still open")
        REFERRAL = "referral", _("a referral is still open")
        TASK = "task", _("a task is still open")
        MAJOR = "major", _("it is a major case under supervision")
        POLICE_DECIDE = "police_decide", _("the police are deciding, or investigating, the same act")
        CRIMINAL = "criminal", _("the criminal proceedings about the same act are not over")
        COURT_FINED = "court_fined", _("a court has fined the same act, so no further fine is possible (APL art. 35)")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="holds")
    verb = models.CharField(max_length=10, choices=Verb.choices)
    because = models.CharField(max_length=14, choices=Because.choices)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    source = models.UUIDField(help_text="the proceeding, referral or task that holds")
    party = models.ForeignKey(Party, null=True, blank=True, on_delete=models.CASCADE, related_name="holds")
    act = models.ForeignKey(Act, null=True, blank=True, on_delete=models.CASCADE, related_name="holds")
    placed_at = models.DateTimeField(auto_now_add=True)
    lifted_at = models.DateTimeField(null=True, blank=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "case",
                "verb",
                "source",
                Coalesce("party", Value(ABSENT, models.UUIDField())),
                Coalesce("act", Value(ABSENT, models.UUIDField())),
                condition=Q(lifted_at=None),
                name="hold_once_per_source",
            )
        ]
        indexes = [models.Index(fields=["source"], condition=Q(lifted_at=None), name="hold_standing_by_source")]

    @property
    def reason_text(self) -> str:
        """Who blocks and why, for the text of an unmet condition."""
        return gettext("%(agency)s: %(because)s.") % {"agency": self.agency.name, "because": self.get_because_display()}


from .legs import ShipmentLeg as ShipmentLeg  # noqa: E402  # Django finds models here; it imports those above
