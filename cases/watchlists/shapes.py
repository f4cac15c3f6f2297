"""Entries of the watch lists."""

from rest_framework import serializers

from .models import Listing


class ListingRow(serializers.ModelSerializer[Listing]):
    """One version of an entry; `identifiers` are pairs of scheme and value."""

    aliases = serializers.ListField(child=serializers.CharField())
    identifiers = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))

    class Meta:
        model = Listing
        fields = [
            *("id", "version", "state", "state_since", "watch_list", "code", "number", "name_zh", "name_en", "aliases"),
            *("identifiers", "country", "document", "document_date", "effective_from", "effective_to", "end_document"),
            *("meaning_zh", "meaning_en", "created_at", "updated_at"),
        ]
