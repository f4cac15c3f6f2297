"""What a list or a verb answers beside the thing itself."""

from typing import Any

from rest_framework import serializers

from .parts import Shape


class CreatedShape(Shape[Any]):
    resource = serializers.CharField()
    id = serializers.UUIDField()
    url = serializers.CharField()


class DoneShape(Shape[Any]):
    """How the thing stands after a verb, and what the verb made, if it made something."""

    id = serializers.UUIDField()
    state = serializers.CharField()
    version = serializers.IntegerField()
    created = CreatedShape(required=False)
