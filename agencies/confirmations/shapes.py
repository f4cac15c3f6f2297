"""Requests that need a second person."""

from rest_framework import serializers

from agencies.kernel.shapes import READ_ONLY, Shape
from agencies.people.rights import HeldRight
from agencies.people.shapes import ModelShape


class HeldShape(Shape[HeldRight]):
    """A role in a unit, or an office. Days are empty where open; a requested right has the id 0."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    unit = serializers.CharField()
    since = serializers.CharField()
    until = serializers.CharField()
    document = serializers.CharField()


class ConfirmationShape(ModelShape):
    """A request that takes effect once a second person confirms it. It never contains a secret."""

    agency = serializers.CharField(source="agency.code", **READ_ONLY)
    confirmer_agency = serializers.CharField(source="confirmer_agency.code", **READ_ONLY)
    rights_before = HeldShape(many=True, **READ_ONLY)
    rights_after = HeldShape(many=True, **READ_ONLY)
