"""Actions on notes. A note does not change its case, so the case does not show that one was written."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.journal.actions import Audience
from agencies.journal.transitions import TransitionResult, apply_transition, resolve_time, resolve_time_of
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Forbidden, Invalid
from agencies.kernel.work import atomic
from agencies.organisations.models import Agency
from cases.casefile.actions import lock_case_for, locked_case
from cases.casefile.models import Case
from coordination.exchange.letters.acting import record_begun

from .mentions import mention, notify_mentioned
from .models import Note, ReadMark, with_visible_subject


def write_note(
    case: Case,
    *,
    actor: Actor,
    text: str,
    audience: str,
    about: str = "",
    happened_at: datetime | None = None,
    paper: str = "",
    version: int | None = None,
) -> Note:
    """Writes a note for `audience`: agency, case, or unit:CODE. `about` is kind:id of an object of the case."""
    at = resolve_time(happened_at, paper=paper)
    if not actor.is_person:
        raise Forbidden(_("Notes are written by people."))
    kind, unit = _audience(audience, actor)
    about_kind, _sep, about_id = about.partition(":")
    with atomic():
        case = lock_case_for(case, "write_note", actor=actor, version=version)
        note = Note.objects.create(
            case=case,
            author_id=actor.id,
            agency_id=actor.own_agency,
            audience=kind,
            unit=unit,
            text=text,
            about_kind=about_kind,
            about_id=about_id or None,
            state_since=at,
            said_at=at,
        )
        if not Note.objects.filter(with_visible_subject(actor), pk=note.pk).exists():
            raise Invalid.field("about", "choice", _("The case has no such item."))
        named = mention(note, text, actor=actor)
        data = {"text": text, "audience": audience, "about": about, "paper": paper}
        event = record_begun(note, "write", actor=actor, at=at, audience=Audience("own"), data=data)
        notify_mentioned(named, event)
        ReadMark.objects.get_or_create(case=case, person=note.author, defaults={"until": case.created_at})
        return note


def _audience(audience: str, actor: Actor) -> tuple[str, Agency | None]:
    kind, _sep, code = audience.partition(":")
    if kind != Note.Audience.UNIT:
        return kind, None
    unit = Agency.objects.filter(code=code, pk__in=actor.units).first()
    if unit is None:
        raise Invalid.field("audience", "choice", _("You do not work in this unit."))
    return kind, unit


def transition_note(note: Note, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[Note]:
    with locked_case(note.case_id):
        return apply_transition(note, verb, actor=actor, **given)


withdraw_note = partial(transition_note, verb="withdraw")


def edit_note(note: Note, *, actor: Actor, text: str, **common: Any) -> TransitionResult[Note]:
    """Saves a new version and keeps the earlier ones. The note becomes unread for everyone else."""
    with locked_case(note.case_id):
        note.refresh_from_db()
        changes = {"said_at": resolve_time_of(common), "edits": note.edits + 1}
        applied = transition_note(note, "edit", actor=actor, text=text, changes=changes, **common)
        notify_mentioned(mention(applied.thing, text, actor=actor), applied.event)
        return applied


def read_notes(case: Case, *, actor: Actor, upto: Note) -> None:
    """Marks notes up to `upto` as read. Notes written after the page was opened stay unread."""
    until = upto.updated_at
    person = UUID(actor.id)
    reading, made = ReadMark.objects.get_or_create(case=case, person_id=person, defaults={"until": until})
    if not made:
        # Only forward, because the person may have two windows open.
        ReadMark.objects.filter(pk=reading.pk, until__lt=until).update(until=until)


ACTIONS: dict[str, Callable[..., Any]] = {"edit": edit_note, "withdraw": withdraw_note}
