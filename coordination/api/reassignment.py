"""Handing over a person's work, over JSON."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.kernel.errors import FieldError, Invalid
from agencies.kernel.permissions import STAFF, actor_of
from agencies.kernel.resource import RESOURCES, resource_of
from agencies.kernel.strict import Strict
from coordination.automation.routing.loads import loads
from coordination.workspace.reassignment import hand_over_all
from coordination.workspace.reassignment_page import HandingOverForm

from . import shapes
from .views import ApiView, thing_url, validated


class HandingOverInput(Strict):
    """People by their sign-in names."""

    person = serializers.CharField(max_length=60)
    to = serializers.CharField(max_length=60)
    reason = serializers.CharField(max_length=4000)


class PassedShape(shapes.Shape[Any]):
    """One row: `refused` says why it was not handed over; empty if it was."""

    resource = serializers.CharField()
    id = serializers.UUIDField()
    url = serializers.CharField()
    refused = serializers.CharField(allow_blank=True)


class HandingOverView(ApiView):
    """Hands over every open item of a person to a colleague and reports each row."""

    operations = {
        "POST": ("send", _("Hand over all work"), _("Hands over all open work of a person to a colleague, row by row."))
    }
    permission = STAFF
    resource = "handing-over"

    @extend_schema(request=HandingOverInput, responses=PassedShape(many=True))
    def post(self, request: Request) -> Response:
        actor = actor_of(request)
        form = HandingOverForm(validated(HandingOverInput, request), actor=actor, known=loads(actor.own_agency))
        if not form.is_valid():
            raise Invalid(
                FieldError(f"/{name}", "choice", " ".join(str(one) for one in errors))
                for name, errors in form.errors.items()
            )
        results = hand_over_all(actor=actor, **form.cleaned_data)
        return Response([_row(one.held.thing, one.refused) for one in results])

    def made_by(self, response: Response) -> list[str]:
        return [f"{row['resource']} {row['id']} {'refused' if row['refused'] else 'done'}" for row in response.data]

    def again(self, request: Request, made: list[str], *args: Any, **kwargs: Any) -> Response:
        """The rows that the caller can still see; the reason of a refusal is not stored."""
        actor, kept = actor_of(request), [one.split() for one in made]
        seen: dict[str, Any] = {}
        for resource in {resource for resource, _pk, _result in kept}:
            pks = [pk for its, pk, _result in kept if its == resource]
            seen |= {
                str(thing.pk): thing for thing in RESOURCES[resource].model.objects.visible_to(actor).filter(pk__in=pks)
            }
        words = {"done": "", "refused": str(_("This was refused when the request was first sent."))}
        return Response([_row(seen[pk], words[result]) for _resource, pk, result in kept if pk in seen])


def _row(thing: Any, refused: str) -> dict[str, Any]:
    row = {"resource": resource_of(thing).name, "id": thing.pk, "url": thing_url(thing), "refused": refused}
    return dict(PassedShape(row).data)
