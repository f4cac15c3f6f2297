"""Entries of the watch lists."""

from rest_framework import serializers

from agencies.kernel.shapes import READ_ONLY

from .models import Listing


class ListingRow(serializers.ModelSerializer[Listing]):
    """One version of an entry; `identifiers` are pairs of scheme and value."""

    aliases = serializers.ListField(child=serializers.CharField())
    identifiers = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    origins = serializers.ListField(child=serializers.CharField())
    transits = serializers.ListField(child=serializers.CharField())
    destinations = serializers.ListField(child=serializers.CharField())
    materials = serializers.ListField(child=serializers.CharField())
    owner = serializers.SlugRelatedField("code", **READ_ONLY)

    class Meta:
        model = Listing
        fields = [
            *("id", "version", "state", "state_since", "watch_list", "code", "number", "name_zh", "name_en", "aliases"),
            *("identifiers", "country", "document", "document_date", "effective_from", "effective_to", "end_document"),
            *("meaning_zh", "meaning_en", "origins", "transits", "destinations", "materials", "verdict_from", "owner"),
            *("created_at", "updated_at"),
        ]
