"""Cases, with their contents as far as they are shared."""

from functools import cached_property
from typing import Any
from uuid import UUID

from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    DateField,
    DateTimeField,
    ListField,
    SlugRelatedField,
    UUIDField,
)

from agencies.kernel.shapes import READ_ONLY, Shape, shown
from agencies.people.shapes import ModelShape, fields_of
from cases.controls.destinations import DECLARED, DESCRIBED
from cases.controls.serializers import PossibleVerdictShape, possible_json
from cases.controls.verdicts import EVERY, decisive

from .access import reads_contents
from .facts import items_of
from .licensing import ANSWERS, FIELDS, licences_of
from .models import Act, Case, CaseTechnique, Determination, Identifier, Item, Party, Shipment, ShipmentLeg

CaseRef = fields_of(Case, "id", "number", name="CaseRef")


class OfCaseShape(ModelShape):
    """Base of shapes of objects that may be visible without their case, which is then null: the receiver of a transfer
    has its task before they may know the case, and an open lead may have become a restricted case."""

    @shown(CaseRef(allow_null=True))
    def case(self, thing: Any) -> Any:
        return thing.case if thing.case_id in self._cases_in_sight else None

    @cached_property
    def _cases_in_sight(self) -> set[UUID | None]:
        """The visible cases of all rows of the answer, in one query."""
        things: Any = self.root.instance
        ids = {thing.case_id for thing in things}
        return set(Case.objects.visible_to(self.actor).filter(pk__in=ids).values_list("pk", flat=True))


IdentifierShape = fields_of(Identifier, "id", "scheme", "value", "flag")


class PartyShape(ModelShape):
    country = SlugRelatedField("alpha3", allow_null=True, **READ_ONLY)
    identifiers = IdentifierShape(many=True)

    class Meta:
        model = Party
        fields = [
            *("id", "kind", "role", "name", "country", "address", "military", "owner", "owner_share", "founded_on"),
            "identifiers",
        ]


ItemShape = fields_of(
    *(Item, "id", "nature", "description", "declared_as", "hs_code", "control_code", "basis", "conduct_on"),
    *("net_weight_kg", "value", "currency", "recipient", "channel", "origin", "end_use"),
)


LegShape = fields_of(
    *(ShipmentLeg, "id", "chain", "position", "from_country", "from_place", "to_country", "to_place", "departs_on"),
    *("arrives_on", "mode", "carrier", "vessel", "container", "consignee", "source"),
)


class LicenceAnswerShape(Shape):
    """`as_of` is the time of the newest table, null before the first. The days of validity are null for a number that
    is not in the file; `differs` are the fields that the licence has otherwise, without its values."""

    code = ChoiceField(choices=[(code, code) for code in ANSWERS])
    words = CharField()
    as_of = DateTimeField(allow_null=True)
    valid_from = DateField(allow_null=True)
    valid_until = DateField(allow_null=True)
    differs = ListField(child=ChoiceField(choices=[(name, name) for name in FIELDS]))


class NamedLicenceShape(Shape):
    """The answer on the licence that a shipment names. `on_known` is false if today is used because neither the day of
    departure nor that of the conduct is known."""

    on = DateField()
    on_known = BooleanField()
    answer = LicenceAnswerShape()


class ShipmentShape(ModelShape):
    """A shipment. `route` is as declared; `legs` are those of both chains, each with its source. `licence` is null
    where the shipment names none."""

    legs = LegShape(many=True)
    licence = NamedLicenceShape(allow_null=True)
    customs_district = SlugRelatedField("code", source="district", allow_null=True, **READ_ONLY)
    route = ListField(child=CharField())

    class Meta:
        model = Shipment
        fields = [
            *("id", "declaration_no", "port", "customs_district", "route", "final_destination", "mode", "legs"),
            *("licence_no", "licence"),
        ]


class ActShape(ModelShape):
    """An act that names no party, or no item, concerns all of them."""

    class Meta:
        model = Act
        fields = ["id", "title", "conduct_from", "conduct_until", "parties", "items"]


class TechniqueShape(ModelShape):
    code = SlugRelatedField("code", source="technique", **READ_ONLY)

    class Meta:
        model = CaseTechnique
        fields = ["code", "standing", "source"]


class ControlLineShape(Shape):
    """What the control law says of an item for one destination on the days of its conduct.

    `on_known` is false if today is used because the day of the conduct is unknown; `destination` is "" if it is.
    `reading` says whether the goods are taken as described or as declared.
    """

    item = UUIDField()
    first_day = DateField()
    last_day = DateField()
    on_known = BooleanField()
    destination = CharField()
    reading = ChoiceField(choices=(DESCRIBED, DECLARED))
    verdict = ChoiceField(choices=EVERY)
    verify = BooleanField()
    could_become = PossibleVerdictShape(many=True)
    citations = ListField(child=CharField())


class DeterminationShape(ModelShape):
    """What a person found of the control basis of an item, by the rules of a version. `changed_in` is a later version
    that changes a verdict on it, until a person has decided."""

    class Meta:
        model = Determination
        fields = [
            *("item", "basis", "control_code", "conduct_from", "conduct_until", "rules_version", "evidence", "agency"),
            *("decided_at", "changed_in"),
        ]


class ContentsShape(ModelShape):
    """What a share of profile "status" does not show."""

    items = ItemShape(many=True)

    class Meta:
        model = Case
        fields = [
            *(
                "summary",
                "outcome",
                "no_crime_ground",
                "techniques",
                "parties",
                "items",
                "control",
                "shipments",
                "acts",
            ),
            "determinations",
        ]

    @shown(TechniqueShape(many=True))
    def techniques(self, case: Case) -> Any:
        return case.technique_findings.select_related("technique")

    @shown(PartyShape(many=True))
    def parties(self, case: Case) -> Any:
        return case.parties.select_related("country").prefetch_related("identifiers")

    @shown(ControlLineShape(many=True))
    def control(self, case: Case) -> Any:
        return [
            {
                "item": found.item.pk,
                **{"first_day": span.first, "last_day": span.last, "on_known": span.is_known},
                **{"destination": one.code, "reading": one.reading, "verdict": one.verdict.verdict},
                "verify": one.verdict.verify,
                "could_become": [possible_json(could) for could in one.verdict.could_become],
                "citations": [rule.rule.cited for rule in decisive(one.verdict)],
            }
            for found in items_of(case)
            for span in found.spans
            for one in span.verdicts
        ]

    @shown(ShipmentShape(many=True))
    def shipments(self, case: Case) -> Any:
        shipments = list(case.shipments.select_related("district").prefetch_related("legs"))
        answers = licences_of(case, shipments)
        for shipment in shipments:
            vars(shipment)["licence"] = answers.get(shipment.pk)
        return shipments

    @shown(DeterminationShape(many=True))
    def determinations(self, case: Case) -> Any:
        """The latest of each item."""
        rows: Any = case.determinations
        return rows.in_force().select_related("agency")

    @shown(ActShape(many=True))
    def acts(self, case: Case) -> Any:
        return case.acts.prefetch_related("parties", "items")


# Shares are a noun above the case.
ShareShape = fields_of(
    Case._meta.get_field("shares").related_model, "agency", "profile", "granted_at", "until", name="ShareShape"
)


class CaseShape(ModelShape):
    violation_types = SlugRelatedField("code", many=True, **READ_ONLY)

    @shown(ShareShape(many=True))
    def shares(self, case: Case) -> Any:
        """Who sees this case. The reason is part of its contents on the page."""
        return case.shares.filter(ended_at=None).select_related("agency").order_by("id")

    @shown(ContentsShape(allow_null=True))
    def contents(self, case: Case) -> Any:
        return case if reads_contents(self.actor, case) else None
