"""Cases, with their contents as far as they are shared."""

from functools import cached_property
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agencies.kernel.shapes import READ_ONLY, ActorShape
from agencies.people.shapes import AgencyShape
from cases.controls.destinations import DECLARED, DESCRIBED
from cases.controls.serializers import PossibleVerdictShape, possible_json
from cases.controls.verdicts import EVERY, decisive

from .access import reads_contents
from .facts import items_of
from .models import Act, Case, CaseTechnique, Determination, Identifier, Item, Party, Shipment


class CaseRef(serializers.ModelSerializer[Case]):
    class Meta:
        model = Case
        fields = ["id", "number"]


class OfCaseShape(ActorShape):
    """Base of shapes of objects that may be visible without their case, which is then null: the receiver of a transfer
    has its task before they may know the case, and an open lead may have become a restricted case."""

    case = serializers.SerializerMethodField()

    @extend_schema_field(CaseRef(allow_null=True))
    def get_case(self, thing: Any) -> Any:
        return CaseRef(thing.case).data if thing.case_id in self._cases_in_sight else None

    @cached_property
    def _cases_in_sight(self) -> set[UUID | None]:
        """The visible cases of all rows of the answer, in one query."""
        shown: Any = self.root.instance
        ids = {thing.case_id for thing in (shown if isinstance(shown, list) else [shown])}
        return set(Case.objects.visible_to(self.actor).filter(pk__in=ids).values_list("pk", flat=True))


class CaseRow(serializers.ModelSerializer[Case]):
    lead = AgencyShape()
    violation_types = serializers.SlugRelatedField("code", many=True, **READ_ONLY)

    class Meta:
        model = Case
        fields = [
            *("id", "version", "number", "title", "title_en", "state", "state_since", "severity", "handling", "lead"),
            *("violation_types", "opened_at", "due_at", "breach_at", "is_synthetic", "updated_at"),
        ]


class IdentifierShape(serializers.ModelSerializer[Identifier]):
    class Meta:
        model = Identifier
        fields = ["id", "scheme", "value", "flag"]


class PartyShape(serializers.ModelSerializer[Party]):
    country = serializers.SlugRelatedField("alpha3", **READ_ONLY)
    identifiers = IdentifierShape(many=True)

    class Meta:
        model = Party
        fields = [
            *("id", "kind", "role", "name", "country", "address", "military", "owner", "owner_share", "identifiers"),
        ]


class ItemShape(serializers.ModelSerializer[Item]):
    class Meta:
        model = Item
        fields = [
            *("id", "nature", "description", "declared_as", "hs_code", "control_code", "basis", "conduct_on"),
            *("net_weight_kg", "value", "currency", "recipient", "channel", "origin", "end_use"),
        ]


class ShipmentShape(serializers.ModelSerializer[Shipment]):
    customs_district = serializers.SlugRelatedField("code", source="district", **READ_ONLY)
    route = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Shipment
        fields = ["id", "declaration_no", "port", "customs_district", "route", "final_destination", "mode"]


class ActShape(serializers.ModelSerializer[Act]):
    """An act that names no party, or no item, concerns all of them."""

    parties = serializers.PrimaryKeyRelatedField(many=True, **READ_ONLY)
    items = serializers.PrimaryKeyRelatedField(many=True, **READ_ONLY)

    class Meta:
        model = Act
        fields = ["id", "title", "conduct_from", "conduct_until", "parties", "items"]


class TechniqueShape(serializers.ModelSerializer[CaseTechnique]):
    code = serializers.SlugRelatedField("code", source="technique", **READ_ONLY)

    class Meta:
        model = CaseTechnique
        fields = ["code", "standing", "source"]


class ControlLineShape(serializers.Serializer[Any]):
    """What the control law says of an item for one destination on the days of its conduct.

    `on_known` is false if today is used because the day of the conduct is unknown; `destination` is "" if it is.
    `reading` says whether the goods are taken as described or as declared.
    """

    item = serializers.UUIDField()
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    on_known = serializers.BooleanField()
    destination = serializers.CharField(allow_blank=True)
    reading = serializers.ChoiceField(choices=(DESCRIBED, DECLARED))
    verdict = serializers.ChoiceField(choices=EVERY)
    verify = serializers.BooleanField()
    could_become = PossibleVerdictShape(many=True)
    citations = serializers.ListField(child=serializers.CharField())


class DeterminationShape(serializers.ModelSerializer[Determination]):
    """What a person found of the control basis of an item, by the rules of a version. `changed_in` is a later version
    that changes a verdict on it, until a person has decided."""

    item = serializers.UUIDField(source="item_id", **READ_ONLY)
    agency = AgencyShape(allow_null=True)

    class Meta:
        model = Determination
        fields = [
            *("item", "basis", "control_code", "conduct_from", "conduct_until", "rules_version", "evidence", "agency"),
            *("decided_at", "changed_in"),
        ]


class ContentsShape(serializers.ModelSerializer[Case]):
    """What a share of profile "status" does not show."""

    techniques = serializers.SerializerMethodField()
    parties = serializers.SerializerMethodField()
    items = ItemShape(many=True)
    control = serializers.SerializerMethodField()
    shipments = serializers.SerializerMethodField()
    acts = serializers.SerializerMethodField()
    determinations = serializers.SerializerMethodField()

    class Meta:
        model = Case
        fields = [
            "summary",
            "outcome",
            "no_crime_ground",
            "techniques",
            "parties",
            "items",
            "control",
            "shipments",
            "acts",
            "determinations",
        ]

    @extend_schema_field(TechniqueShape(many=True))
    def get_techniques(self, case: Case) -> Any:
        return TechniqueShape(case.technique_findings.select_related("technique"), many=True).data

    @extend_schema_field(PartyShape(many=True))
    def get_parties(self, case: Case) -> Any:
        rows = case.parties.select_related("country").prefetch_related("identifiers")
        return PartyShape(rows, many=True).data

    @extend_schema_field(ControlLineShape(many=True))
    def get_control(self, case: Case) -> Any:
        return [
            {
                "item": found.item.pk,
                **{"first_day": span.first, "last_day": span.last, "on_known": span.is_known},
                **{
                    "destination": one.code,
                    "reading": one.reading,
                    "verdict": one.verdict.verdict,
                    "verify": one.verdict.verify,
                },
                "could_become": [possible_json(could) for could in one.verdict.could_become],
                "citations": [rule.rule.cited for rule in decisive(one.verdict)],
            }
            for found in items_of(case)
            for span in found.spans
            for one in span.verdicts
        ]

    @extend_schema_field(ShipmentShape(many=True))
    def get_shipments(self, case: Case) -> Any:
        return ShipmentShape(case.shipments.select_related("district"), many=True).data

    @extend_schema_field(DeterminationShape(many=True))
    def get_determinations(self, case: Case) -> Any:
        """The latest of each item."""
        rows: Any = case.determinations
        return DeterminationShape(rows.in_force().select_related("agency"), many=True).data

    @extend_schema_field(ActShape(many=True))
    def get_acts(self, case: Case) -> Any:
        return ActShape(case.acts.prefetch_related("parties", "items"), many=True).data


class ShareShape(serializers.ModelSerializer[Any]):
    agency = AgencyShape()

    class Meta:
        model = Case._meta.get_field("shares").related_model  # of a noun above the case
        fields = ["agency", "profile", "granted_at", "until"]


class CaseDetail(ActorShape, CaseRow):
    shares = serializers.SerializerMethodField()
    contents = serializers.SerializerMethodField()

    class Meta(CaseRow.Meta):
        fields = [*CaseRow.Meta.fields, "shares", "contents"]

    @extend_schema_field(ShareShape(many=True))
    def get_shares(self, case: Case) -> Any:
        """Who sees this case. The reason is part of its contents on the page."""
        return ShareShape(case.shares.filter(ended_at=None).select_related("agency").order_by("id"), many=True).data

    @extend_schema_field(ContentsShape(allow_null=True))
    def get_contents(self, case: Case) -> Any:
        return ContentsShape(case).data if reads_contents(self.actor, case) else None
