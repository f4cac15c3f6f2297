"""The page of a new customs query that is on no case."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.idempotency.actions import once
from agencies.kernel.action_fields import ActionForm
from agencies.kernel.actor import Actor
from agencies.kernel.permissions import actor_of, page
from agencies.kernel.resource import RESOURCES
from agencies.people.forms import form_page, post_data, submit_form
from cases.casefile.rows import as_answer

from .access import QUERY_DESK
from .actions import enter_query
from .starts import LINE


@page(QUERY_DESK)
def query_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    form = ActionForm(LINE, thing=None, actor=actor, data=post_data(request), initial=_of_stop(request, actor))
    if request.method == "POST":
        with once(request) as sent:
            sent.target = sent.target or _enter(request, form, actor)
        if sent.target:
            return redirect(sent.target)
    context = {
        "form": form,
        "heading": _("New customs query"),
        "help_text": _("One query for each line of a declaration. A unit lead issues the notice."),
        "button": _("Save the draft"),
        "back": reverse("customs_queries"),
        "back_label": _("Customs queries"),
    }
    return form_page(request, "plain_form.html", context)


def _of_stop(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """What a stop that the address names says of the goods; nothing of why its sender asks."""
    if not (named := request.GET.get("stop", "")):
        return {}
    try:
        stop = RESOURCES["stops"].find(actor, UUID(named))
    except ValueError as no_id:
        raise Http404 from no_id
    known = {
        "declaration_no": stop.declaration_no,
        "exporter": stop.exporter,
        "uscc": stop.exporter_code,
        "goods": stop.goods,
        "net_weight_kg": stop.weight_kg,
    }
    return {name: as_answer(value) for name, value in known.items() if value not in (None, "")}


def _enter(request: HttpRequest, form: ActionForm, actor: Actor) -> str:
    """Returns the address of the draft, or "" if there are errors, which the form then shows."""
    made = submit_form(form, lambda _given: enter_query(actor=actor, **form.given()))
    if made is None:
        return ""
    messages.success(request, _("The draft is saved. A unit lead of your agency issues the notice."))
    return reverse("customs_query", args=[made.pk])
