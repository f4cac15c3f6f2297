"""Requests that need a second person."""

from rest_framework.serializers import CharField, IntegerField

from agencies.kernel.shapes import READ_ONLY, Shape
from agencies.people.shapes import ModelShape


class HeldShape(Shape):
    """A role in a unit, or an office. Days are empty where open; a requested right has the id 0."""

    id = IntegerField()
    name = CharField()
    unit = CharField()
    since = CharField()
    until = CharField()
    document = CharField()


class ConfirmationShape(ModelShape):
    """A request that takes effect once a second person confirms it. It never contains a secret."""

    agency = CharField(source="agency.code", **READ_ONLY)
    confirmer_agency = CharField(source="confirmer_agency.code", **READ_ONLY)
    rights_before = HeldShape(many=True, **READ_ONLY)
    rights_after = HeldShape(many=True, **READ_ONLY)
