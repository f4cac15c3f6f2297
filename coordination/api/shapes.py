"""What the API shows of each thing, cut to the reader's sight: as much as the page shows him, and no more."""

from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agencies.journal.models import BehalfStep
from agencies.kernel.actor import Actor
from agencies.kernel.filtering import NEVER
from agencies.organs.models import Agency
from agencies.people.models import User
from cases.casefile.access import reads_contents
from cases.casefile.models import Act, Case, Identifier, Item, Party, Shipment
from cases.clocks.access import reads_papers
from cases.clocks.models import Clock, ClockChange, ClockExtension, ClockPause, Rule
from cases.custody.access import names_officers
from cases.custody.models import CustodyEvent, GoodsLot
from cases.intake.models import Lead
from cases.intake.serializers import Flag
from cases.papers.models import IncomingPaper, Paper, SignedCopy
from cases.proceedings.access import reads_inside
from cases.proceedings.models import (
    Assessment,
    Decision,
    Measure,
    Payment,
    Proceeding,
    PropertyMeasure,
    Remedy,
    Suspect,
)
from cases.proceedings.payment import owed_on
from cases.proceedings.standing import counts_of
from cases.sharing.models import Share
from coordination.chasing.models import ChaseItem, ChaseLetter
from coordination.chasing.shown import items_of
from coordination.conferences.access import reads_inside as reads_conference
from coordination.conferences.models import Conference, Minutes, Participant, Resolution
from coordination.corrections.models import Correction
from coordination.directions.models import Direction
from coordination.notes.models import Note
from coordination.opinions.models import Opinion, OpinionRound
from coordination.referrals.access import reads_package
from coordination.referrals.models import Referral
from coordination.referrals.shown import shown
from coordination.routing.choices import PRIORITY_CODES, PRIORITY_VALUES
from coordination.routing.models import RoutingRule, RuleSet
from coordination.routing.sheet import COLUMNS
from coordination.sealed.models import NamedPerson, SealedLetter
from coordination.tasks.models import Task

Shape = serializers.Serializer
READ_ONLY: dict[str, Any] = {"read_only": True}


class ActorShape(Shape[Any]):
    """Base of shapes that show less to some readers."""

    @property
    def actor(self) -> Actor:
        actor: Actor = self.context["actor"]
        return actor


# Parts ---------------------------------------------------------------------------------------------------------------
class OrganShape(serializers.ModelSerializer[Agency]):
    name = serializers.CharField(**READ_ONLY)

    class Meta:
        model = Agency
        fields = ["code", "name"]


class PersonShape(serializers.ModelSerializer[User]):
    """Whoever handles a matter is named to the others on it, so that they can telephone."""

    name = serializers.CharField(**READ_ONLY)
    desk = serializers.CharField(**READ_ONLY)

    class Meta:
        model = User
        fields = ["name", "phone", "desk"]


class CaseRef(serializers.ModelSerializer[Case]):
    class Meta:
        model = Case
        fields = ["id", "number"]


class OfCaseShape(ActorShape):
    """Base of shapes of things that may be seen without their case, which is then null: the receiver of a transfer has
    its task before he may know the case, and an open lead may have become a restricted case."""

    case = serializers.SerializerMethodField()

    @extend_schema_field(CaseRef(allow_null=True))
    def get_case(
        self,
        thing: Lead
        | Task
        | Clock
        | IncomingPaper
        | GoodsLot
        | Paper
        | SealedLetter
        | Direction
        | Opinion
        | OpinionRound,
    ) -> Any:
        return CaseRef(thing.case).data if thing.case_id in self._cases_in_sight else None

    @cached_property
    def _cases_in_sight(self) -> set[UUID | None]:
        """Of all rows of the answer, in one query."""
        shown: Any = self.root.instance
        ids = {thing.case_id for thing in (shown if isinstance(shown, list) else [shown])}
        return set(Case.objects.visible_to(self.actor).filter(pk__in=ids).values_list("pk", flat=True))


class VerbShape(Shape[Any]):
    """One verb open to the caller now. Pressing it may still name unmet conditions."""

    verb = serializers.CharField()
    words = serializers.CharField()
    url = serializers.CharField()


class DetailShape(Shape[Any]):
    """Beside what is told of the thing itself."""

    verbs = VerbShape(many=True)
    links = serializers.DictField(child=serializers.CharField())


# Leads ---------------------------------------------------------------------------------------------------------------
class LeadRow(OfCaseShape, serializers.ModelSerializer[Lead]):
    organ = OrganShape()

    class Meta:
        model = Lead
        fields = [
            *("id", "version", "state", "state_since", "source_system", "report_type", "source_ref", "title"),
            *("severity", "handling", "occurred_at", "occurred_precision", "received_at", "revision"),
            *("organ", "case", "closing", "due_at", "breach_at", "updated_at"),
        ]


class LeadDetail(LeadRow):
    content = serializers.SerializerMethodField()
    flags = serializers.SerializerMethodField()

    class Meta(LeadRow.Meta):
        fields = [*LeadRow.Meta.fields, "content", "flags"]

    def get_content(self, lead: Lead) -> dict[str, Any]:
        """The newest revision."""
        content: dict[str, Any] = lead.revisions.get(number=lead.revision).content
        return content

    @extend_schema_field(Flag(many=True))
    def get_flags(self, lead: Lead) -> list[dict[str, str]]:
        return list(lead.revisions.get(number=lead.revision).flags)


# Cases ---------------------------------------------------------------------------------------------------------------
class CaseRow(serializers.ModelSerializer[Case]):
    lead = OrganShape()
    violation_types = serializers.SlugRelatedField("code", many=True, **READ_ONLY)

    class Meta:
        model = Case
        fields = [
            *("id", "version", "number", "title", "state", "state_since", "severity", "handling", "lead"),
            *("violation_types", "opened_at", "due_at", "breach_at", "is_synthetic", "updated_at"),
        ]


class IdentifierShape(serializers.ModelSerializer[Identifier]):
    class Meta:
        model = Identifier
        fields = ["scheme", "value", "flag"]


class PartyShape(serializers.ModelSerializer[Party]):
    country = serializers.SlugRelatedField("alpha3", **READ_ONLY)
    identifiers = IdentifierShape(many=True)

    class Meta:
        model = Party
        fields = ["id", "kind", "role", "name", "country", "identifiers"]


class ItemShape(serializers.ModelSerializer[Item]):
    class Meta:
        model = Item
        fields = [
            *("id", "nature", "description", "declared_as", "hs_code", "control_code", "basis", "conduct_on"),
            *("net_weight_kg", "value", "currency"),
        ]


class ShipmentShape(serializers.ModelSerializer[Shipment]):
    customs_district = serializers.SlugRelatedField("code", source="district", **READ_ONLY)
    route = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Shipment
        fields = ["id", "declaration_no", "port", "customs_district", "route"]


class ActShape(serializers.ModelSerializer[Act]):
    """An act that names no party, or no item, is about all of them."""

    parties = serializers.PrimaryKeyRelatedField(many=True, **READ_ONLY)
    items = serializers.PrimaryKeyRelatedField(many=True, **READ_ONLY)

    class Meta:
        model = Act
        fields = ["id", "title", "conduct_from", "conduct_until", "parties", "items"]


class ContentsShape(serializers.ModelSerializer[Case]):
    """What a share of profile "status" does not show."""

    techniques = serializers.SlugRelatedField("code", many=True, **READ_ONLY)
    parties = serializers.SerializerMethodField()
    items = ItemShape(many=True)
    shipments = serializers.SerializerMethodField()
    acts = serializers.SerializerMethodField()

    class Meta:
        model = Case
        fields = ["summary", "outcome", "techniques", "parties", "items", "shipments", "acts"]

    @extend_schema_field(PartyShape(many=True))
    def get_parties(self, case: Case) -> Any:
        rows = case.parties.select_related("country").prefetch_related("identifiers")
        return PartyShape(rows, many=True).data

    @extend_schema_field(ShipmentShape(many=True))
    def get_shipments(self, case: Case) -> Any:
        return ShipmentShape(case.shipments.select_related("district"), many=True).data

    @extend_schema_field(ActShape(many=True))
    def get_acts(self, case: Case) -> Any:
        return ActShape(case.acts.prefetch_related("parties", "items"), many=True).data


class ShareShape(serializers.ModelSerializer[Share]):
    organ = OrganShape()

    class Meta:
        model = Share
        fields = ["organ", "profile", "granted_at", "until"]


class CaseDetail(ActorShape, CaseRow):
    shares = serializers.SerializerMethodField()
    contents = serializers.SerializerMethodField()

    class Meta(CaseRow.Meta):
        fields = [*CaseRow.Meta.fields, "shares", "contents"]

    @extend_schema_field(ShareShape(many=True))
    def get_shares(self, case: Case) -> Any:
        """Who sees this case. Why, stands with its contents on the page."""
        return ShareShape(case.shares.filter(ended_at=None).select_related("organ").order_by("id"), many=True).data

    @extend_schema_field(ContentsShape(allow_null=True))
    def get_contents(self, case: Case) -> Any:
        return ContentsShape(case).data if reads_contents(self.actor, case) else None


# Proceedings and their lines -----------------------------------------------------------------------------------------
class ProceedingRow(serializers.ModelSerializer[Proceeding]):
    """What every organ on the case sees: who, which kind, in which state, until when."""

    case = CaseRef()
    organ = OrganShape()
    handler = PersonShape(allow_null=True)

    class Meta:
        model = Proceeding
        fields = [
            *("id", "version", "case", "organ", "kind", "state", "state_since", "opened_at", "handler"),
            *("due_at", "breach_at", "updated_at"),
        ]


class DecisionShape(serializers.ModelSerializer[Decision]):
    party = serializers.CharField(source="party.name", **READ_ONLY)

    class Meta:
        model = Decision
        fields = [
            *("id", "version", "proceeding", "party", "state", "state_since", "result", "proposed"),
            *("decision_number", "fine_cny", "ground", "due_at", "breach_at"),
        ]


class PaymentShape(serializers.ModelSerializer[Payment]):
    class Meta:
        model = Payment
        fields = ["kind", "amount_cny", "paid_at", "receipt"]


class RemedyShape(serializers.ModelSerializer[Remedy]):
    class Meta:
        model = Remedy
        fields = ["kind", "body", "sought_at", "accepted_at", "copy_at", "replied_at", "ended_at", "result"]


class AssessmentShape(serializers.ModelSerializer[Assessment]):
    class Meta:
        model = Assessment
        fields = ["conclusion", "reasons", "verdict", "weight_kg", "value_cny", "assessed_at", "came_back_at"]


class OwedShape(Shape[Any]):
    """What is owed on the fine today; `due` is the last day of payment."""

    fine_left = serializers.DecimalField(max_digits=18, decimal_places=2)
    late_fee_left = serializers.DecimalField(max_digits=18, decimal_places=2)
    due = serializers.DateField(allow_null=True)


class DecisionDetail(DecisionShape):
    """With everything that its page shows: what was weighed, what is owed, what was sought against it."""

    penalties = serializers.ListField(child=serializers.ChoiceField(choices=Decision.Penalty.choices), **READ_ONLY)
    rules = serializers.ListField(child=serializers.CharField(), **READ_ONLY)
    owed = serializers.SerializerMethodField()
    payments = PaymentShape(many=True, **READ_ONLY)
    remedies = RemedyShape(many=True, **READ_ONLY)
    assessments = AssessmentShape(many=True, **READ_ONLY)

    class Meta(DecisionShape.Meta):
        fields = [
            *DecisionShape.Meta.fields,
            *("facts", "basis", "penalties", "proposed_fine_cny", "without_hearing", "major", "hearing_on"),
            *("review_opinion", "conclusion", "rules", "turnover_cny", "gains_cny", "goods_value_cny", "serious"),
            *("basis_rule", "ground_kind", "confiscated_cny", "decided_at", "service", "served_at", "defer_until"),
            *("published_where", "published_at", "unpublished_at", "found_on", "owed", "payments", "remedies"),
            "assessments",
        ]

    @extend_schema_field(OwedShape)
    def get_owed(self, line: Decision) -> Any:
        return OwedShape(owed_on(line)).data


class MeasureShape(serializers.ModelSerializer[Measure]):
    """A coercive measure. `over_because` is why it is no longer lawful although nobody has lifted it yet."""

    class Meta:
        model = Measure
        fields = [
            *("id", "version", "suspect", "kind", "state", "state_since", "authority", "paper", "since", "until"),
            *("over_because", "ending", "due_at", "breach_at"),
        ]


class SuspectShape(serializers.ModelSerializer[Suspect]):
    party = serializers.CharField(source="party.name", **READ_ONLY)
    nationality = serializers.SlugRelatedField("alpha3", **READ_ONLY)
    charges = serializers.SlugRelatedField("code", many=True, **READ_ONLY)
    measures = MeasureShape(many=True)

    class Meta:
        model = Suspect
        fields = [
            *("id", "version", "proceeding", "party", "act", "nationality", "charges", "state", "state_since"),
            *("nonprosecution", "verdict", "charge", "sentence", "sentence_months", "suspended_months", "fine_cny"),
            *("set_off_cny", "due_at", "breach_at", "measures"),
        ]


class PropertyShape(serializers.ModelSerializer[PropertyMeasure]):
    """A measure on property. `lots` are those that it was ordered on; which it holds now, each lot tells."""

    lots = serializers.PrimaryKeyRelatedField(many=True, **READ_ONLY)

    class Meta:
        model = PropertyMeasure
        fields = [
            *("id", "version", "proceeding", "kind", "state", "state_since", "lots", "subject", "authority", "paper"),
            *("reason", "since", "ended_at", "end_paper", "handling", "due_at", "breach_at"),
        ]


class PersonRow(SuspectShape):
    """A suspect in the list of persons, with when the nearest measure ends and the nearest duty is due."""

    ends_at = serializers.SerializerMethodField()
    next_duty_at = serializers.SerializerMethodField()

    class Meta(SuspectShape.Meta):
        fields = [*SuspectShape.Meta.fields, "ends_at", "next_duty_at"]

    def get_ends_at(self, line: Any) -> datetime | None:
        return _told(line.ends_order)

    def get_next_duty_at(self, line: Any) -> datetime | None:
        return _told(line.duty_order)


def _told(moment: datetime) -> datetime | None:
    """What sorts last because there is none is told as none."""
    return None if moment == NEVER else moment


class MeasureCount(Shape[Any]):
    kind = serializers.ChoiceField(choices=Measure.Kind.choices)
    persons = serializers.IntegerField()


class InsideShape(serializers.ModelSerializer[Proceeding]):
    """What stays in the organ that conducts the proceeding."""

    offence = serializers.SlugRelatedField("code", **READ_ONLY)
    decisions = serializers.SerializerMethodField()
    suspects = serializers.SerializerMethodField()
    property_measures = PropertyShape(many=True)

    class Meta:
        model = Proceeding
        fields = [
            *("external_number", "offence", "outcome", "outcome_reason", "supplements", "decisions", "suspects"),
            "property_measures",
        ]

    @extend_schema_field(DecisionShape(many=True))
    def get_decisions(self, proceeding: Proceeding) -> Any:
        return DecisionShape(proceeding.decisions.select_related("party"), many=True).data

    @extend_schema_field(SuspectShape(many=True))
    def get_suspects(self, proceeding: Proceeding) -> Any:
        rows = proceeding.suspects.select_related("party", "nationality").prefetch_related("charges", "measures")
        return SuspectShape(rows, many=True).data


class ProceedingDetail(ActorShape, ProceedingRow):
    """`measures` tells everybody on the case how many persons each measure holds, and nothing else of them."""

    measures = serializers.SerializerMethodField()
    inside = serializers.SerializerMethodField()

    class Meta(ProceedingRow.Meta):
        fields = [*ProceedingRow.Meta.fields, "measures", "inside"]

    @extend_schema_field(MeasureCount(many=True))
    def get_measures(self, proceeding: Proceeding) -> Any:
        return [{"kind": kind, "persons": persons} for kind, persons in counts_of(proceeding)]

    @extend_schema_field(InsideShape(allow_null=True))
    def get_inside(self, proceeding: Proceeding) -> Any:
        return InsideShape(proceeding).data if reads_inside(self.actor, proceeding) else None


# Referrals -----------------------------------------------------------------------------------------------------------
class ReferralRow(ActorShape, serializers.ModelSerializer[Referral]):
    """The envelope; the title only to whom the package is open, since it may tell what the letter tells."""

    sender = OrganShape()
    receiver = OrganShape()
    holder = OrganShape()
    offence = serializers.SlugRelatedField("code", **READ_ONLY)
    title = serializers.SerializerMethodField()

    class Meta:
        model = Referral
        fields = [
            *("id", "version", "kind", "number", "state", "state_since", "sender", "receiver", "holder", "offence"),
            *("title", "delivered_at", "due_at", "breach_at", "updated_at"),
        ]

    def get_title(self, referral: Referral) -> str:
        return referral.title if reads_package(referral, self.actor) else ""


class ReferralDetail(ActorShape):
    """Cut to the reader's sight, which `sight` names; what he does not see is absent."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    sight = serializers.ChoiceField(choices=["envelope", "package", "full"])
    kind = serializers.ChoiceField(choices=Referral.Kind.choices)
    number = serializers.CharField()
    state = serializers.ChoiceField(choices=Referral.State.choices)
    sender = serializers.CharField()
    receiver = serializers.CharField()
    holder = serializers.CharField()
    offence = serializers.CharField()

    def to_representation(self, referral: Any) -> dict[str, Any]:
        return shown(referral, self.actor)


# Notes ---------------------------------------------------------------------------------------------------------------
class NoteRow(ActorShape, serializers.ModelSerializer[Note]):
    """Who wrote it is told within his organ; what a withdrawn note said is told to nobody."""

    case = CaseRef()
    organ = OrganShape()
    unit = serializers.SlugRelatedField("code", **READ_ONLY)
    author = serializers.SerializerMethodField()
    text = serializers.SerializerMethodField()

    class Meta:
        model = Note
        fields = [
            *("id", "version", "case", "state", "state_since", "organ", "author", "audience", "unit"),
            *("about_kind", "about_id", "text", "said_at", "edits", "reason", "updated_at"),
        ]

    @extend_schema_field(PersonShape(allow_null=True))
    def get_author(self, note: Note) -> Any:
        return PersonShape(note.author).data if note.organ_id == self.actor.organ_id else None

    def get_text(self, note: Note) -> str:
        return note.text if note.state == Note.State.WRITTEN else ""


# Chase letters -------------------------------------------------------------------------------------------------------
class ChaseRow(serializers.ModelSerializer[ChaseLetter]):
    """`due_at` is when the reply is due, `expected_on` the day that was told last."""

    sender = OrganShape()
    organ = OrganShape()
    handler = PersonShape(allow_null=True)

    class Meta:
        model = ChaseLetter
        fields = [
            *("id", "version", "state", "state_since", "number", "sender", "organ", "handler", "sent_at", "reminders"),
            *("reminded_at", "due_at", "breach_at", "answer", "expected_on", "answered_at", "office_paper"),
            *("ending_reason", "updated_at"),
        ]


class ChaseItemShape(Shape[Any]):
    """One late thing: a period or a task, as the caller sees it today."""

    kind = serializers.ChoiceField(choices=ChaseItem.Kind.choices, source="item.kind")
    id = serializers.UUIDField(source="item.thing_id")
    name = serializers.CharField()
    legal_basis = serializers.CharField(source="basis")
    late_since = serializers.DateTimeField(source="item.late_since")
    met_at = serializers.DateTimeField(source="item.met_at", allow_null=True)


class ChaseDetail(ActorShape, ChaseRow):
    """What it is about is cut to the caller's sight."""

    items = serializers.SerializerMethodField()

    class Meta(ChaseRow.Meta):
        fields = [*ChaseRow.Meta.fields, "remark", "items"]

    @extend_schema_field(ChaseItemShape(many=True))
    def get_items(self, letter: ChaseLetter) -> Any:
        return ChaseItemShape(items_of(letter, self.actor), many=True).data


# Tasks ---------------------------------------------------------------------------------------------------------------
class TaskRow(OfCaseShape, serializers.ModelSerializer[Task]):
    """A person is named to his own organ only."""

    title = serializers.CharField(source="label", **READ_ONLY)
    organ = OrganShape()
    unit = OrganShape(allow_null=True)
    asked_by = OrganShape()
    assignee = serializers.SerializerMethodField()

    class Meta:
        model = Task
        fields = [
            *("id", "version", "title", "state", "state_since", "case", "organ", "unit", "asked_by", "assignee"),
            *("due_at", "mandatory", "returned_at", "created_at", "updated_at"),
        ]

    def get_assignee(self, task: Task) -> str:
        return task.assignee.name if task.assignee and task.organ_id == self.actor.organ_id else ""


class TaskDetail(TaskRow):
    """`papers` are codes of forms to be issued first, `facts` what the case must tell."""

    depends_on = serializers.SerializerMethodField()
    papers = serializers.ListField(child=serializers.CharField(), **READ_ONLY)
    facts = serializers.ListField(child=serializers.CharField(), **READ_ONLY)

    class Meta(TaskRow.Meta):
        fields = [*TaskRow.Meta.fields, "body", "result", "depends_on", "papers", "facts", "step", "follows"]

    def get_depends_on(self, task: Task) -> list[UUID]:
        """Those that the caller may see."""
        return list(task.depends_on.visible_to(self.actor).order_by("pk").values_list("pk", flat=True))


# Steps on behalf -----------------------------------------------------------------------------------------------------
class RecordedStepShape(serializers.ModelSerializer[BehalfStep]):
    """A step that was recorded for an organ that did not sign in: told to it and to the organ that recorded it."""

    verb = serializers.CharField(source="event.verb", **READ_ONLY)
    object_kind = serializers.CharField(source="event.object_kind", **READ_ONLY)
    object_id = serializers.UUIDField(source="event.object_id", **READ_ONLY)
    happened_at = serializers.DateTimeField(source="event.happened_at", **READ_ONLY)
    recorded_at = serializers.DateTimeField(source="event.recorded_at", **READ_ONLY)
    organ = serializers.SerializerMethodField()
    recorder = serializers.SerializerMethodField()

    class Meta:
        model = BehalfStep
        fields = [
            *("id", "version", "state", "state_since", "verb", "object_kind", "object_id", "happened_at"),
            *("recorded_at", "organ", "recorder", "paper"),
        ]

    def get_organ(self, step: BehalfStep) -> str:
        return Agency.objects.get(pk=step.organ_id).code

    def get_recorder(self, step: BehalfStep) -> str:
        return Agency.objects.get(pk=step.recorder_id).code


# Goods in custody ----------------------------------------------------------------------------------------------------
class LotRow(OfCaseShape, serializers.ModelSerializer[GoodsLot]):
    """Where it lies, who keeps it and who holds it under which measure are three facts."""

    item = serializers.UUIDField(source="item_id", allow_null=True, **READ_ONLY)
    part_of = serializers.UUIDField(source="parent_id", allow_null=True, **READ_ONLY)
    custodian = OrganShape()
    title_organ = OrganShape(allow_null=True)
    offered_to = OrganShape(allow_null=True)

    class Meta:
        model = GoodsLot
        fields = [
            *("id", "version", "state", "state_since", "case", "item", "part_of", "number", "description", "is_sample"),
            *("unit", "received", "portioned", "lost", "loss_reason", "quantity", "net_weight_kg", "location"),
            *("custodian", "storage", "title_organ", "title_kind", "title_since", "seal", "offered_to"),
            *("offers_title", "updated_at"),
        ]


class LedgerShape(ActorShape, serializers.ModelSerializer[CustodyEvent]):
    """One line of the ledger, and how the lot stood afterwards. Officers are named to their own organ."""

    organ = OrganShape()
    officer = serializers.SerializerMethodField()
    counterpart = OrganShape(allow_null=True)
    custodian = OrganShape()
    title_organ = OrganShape(allow_null=True)

    class Meta:
        model = CustodyEvent
        fields = [
            *("kind", "happened_at", "recorded_at", "organ", "officer", "counterpart", "amount", "paper", "reason"),
            *("quantity", "location", "custodian", "storage", "title_organ", "title_kind", "seal"),
        ]

    def get_officer(self, line: CustodyEvent) -> str:
        return line.officer.name if line.officer and names_officers(self.actor, line.organ_id) else ""


class LotDetail(LotRow):
    ledger = serializers.SerializerMethodField()

    class Meta(LotRow.Meta):
        fields = [*LotRow.Meta.fields, "ledger"]

    @extend_schema_field(LedgerShape(many=True))
    def get_ledger(self, lot: GoodsLot) -> Any:
        lines = lot.ledger.select_related("organ", "officer", "counterpart", "custodian", "title_organ")
        return LedgerShape(lines, many=True, context=self.context).data


# Routing rules -------------------------------------------------------------------------------------------------------
class RuleSetRow(serializers.ModelSerializer[RuleSet]):
    """A version of the routing rules of the caller's organ."""

    organ = OrganShape()

    class Meta:
        model = RuleSet
        fields = [
            *("id", "version", "state", "state_since", "organ", "number", "code", "starts_at", "created_at"),
            "updated_at",
        ]


class RoutingRuleShape(serializers.ModelSerializer[RoutingRule]):
    """One rule, by codes; an empty condition means any."""

    unit = serializers.CharField(source="unit.code", **READ_ONLY)
    officers = serializers.SlugRelatedField("username", many=True, **READ_ONLY)
    priority = serializers.SerializerMethodField()

    class Meta:
        model = RoutingRule
        fields = list(COLUMNS)

    @extend_schema_field({"type": "string", "enum": list(PRIORITY_VALUES)})
    def get_priority(self, rule: RoutingRule) -> str:
        return PRIORITY_CODES[rule.priority]


class RuleSetDetail(RuleSetRow):
    rules = serializers.SerializerMethodField()

    class Meta(RuleSetRow.Meta):
        fields = [*RuleSetRow.Meta.fields, "rules"]

    @extend_schema_field(RoutingRuleShape(many=True))
    def get_rules(self, rule_set: RuleSet) -> Any:
        rules = rule_set.rules.select_related("unit").prefetch_related("officers")
        return RoutingRuleShape(rules, many=True).data


# Corrections ---------------------------------------------------------------------------------------------------------
class CorrectionShape(serializers.ModelSerializer[Correction]):
    """A proposal of the caller's organ to put one of its records right."""

    case = serializers.UUIDField(source="case_id", allow_null=True, **READ_ONLY)
    lead = serializers.UUIDField(source="lead_id", allow_null=True, **READ_ONLY)
    event = serializers.CharField(source="event.digest", **READ_ONLY)
    object_kind = serializers.CharField(source="event.object_kind", **READ_ONLY)
    object_id = serializers.UUIDField(source="event.object_id", **READ_ONLY)

    class Meta:
        model = Correction
        fields = [
            *("id", "version", "state", "state_since", "case", "lead", "event", "object_kind", "object_id", "kind"),
            *("happened_at", "new_paper", "paper", "reason", "created_at", "updated_at"),
        ]


# Clocks --------------------------------------------------------------------------------------------------------------
class RuleShape(serializers.ModelSerializer[Rule]):
    name = serializers.CharField(**READ_ONLY)

    class Meta:
        model = Rule
        fields = ["code", "version", "name", "kind", "legal_basis"]


class ClockRow(OfCaseShape, serializers.ModelSerializer[Clock]):
    """`due_at` is the strict reading, `breach_at` the lenient one; both are null while the period stands still."""

    rule = RuleShape()
    organ = OrganShape(allow_null=True)

    class Meta:
        model = Clock
        fields = [
            *("id", "version", "state", "state_since", "rule", "subject_kind", "subject_id", "case", "organ"),
            *("started_at", "due_at", "breach_at", "provisional", "stopped_at"),
        ]


class PaperShape(ActorShape):
    """Base of what was done to a clock. Papers and reasons are told to the organ that keeps it."""

    PAPERS = {"paper", "reason"}

    def to_representation(self, instance: Any) -> dict[str, Any]:
        told: dict[str, Any] = super().to_representation(instance)
        if reads_papers(self.actor, instance.clock):
            return told
        return {name: value for name, value in told.items() if name not in self.PAPERS}


class PauseShape(PaperShape, serializers.ModelSerializer[ClockPause]):
    ground = serializers.CharField(source="ground.ground", **READ_ONLY)
    paper = serializers.CharField(required=False)

    class Meta:
        model = ClockPause
        fields = ["ground", "since", "until", "paper"]


class ExtensionShape(PaperShape, serializers.ModelSerializer[ClockExtension]):
    step = serializers.IntegerField(source="step.step", **READ_ONLY)
    unit = serializers.CharField(source="step.unit", **READ_ONLY)
    office = serializers.CharField(source="step.office", **READ_ONLY)
    paper = serializers.CharField(required=False)

    class Meta:
        model = ClockExtension
        fields = ["step", "length", "unit", "office", "granted_at", "paper"]


class ChangeShape(PaperShape, serializers.ModelSerializer[ClockChange]):
    """One line of the due time's history."""

    organ = OrganShape(allow_null=True)
    paper = serializers.CharField(required=False)
    reason = serializers.CharField(required=False)

    class Meta:
        model = ClockChange
        fields = [
            *("why", "organ", "happened_at", "was_due_at", "was_breach_at", "due_at", "breach_at", "provisional"),
            *("paper", "reason"),
        ]


class ClockDetail(ClockRow):
    pauses = PauseShape(many=True)
    extensions = ExtensionShape(many=True)
    changes = ChangeShape(many=True)

    class Meta(ClockRow.Meta):
        fields = [*ClockRow.Meta.fields, "pauses", "extensions", "changes"]


# Papers --------------------------------------------------------------------------------------------------------------
class IncomingRow(OfCaseShape, serializers.ModelSerializer[IncomingPaper]):
    """A paper that came in; its scan stands under `links.file`."""

    organ = OrganShape()
    keeper = OrganShape()

    class Meta:
        model = IncomingPaper
        fields = [
            *("id", "version", "state", "state_since", "case", "organ", "keeper", "number", "dated", "title"),
            *("media_type", "size", "sha256", "created_at", "updated_at"),
        ]


class PaperRow(OfCaseShape, serializers.ModelSerializer[Paper]):
    """A paper that an organ drafts or has issued."""

    organ = OrganShape()
    to = OrganShape(allow_null=True)

    class Meta:
        model = Paper
        fields = [
            *("id", "version", "state", "state_since", "case", "organ", "to", "form", "subject_kind", "subject_id"),
            *("number", "title", "edition", "issued_at", "digest", "updated_at"),
        ]


class SignedCopyShape(serializers.ModelSerializer[SignedCopy]):
    organ = OrganShape()

    class Meta:
        model = SignedCopy
        fields = ["id", "organ", "media_type", "size", "sha256", "filed_at"]


class PaperDetail(PaperRow):
    """`content` is what was issued and digested; of a draft it is null, and the columns are what it would say."""

    signed_copies = SignedCopyShape(many=True)
    content = serializers.JSONField(**READ_ONLY)

    class Meta(PaperRow.Meta):
        fields = [
            *PaperRow.Meta.fields,
            *("addressee", "body", "annexes", "copies", "tables", "replaces", "content", "signed_copies"),
        ]


# Sealed letters ------------------------------------------------------------------------------------------------------
class SealedRow(OfCaseShape, serializers.ModelSerializer[SealedLetter]):
    """A letter about the offence of an official, which only the people it names see; machines never do."""

    organ = OrganShape()

    class Meta:
        model = SealedLetter
        fields = [
            *("id", "version", "state", "state_since", "case", "organ", "addressee", "number", "created_at"),
            "updated_at",
        ]


class NamedPersonShape(serializers.ModelSerializer[NamedPerson]):
    person = PersonShape(source="user")

    class Meta:
        model = NamedPerson
        fields = ["person", "part"]


class SealedDetail(SealedRow):
    deciding_organ = OrganShape(allow_null=True)
    named_people = NamedPersonShape(many=True)

    class Meta(SealedRow.Meta):
        fields = [
            *SealedRow.Meta.fields,
            *("official", "facts", "result", "ending_reason", "deciding_organ", "named_people"),
        ]


# Directions ----------------------------------------------------------------------------------------------------------
class DirectionRow(OfCaseShape, serializers.ModelSerializer[Direction]):
    """A letter between a superior and an organ below it."""

    sender = OrganShape()
    receiver = OrganShape()

    class Meta:
        model = Direction
        fields = [
            *("id", "version", "kind", "state", "state_since", "case", "sender", "receiver", "number", "title"),
            *("due_at", "sent_at", "received_at", "created_at", "updated_at"),
        ]


class DirectionDetail(DirectionRow):
    """Answer, objection and reasons are told to the two organs and the centre."""

    INSIDE = ("answer", "objection", "reason")

    class Meta(DirectionRow.Meta):
        fields = [
            *(*DirectionRow.Meta.fields, "text", "shares", "origin", "proceeding", "parent"),
            *("answer", "objection", "reason"),
        ]

    def to_representation(self, instance: Any) -> dict[str, Any]:
        told: dict[str, Any] = super().to_representation(instance)
        inside = instance.reads_answer(self.actor)
        return {name: value if inside or name not in self.INSIDE else "" for name, value in told.items()}


# Opinions ------------------------------------------------------------------------------------------------------------
class OpinionShape(ActorShape, serializers.ModelSerializer[Opinion]):
    """What an organ says. It is told once its responsible person has given it; its levels stay in the organ."""

    organ = OrganShape()

    class Meta:
        model = Opinion
        fields = [
            *("id", "version", "round", "state", "state_since", "organ", "stance", "conditions", "reasons"),
            *("given_at", "due_at", "updated_at"),
        ]


class RoundRow(OfCaseShape, serializers.ModelSerializer[OpinionRound]):
    """A question to the organs of a case."""

    organ = OrganShape()

    class Meta:
        model = OpinionRound
        fields = [
            *("id", "version", "state", "state_since", "case", "organ", "title", "about_kind", "about_id", "due_at"),
            *("created_at", "updated_at"),
        ]


class RoundDetail(RoundRow):
    opinions = serializers.SerializerMethodField()

    class Meta(RoundRow.Meta):
        fields = [*RoundRow.Meta.fields, "text", "conclusion", "reason", "opinions"]

    @extend_schema_field(OpinionShape(many=True))
    def get_opinions(self, asked: OpinionRound) -> Any:
        rows = asked.opinions.select_related("organ").order_by("organ")
        return OpinionShape(rows, many=True, context=self.context).data


# Conferences ---------------------------------------------------------------------------------------------------------
class ParticipantShape(serializers.ModelSerializer[Participant]):
    organ = OrganShape()

    class Meta:
        model = Participant
        fields = ["organ", "answer", "confirmed"]


class MinutesShape(serializers.ModelSerializer[Minutes]):
    class Meta:
        model = Minutes
        fields = ["edition", "text", "at"]


class ResolutionShape(serializers.ModelSerializer[Resolution]):
    """`asked` once it became a task."""

    organ = OrganShape()
    asked = serializers.SerializerMethodField()

    class Meta:
        model = Resolution
        fields = ["organ", "title", "due_at", "asked"]

    def get_asked(self, resolution: Resolution) -> bool:
        return resolution.task_id is not None


class ConferenceRow(OfCaseShape, serializers.ModelSerializer[Conference]):
    """Who meets when about which agenda."""

    organ = OrganShape()

    class Meta:
        model = Conference
        fields = [
            *("id", "version", "state", "state_since", "case", "organ", "title", "agenda", "starts_at", "place"),
            *("phone", "reason", "updated_at"),
        ]


class ConferenceDetail(ConferenceRow):
    """Minutes and resolutions are null for whom does not read the case."""

    participants = ParticipantShape(many=True)
    minutes = serializers.SerializerMethodField()
    resolutions = serializers.SerializerMethodField()

    class Meta(ConferenceRow.Meta):
        fields = [*ConferenceRow.Meta.fields, "participants", "minutes", "resolutions"]

    @extend_schema_field(MinutesShape(many=True, allow_null=True))
    def get_minutes(self, conference: Conference) -> Any:
        inside = reads_conference(self.actor, conference)
        return MinutesShape(conference.minutes.all(), many=True).data if inside else None

    @extend_schema_field(ResolutionShape(many=True, allow_null=True))
    def get_resolutions(self, conference: Conference) -> Any:
        inside = reads_conference(self.actor, conference)
        return ResolutionShape(conference.resolutions.select_related("organ"), many=True).data if inside else None


# Answers of lists and verbs ------------------------------------------------------------------------------------------
class CreatedShape(Shape[Any]):
    noun = serializers.CharField()
    id = serializers.UUIDField()
    url = serializers.CharField()


class DoneShape(Shape[Any]):
    """How the thing stands after a verb, and what the verb made, if it made something."""

    id = serializers.UUIDField()
    state = serializers.CharField()
    version = serializers.IntegerField()
    created = CreatedShape(required=False)
