"""Pages for requesting, taking and limiting keys of systems. The keys themselves are shown by `agencies.machines`."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from agencies.kernel.permissions import MACHINES, actor_of, page
from agencies.machines.models import ApiKey
from agencies.machines.views import find_key_shown
from agencies.organisations.models import Agency
from agencies.people.forms import form_page, post_data, submit_form

from .key_forms import KeyForm, LimitsForm
from .keys import change_limits, request_key, require_administrator, take_key
from .models import Confirmation


@page(MACHINES)
def key_new(request: HttpRequest) -> HttpResponse:
    """Requests a key. With the prefix of a key in the address, its limits are proposed, to change over to a new one."""
    actor = actor_of(request)
    require_administrator(actor, actor.own_agency)
    agency = Agency.objects.get(pk=actor.own_agency)
    before = ApiKey.objects.filter(client__agency=agency, prefix=request.GET.get("like", "")).first()
    proposed = LimitsForm.initial_of(before) | {"last_day": None} if before else {}
    form = KeyForm(post_data(request), initial=proposed)

    def ask(given: dict[str, Any]) -> Confirmation:
        return request_key(agency, given["name"], form.given(), actor=actor, reason=given["reason"])

    asked = submit_form(form, ask)
    if asked is not None:
        messages.success(request, _("A second person has been asked to confirm it."))
        return redirect("confirmation", asked.pk)
    return _form(
        request,
        form,
        heading=_("Request a key"),
        note=_(
            "Another administrator of your agency or the security administrator confirms it. Then you take the key, "
            "which is shown once, to you alone."
        ),
    )


@page(MACHINES)
def key_limits(request: HttpRequest, pk: UUID, key: int) -> HttpResponse:
    """Limits a key at once, or requests wider limits."""
    actor = actor_of(request)
    found = find_key_shown(actor, pk, key)
    require_administrator(actor, found.client.agency_id)
    form = LimitsForm(post_data(request), initial=LimitsForm.initial_of(found))

    def change(given: dict[str, Any]) -> list[Confirmation]:
        return change_limits(found, form.limits_for(found), actor=actor, reason=given["reason"])

    asked = submit_form(form, change)
    if asked == []:
        messages.success(request, _("The key is limited."))
        return redirect("machine_key", pk, key)
    if asked is not None:
        messages.success(request, _("The wider limits take effect once a second person has confirmed them."))
        return redirect("confirmation", asked[0].pk)
    return _form(
        request,
        form,
        heading=_("Change the limits of key %(prefix)s…") % {"prefix": found.prefix},
        back=reverse("machine_key", args=[pk, key]),
        note=_("Narrower limits take effect at once. Wider ones need a second person."),
    )


@page(MACHINES)
@require_POST
@never_cache
def key_take(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Shows the key in the response to the POST, to the person who requested it. It cannot be shown again."""
    actor = actor_of(request)
    found = get_object_or_404(Confirmation.objects.visible_to(actor), pk=pk)
    issued = take_key(found, actor=actor)
    return render(request, "confirmations/key_once.html", {"confirmation": found, "issued": issued})


def _form(request: HttpRequest, form: Any, *, heading: str, note: str, back: str = "") -> HttpResponse:
    context = {
        "form": form,
        "heading": heading,
        "button": _("Save or request") if back else _("Request confirmation"),
        "back": back or reverse("machines"),
        "kicker": _("Systems"),
        "note": note,
    }
    return form_page(request, "confirmations/form.html", context)
