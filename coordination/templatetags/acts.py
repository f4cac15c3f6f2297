"""What may be done with a thing and what was done: `{% load acts %}`. Nouns do not know the wiring; templates do."""

from collections.abc import Iterable
from typing import Any

from django import template

from agencies.journal.models import Event
from agencies.people.timeline import Entry, entries
from coordination.nouns import Button, noun_of, sentences

register = template.Library()


@register.simple_tag(takes_context=True)
def buttons_for(context: template.Context, thing: Any) -> list[Button]:
    """The verbs open to the reader now: `{% buttons_for task as buttons %}{% verbs buttons %}`."""
    return noun_of(thing).buttons(context["actor"], thing)


@register.simple_tag(takes_context=True)
def entries_of(context: template.Context, events: Iterable[Event]) -> list[Entry]:
    """Sentences for events that are within the reader's reach: `{% entries_of events as told %}{% timeline told %}`."""
    return entries(events, context["actor"], sentences())
