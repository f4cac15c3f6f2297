"""Confidential letters on home, for the people whom they name. A line contains nothing of what a letter is about."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from uuid import UUID

from django.urls import reverse_lazy
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.counting import Compiled, compiled_ids
from agencies.kernel.lines import Counter, Ids, Line, OpenItems, Source
from agencies.kernel.resource import decision_button, next_button
from agencies.work.reading import FETCHED, Reader

from .models import ConfidentialLetter, NamedPerson

L = ConfidentialLetter.State
WHY: dict[str, str | Promise] = {
    L.DRAFT: _("Your draft is not submitted yet."),
    L.HEAD_DECISION: _("You decide on it."),
    L.APPROVED: _("Approved: it must be sent promptly."),
    L.SENT: _("Sent: the receipt is not recorded yet."),
    L.RECEIVED: _("Received: the result is not recorded yet."),
}


def _nearest(reader: Reader) -> dict[str, Compiled]:
    """Letters have no work items, so this reads the letters that name the actor."""
    waiting = ConfidentialLetter.objects.visible_to(reader.actor).waiting_for(reader.actor)
    return {"": compiled_ids(waiting.order_by("state_since", "pk")[:FETCHED])}


def _lines(ids: Ids, reader: Reader) -> Iterator[Line]:
    """Reads the named people of all letters at once, because the allowed actions depend on the part of this person."""
    letters: dict[UUID, ConfidentialLetter] = {}
    for named in NamedPerson.objects.filter(letter__in=ids).select_related("letter__agency", "letter__drafter"):
        letter = letters.setdefault(named.letter_id, named.letter)
        letter.__dict__.setdefault("parts", {})[str(named.user_id)] = named.part
    for letter in letters.values():
        yield _line(letter, reader.actor, reader.now)


def _line(letter: ConfidentialLetter, actor: Actor, now: datetime) -> Line:
    orphaned = letter.drafter_has_left
    decides = letter.state == L.HEAD_DECISION and not orphaned
    left = _("The drafter has left: a person who knows of the letter must continue it.")
    return Line(
        key=("confidential", letter.pk),
        sections=frozenset({"decide" if decides else "mine"}),
        source=None if decides else Source("confidential_letters", "", _("Confidential letters")),
        what=_("Confidential letter"),
        note=letter.number,
        url=reverse_lazy("confidential_letter", args=[letter.pk]),
        waits=letter.agency if letter.agency_id != actor.agency_id else None,
        why=left if orphaned else WHY[letter.state],
        due_at=None,
        breach_at=None,
        offer=partial(decision_button if decides else next_button, "confidential-letters", actor, letter),
    )


OPEN_ITEMS = OpenItems(line=_line, nearest=_nearest, on_home=_lines)
COUNTER = Counter(
    page="confidential_letters",
    rows=lambda reader: [ConfidentialLetter.objects.visible_to(reader.actor)],
)
