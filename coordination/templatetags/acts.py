"""What may be done with a thing and what was done: `{% load acts %}`. Nouns do not know the wiring; templates do."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.urls import reverse

from agencies.journal.models import Event
from agencies.organs.models import Agency
from agencies.people.timeline import Entry, entries
from coordination.nouns import BY_KIND_NAME, NOT_PUT_RIGHT, Button, noun_of, sentences
from coordination.outcome_lines import Line, lines_about

register = template.Library()


@register.simple_tag(takes_context=True)
def buttons_for(context: template.Context, thing: Any) -> list[Button]:
    """The verbs open to the reader now: `{% buttons_for task as buttons %}{% verbs buttons %}`."""
    return noun_of(thing).buttons(context["actor"], thing)


@register.simple_tag
def correct_url(entry: Any) -> str:
    """Where a record of the reader's own organ is put right; empty where it is not his, or was annulled."""
    event = getattr(entry, "event", None)
    if event is None or not entry.own or entry.annulled or event.refers_to_id is not None:
        return ""
    noun = BY_KIND_NAME.get(event.object_kind)
    if noun is None or noun.name in NOT_PUT_RIGHT or event.object_kind == "correction":
        return ""
    return f"{reverse('correct', args=[noun.name, event.object_id])}?event={event.digest}"


@register.simple_tag(takes_context=True)
def entries_of(context: template.Context, events: Iterable[Event], *near: Agency) -> list[Entry]:
    """Sentences for events that are within the reader's reach: `{% entries_of events as told %}{% timeline told %}`.

    With the organs that the page has in hand they need not be asked for: `{% entries_of events thing.organ as told %}`.
    """
    return entries(events, context["actor"], sentences(), near=near)


@register.simple_tag(takes_context=True)
def outcomes_of(context: template.Context, thing: Any) -> list[Line]:
    """What became of it, for who sent it: `{% outcomes_of lead as outcome %}{% include "components/outcome.html" %}`.

    Shown is seen: that is how one knows whether senders hear in time.
    """
    return lines_about(thing, context["actor"])
