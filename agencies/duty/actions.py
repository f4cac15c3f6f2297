"""Writing the roster, absences and shift notes. Each change is an event in the stream of the agency."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, record_event
from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import FieldError, Forbidden, Invalid, TransitionRefused
from agencies.kernel.work import atomic
from agencies.organisations.actions import agency_stream
from agencies.organisations.models import Agency
from agencies.people.models import Membership, OfficeHolder, User

from . import access
from .lookups import represented_people
from .models import Absence, Shift, ShiftNote

LONGEST = timedelta(days=31)


@dataclass(frozen=True)
class RosterEntry:
    """One row of a roster, from a form, a file or a machine. `line` is its number, 0 for a form."""

    desk: Agency
    person: User
    starts_at: datetime
    ends_at: datetime
    phone: str = ""
    on_call: bool = False
    line: int = 0


def enter_shift(entry: RosterEntry, *, actor: Actor) -> Shift:
    return import_shifts([entry], actor=actor)[0]


@atomic
def import_shifts(entries: Iterable[RosterEntry], *, actor: Actor, dry_run: bool = False) -> list[Shift]:
    """Enters all rows or none. A row already in the roster is left unchanged, so a file may be sent twice. With
    `dry_run` everything is checked and nothing entered.

    Raises Forbidden, and Invalid naming every bad row by its line.
    """
    rows = list(entries)
    agencies = {entry.desk.agency_id for entry in rows} | {entry.person.agency_id for entry in rows}
    if any(not access.may_edit_roster(actor, agency) for agency in agencies):
        raise Forbidden(_("The roster is managed by the unit leads and the administrator of the agency."))
    Agency.objects.select_for_update().get(pk=actor.own_agency)  # two at once must not enter the same person twice
    existing = list(
        Shift.objects.of_agencies(agency for agency in agencies if agency).filter(
            ends_at__gt=min((entry.starts_at for entry in rows), default=times.now())
        )
    )
    errors: list[FieldError] = []
    made: list[Shift] = []
    approvers = _approvers(actor.own_agency)
    for entry in rows:
        lead = _("Line %(line)d: ") % {"line": entry.line} if entry.line else ""
        same = next((shift for shift in existing if _is_same(shift, entry)), None)
        if same is not None:
            made.append(same)
            continue
        row_errors = list(_errors_in(entry, existing, approvers))
        errors += [FieldError(error.pointer, error.code, f"{lead}{error.detail}") for error in row_errors]
        if not row_errors:
            columns = {name: value for name, value in vars(entry).items() if name != "line"}
            existing.append(shift := Shift(**columns))
            made.append(shift)
    if errors:
        raise Invalid(errors)
    for shift in made:
        if shift._state.adding and not dry_run:
            shift.save()
            _record(actor, "enter", "shift", shift.pk, data=_shift_data(shift))
    return made


@atomic
def remove_shift(shift: Shift, *, actor: Actor) -> None:
    """Deletes a future shift and ends a running one now. A past shift stays on record."""
    if not access.may_edit_roster(actor, shift.desk.agency_id):
        raise Forbidden(_("The roster is managed by the unit leads and the administrator of the agency."))
    shift = Shift.objects.select_for_update(of=("self",)).select_related("desk", "person").get(pk=shift.pk)
    now = times.now()
    if shift.ends_at <= now:
        raise TransitionRefused.because("state", _("This shift has ended. Past shifts remain on record."))
    _record(actor, "remove", "shift", shift.pk, data=_shift_data(shift))
    if shift.starts_at >= now:
        shift.delete()
    else:
        Shift.objects.filter(pk=shift.pk).update(ends_at=now)


@atomic
def enter_absence(person: User, *, actor: Actor, since: date, until: date, deputy: User | None = None) -> Absence:
    if not access.may_enter_absence(actor, person):
        raise Forbidden(
            _("Absences are entered by the person concerned, a unit lead or the administrator of the agency.")
        )
    if until < since:
        raise Invalid.field("until", "order", _("The last day is before the first."))
    if until < times.today():
        raise Invalid.field("until", "past", _("The last day is in the past."))
    if deputy is not None and (deputy.pk == person.pk or deputy.agency_id != person.agency_id or not deputy.is_active):
        raise Invalid.field("deputy", "choice", _("The deputy must be another colleague of the same agency."))
    person = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    overlapping = Absence.objects.filter(person=person, since__lte=until, until__gte=since).first()
    if overlapping is not None:
        days = {"since": overlapping.since.isoformat(), "until": overlapping.until.isoformat()}
        detail = _("An absence from %(since)s to %(until)s is already entered. End that first.") % days
        raise Invalid.field("since", "overlap", detail)
    absence = Absence.objects.create(person=person, deputy=deputy, since=since, until=until)
    data = {"since": since.isoformat(), "until": until.isoformat(), "deputy": str(deputy.pk) if deputy else ""}
    _record(actor, "enter", "absence", absence.pk, data={"person": str(person.pk), **data})
    return absence


@atomic
def end_absence(absence: Absence, *, actor: Actor) -> None:
    """Ends an absence today. An absence that has not begun is deleted; its two events remain."""
    if not access.may_end_absence(actor, absence):
        raise Forbidden(
            _("Absences are entered by the person concerned, a unit lead or the administrator of the agency.")
        )
    absence, today = Absence.objects.select_for_update(of=("self",)).get(pk=absence.pk), times.today()
    if absence.until < today:
        raise TransitionRefused.because("state", _("This absence has ended."))
    _record(actor, "end", "absence", absence.pk, data={"person": str(absence.person_id)})
    if absence.since >= today:
        absence.delete()
    else:
        Absence.objects.filter(pk=absence.pk).update(until=today - timedelta(days=1))


@atomic
def write_note(shift: Shift, *, actor: Actor, text: str) -> ShiftNote:
    """Signs the note of the outgoing person. It may be rewritten until the next shift has taken over."""
    if shift.person_id not in represented_people(actor):
        raise Forbidden(_("The note is written by the duty officer of this shift."))
    note = ShiftNote.objects.select_for_update().filter(shift=shift).first()
    if note is not None and note.taken_at is not None:
        raise TransitionRefused.because(
            "state", _("This note has been signed at takeover. Write into the note of the next shift.")
        )
    values = {"text": text, "writer_id": actor.id, "written_at": times.now()}
    note, _made = ShiftNote.objects.update_or_create(shift=shift, defaults=values)
    _record(actor, "write", "shift_note", note.pk, reason=text)
    return note


@atomic
def take_over(note: ShiftNote, *, actor: Actor) -> ShiftNote:
    """Signs the takeover. The actor needs a later shift at the same desk."""
    note = ShiftNote.objects.select_for_update(of=("self",)).select_related("shift__desk").get(pk=note.pk)
    if note.taken_at is not None:
        raise TransitionRefused.because("state", _("This note has already been signed at takeover."))
    later = Shift.objects.filter(desk=note.shift.desk_id, ends_at__gt=note.written_at).exclude(pk=note.shift_id)
    if str(note.writer_id) == actor.id or not later.filter(person__in=represented_people(actor)).exists():
        raise Forbidden(_("The desk is taken over by the officer of a later shift."))
    ShiftNote.objects.filter(pk=note.pk).update(taker_id=actor.id, taken_at=times.now())
    _record(actor, "take", "shift_note", note.pk)
    note.refresh_from_db()
    return note


def _is_same(shift: Shift, entry: RosterEntry) -> bool:
    compared = ("desk", "person", "starts_at", "ends_at", "on_call")
    return all(getattr(shift, name) == getattr(entry, name) for name in compared)


def _errors_in(entry: RosterEntry, existing: list[Shift], approvers: set[UUID]) -> Iterable[FieldError]:
    if entry.ends_at <= entry.starts_at:
        yield FieldError("/ends_at", "order", _("The end is not after the beginning."))
    if entry.ends_at - entry.starts_at > LONGEST:
        yield FieldError("/ends_at", "long", _("A shift lasts at most %(days)d days.") % {"days": LONGEST.days})
    if entry.ends_at <= times.now():
        yield FieldError("/ends_at", "past", _("This shift has ended. Past shifts cannot be entered."))
    if not entry.person.is_active:
        yield FieldError("/person", "disabled", _("This account is disabled."))
    if entry.on_call and entry.person.pk not in approvers:
        detail = _("An on-call approver must be the responsible person or a unit lead; %(name)s is neither.")
        yield FieldError("/on_call", "approver", detail % {"name": entry.person.name})
    if any(_collides(shift, entry) for shift in existing):
        detail = _("%(name)s is already on this roster at that time.") % {"name": entry.person.name}
        yield FieldError("/starts_at", "overlap", detail)


def _collides(shift: Shift, entry: RosterEntry) -> bool:
    same = (shift.desk_id, shift.person_id, shift.on_call) == (entry.desk.pk, entry.person.pk, entry.on_call)
    return same and shift.starts_at < entry.ends_at and shift.ends_at > entry.starts_at


def _approvers(agency_id: int) -> set[UUID]:
    """Returns everyone who may decide for the agency, today or later."""
    leads = Membership.objects.not_ended().filter(user__agency=agency_id, role=Membership.Roles.LEAD)
    offices = OfficeHolder.objects.not_ended().filter(agency=agency_id)
    return {*leads.values_list("user_id", flat=True), *offices.values_list("user_id", flat=True)}


def _shift_data(shift: Shift) -> dict[str, str]:
    period = {"starts_at": shift.starts_at.isoformat(), "ends_at": shift.ends_at.isoformat()}
    return {"desk": shift.desk.code, "person": str(shift.person_id), **period}


def _record(
    actor: Actor, verb: str, kind: str, pk: UUID, *, reason: str = "", data: dict[str, Any] | None = None
) -> None:
    """Records the event in the stream of the actor's agency, the only one whose roster the actor may edit."""
    agency = Agency.objects.get(pk=actor.own_agency)
    record_event(
        agency_stream(agency),
        actor=actor,
        action=Action(verb, kind, pk, data=data, reason=reason),
        audience=Audience(Event.Visibility.OWN),
    )
