"""Account pages: who has an account, with which rights, and the changes to it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agencies.kernel.actor import Actor, Role
from agencies.kernel.errors import Forbidden
from agencies.kernel.paging import page_of
from agencies.kernel.permissions import ACCOUNTS, actor_of, page
from agencies.kernel.resource import RESOURCE_OF_KIND
from agencies.organisations.models import Agency

from . import access, actions, throttle
from .filters import DEFAULT_SORT, SORTS, AccountFilter
from .forms import NewPersonForm, PersonForm, ReasonForm, form_page, post_data, submit_form
from .models import Membership, OfficeHolder, User


@page(ACCOUNTS)
def accounts(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    people = (
        User.objects.visible_to(actor)
        .select_related("agency")
        .prefetch_related(
            Prefetch("memberships", Membership.objects.current().select_related("unit"), to_attr="roles_now"),
            Prefetch("offices", OfficeHolder.objects.responsible(), to_attr="offices_now"),
        )
    )
    filtered = AccountFilter(request.GET, people, actor=actor)
    context = {
        "filter": filtered,
        "page": page_of(filtered.qs, request.GET, sorts=SORTS, default=DEFAULT_SORT),
        "across_agencies": actor.has_role(Role.SYSADMIN, Role.SECADMIN),
        "may_create": access.may_create_accounts(actor),
    }
    return render(request, "people/accounts.html", context)


@page(ACCOUNTS)
def account(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor, person = actor_of(request), _person(request, pk)
    grantable = access.grantable_roles(actor, person)
    context = {
        "person": person,
        "is_self": access.is_self(actor, person),
        "shows_card": access.may_edit(actor, person) or actor.has_role(Role.SECADMIN),
        "roles": [(held, held.role in grantable) for held in person.memberships.not_ended().select_related("unit")],
        "offices": person.offices.not_ended(),
        "may_edit": access.may_edit(actor, person),
        "may_switch": access.may_switch(actor, person),
        "switch": "account_switch"
        if person.is_active or not access.enabling_needs_second(person)
        else "account_enabling",
        "delayed_until": throttle.delayed_until(person.username) if access.may_switch(actor, person) else None,
        "may_reset": access.may_reset_password(actor, person),
        "may_grant": bool(grantable),
        "may_grant_office": access.may_grant_offices(actor, person),
        "pending": list(
            RESOURCE_OF_KIND["confirmation"]
            .model.objects.visible_to(actor)
            .open()
            .filter(person=person)
            .select_related("agency", "requester", "person")
        ),
    }
    return render(request, "people/account.html", context)


@page(ACCOUNTS)
def account_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    if not access.may_create_accounts(actor):
        raise Forbidden(_("Accounts are created by the administrator of the agency or of the system."))
    form = NewPersonForm(post_data(request), agencies=_agencies_of(actor))
    person = submit_form(form, lambda given: actions.create_person(actor=actor, **given))
    if person is not None:
        messages.success(request, _("The account is created. Start its first sign-in, which a second person confirms."))
        return _to(person)
    return _form_page(request, form, _("New account"), _("Create account"), reverse("accounts"))


@page(ACCOUNTS)
def account_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor, person = actor_of(request), _person(request, pk)
    if not access.may_edit(actor, person):
        raise Forbidden(_("These details are managed by the administrator of the person's agency."))
    form = PersonForm(post_data(request), initial={name: getattr(person, name) for name in actions.EDITABLE})
    if submit_form(form, lambda given: actions.edit_person(person, actor=actor, **given) or person):
        messages.success(request, _("The details are saved."))
        return _to(person)
    return _form_page(request, form, _("Edit details"), _("Save"), _url(person), person)


@page(ACCOUNTS)
def account_switch(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Disables an enabled account and enables a disabled one. The reason is kept in the journal."""
    actor, person = actor_of(request), _person(request, pk)
    if not access.may_switch(actor, person):
        raise Forbidden(_("You may not disable or enable this account."))
    active = not person.is_active
    form = ReasonForm(post_data(request))
    if submit_form(form, lambda given: actions.switch_person(person, actor=actor, active=active, **given) or person):
        messages.success(request, _("The account is enabled.") if active else _("The account is disabled."))
        if person.agency.signs_in and not User.objects.able_to_sign_in().filter(agency=person.agency_id).exists():
            messages.warning(request, no_active_account_warning(person.agency))
        return _to(person)
    action = _("Enable account") if active else _("Disable account")
    return _form_page(request, form, action, action, _url(person), person, grave=not active)


@page(ACCOUNTS)
@require_POST
def account_delays(request: HttpRequest, pk: UUID) -> HttpResponse:
    person = _person(request, pk)
    actions.end_delays(person, actor=actor_of(request))
    messages.success(request, _("The person can sign in again immediately."))
    return _to(person)


def no_active_account_warning(agency: Agency) -> str:
    """Returns the warning that no person of the agency can sign in, and how to declare that.

    Its sign-in status does not change.
    """
    detail = _(
        "%(agency)s has no account left that can sign in. It still counts as signing in: its records "
        "remain its own. Enable an account, or declare that the agency no longer uses the system."
    )
    return detail % {"agency": agency.name}


def _person(request: HttpRequest, pk: UUID) -> User:
    return get_object_or_404(User.objects.visible_to(actor_of(request)), pk=pk)


def _agencies_of(actor: Actor) -> Any:
    """Returns the agencies for which the actor may create accounts: all, or their own."""
    agencies = Agency.objects.agencies().order_by("id")
    return agencies if actor.has_role(Role.SYSADMIN) else agencies.filter(pk=actor.own_agency)


def _form_page(
    request: HttpRequest,
    form: forms.Form,
    heading: str,
    button: str,
    back: str,
    person: User | None = None,
    *,
    grave: bool = False,
) -> HttpResponse:
    context = {"form": form, "heading": heading, "button": button, "back": back, "person": person, "grave": grave}
    return form_page(request, "people/account_form.html", context)


def _url(person: User) -> str:
    return reverse("account", args=[person.pk])


def _to(person: User) -> HttpResponse:
    return redirect(_url(person))
