"""Confidential letters."""

from agencies.people.shapes import ModelShape, PersonShape
from cases.casefile.shapes import OfCaseShape

from .models import NamedPerson


class NamedPersonShape(ModelShape):
    person = PersonShape(source="user")

    class Meta:
        model = NamedPerson
        fields = ["person", "part"]


class ConfidentialShape(OfCaseShape):
    """A letter about an offence of an official; only the people it names see it, machines never do."""

    named_people = NamedPersonShape(many=True)
