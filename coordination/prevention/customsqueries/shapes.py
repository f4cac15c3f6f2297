"""Customs queries over JSON."""

from typing import Any

from rest_framework.serializers import (
    CharField,
    ChoiceField,
    DateField,
    DateTimeField,
    DecimalField,
    DictField,
    IntegerField,
    ListField,
    UUIDField,
)

from agencies.kernel.shapes import shown
from agencies.kernel.strict import Strict
from cases.casefile.shapes import OfCaseShape

from .models import CustomsQuery, PaperKind
from .reporting import lead_of


class QueryInput(Strict):
    """The draft of a customs query about one line of a declaration. Countries by their three letters, weights in kg."""

    declaration_no = CharField(max_length=40)
    line = IntegerField(min_value=1, max_value=999)
    declared_on = DateField()
    exporter = CharField(max_length=300)
    uscc = CharField(max_length=40, required=False)
    goods = CharField(max_length=500)
    suspected_as = CharField(max_length=500, required=False)
    hs_code = CharField(max_length=20, required=False)
    control_code = CharField(max_length=40, required=False)
    net_weight_kg = DecimalField(max_digits=18, decimal_places=4, min_value=0, required=False)
    value = DecimalField(max_digits=18, decimal_places=4, min_value=0, required=False)
    currency = CharField(max_length=3, required=False)
    destination = CharField(max_length=3)
    consignee = CharField(max_length=300, required=False)
    end_user = CharField(max_length=300, required=False)
    licence_no = CharField(max_length=40, required=False)
    evidence = CharField(max_length=4000)
    papers_asked = ListField(child=ChoiceField(choices=PaperKind.choices), allow_empty=False)


class QueryShape(OfCaseShape):
    """A customs query. `rules_said` is what the control law said of the line when the query was issued, `reply_until`
    the end of the exporter's period, null before the service; `missing` are papers asked for and not received,
    `lead` the lead that was reported because of it, null for those who do not see it."""

    papers_asked = ListField(child=CharField())
    papers_received = ListField(child=CharField())
    rules_said = ListField(child=DictField())

    @shown(DateTimeField(allow_null=True))
    def reply_until(self, query: Any) -> Any:
        return query.reply_until

    @shown(ListField(child=CharField()))
    def missing(self, query: CustomsQuery) -> Any:
        return [one for one in query.papers_asked if one not in query.papers_received]

    @shown(UUIDField(allow_null=True))
    def lead(self, query: CustomsQuery) -> Any:
        lead = lead_of(query, self.actor)
        return lead.pk if lead else None

    @shown(CharField())
    def uscc_flag(self, query: CustomsQuery) -> str:
        return query.uscc_flag
