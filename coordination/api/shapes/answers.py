"""What a list or an action answers besides the object itself."""

from typing import Any

from rest_framework import serializers

from .parts import Shape


class CreatedShape(Shape[Any]):
    resource = serializers.CharField()
    id = serializers.UUIDField()
    url = serializers.CharField()


class DoneShape(Shape[Any]):
    """The object after an action, and the object that the action created, if any."""

    id = serializers.UUIDField()
    state = serializers.CharField()
    version = serializers.IntegerField()
    created = CreatedShape(required=False)
