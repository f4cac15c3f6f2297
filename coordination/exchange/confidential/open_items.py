"""Confidential letters on home, for the people whom they name. A line contains nothing of what a letter is about."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.buttons import decision_button, next_button
from agencies.kernel.lines import line_of
from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.open_items import OpenItems, WorklistLine
from agencies.kernel.texts import Text
from agencies.work.reading import DeskReader

from .models import ConfidentialLetter, NamedPerson

L = ConfidentialLetter.State
MOST = 20  # letters on home; all are in their list
WHY: dict[str, Text] = {
    L.DRAFT: _("Your draft is not submitted yet."),
    L.HEAD_DECISION: _("You decide on it."),
    L.APPROVED: _("Approved: it must be sent promptly."),
    L.SENT: _("Sent: the receipt is not recorded yet."),
    L.RECEIVED: _("Received: the result is not recorded yet."),
}


class OpenLetters(OpenItems):
    apart_title = _("Confidential letters that name you")

    def line(self, thing: ConfidentialLetter, actor: Actor, now: datetime) -> WorklistLine:
        orphaned = thing.drafter_has_left
        decides = thing.state == L.HEAD_DECISION and not orphaned
        left = _("The drafter has left: a person who knows of the letter must continue it.")
        return line_of(
            thing,
            actor,
            what=_("Confidential letter"),
            note=thing.number,
            waits=thing.agency if thing.agency_id != actor.agency_id else None,
            why=left if orphaned else WHY[thing.state],
            offer=decision_button if decides else next_button,
        )

    def apart(self, reader: DeskReader) -> Iterator[WorklistLine]:
        """Letters that name the actor; they have no work items.

        Reads the named people of all letters at once, because the allowed actions depend on the part of this person.
        """
        letters: dict[UUID, ConfidentialLetter] = {}
        waiting = ConfidentialLetter.objects.visible_to(reader.actor).waiting_for(reader.actor)
        first = waiting.order_by("state_since", "pk").values("pk")[:MOST]
        for named in NamedPerson.objects.filter(letter__in=first).select_related("letter__agency", "letter__drafter"):
            letter = letters.setdefault(named.letter_id, named.letter)
            letter.__dict__.setdefault("parts", {})[str(named.user_id)] = named.part
        for letter in letters.values():
            yield self.line(letter, reader.actor, reader.now)


class NamedLetters(NavigationPage):
    """The letters that name the reader. Without one the list is empty, and the page is not shown."""

    def rows(self, reader: DeskReader) -> QuerySet[ConfidentialLetter]:
        return ConfidentialLetter.objects.visible_to(reader.actor)


NAVIGATION = NamedLetters(group=Group.BETWEEN_AGENCIES, place=53, page="confidential_letters", only_counted=True)
