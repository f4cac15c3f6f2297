"""Handing over a person's work, over JSON."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.serializers import CharField, UUIDField

from agencies.kernel.errors import FieldError, Invalid
from agencies.kernel.permissions import STAFF
from agencies.kernel.resource import RESOURCES, resource_of
from agencies.kernel.shapes import Shape
from agencies.kernel.strict import Strict
from coordination.automation.routing.loads import loads
from coordination.workspace.reassignment import hand_over_all
from coordination.workspace.reassignment_page import HandingOverForm

from .inputs import thing_url
from .operations import Call, post


class HandingOverInput(Strict):
    """People by their sign-in names."""

    person = CharField(max_length=60)
    to = CharField(max_length=60)
    reason = CharField(max_length=4000)


class PassedShape(Shape):
    """One row: `refused` says why it was not handed over; empty if it was."""

    resource = CharField()
    id = UUIDField()
    url = CharField()
    refused = CharField()


def _passed(call: Call, *made: str) -> Any:
    """The rows that the caller can see; the reason of a refusal is not stored."""
    kept = [one.split() for one in made]
    seen: dict[str, Any] = {}
    for resource in {resource for resource, _pk, _result in kept}:
        pks = [pk for its, pk, _result in kept if its == resource]
        rows = RESOURCES[resource].model.objects.visible_to(call.actor).filter(pk__in=pks)
        seen |= {str(thing.pk): thing for thing in rows}
    before = {"done": "", "refused": str(_("This was refused when the request was first sent."))}
    seen |= {pk: thing for pk, (thing, _refused) in call.once.items()}
    rows = [
        (resource, seen[pk], call.once.get(pk, ("", before[result]))[1]) for resource, pk, result in kept if pk in seen
    ]
    return [{"resource": of, "id": one.pk, "url": thing_url(one), "refused": why} for of, one, why in rows]


@post(
    "handing-over/",
    "send",
    _("Hand over all work"),
    _("Hands over all open work of a person to a colleague, row by row."),
    permission=STAFF,
    accepts=HandingOverInput,
    answers=[PassedShape],
    then=_passed,
)
def hand_over(call: Call) -> list[str]:
    """Hands over every open item of a person to a colleague and reports each row."""
    form = HandingOverForm(call.given, actor=call.actor, known=loads(call.actor.own_agency))
    if not form.is_valid():
        raise Invalid(
            FieldError(f"/{name}", "choice", " ".join(str(one) for one in errors))
            for name, errors in form.errors.items()
        )
    results = hand_over_all(actor=call.actor, **form.cleaned_data)
    call.once = {str(one.held.thing.pk): (one.held.thing, one.refused) for one in results}
    return [
        f"{resource_of(one.held.thing).name} {one.held.thing.pk} {'refused' if one.refused else 'done'}"
        for one in results
    ]
