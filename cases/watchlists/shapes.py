"""Entries of the watch lists."""

from rest_framework import serializers

from agencies.kernel.shapes import READ_ONLY
from agencies.people.shapes import ModelShape


class ListingShape(ModelShape):
    """One version of an entry; `identifiers` are pairs of scheme and value."""

    aliases = serializers.ListField(child=serializers.CharField())
    identifiers = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    origins = serializers.ListField(child=serializers.CharField())
    transits = serializers.ListField(child=serializers.CharField())
    destinations = serializers.ListField(child=serializers.CharField())
    materials = serializers.ListField(child=serializers.CharField())
    owner = serializers.SlugRelatedField("code", allow_null=True, **READ_ONLY)
