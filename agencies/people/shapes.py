"""Agencies and people in the answers of the API, and the base of shapes of a model."""

from typing import Any

from django.db.models import Model
from rest_framework.serializers import CharField, ModelSerializer

from agencies.kernel.shapes import READ_ONLY, ActorShape
from agencies.organisations.models import Agency

from .models import User


class AgencyShape(ModelSerializer[Agency]):
    name = CharField(**READ_ONLY)

    class Meta:
        model = Agency
        fields = ["code", "name"]


class PersonShape(ModelSerializer[User]):
    """Handlers are named to the other agencies on a matter, so that they can call."""

    name = CharField(**READ_ONLY)
    desk = CharField(**READ_ONLY)

    class Meta:
        model = User
        fields = ["name", "phone", "desk"]


class ModelShape(ActorShape, ModelSerializer[Any]):
    """Fields of a model. Agencies are shown by code and name, other related objects by id."""

    def build_standard_field(self, field_name: str, model_field: Any) -> Any:
        field, options = super().build_standard_field(field_name, model_field)
        return field, options | {"allow_null": model_field.null}

    def build_relational_field(self, field_name: str, relation_info: Any) -> Any:
        options = {"many": True} if relation_info.to_many else {"allow_null": relation_info.model_field.null}
        if not issubclass(relation_info.related_model, Agency):
            return self.serializer_related_field, READ_ONLY | options
        return AgencyShape, options


def fields_of(model: type[Model], *names: str, bases: tuple[type[Any], ...] = (ModelShape,), name: str = "") -> Any:
    """Returns the shape of these fields of a model. `bases` declare what the model does not have or what is shown
    otherwise; `name` is the name in the schema."""
    meta = type("Meta", (), {"model": model, "fields": names})
    return type(name or f"{model.__name__}Shape", bases, {"Meta": meta})
