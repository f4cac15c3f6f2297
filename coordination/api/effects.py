"""What an action would do, without doing it: as with "Preview the effects" on its page."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.kernel.errors import Invalid
from agencies.kernel.letters import Letter
from agencies.kernel.permissions import actor_of
from agencies.kernel.shapes import shown
from agencies.kernel.strict import Strict
from coordination.actions.rehearsal import MovedPeriod, Rehearsal, rehearse

from . import shapes
from .views import ResourceView, validated


class EffectsInput(Strict):
    """`verb` is an action of the object, and `answers` are the fields of its body."""

    verb = serializers.CharField(max_length=60)
    answers = serializers.DictField(required=False)


class PeriodShape(shapes.Shape[Any]):
    rule = serializers.CharField(source="rule.code")
    title = serializers.CharField(source="rule.name")
    due_at = serializers.DateTimeField(allow_null=True)


class MovedShape(shapes.Shape[MovedPeriod]):
    rule = serializers.CharField(source="clock.rule.code")
    title = serializers.CharField(source="clock.rule.name")
    was = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(source="clock.due_at", allow_null=True)


class LetterShape(shapes.Shape[Letter]):
    """A letter as its addressees will read it; `number` is empty for kinds without numbers."""

    number = serializers.CharField(allow_blank=True)
    title = serializers.CharField()
    text = serializers.CharField(allow_blank=True)
    enclosures = serializers.CharField(allow_blank=True)
    due_at = serializers.DateTimeField(allow_null=True)

    @shown(serializers.ListField(child=serializers.CharField()))
    def to(self, letter: Letter) -> list[str]:
        return [agency.code for agency in letter.to]


class EffectsShape(shapes.Shape[Rehearsal]):
    """`state` is empty if it stays the same. `asks_second`: a second person is asked first, and nothing else happens
    before that person confirms. `readers` are the codes of the other agencies that can read what is recorded. `letter`
    is what the action would create for other agencies.
    """

    state = serializers.CharField(allow_blank=True)
    asks_second = serializers.BooleanField()
    starts = PeriodShape(many=True)
    moves = MovedShape(many=True)
    ends = PeriodShape(many=True)
    records = serializers.ListField(child=serializers.CharField())
    letter = LetterShape(allow_null=True)

    @shown(serializers.ListField(child=serializers.CharField()))
    def readers(self, found: Rehearsal) -> list[str]:
        return [agency.code for agency in found.readers]


class EffectsView(ResourceView):
    """The action is performed with the answers and undone."""

    operations = {
        "POST": (
            "effects",
            gettext_lazy("Preview the effects"),
            gettext_lazy("What an action would do with these answers. Nothing is recorded."),
        )
    }
    harmless = True

    @extend_schema(request=EffectsInput, responses=EffectsShape)
    def post(self, request: Request, pk: UUID) -> Response:
        actor = actor_of(request)
        thing = self.registered.find(actor, pk)
        given = validated(EffectsInput, request)
        verb, answers = given["verb"], given.get("answers") or {}
        if verb not in self.registered.verbs:
            raise Invalid.field("verb", "choice", _("There is no such action."))
        self.registered.require_actor(actor, thing, verb)
        line = self.registered.workflow_of(thing).transitions[verb]
        if any(ask.kind == "file" for ask in line.fields):
            raise Invalid.field("verb", "file", _("An action with a file has no preview."))
        known = {name: value for name, value in answers.items() if value is not None}
        return Response(EffectsShape(rehearse(self.registered, actor, thing, verb, known, strict=True)).data)
