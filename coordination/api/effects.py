"""What an action would do, without doing it: as with "Preview the effects" on its page."""

from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from agencies.kernel.errors import Invalid
from agencies.kernel.letters import Letter
from agencies.kernel.resource import RESOURCES
from agencies.kernel.shapes import shown
from agencies.kernel.strict import Strict
from coordination.actions.correcting import ASKS, propose
from coordination.actions.rehearsal import MovedPeriod, Rehearsal, rehearse

from . import shapes
from .operations import Call, post


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


def _effects(resource: str, call: Call, pk: UUID) -> Rehearsal:
    """The action is performed with the answers and undone."""
    registered = RESOURCES[resource]
    thing = registered.find(call.actor, pk)
    verb, answers = call.given["verb"], call.given.get("answers") or {}
    if verb not in registered.verbs:
        raise Invalid.field("verb", "choice", _("There is no such action."))
    registered.require_actor(call.actor, thing, verb)
    line = registered.workflow_of(thing).transitions[verb]
    if any(ask.kind == "file" for ask in line.fields):
        raise Invalid.field("verb", "file", _("An action with a file has no preview."))
    known = {name: value for name, value in answers.items() if value is not None}
    return rehearse(registered, call.actor, thing, verb, known, strict=True)


for name in RESOURCES:
    post(
        *(f"{name}/<uuid:pk>/effects/", "effects", gettext_lazy("Preview the effects")),
        gettext_lazy("What an action would do with these answers. Nothing is recorded."),
        harmless=True,
        accepts=EffectsInput,
        answers=EffectsShape,
    )(partial(_effects, name))


def _correct(resource: str, call: Call, pk: UUID) -> list[Any]:
    _form, made = propose(resource, pk, call.actor, call.answers, strict=True)
    return [made.pk]


def _correction(call: Call, made: list[str]) -> Any:
    found = call.find("corrections", made[0])
    call.locate(found)
    return found


for name, resource in RESOURCES.items():
    if resource.is_corrected:
        post(
            *(f"{name}/<uuid:pk>/correct/", "correct", gettext_lazy("Correct or annul a record")),
            gettext_lazy("Proposes a correction of a record of the caller's agency; a second person confirms it."),
            asks=ASKS,
            answers=shapes.row_of(RESOURCES["corrections"]),
            statuses=(201,),
            then=_correction,
        )(partial(_correct, name))
