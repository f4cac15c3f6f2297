"""The page on which a circular is begun."""

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

from .actions import begin
from .workflow import NEW


@page(STAFF)
def circular_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    form = ActionForm(NEW, thing=None, actor=actor, data=post_data(request))
    if request.method == "POST":
        with once(request) as sent:
            sent.target = sent.target or _begin(request, form, actor)
        if sent.target:
            return redirect(sent.target)
    context = {
        "form": form,
        "heading": _("New circular"),
        "help_text": _("One text for many exporters of your register. Each gets a letter with its own number."),
        "button": _("Save the draft"),
        "back": reverse("circulars"),
        "back_label": _("Circulars"),
    }
    return form_page(request, "plain_form.html", context)


def _begin(request: HttpRequest, form: ActionForm, actor: Actor) -> str:
    """Returns the address of the draft, or "" if there are errors, which the form then shows."""
    made = submit_form(form, lambda _given: begin(actor=actor, **form.given()))
    if made is None:
        return ""
    messages.success(request, _("The draft is saved. Choose its addressees in the list of exporters."))
    return reverse("circular", args=[made.pk])
