"""The record around one event, and conditions that prevent its correction."""

from collections.abc import Iterator
from datetime import datetime
from itertools import takewhile
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agencies.journal.models import REMARK, Event, effective_events
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.measures import entered
from agencies.kernel.records import Stateful, kind_of

from .models import Correction

# Changes a due time without changing the state; annulment recalculates the due time.
COUNTED = {("clock", "extend")}
GAVE_ROWS = {("lead", "promote"), ("lead", "attach"), ("lead", "detach"), ("lead", "undo_promotion")}


def model_of(kind: str) -> type[Stateful]:
    """Returns the model of a journal kind. Looked up by name, because resources are in packages that cannot be imported
    here."""
    return next(model for model in apps.get_models() if issubclass(model, Stateful) and kind == kind_of(model))


def event_subject(event: Event) -> Any:
    return model_of(event.object_kind)._base_manager.get(pk=event.object_id)


def history(event: Event) -> list[Event]:
    """Valid events of the subject of the event, in order of their corrected times, without system observations and
    remarks."""
    return [one for one in _all_events(event) if one.actor_kind != SYSTEM.kind and one.verb != REMARK]


def state_since_before(event: Event) -> datetime | None:
    """When the subject came into the state that the event changed, by a person or by the system."""
    before = list(takewhile(lambda one: one.pk != event.pk, _all_events(event)))
    return next((one.happened_at for one in reversed(entered(before, event.from_state))), None)


def _all_events(event: Event) -> list[Event]:
    events = Event.objects.filter(stream=event.stream_id, object_kind=event.object_kind, object_id=event.object_id)
    return effective_events(events)


def correction_obstacle(correction: Correction) -> UnmetCondition | None:
    """Returns why the record cannot be corrected this way, with a remedy; None if it can."""
    event = correction.event
    events = history(event)
    place = next((n for n, one in enumerate(events) if one.pk == event.pk), None)
    if place is None:
        return UnmetCondition("annulled", _("This record was annulled before."))
    if correction.kind == Correction.Kind.ANNUL:
        return _against_annulling(events, place)
    return _against_time(events, place, correction.happened_at) if correction.happened_at else None


def _against_time(events: list[Event], place: int, at: datetime) -> UnmetCondition | None:
    """The new time must be between the previous and the next event: corrections never change the order of events."""
    if at > times.now():
        return UnmetCondition("future", _("This time is in the future. Enter the actual time."))
    before = [one.happened_at for one in events[:place]]
    after = [one.happened_at for one in events[place + 1 :]]
    if before and at < max(before):
        detail = _("The record before it happened on %(at)s. Correct that first, or enter a later time.")
        return UnmetCondition("order", detail % {"at": _when(max(before))})
    if after and at > min(after):
        detail = _("The record after it happened on %(at)s. Correct that first, or enter an earlier time.")
        return UnmetCondition("order", detail % {"at": _when(min(after))})
    return None


def _against_annulling(events: list[Event], place: int) -> UnmetCondition | None:
    event = events[place]
    if not event.from_state:
        return UnmetCondition("first", _("This record started the matter: end the matter by its own actions instead."))
    if (event.object_kind, event.verb) in GAVE_ROWS:
        return UnmetCondition(
            "opposite", _("This action moved rows into or out of a case: record the opposite action instead.")
        )
    if event.from_state == event.to_state and (event.object_kind, event.verb) not in COUNTED:
        return UnmetCondition(
            "no_state", _("This action changed no state: correct its time, or record the opposite action.")
        )
    if events[place + 1 :]:
        latest = _when(events[-1].happened_at)
        return UnmetCondition(
            "later", _("Later records exist, the last on %(at)s. Annul those first.") % {"at": latest}
        )
    hanging = ", ".join(dict.fromkeys(str(row._meta.verbose_name) for row in dependent_rows(event, events[:place])))
    if hanging:
        detail = _("These depend on it: %(what)s. End them, or annul their records, first.") % {"what": hanging}
        return UnmetCondition("hanging", detail)
    return None


def dependent_rows(event: Event, before: list[Event]) -> Iterator[Any]:
    """Rows of other resources created with or after the event: those it refers to, and those that refer to its
    subject."""
    thing = event_subject(event)
    since = before[-1].recorded_at if before else event.recorded_at
    written = set(event.fields.split(","))
    for field in thing._meta.get_fields():
        if not _is_resource(field.related_model):
            continue
        if isinstance(field, models.ForeignKey) and written & {field.name, field.attname}:
            row = getattr(thing, field.name)
            if row is not None and row.created_at > since:
                yield row
        elif (field.one_to_many or field.one_to_one) and field.auto_created:
            rows = field.related_model._base_manager.filter(**{field.field.name: thing.pk})
            yield from rows.filter(created_at__gte=event.recorded_at).exclude(pk=thing.pk)[:5]
    yield from written_rows(event, thing)


def written_rows(event: Event, thing: Any) -> Iterator[Any]:
    """Rows that belong to the subject alone and that the event wrote, such as an entry of a ledger: by their time.

    Those that an annulment takes back are left out (`restored`).
    """
    for relation in thing._meta.related_objects:
        model = relation.related_model
        if issubclass(model, Stateful) or relation.many_to_many or relation.get_accessor_name() in thing.restored:
            continue
        times_of = [one.name for one in model._meta.concrete_fields if isinstance(one, models.DateTimeField)]
        at = Q(*((name, event.happened_at) for name in times_of), _connector=Q.OR)
        if times_of:
            yield from model._base_manager.filter(at, **{relation.field.name: thing.pk})[:5]


def _is_resource(model: Any) -> bool:
    return isinstance(model, type) and issubclass(model, Stateful) and model is not Correction


def _when(at: datetime) -> str:
    return date_format(timezone.localtime(at), "DATETIME_FORMAT")
