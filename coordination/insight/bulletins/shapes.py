"""Bulletins over JSON."""

from rest_framework import serializers

from agencies.people.shapes import ModelShape


class BulletinShape(ModelShape):
    """A bulletin about a week or a month. `content` is the sheet in both languages with its figures, as submitted or
    issued; a draft has none yet."""

    content = serializers.DictField()
    cases = serializers.ListField(child=serializers.UUIDField())
