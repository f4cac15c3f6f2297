"""Bases of the API's shapes. What is odd about a noun stands in its `shapes.py`, which its `Resource.api` names."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework.serializers import CharField, DictField, Field, Serializer

from .actor import Actor


class Shape(Serializer[Any]):  # without a docstring, which the schema would show with each shape that has none
    pass


READ_ONLY: dict[str, Any] = {"read_only": True}


class ActorShape(Shape):
    """Base of shapes that show less to some readers."""

    @property
    def actor(self) -> Actor:
        actor: Actor = self.context["actor"]
        return actor


class MethodField(Field[Any, Any, Any, Any]):
    """What a method of a shape returns for an object, as `shape` shows it."""

    def __init__(self, method: Callable[[Any, Any], Any], shape: Any) -> None:
        super().__init__(source="*", **READ_ONLY)
        self.method, self.shape = method, deepcopy(shape)  # a shape may be used by several fields
        self.shape.bind(field_name="", parent=self)
        describe: Any = extend_schema_field(shape)
        describe(self)

    def to_representation(self, thing: Any) -> Any:
        value = self.method(self.parent, thing)
        return None if value is None else self.shape.to_representation(value)


def shown(shape: Any) -> Callable[[Callable[[Any, Any], Any]], Any]:
    """Makes a field of a method of a shape: `method(shape, object)` returns the value, which `shape`, a field or
    serializer, shows."""
    return lambda method: MethodField(method, shape)


class VerbShape(Shape):
    """An action open to the caller now. Performing it may still report unmet conditions."""

    verb = CharField()
    words = CharField()
    url = CharField()


class DetailShape(Shape):
    """Common additions to an object's own fields."""

    verbs = VerbShape(many=True)
    links = DictField(child=CharField())
