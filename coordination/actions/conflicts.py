"""Concurrent changes: shows what another person changed beside the submitted answers, with the form filled again.

Nothing typed is lost, and nothing is overwritten unread.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Manager
from django.http import QueryDict

from agencies.journal.models import Event
from agencies.kernel.action_fields import ActionForm
from agencies.kernel.actor import Actor
from agencies.kernel.resource import Resource
from agencies.kernel.texts import Text
from agencies.people.timeline import Sentences, TimelineEntry, entries, sentences

LOOKED_BACK = 40  # events of one object; anyone further behind reads its timeline


@dataclass(frozen=True)
class ChangedAnswer:
    """An answer as stored and as submitted."""

    label: Text
    now: str
    typed: str


@dataclass(frozen=True)
class Conflict:
    """A conflict. `changes` are changes by others, as far as the reader may know; `both` are answers that differ."""

    changes: list[TimelineEntry]
    both: list[ChangedAnswer]


def with_current_version(sent: QueryDict, thing: Any) -> QueryDict:
    """The submitted answers with the current version."""
    if not is_behind(sent, thing):
        return sent
    answers = sent.copy()
    answers["version"] = str(thing.version)
    return answers


def conflict_with(
    resource: Resource, thing: Any, verb: str, actor: Actor, form: ActionForm, sent: QueryDict
) -> Conflict | None:
    """The conflict, or None if the object is unchanged since the form was opened."""
    if not is_behind(sent, thing):
        return None
    line = resource.workflow_of(thing).transitions[verb]
    fields = [one for one in line.fields if one.kind != "file" and one.name in form.fields]
    held = {one.name: current_value(thing, one.name) for one in fields if not one.of_new}
    if line.fills is not None:
        held |= line.fills(thing, sent)
    return Conflict(changes(resource.kind, thing, actor, sent, sentences()), list(both(form, held)))


def is_behind(sent: QueryDict, thing: Any) -> bool:
    text = str(sent.get("version", ""))
    return text.isascii() and text.isdigit() and len(text) < 10 and int(text) < thing.version


def changes(kind: str, thing: Any, actor: Actor, sent: QueryDict, words: Sentences) -> list[TimelineEntry]:
    """Changes since then, one for each version, oldest first. An event on two streams counts once."""
    steps = thing.version - int(str(sent.get("version", "0")))
    events = Event.objects.filter(object_kind=kind, object_id=thing.pk)
    acts = {(one.verb, one.recorded_at): one.pk for one in events.order_by("-pk")[:LOOKED_BACK]}
    since = events.filter(pk__in=list(acts.values())[:steps]).readable_by_agency(actor.agency_id)
    return entries(since.select_related("note").order_by("pk"), actor, words)


def both(form: forms.Form, held: Mapping[str, Any]) -> Iterator[ChangedAnswer]:
    """Answers that differ from the current values."""
    for name, value in held.items():
        field = form.fields[name]
        now, typed = _texts(field, value), _texts(field, form[name].value())
        if now and now != typed:
            yield ChangedAnswer(field.label or "", _labels(field, now), _labels(field, typed))


def _texts(field: forms.Field, value: Any) -> list[str]:
    """A value as the form would submit it."""
    if value is None or isinstance(value, bool):
        return []
    shown = field.widget.format_value(field.prepare_value(value))
    return sorted(str(one) for one in (shown if isinstance(shown, list | tuple) else [shown]) if one not in (None, ""))


def _labels(field: forms.Field, texts: list[str]) -> str:
    words = {str(value): str(label) for value, label in _flat(getattr(field, "choices", ()))}
    return "; ".join(words.get(text, text) for text in texts) or "–"


def _flat(choices: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield value, label


def current_value(thing: Any, name: str) -> Any:
    """The object's value for the field, as the form takes it."""
    value: Any = getattr(thing, name, None)
    if isinstance(value, Manager):  # rows chosen by code, or people by id
        field = "code" if any(f.name == "code" for f in value.model._meta.fields) else "pk"
        return [str(v) for v in value.values_list(field, flat=True)]
    return getattr(value, "code", value)  # a row chosen by its natural code, or the plain value
