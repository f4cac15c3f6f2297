"""Confidential letters."""

from rest_framework import serializers

from agencies.people.shapes import AgencyShape, PersonShape
from cases.casefile.shapes import OfCaseShape

from .models import ConfidentialLetter, NamedPerson


class ConfidentialRow(OfCaseShape, serializers.ModelSerializer[ConfidentialLetter]):
    """A letter about an offence of an official; only the people it names see it, machines never do."""

    agency = AgencyShape()

    class Meta:
        model = ConfidentialLetter
        fields = [
            *("id", "version", "state", "state_since", "case", "agency", "addressee", "number", "created_at"),
            "updated_at",
        ]


class NamedPersonShape(serializers.ModelSerializer[NamedPerson]):
    person = PersonShape(source="user")

    class Meta:
        model = NamedPerson
        fields = ["person", "part"]


class ConfidentialDetail(ConfidentialRow):
    deciding_agency = AgencyShape(allow_null=True)
    named_people = NamedPersonShape(many=True)

    class Meta(ConfidentialRow.Meta):
        fields = [
            *ConfidentialRow.Meta.fields,
            *("official", "facts", "result", "ending_reason", "to_revise", "deciding_agency", "named_people"),
        ]
