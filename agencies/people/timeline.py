"""The journal as sentences: who did what and when, in the reader's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache, cached_property
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.journal.actions import ERASE
from agencies.journal.models import REMARK, Event, ProxyStep
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.resource import RESOURCE_OF_KIND, RESOURCES, SENTENCES
from agencies.kernel.texts import Text
from agencies.kernel.times import needs_paper
from agencies.organisations.models import Agency, agencies_by_id

from .models import User

Sentences = Mapping[tuple[str, ...], Text]
LATE = timedelta(hours=1)  # above this difference the reader sees when it was recorded


@dataclass(frozen=True)
class FieldChange:
    """One fact that an act put right. `was` and `now` are empty for what was unknown or is removed."""

    label: Text
    was: str
    now: str


@dataclass(frozen=True)
class TimelineEntry:
    """One entry of a timeline.

    `recorded_at` is None unless it differs noticeably from `happened_at`. `proxy` is the agency whose step `agency`
    recorded, and `step` its confirmation, where the reader may know. `late` marks a backdated entry; `paper` is the
    paper that shows the time. `own` means that the reader's agency recorded it. `annulled` and `corrected_to` show
    later corrections; `refers_to` is the time of the record that a correction changed. `changes` are the facts of `row`
    that it put right.
    """

    happened_at: datetime
    sentence: Text
    agency: Agency | None
    known: "EventNames"
    note: str
    recorded_at: datetime | None
    event: Event
    precision: str = ""
    about: str = ""
    with_other: bool = False
    late: bool = False
    paper: str = ""
    proxy: Agency | None = None
    step: ProxyStep | None = None
    own: bool = False
    annulled: bool = False
    corrected_to: datetime | None = None
    refers_to: datetime | None = None
    row: str = ""
    changes: tuple[FieldChange, ...] = ()

    @property
    def who(self) -> str:
        """The name of the person, "" unless the reader may know it. Loaded when shown, like `other`."""
        return self.known.names.get(self.event.actor_id, "") if self.own else ""

    @property
    def second(self) -> str:
        """The name of the second person who confirmed it, "" unless the reader may know it."""
        note = self.event.remark
        named = note.data.get("second") if note and self.own else None
        return self.known.names.get(str(named), "") if named else ""

    @property
    def system(self) -> str:
        """The connected system that acted, or that prepared what a person signed; "" for other agencies."""
        note = self.event.remark
        if note is None or not self.own:
            return ""
        return note.actor_name if self.event.actor_kind == "machine" else str(note.data.get("prepared_by", ""))

    @property
    def signer(self) -> str:
        """The officer in whose name a connected system acted, in the words of the system if they have no account; ""
        for other agencies."""
        note = self.event.remark
        if note is None or not self.own:
            return ""
        return self.known.names.get(str(note.data.get("signer", "")), "") or str(note.data.get("signed_by", ""))

    @property
    def acting(self) -> Mapping[str, str]:
        """Since when, by which document and by whose confirmation the person acted in the office of another; empty for
        all others. Other agencies read which agency confirmed it.
        """
        note = self.event.remark
        held: Mapping[str, str] = note.data.get("acting", {}) if note else {}
        by = self.known.names.get(held.get("confirmed_by", "")) if self.own else ""
        return {**held, "by": by or _name_of(held.get("confirmed_in", ""))} if held else {}

    @property
    def other(self) -> Agency | None:
        pk = self.event.counterpart_id
        return self.known.agency(pk) if self.with_other and pk else None


def _name_of(code: str) -> str:
    agency = Agency.objects.with_code(code)
    return agency.name if agency else ""


class EventNames:
    """Agencies and people named by events. The people are loaded together when the first one is shown."""

    def __init__(self, events: list[Event], reader: Actor) -> None:
        own = [e for e in events if e.actor_kind != SYSTEM.kind and e.agency_id == reader.agency_id]
        self._people = {e.actor_id for e in own if e.actor_kind == "user"}
        notes = [e.remark.data for e in own if e.remark]
        self._seconds = {note[name] for note in notes for name in ("second", "signer") if note.get(name)}
        self._seconds |= {
            note["acting"]["confirmed_by"] for note in notes if note.get("acting", {}).get("confirmed_by")
        }
        self._reader = reader
        named = {pk for e in events for pk in (e.agency_id, e.counterpart_id, e.on_behalf_of_id) if pk}
        self._agencies = agencies_by_id(named) if named else {}

    def agency(self, pk: int) -> Agency | None:
        return self._agencies.get(pk)

    @cached_property
    def names(self) -> dict[str, str]:
        """The names of people of the reader's agency by id. Other names are not shown."""
        # The lead of another agency may have consented.
        seconds = Q(pk__in=self._seconds, agency=self._reader.agency_id)
        people = User.objects.filter(Q(pk__in=self._people) | seconds).only("name_zh", "name_en")
        return {str(user.pk): user.name for user in people}


def entries(
    events: Iterable[Event],
    reader: Actor,
    sentences: Sentences,
    about: Mapping[UUID, str] = MappingProxyType({}),
) -> list[TimelineEntry]:
    """Returns the sentences of events the reader may see.

    It takes one query for names of people, if they are shown.
    `sentences` maps (object kind, verb) or (object kind, verb, state reached) to the sentence. `about` maps an object's
    id to its name for the reader. Reasons of other agencies and names of their people are left out.
    """
    all_events = list(events)
    known = EventNames(all_events, reader)
    steps = _steps(all_events, reader)
    corrections = _corrections(all_events)
    return [
        replace(
            _entry(e, reader, sentences, known),
            about=about.get(e.object_id, ""),
            proxy=known.agency(e.on_behalf_of_id) if e.on_behalf_of_id else None,
            step=steps.get(e.pk),
            annulled=corrections[e.pk][0],
            corrected_to=corrections[e.pk][1],
        )
        for e in all_events
    ]


def _corrections(events: list[Event]) -> dict[int, tuple[bool, datetime | None]]:
    """Returns for each event whether it was annulled, and its corrected time. No query if the events are annotated."""
    if not all(hasattr(e, "later_annulled") for e in events):
        events = list(Event.objects.filter(pk__in=[e.pk for e in events]).with_corrections())
    return {e.pk: (e.later_annulled, e.later_at) for e in events}  # type: ignore[attr-defined]  # annotated


def _steps(events: list[Event], reader: Actor) -> dict[int, ProxyStep]:
    """Returns the steps recorded on behalf of others. Most cases have none and take no query."""
    found = [e.pk for e in events if e.on_behalf_of_id]
    return (
        {step.event_id: step for step in ProxyStep.objects.visible_to(reader).filter(event__in=found)} if found else {}
    )


def _entry(event: Event, reader: Actor, sentences: Sentences, known: EventNames) -> TimelineEntry:
    own = event.agency_id == reader.agency_id
    shown = (
        own
        or event.visibility == Event.Visibility.CASE
        or (event.visibility == Event.Visibility.PAIR and event.counterpart_id == reader.agency_id)
    )
    note = event.remark
    return TimelineEntry(
        happened_at=event.happened_at,
        sentence=_sentence(event, sentences),
        agency=known.agency(event.agency_id) if event.agency_id else None,
        known=known,
        note=note.reason if note and shown else "",
        recorded_at=event.recorded_at if event.recorded_at - event.happened_at > LATE else None,
        event=event,
        with_other=event.visibility == Event.Visibility.CASE
        or reader.agency_id in (event.agency_id, event.counterpart_id),
        own=own and event.actor_kind != SYSTEM.kind,
        late=event.actor_kind != SYSTEM.kind and needs_paper(event.happened_at, event.recorded_at),
        paper=str(note.data.get("paper") or "") if note and shown else "",
        row=str(note.data.get("row") or "") if note and shown else "",
        changes=field_changes(event.object_kind, event.verb, note.data.get("changes") or ()) if note and shown else (),
    )


def field_changes(kind: str, verb: str, given: Iterable[Mapping[str, Any]]) -> tuple[FieldChange, ...]:
    """The changes that an act recorded (field, was, now), with the labels of the fields of its action."""
    resource = RESOURCE_OF_KIND.get(kind) if given else None
    lines = [w.transitions[verb] for w in resource.workflows if verb in w.transitions] if resource else []
    # The choice of the row depends on the object; those of its columns do not.
    fields = {field.name: field for line in lines for field in line.fields}
    chosen = {one["field"] for one in given} - {line.of_row for line in lines}
    fixed = {
        name: dict(field.offered(None, SYSTEM)) for name, field in fields.items() if name in chosen and field.choices
    }
    numbers = {name for name, field in fields.items() if field.kind == "decimal"}
    return tuple(
        FieldChange(
            fields[name].label if (name := one["field"]) in fields else name,
            *(_value(fixed.get(name, {}), one[at], name in numbers) for at in ("was", "now")),
        )
        for one in given
    )


def _value(labels: Mapping[Any, Any], value: Any, is_number: bool) -> str:
    """A recorded value as text: a code by its label, a number as on declarations."""
    if is_number and value:
        return f"{Decimal(value):,f}"
    values = value if isinstance(value, list) else [value]
    return ", ".join(str(labels.get(one, one)) for one in values if one not in (None, ""))


def _sentence(event: Event, sentences: Sentences) -> Text:
    kind, verb = event.object_kind, event.verb
    left, reached = event.from_state, event.to_state
    return (
        sentences.get((kind, verb, left, reached))
        or sentences.get((kind, verb, reached))
        or sentences.get((kind, verb), verb)
    )


# Acts on objects of any kind, besides the verbs of their workflows.
_OF_EVERY_KIND = {
    "breach": _("the deadline passed"),
    "near": _("a deadline is near"),
    "bridge": _("a measure of the sender ends before the filing review: extend it, or inform the reviewing agency"),
    "expire": _("the measure has expired and must be released"),
    "escalate": _("a late matter was escalated to the superior"),
    "correct": _("corrected an earlier record"),
    REMARK: _("added a remark"),
    ERASE: _("erased the content of an earlier record as required by law"),
    "annul": _("annulled an earlier record"),
}


@cache
def sentences() -> dict[tuple[str, ...], Any]:
    """Returns the timeline sentence of each act, for every kind of object.

    A referral is "accepted" by signing a receipt or by agreeing to help; the previous and new state distinguish them.
    """
    texts: dict[tuple[str, ...], Any] = {}
    for resource in RESOURCES.values():
        for workflow in resource.workflows:
            for verb, labels in workflow.labels.items():
                line = workflow.transitions.get(verb)
                # If several tables have the same verb and states, the first and most general one is used.
                keys: list[tuple[str, ...]] = [(resource.kind, verb)]
                if line and line.to:
                    keys += [
                        (resource.kind, verb, line.to),
                        *((resource.kind, verb, sources, line.to) for sources in line.sources),
                    ]
                for key in keys:
                    texts.setdefault(key, labels.sentence)
        texts |= {(resource.kind, verb): sentence for verb, sentence in _OF_EVERY_KIND.items()}
    return texts | SENTENCES
