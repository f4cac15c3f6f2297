"""Choices of the fields that letters share, and their common conditions."""

from dataclasses import replace
from operator import attrgetter
from typing import Any

from django.utils.translation import gettext

from agencies.kernel.action_fields import REASON, ChoicesFor
from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.people.models import User
from cases.casefile.models import Case

KEPT_REASON = replace(REASON, stores=True)  # shown on the page of the object as well as beside the event


def of_case(choices: ChoicesFor) -> ChoicesFor:
    """The choices that the case of the letter offers, or the case on which it begins."""
    return lambda thing, actor: choices(getattr(thing, "case", thing), actor)


def colleagues(agency: str, person: str) -> ChoicesFor:
    """The people of this agency of the letter, except the person who has it in hand."""
    place, holder = attrgetter(f"{agency}_id"), attrgetter(f"{person}_id")

    def choices(letter: Any, actor: Actor) -> list[tuple[str, Any]]:
        people = User.objects.filter(agency=place(letter), is_active=True).exclude(pk=holder(letter))
        return [(str(user.pk), user.name) for user in people.order_by("username")]

    return choices


def case_open(letter: Any, actor: Actor) -> UnmetCondition | None:
    closed = letter.case.state == Case.State.CLOSED
    return UnmetCondition("case", gettext("The case is closed. Its lead agency can reopen it.")) if closed else None
