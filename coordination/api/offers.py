"""The fields of the actions that are open to a caller, with every choice that would be accepted."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter
from rest_framework.serializers import BooleanField, CharField, ChoiceField

from agencies.kernel.action_fields import ActionField
from agencies.kernel.errors import Invalid
from agencies.kernel.shapes import Shape, VerbShape

from .groups import ANY
from .nouns import ANY_READER, named_resource, offer
from .operations import Call, get


class ChoiceShape(Shape):
    """`value` is what the caller sends; `group` is empty if the choices are not grouped."""

    value = CharField()
    words = CharField()
    group = CharField()


class AskShape(Shape):
    """One field of the action's body. `choices` is null if the field is not a choice."""

    name = CharField()
    title = CharField()
    help = CharField()
    kind = ChoiceField(
        choices=["text", "long", "table", "date", "datetime", "choice", "choices", "decimal", "number", "bool", "file"]
    )
    needed = BooleanField()
    choices = ChoiceShape(many=True, allow_null=True)


class OfferShape(VerbShape):
    asks = AskShape(many=True)


@get(
    "<str:resource>/<uuid:pk>/verbs/",
    *("verbs", gettext_lazy("Fields of the actions")),
    gettext_lazy("The actions available to the caller now, with their fields and the accepted choices."),
    query=[
        OpenApiParameter(
            "verb", str, description=gettext_lazy("Only this action; the list is empty while it is not available.")
        )
    ],
    answers=[OfferShape],
    permission=ANY_READER,
    tag=ANY,
)
def offers(call: Call, resource: str, pk: UUID) -> Any:
    registered, wanted = named_resource(resource), call.query.get("verb", "")
    thing = registered.find(call.actor, pk)
    if wanted and wanted not in registered.verbs:
        raise Invalid.field("verb", "choice", _("There is no such action."))
    workflow = registered.workflow_of(thing)
    return [
        {
            **offer(thing, button),
            "asks": [_field(ask, thing, call.actor) for ask in workflow.fields_of(button.verb, call.actor, thing)],
        }
        for button in registered.buttons(call.actor, thing)
        if wanted in ("", button.verb)
    ]


def _field(ask: ActionField, thing: Any, actor: Any) -> dict[str, Any]:
    field = ask.form_field(thing, actor)
    choices = list(_choices(field)) if isinstance(field, forms.ChoiceField) else None
    described = {"name": ask.name, "title": ask.label, "help": ask.help, "kind": ask.kind, "needed": ask.required}
    return {**described, "choices": choices}


def _choices(field: forms.ChoiceField) -> Iterator[dict[str, Any]]:
    """Every choice except the empty one: an optional field is omitted instead."""
    offered: Any = field.choices
    for value, words in offered:
        group, rows = (value, words) if isinstance(words, list | tuple) else ("", [(value, words)])
        yield from ({"value": str(one), "words": label, "group": group} for one, label in rows if one not in ("", None))
