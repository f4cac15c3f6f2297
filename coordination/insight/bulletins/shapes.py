"""Bulletins over JSON."""

from rest_framework import serializers

from agencies.people.shapes import AgencyShape

from .models import Bulletin


class BulletinRow(serializers.ModelSerializer[Bulletin]):
    """A bulletin about a week or a month."""

    agency = AgencyShape()

    class Meta:
        model = Bulletin
        fields = [
            *("id", "version", "kind", "state", "state_since", "agency", "first", "last", "distribution", "edition"),
            *("number", "title_zh", "title_en", "issued_at", "created_at", "updated_at"),
        ]


class BulletinDetail(BulletinRow):
    """`content` is the sheet in both languages with its figures, as submitted or issued; a draft has none yet."""

    content = serializers.DictField()
    cases = serializers.ListField(child=serializers.UUIDField())

    class Meta(BulletinRow.Meta):
        fields = [
            *(*BulletinRow.Meta.fields, "text_zh", "text_en", "cases", "content", "digest", "replaces", "remarks"),
            "ending_reason",
        ]
