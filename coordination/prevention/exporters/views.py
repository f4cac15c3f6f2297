"""The page on which an exporter is registered."""

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

from .actions import register_exporter
from .workflow import FACTS


@page(STAFF)
def exporter_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    form = ActionForm(FACTS, thing=None, actor=actor, data=post_data(request))
    if request.method == "POST":
        with once(request) as sent:
            sent.target = sent.target or _register(request, form, actor)
        if sent.target:
            return redirect(sent.target)
    context = {
        "form": form,
        "heading": _("Register an exporter"),
        "help_text": _("Your agency and the centre see the entry. Letters, reviews and inspections begin on its page."),
        "button": _("Register"),
        "back": reverse("exporters"),
        "back_label": _("Exporters"),
    }
    return form_page(request, "plain_form.html", context)


def _register(request: HttpRequest, form: ActionForm, actor: Actor) -> str:
    """Returns the address of the exporter, or "" if there are errors, which the form then shows."""
    made = submit_form(form, lambda _given: register_exporter(actor=actor, **form.given()))
    if made is None:
        return ""
    messages.success(request, _("The exporter is in your register."))
    return reverse("exporter", args=[made.pk])
