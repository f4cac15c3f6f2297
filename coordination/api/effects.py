"""What an action would do, without doing it: as with "Preview the effects" on its page."""

from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.serializers import BooleanField, CharField, DateTimeField, DictField, ListField

from agencies.kernel.errors import Invalid
from agencies.kernel.letters import Letter
from agencies.kernel.resource import RESOURCES
from agencies.kernel.shapes import Shape, shown
from agencies.kernel.strict import Strict
from coordination.actions.correcting import ASKS, propose
from coordination.actions.rehearsal import Rehearsal, rehearse

from . import shapes
from .groups import ANY
from .nouns import named_resource
from .operations import Call, post


class EffectsInput(Strict):
    """`verb` is an action of the object, and `answers` are the fields of its body."""

    verb = CharField(max_length=60)
    answers = DictField(required=False)


class PeriodShape(Shape):
    rule = CharField(source="rule.code")
    title = CharField(source="rule.name")
    due_at = DateTimeField(allow_null=True)


class MovedShape(Shape):
    rule = CharField(source="clock.rule.code")
    title = CharField(source="clock.rule.name")
    was = DateTimeField(allow_null=True)
    due_at = DateTimeField(source="clock.due_at", allow_null=True)


class LetterShape(Shape):
    """A letter as its addressees will read it; `number` is empty for kinds without numbers."""

    number = CharField()
    title = CharField()
    text = CharField()
    enclosures = CharField()
    due_at = DateTimeField(allow_null=True)

    @shown(ListField(child=CharField()))
    def to(self, letter: Letter) -> list[str]:
        return [agency.code for agency in letter.to]


class EffectsShape(Shape):
    """`state` is empty if it stays the same. `asks_second`: a second person is asked first, and nothing else happens
    before that person confirms. `readers` are the codes of the other agencies that can read what is recorded. `letter`
    is what the action would create for other agencies.
    """

    state = CharField()
    asks_second = BooleanField()
    starts = PeriodShape(many=True)
    moves = MovedShape(many=True)
    ends = PeriodShape(many=True)
    records = ListField(child=CharField())
    letter = LetterShape(allow_null=True)

    @shown(ListField(child=CharField()))
    def readers(self, found: Rehearsal) -> list[str]:
        return [agency.code for agency in found.readers]


@post(
    "<str:resource>/<uuid:pk>/effects/",
    *("effects", gettext_lazy("Preview the effects")),
    gettext_lazy("What an action would do with these answers. Nothing is recorded."),
    harmless=True,
    accepts=EffectsInput,
    answers=EffectsShape,
    tag=ANY,
)
def effects(call: Call, resource: str, pk: UUID) -> Rehearsal:
    """The action is performed with the answers and undone."""
    registered = named_resource(resource)
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


def _correct(resource: str, call: Call, pk: UUID) -> list[Any]:
    _form, made = propose(resource, pk, call.actor, call.answers, strict=True)
    return [made.pk]


def _correction(call: Call, pk: str) -> Any:
    found = call.find("corrections", pk)
    call.locate(found)
    return found


for name, resource in RESOURCES.items():
    if resource.is_corrected:
        post(
            *(f"{name}/<uuid:pk>/correct/", "correct", gettext_lazy("Correct or annul a record")),
            gettext_lazy("Proposes a correction of a record of the caller's agency; a second person confirms it."),
            asks=[ASKS],
            answers=shapes.row_of(RESOURCES["corrections"]),
            statuses=(201,),
            then=_correction,
        )(partial(_correct, name))
