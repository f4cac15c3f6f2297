"""Pages of duty: today's desks, the roster of the coming days, absences and shift notes."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Forbidden
from agencies.kernel.permissions import ROSTER, actor_of, page
from agencies.kernel.tables import XLSX_TYPE, xlsx_file
from agencies.organisations.models import agencies_by_id
from agencies.people.forms import form_page, post_data, submit_form

from . import access, actions
from .coverage import find_flaws
from .forms import CHINESE, COLUMNS, AbsenceForm, NoteForm, RosterForm, ShiftForm
from .lookups import Post, posts_in, represented_people
from .models import Absence, Shift, ShiftNote

AHEAD = timedelta(days=14)
MOST = 200  # roster rows on one page: two weeks of fourteen desks with one shift a day
NOTES = 5


@page(ROSTER)
def duty(request: HttpRequest) -> HttpResponse:
    """Shows today's desks and the roster of the actor's agency.

    The centre also sees whom to call in every other agency.
    """
    actor, now = actor_of(request), times.now()
    posts_by_agency = posts_for(actor, now)
    agencies = agencies_by_id(posts_by_agency)
    coming = list(_coming(actor, now))
    context = {
        "posts": posts_by_agency.get(actor.own_agency, []),
        "others": [(agencies[pk], posts) for pk, posts in sorted(posts_by_agency.items()) if pk != actor.agency_id],
        "coming": coming,
        "flaws": find_flaws(coming, now, now + AHEAD),
        "ahead": AHEAD.days,
        "absences": _absences(actor),
        "notes": _notes(actor),
        "keeps": access.may_edit_roster(actor, actor.agency_id),
        "represented": represented_people(actor),
        "now": now,
    }
    return render(request, "duty/duty.html", context)


@page(ROSTER)
def duty_new(request: HttpRequest) -> HttpResponse:
    actor = _roster_editor(request)
    form = ShiftForm(post_data(request), agency_id=actor.own_agency)
    if submit_form(form, lambda _given: actions.enter_shift(form.entry(), actor=actor)):
        messages.success(request, _("The shift is entered."))
        return redirect("duty")
    return _form_page(request, form, _("Enter shift"), _("Enter the shift"))


@page(ROSTER)
def duty_import(request: HttpRequest) -> HttpResponse:
    """Reads a table, shows what it would enter, and enters it when that is confirmed. `template` is an empty table."""
    actor = _roster_editor(request)
    if "template" in request.GET:
        headings = list(CHINESE) if get_language() == "zh-hans" else list(COLUMNS)
        name = {"Content-Disposition": 'attachment; filename="roster.xlsx"'}
        return HttpResponse(xlsx_file("roster", [headings]), content_type=XLSX_TYPE, headers=name)
    form = RosterForm(post_data(request), request.FILES or None, agency_id=actor.own_agency)
    is_confirmed = "go" in request.POST
    shifts = submit_form(
        form, lambda given: actions.import_shifts(given["rows"], actor=actor, dry_run=not is_confirmed)
    )
    if shifts and is_confirmed:
        message = ngettext("The roster now has %(count)d line.", "The roster now has %(count)d lines.", len(shifts))
        messages.success(request, message % {"count": len(shifts)})
        return redirect("duty")
    context = {"form": form, "shifts": shifts, "sure": bool(shifts), "back": reverse("duty")}
    context["csv"] = form.cleaned_data.get("csv", "") if shifts else ""
    return render(request, "duty/import.html", context, status=form.status)


@page(ROSTER)
@require_POST
def duty_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    actions.remove_shift(get_object_or_404(Shift.objects.visible_to(actor).select_related("desk"), pk=pk), actor=actor)
    messages.success(request, _("The shift was cancelled."))
    return redirect("duty")


@page(ROSTER)
def duty_note(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Writes the note of one shift. Only the person on duty, or their deputy, may write it."""
    actor = actor_of(request)
    shift = get_object_or_404(Shift.objects.filter(desk__agency=actor.agency_id).visible_to(actor), pk=pk)
    if shift.person_id not in represented_people(actor):
        raise Forbidden(_("The note is written by the duty officer of this shift."))
    existing = ShiftNote.objects.visible_to(actor).filter(shift=shift).first()
    form = NoteForm(post_data(request), initial={"text": existing.text if existing else ""})
    if submit_form(form, lambda given: actions.write_note(shift, actor=actor, **given)):
        messages.success(request, _("The note is signed. The next officer signs it at takeover."))
        return redirect("duty")
    return _form_page(request, form, _("Shift note"), _("Sign note"))


@page(ROSTER)
@require_POST
def shift_note_take(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    actions.take_over(get_object_or_404(ShiftNote.objects.visible_to(actor), pk=pk), actor=actor)
    messages.success(request, _("You have taken over the desk."))
    return redirect("duty")


@page(ROSTER)
def absence_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    only = None if access.may_edit_roster(actor, actor.agency_id) else actor.id
    form = AbsenceForm(post_data(request), agency_id=actor.own_agency, only=only)
    if submit_form(form, lambda given: actions.enter_absence(actor=actor, **given)):
        messages.success(request, _("The absence is entered."))
        return redirect("duty")
    return _form_page(request, form, _("Enter absence"), _("Enter the absence"))


@page(ROSTER)
@require_POST
def absence_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    found = get_object_or_404(Absence.objects.visible_to(actor).select_related("person"), pk=pk)
    actions.end_absence(found, actor=actor)
    messages.success(request, _("The absence is ended."))
    return redirect("duty")


def posts_for(actor: Actor, at: datetime | None) -> Mapping[int, list[Post]]:
    """Returns the staffed desks of the agencies whose roster the actor may read."""
    running = Shift.objects.visible_to(actor).running(at or times.now()).order_by()
    agencies = running.values_list("desk__agency", flat=True).distinct()
    return posts_in([agency for agency in agencies if agency is not None], at)


def _coming(actor: Actor, now: Any) -> Any:
    own = Shift.objects.of_agencies([actor.own_agency]).within(now, now + AHEAD)
    return own.select_related("desk", "person", "note").order_by("starts_at", "desk__id", "id")[:MOST]


def _absences(actor: Actor) -> list[tuple[Absence, bool]]:
    """Returns the absences of the actor's agency, each with whether the actor may end it."""
    rows = Absence.objects.filter(person__agency=actor.agency_id).not_over().select_related("person", "deputy")
    return [(absence, access.may_end_absence(actor, absence)) for absence in rows[:MOST]]


def _notes(actor: Actor) -> Any:
    rows = ShiftNote.objects.visible_to(actor)
    return rows.select_related("shift__desk", "writer", "taker")[:NOTES]


def _roster_editor(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if not access.may_edit_roster(actor, actor.agency_id):
        raise Forbidden(_("The roster is managed by the unit leads and the administrator of the agency."))
    return actor


def _form_page(request: HttpRequest, form: Any, heading: str, button: str, help_text: str = "") -> HttpResponse:
    labels = {"heading": heading, "button": button, "help_text": help_text}
    context = {"form": form, **labels, "back": reverse("duty"), "back_label": _("Duty")}
    return form_page(request, "plain_form.html", context)
