"""Sealed letters."""

from rest_framework import serializers

from coordination.sealed.models import NamedPerson, SealedLetter

from .parts import OfCaseShape, OrganShape, PersonShape


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
