"""The forms of a new stop notice and of a new inspection request, without a case."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.idempotency.actions import once
from agencies.kernel.action_fields import ActionForm
from agencies.kernel.actor import Actor
from agencies.kernel.permissions import STAFF, actor_of, page
from agencies.people.forms import form_page, post_data, submit_form

from .access import NOTIFIERS
from .actions import draft_stop
from .fields import FIELDS
from .models import StopKind
from .starts import STARTS, VERBS


@page(NOTIFIERS)
def stop_notice_new(request: HttpRequest) -> HttpResponse:
    return _new(request, StopKind.NOTICE)


@page(STAFF)
def inspection_new(request: HttpRequest) -> HttpResponse:
    return _new(request, StopKind.REQUEST)


def _new(request: HttpRequest, kind: StopKind) -> HttpResponse:
    actor = actor_of(request)
    fields = FIELDS[kind]
    initial = {field.name: field.initial(None, actor) for field in fields if field.initial}
    form = ActionForm(fields, thing=None, actor=actor, data=post_data(request), initial=initial)
    if request.method == "POST":
        with once(request) as sent:
            sent.target = sent.target or _draft(request, form, actor, kind)
        if sent.target:
            return redirect(sent.target)
    context = {
        "form": form,
        "heading": STARTS.labels[VERBS[kind]].button,
        "help_text": _("Without a case. Only your agency sees the draft; it is sent on the next page."),
        "button": _("Save the draft"),
        "back": reverse("stops"),
        "back_label": _("Stops and inspections"),
    }
    return form_page(request, "plain_form.html", context)


def _draft(request: HttpRequest, form: ActionForm, actor: Actor, kind: StopKind) -> str:
    """Returns the address of the draft, or "" if there are errors, which the form then shows."""
    made = submit_form(form, lambda _given: draft_stop(None, kind, actor=actor, **form.given()))
    if made is None:
        return ""
    messages.success(request, _("The draft is saved. It is not sent yet."))
    return reverse("stop", args=[made.pk])
