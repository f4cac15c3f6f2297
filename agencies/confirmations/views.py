"""Pages of confirmations and of setting one's own password."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from agencies.duty.lookups import deputy_of
from agencies.journal.models import Event
from agencies.kernel.actor import Actor, Role
from agencies.kernel.paging import page_of
from agencies.kernel.permissions import ACCOUNTS, PUBLIC, SIGNED_IN, actor_of, page
from agencies.kernel.resource import RESOURCE_OF_KIND
from agencies.organisations.beside import besides
from agencies.people import throttle
from agencies.people.forms import RightsForm, form_page, post_data, submit_form
from agencies.people.models import User
from agencies.people.rights import OFFICE_CHANGES, HeldRight, rights_of

from . import enrolling
from .access import declarable_agencies, may_take_key, require_rights_permission
from .actions import declare_sign_in, request_beside, request_rights, takes_effect_at
from .filters import ConfirmationFilter, ConfirmationList
from .forms import BesideForm, DeclareForm, FinishForm, StartForm
from .keys import facts
from .models import RIGHTS_HEADINGS, Confirmation

VACANCY, CONFIRMED = Confirmation.Kind.VACANCY, Confirmation.State.CONFIRMED


@page(SIGNED_IN)
def confirmations(request: HttpRequest) -> HttpResponse:
    """Lists the requests the actor may confirm, and the actor's own requests with their results."""
    actor = actor_of(request)
    visible = Confirmation.objects.visible_to(actor).select_related("agency", "requester", "person", "client")
    waiting = Confirmation.objects.waiting_for(actor).select_related("agency", "requester", "person", "client")
    filtered = ConfirmationFilter(request.GET, visible, actor=actor)
    found = page_of(filtered.qs, request.GET, sorts=ConfirmationList.sorts, default=ConfirmationList.default)
    context = {
        "filter": filtered,
        "page": found,
        "waiting": list(waiting.order_by("created_at")),
        "may_declare": actor.has_role(Role.SYSADMIN, Role.AGENCY_ADMIN),
    }
    return render(request, "confirmations/confirmations.html", context)


@page(SIGNED_IN)
def confirmation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Shows one request: exactly what is to be confirmed."""
    actor = actor_of(request)
    related = ("agency", "confirmer_agency", "requester", "confirmer", "person", "client")
    found = get_object_or_404(Confirmation.objects.visible_to(actor).select_related(*related), pk=pk)
    mine = str(found.confirmer_id) == actor.id and found.state == Confirmation.State.CONFIRMED
    context = {
        "confirmation": found,
        "subject_url": _subject_url(found, actor),
        "may_draw": mine and found.kind in Confirmation.PASSWORD and not found.has_expired,
        "may_take": may_take_key(actor, found) and found.state == CONFIRMED and not found.has_expired,
        "changes": facts(found) if found.kind == Confirmation.Kind.KEY else _bodies(found),
        "change": found.change if found.kind in Confirmation.OF_PERSONS else "",
        "rights": _rights(found) if found.kind in (*Confirmation.RIGHTS_KINDS, *Confirmation.ACCOUNT) else None,
        "by_responsible": found.kind == Confirmation.Kind.RIGHTS,
        "by_administrator": found.kind == VACANCY,
        "of_key": found.kind == Confirmation.Kind.KEY,
        "signer_away": _is_signer_away(found),
        "effective_at": takes_effect_at(found) if found.kind == VACANCY and found.state == CONFIRMED else None,
        "events": Event.objects.filter(object_kind="confirmation", object_id=pk)
        .filter(stream__kind="agency")
        .select_related("note")
        .order_by("-id"),
    }
    return render(request, "confirmations/confirmation.html", context)


def _is_signer_away(found: Confirmation) -> bool:
    """Whether the officer who is to sign what a system prepared is absent, or the account is disabled."""
    waits = found.kind == Confirmation.Kind.PREPARED and found.state == Confirmation.State.REQUESTED
    return waits and found.confirmer is not None and deputy_of(found.confirmer) != found.confirmer


def _subject_url(found: Confirmation, actor: Actor) -> str:
    """The page of the object that the step is about, if the second person may open it."""
    resource = RESOURCE_OF_KIND.get(found.object_kind)
    if resource is None or not resource.permission.allows(actor):
        return ""
    thing = resource.model.objects.visible_to(actor).filter(pk=found.object_id).first()
    return resource.url(thing) if thing is not None else ""


def _bodies(confirmation: Confirmation) -> list[tuple[Any, str, str]]:
    """Label, present and requested name of each body of the agency."""
    if confirmation.kind != Confirmation.Kind.BESIDE:
        return []
    names = ("procuratorate", "reconsideration", "court")
    labels = {name: BesideForm.base_fields[name].label for name in names}
    return [(labels[name], confirmation.before[name], confirmation.answers[name]) for name in names]


def _rights(found: Confirmation) -> list[tuple[HeldRight | None, HeldRight | None]]:
    """All rights of the account before and after the change. Beside a password, those that it opens."""
    if found.kind in Confirmation.ACCOUNT and found.person is not None:
        return [(one, one) for one in rights_of(found.person)]
    before, after = found.rights_before, found.rights_after
    kept = {one.key: one for one in after}
    return [*((one, kept.get(one.key)) for one in before), *((None, one) for one in after if not one.id)]


@page(SIGNED_IN)
@require_POST
@never_cache
def confirmation_code(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Shows the code in the response to the POST. It is stored as a digest, so it cannot be shown again."""
    found = get_object_or_404(Confirmation.objects.visible_to(actor_of(request)).select_related("person"), pk=pk)
    code = enrolling.draw_code(found, actor=actor_of(request))
    return _shown_once(
        request, found, _("Code"), code, _("Pass it on to the person yourself, in person or by telephone.")
    )


@page(ACCOUNTS)
def sign_in_declared(request: HttpRequest) -> HttpResponse:
    """Declares from which date an agency signs in, or no longer does."""
    actor = actor_of(request)
    form = DeclareForm(post_data(request), agencies=declarable_agencies(actor))
    requested = submit_form(form, lambda given: declare_sign_in(actor=actor, **given))
    if requested is not None:
        messages.success(request, _("A second person has been asked to confirm it."))
        return redirect("confirmation", requested.pk)
    context = {
        "form": form,
        "heading": _("Declare whether an agency uses the system"),
        "button": _("Request confirmation"),
        "back": reverse("confirmations"),
        "note": _("It takes effect once a second person has confirmed it."),
    }
    return form_page(request, "confirmations/form.html", context)


@page(ACCOUNTS)
def beside_named(request: HttpRequest) -> HttpResponse:
    """Names the procuratorate, the reconsideration agency and the court that the papers of an agency name."""
    agencies = declarable_agencies(actor_of(request))
    chosen = agencies.filter(code=request.GET.get("agency", ""))
    form = BesideForm(post_data(request), agencies=chosen if chosen and request.method == "GET" else agencies)
    requested = submit_form(form, lambda given: request_beside(actor=actor_of(request), **given))
    if requested is not None:
        messages.success(request, _("A second person has been asked to confirm it."))
        return redirect("confirmation", requested.pk)
    context = {
        "form": form,
        "heading": _("Name procuratorate, reconsideration agency and court"),
        "button": _("Request confirmation"),
        "back": reverse("confirmations"),
        "note": _("Papers name them. It takes effect once a second person has confirmed it."),
        "rows": list(zip(agencies, besides(agencies), strict=True)),
    }
    return form_page(request, "confirmations/beside.html", context)


@page(ACCOUNTS)
def account_rights(request: HttpRequest, pk: UUID, operation: str, held: int | None = None) -> HttpResponse:
    """Requests a change of roles or offices, which a second person confirms."""
    actor = actor_of(request)
    person = get_object_or_404(User.objects.visible_to(actor), pk=pk)
    changed = None
    if held is not None:
        rows: Any = person.offices if operation in OFFICE_CHANGES else person.memberships.select_related("unit")
        changed = get_object_or_404(rows, pk=held)
    require_rights_permission(person, actor, operation)
    form = RightsForm(post_data(request), operation=operation, person=person, actor=actor, held=changed)
    more: dict[str, Any] = {"held": held} if held is not None else {}
    requested = submit_form(form, lambda given: request_rights(person, operation, actor=actor, **more, **given))
    if requested is not None:
        messages.success(request, _("The request is made. It takes effect once it is confirmed."))
        return redirect("confirmation", requested.pk)
    context = {
        "form": form,
        "heading": RIGHTS_HEADINGS[operation],
        "button": _("Request confirmation"),
        "back": reverse("account", args=[pk]),
        "person": person,
        "held": next((one for one in rights_of(person) if one.key == (operation in OFFICE_CHANGES, held)), None),
        "note": _(
            "It takes effect once it is confirmed: roles by the responsible person of the agency, offices by that of "
            "the superior agency. Where no responsible person is left, an administrator of another kind confirms, and "
            "it takes effect after 72 hours."
        ),
    }
    return form_page(request, "confirmations/form.html", context)


@page(ACCOUNTS)
@never_cache
def account_password(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Starts a first sign-in or a password reset. The requester gets the link, the second person the code."""
    actor = actor_of(request)
    person = get_object_or_404(User.objects.visible_to(actor), pk=pk)
    enrolling.require_reset_permission(person, actor)
    form = StartForm(post_data(request))
    started = submit_form(form, lambda given: enrolling.start(person, actor=actor, **given))
    if started is not None:
        requested, link = started
        address = request.build_absolute_uri(enrolling.address_of(link))
        return _shown_once(
            request, requested, _("Link"), address, _("Give it to the person. It does not work without the code.")
        )
    context = {
        "form": form,
        "heading": _("Reset the password") if person.has_usable_password() else _("First sign-in"),
        "button": _("Request confirmation"),
        "back": reverse("account", args=[pk]),
        "person": person,
        "note": _(
            "You get a link, and the second person who confirms gets a code. Only the account holder can "
            "use both, within 24 hours; until then the current password remains valid."
        ),
    }
    return form_page(request, "confirmations/form.html", context)


@page(PUBLIC)
@never_cache
@sensitive_post_parameters()
def enrol(request: HttpRequest) -> HttpResponse:
    """Sets the owner's password. Every invalid link gets the same answer.

    The secret is in the query string, because refusals are logged with the path.
    """
    link = request.GET.get("link", "")
    waiting = enrolling.waiting_for(link)
    if waiting is None:
        return render(request, "confirmations/no_link.html", status=404)
    form = FinishForm(post_data(request))

    def finish(given: dict[str, Any]) -> User:
        return enrolling.finish(
            link, code=given["code"], password=given["password"], address=throttle.address_of(request)
        )

    person = submit_form(form, finish)
    if person is not None:
        messages.success(request, _("Your password is set. Sign in with it."))
        return redirect("login")
    context = {"form": form, "person": waiting.person, "expires_at": waiting.expires_at}
    return form_page(request, "confirmations/enrol.html", context)


def _shown_once(request: HttpRequest, requested: Confirmation, label: str, secret: str, how: str) -> HttpResponse:
    context = {"confirmation": requested, "label": label, "secret": secret, "how": how}
    return render(request, "confirmations/once.html", context)
