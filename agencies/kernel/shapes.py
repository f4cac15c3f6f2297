"""Bases of the API's shapes. Each noun has its own in `shapes.py` and names them in its `Resource.api`."""

from typing import Any

from rest_framework import serializers

from .actor import Actor

Shape = serializers.Serializer
READ_ONLY: dict[str, Any] = {"read_only": True}


class ActorShape(Shape[Any]):
    """Base of shapes that show less to some readers."""

    @property
    def actor(self) -> Actor:
        actor: Actor = self.context["actor"]
        return actor


class VerbShape(Shape[Any]):
    """An action open to the caller now. Performing it may still report unmet conditions."""

    verb = serializers.CharField()
    words = serializers.CharField()
    url = serializers.CharField()


class DetailShape(Shape[Any]):
    """Common additions to an object's own fields."""

    verbs = VerbShape(many=True)
    links = serializers.DictField(child=serializers.CharField())
