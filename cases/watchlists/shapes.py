"""Entries of the watch lists."""

from rest_framework.serializers import CharField, ListField, SlugRelatedField

from agencies.kernel.shapes import READ_ONLY
from agencies.people.shapes import ModelShape


class ListingShape(ModelShape):
    """One version of an entry; `identifiers` are pairs of scheme and value."""

    aliases = ListField(child=CharField())
    identifiers = ListField(child=ListField(child=CharField()))
    addresses = ListField(child=CharField())
    origins = ListField(child=CharField())
    transits = ListField(child=CharField())
    destinations = ListField(child=CharField())
    materials = ListField(child=CharField())
    owner = SlugRelatedField("code", allow_null=True, **READ_ONLY)
