"""Actions and history of an object: `{% load acts %}`. Bridges resources, which do not know the registry, and
templates."""

from collections.abc import Iterable
from typing import Any

from django import forms, template
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from agencies.confirmations.models import Confirmation
from agencies.journal.models import Event
from agencies.kernel.letters import Letter
from agencies.kernel.resource import RESOURCE_OF_KIND, resource_of
from agencies.kernel.workflow import Button
from agencies.people.sight import actor_for
from agencies.people.timeline import TimelineEntry, entries, sentences
from coordination.workspace.outcome_rows import OutcomeLine, lines_about

register = template.Library()


@register.simple_tag(takes_context=True)
def buttons_for(context: template.Context, thing: Any) -> list[Button]:
    """Actions open to the reader: `{% buttons_for task as buttons %}{% verbs buttons %}`."""
    return resource_of(thing).buttons(context["actor"], thing)


@register.simple_tag
def correct_url(entry: Any) -> str:
    """Address for correcting a record of the reader's own agency; empty for other agencies' and annulled records."""
    event = getattr(entry, "event", None)
    if event is None or not entry.own or entry.annulled or event.refers_to_id is not None:
        return ""
    resource = RESOURCE_OF_KIND.get(event.object_kind)
    if resource is None or not resource.is_corrected or event.object_kind == "correction":
        return ""
    return f"{reverse('correct', args=[resource.name, event.object_id])}?event={event.digest}"


@register.simple_tag(takes_context=True)
def entries_of(context: template.Context, events: Iterable[Event]) -> list[TimelineEntry]:
    """Sentences for visible events: `{% entries_of events as entries %}{% timeline entries %}`."""
    return entries(events, context["actor"], sentences())


@register.simple_tag(takes_context=True)
def outcomes_of(context: template.Context, thing: Any) -> list[OutcomeLine]:
    """Outcomes for the sender: `{% outcomes_of lead as outcome %}{% include "components/outcome.html" %}`.

    Marks them as seen, which shows whether senders are informed in time.
    """
    return lines_about(thing, context["actor"])


@register.simple_tag
def step_to_record(confirmation: Confirmation) -> dict[str, Any]:
    """What the second person sees of a step to be recorded: action, subject, agency, answers.

    Does not open the subject, which the person may not be allowed to see.
    """
    resource = RESOURCE_OF_KIND[confirmation.object_kind]
    thing = resource.model._base_manager.filter(pk=confirmation.object_id).first()
    asker = confirmation.requester or confirmation.confirmer  # the officer who is to sign what a system prepared
    if thing is None or asker is None:
        return {"words": confirmation.verb, "about": "", "agency": None, "answers": [], "letter": None}
    workflow = resource.workflow_of(thing)
    requester = actor_for(asker)
    proxy = workflow.proxy_of(confirmation.verb, requester, thing)
    form = resource.form(requester, thing, confirmation.verb)
    held = confirmation.before
    answers = [
        (
            field.label,
            _answer(field, held[name]) if name in held else _answer(field, confirmation.answers[name]),
            _answer(field, confirmation.answers[name]),
        )
        for name, field in form.fields.items()
        if name in confirmation.answers
    ]
    words, agency = workflow.labels[confirmation.verb].button, proxy.agency(thing) if proxy else None
    return {
        "words": words,
        "about": thing,
        "agency": agency,
        "answers": answers,
        "letter": _letter(confirmation, thing),
    }


def _letter(confirmation: Confirmation, thing: Any) -> Letter | None:
    """The letter to which an agency consents, as its addressee would read it."""
    rules = RESOURCE_OF_KIND[confirmation.object_kind].letters
    is_asked = confirmation.kind == Confirmation.Kind.CONSENT and rules and confirmation.verb in rules.sent_by
    return rules.of(thing) if rules and is_asked else None


def _answer(field: Any, value: Any) -> str:
    """A chosen answer as its label; a time in Shanghai."""
    if isinstance(field, forms.DateTimeField) and (at := parse_datetime(str(value))) is not None:
        return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    offered: dict[str, str] = {}
    for key, label in getattr(field, "choices", ()):
        offered |= {str(k): str(v) for k, v in label} if isinstance(label, list | tuple) else {str(key): str(label)}
    values = value if isinstance(value, list) else [value] if value is not None else []
    return gettext(", ").join(offered.get(str(one), str(one)) for one in values)
