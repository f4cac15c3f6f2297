"""Proceedings with their lines, measures and decisions."""

from datetime import datetime
from typing import Any

from rest_framework.serializers import (
    CharField,
    ChoiceField,
    DateField,
    DateTimeField,
    DecimalField,
    IntegerField,
    ListField,
    SlugRelatedField,
)

from agencies.kernel.filtering import NEVER
from agencies.kernel.shapes import READ_ONLY, Shape, shown
from agencies.people.shapes import ModelShape, PersonShape, fields_of
from cases.casefile.shapes import CaseRef

from .access import reads_inside
from .models import (
    Assessment,
    Decision,
    Measure,
    Payment,
    ProceduralStep,
    Proceeding,
    PropertyMeasure,
    Remedy,
    Suspect,
)
from .payment import amount_owed
from .standing import measure_counts


class DecisionShape(ModelShape):
    party = CharField(source="party.name", **READ_ONLY)

    class Meta:
        model = Decision
        fields = [
            *("id", "version", "proceeding", "party", "state", "state_since", "result", "proposed"),
            *("decision_number", "fine_cny", "ground", "due_at", "breach_at"),
        ]


PaymentShape = fields_of(Payment, "kind", "amount_cny", "paid_at", "receipt")


class ProceduralStepShape(ModelShape):
    """What was served, stated, waived or heard: `verb` is the action that recorded it, `round` its notice."""

    class Meta:
        model = ProceduralStep
        fields = ["verb", "round", "at", "person", "paper"]


RemedyShape = fields_of(
    Remedy, "kind", "body", "sought_at", "accepted_at", "copy_at", "replied_at", "ended_at", "result"
)
AssessmentShape = fields_of(
    Assessment, "conclusion", "reasons", "verdict", "weight_kg", "value_cny", "assessed_at", "came_back_at"
)


class OwedShape(Shape):
    """What is owed on the fine today; `due` is the last day of payment."""

    fine_left = DecimalField(max_digits=18, decimal_places=2)
    late_fee_left = DecimalField(max_digits=18, decimal_places=2)
    due = DateField(allow_null=True)


class DecisionDetail(DecisionShape):
    """The decision with the contents of its page: considerations, debts, remedies sought."""

    penalties = ListField(child=ChoiceField(choices=Decision.Penalty.choices), **READ_ONLY)
    proposed_penalties = ListField(child=ChoiceField(choices=Decision.Penalty.choices), **READ_ONLY)
    procedural_steps = ProceduralStepShape(many=True, **READ_ONLY)
    rules = ListField(child=CharField(), **READ_ONLY)
    payments = PaymentShape(many=True, **READ_ONLY)
    remedies = RemedyShape(many=True, **READ_ONLY)
    assessments = AssessmentShape(many=True, **READ_ONLY)

    class Meta(DecisionShape.Meta):
        fields = [
            *DecisionShape.Meta.fields,
            *("facts", "basis", "proposed_penalties", "proposed_fine_cny", "proposed_confiscated_cny"),
            *("proposed_months", "without_hearing", "major", "notice_number", "notice_round", "procedural_steps"),
            *("statement", "hearing_on", "penalties", "months"),
            *("review_opinion", "conclusion", "rules", "turnover_cny", "gains_cny", "goods_value_cny", "serious"),
            *("basis_rule", "ground_kind", "confiscated_cny", "decided_at", "service", "served_at", "defer_until"),
            *("published_where", "published_at", "unpublished_at", "found_on", "owed", "payments", "remedies"),
            "assessments",
        ]

    @shown(OwedShape())
    def owed(self, line: Decision) -> Any:
        return amount_owed(line)


class MeasureShape(ModelShape):
    """A coercive measure. `over_because` is why it is no longer lawful although it has not been lifted yet."""

    class Meta:
        model = Measure
        fields = [
            *("id", "version", "suspect", "kind", "state", "state_since", "authority", "paper", "since", "until"),
            *("over_because", "ending", "due_at", "breach_at"),
        ]


class SuspectShape(ModelShape):
    party = CharField(source="party.name", **READ_ONLY)
    nationality = SlugRelatedField("alpha3", allow_null=True, **READ_ONLY)
    charges = SlugRelatedField("code", many=True, **READ_ONLY)
    measures = MeasureShape(many=True)

    class Meta:
        model = Suspect
        fields = [
            *("id", "version", "proceeding", "party", "act", "nationality", "charges", "state", "state_since"),
            *("nonprosecution", "verdict", "charge", "sentence", "sentence_months", "suspended_months", "fine_cny"),
            *("set_off_cny", "due_at", "breach_at", "measures"),
        ]


class PropertyShape(ModelShape):
    """A measure on property. `lots` are those that it was ordered on; each lot shows which measure holds it now."""

    class Meta:
        model = PropertyMeasure
        fields = [
            *("id", "version", "proceeding", "kind", "state", "state_since", "lots", "subject", "authority", "paper"),
            *("reason", "since", "ended_at", "end_paper", "handling", "due_at", "breach_at"),
        ]


class PersonRow(SuspectShape):
    """A suspect in the list of persons, with the nearest end of a measure and the nearest duty."""

    class Meta(SuspectShape.Meta):
        fields = [*SuspectShape.Meta.fields, "ends_at", "next_duty_at"]

    @shown(DateTimeField(allow_null=True))
    def ends_at(self, line: Any) -> datetime | None:
        return _or_none(line.ends_order)

    @shown(DateTimeField(allow_null=True))
    def next_duty_at(self, line: Any) -> datetime | None:
        return _or_none(line.duty_order)


def _or_none(moment: datetime) -> datetime | None:
    """None for the placeholder that sorts missing times last."""
    return None if moment == NEVER else moment


class MeasureCount(Shape):
    kind = ChoiceField(choices=Measure.Kind.choices)
    persons = IntegerField()


class InsideShape(ModelShape):
    """What remains in the agency that conducts the proceeding."""

    offence = SlugRelatedField("code", allow_null=True, **READ_ONLY)
    property_measures = PropertyShape(many=True)

    class Meta:
        model = Proceeding
        fields = [
            *("external_number", "offence", "outcome", "outcome_reason", "supplements", "decisions", "suspects"),
            *("review_procedure", "court", "court_accepted_at", "trial_procedure"),
            "property_measures",
        ]

    @shown(DecisionShape(many=True))
    def decisions(self, proceeding: Proceeding) -> Any:
        return proceeding.decisions.select_related("party")

    @shown(SuspectShape(many=True))
    def suspects(self, proceeding: Proceeding) -> Any:
        return proceeding.suspects.select_related("party", "nationality").prefetch_related("charges", "measures")


class ProceedingShape(ModelShape):
    """What every agency on the case sees: agency, kind, state, deadline. `measures` shows every agency on the case how
    many persons each measure holds, and no more."""

    case = CaseRef()
    handler = PersonShape(allow_null=True)

    @shown(MeasureCount(many=True))
    def measures(self, proceeding: Proceeding) -> Any:
        return [{"kind": kind, "persons": persons} for kind, persons in measure_counts(proceeding)]

    @shown(InsideShape(allow_null=True))
    def inside(self, proceeding: Proceeding) -> Any:
        return proceeding if reads_inside(self.actor, proceeding) else None
