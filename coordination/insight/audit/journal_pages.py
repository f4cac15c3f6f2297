"""The auditor's pages (安全审计): who did what to which object when, and whether the chains are intact.

Not part of the journal, which is below everything and cannot name agencies, people or verbs. Nothing a person wrote is
shown (reasons, titles, values): an auditor checks actions, not cases. Chains of confidential letters are checked by
`manage.py verify_audit`, which does not say who wrote them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.idempotency.actions import once
from agencies.journal.models import Event, Stream
from agencies.kernel.action_fields import day_input
from agencies.kernel.filtering import ANY_DAY, ListFilter, start_of
from agencies.kernel.paging import page_of
from agencies.kernel.permissions import AUDIT, actor_of, page
from agencies.kernel.resource import RESOURCES
from agencies.machines.models import ApiClient
from agencies.organisations.actions import agency_stream
from agencies.organisations.filters import AgencyFilter
from agencies.organisations.models import Agency, agencies_by_id
from agencies.people.models import User
from agencies.people.timeline import sentences
from agencies.runs.actions import start_run
from coordination.lists.saved_view_pages import WORDS as VIEW_WORDS
from coordination.tooling import journal_verification
from coordination.tooling.operation.background_jobs import RUN_WORDS
from coordination.tooling.operation.operation_page import OPERATION_WORDS

SORTS = {"recorded": "recorded_at"}
DEFAULT_SORT = "-recorded"
PAGE_ROWS = 50
TIE = "digest"  # serial ids would disclose the number of events of confidential letters in between
KINDS = {resource.kind: resource.label for resource in RESOURCES.values()} | {
    "calendar": _("Working calendar"),
    "user": _("Account"),
    "machine": _("System"),
    "run": _("Background work"),
    "dead_letter": _("Given up"),
    "saved_view": _("Saved view"),
    "read_alert": _("Read alert"),
    "journal": _("Journal"),
    "shift": _("Shift"),
    "absence": _("Absence"),
    "shift_note": _("Shift note"),
}
ACCOUNT_WORDS = {
    ("user", "create_account"): _("created the account"),
    ("user", "edit_account"): _("edited the details"),
    ("user", "disable_account"): _("disabled the account"),
    ("user", "enable_account"): _("enabled the account"),
    ("user", "enrol"): _("set the first password"),
    ("user", "reset_password"): _("set a new password after a reset"),
    ("user", "confirm_identity"): _("confirmed that the holder controls the account"),
    ("user", "nobody_confirms"): _("has no superior who could confirm that the holder controls the account"),
    ("user", "change_password"): _("changed the password"),
    ("user", "grant_role"): _("granted a role"),
    ("user", "end_role"): _("ended a role"),
    ("user", "change_role"): _("moved or extended a role"),
    ("user", "grant_office"): _("recorded an office"),
    ("user", "change_office"): _("extended or shortened an office"),
    ("user", "end_office"): _("ended an office"),
    ("user", "choose_news"): _("changed the notification settings"),
    ("user", "sign_in"): _("signed in"),
    ("user", "sign_in_failed"): _("failed to sign in"),
    ("user", "sign_in_locked"): _("failed to sign in so often that the next attempts have to wait"),
    ("user", "wrong_keys"): _("sent so many wrong keys that the next attempts have to wait"),
    ("user", "end_delays"): _("ended the delays of sign-in"),
    ("shift", "enter"): _("entered a shift in the roster"),
    ("shift", "remove"): _("removed a shift from the roster"),
    ("absence", "enter"): _("entered an absence"),
    ("absence", "end"): _("ended an absence"),
    ("shift_note", "write"): _("signed a shift note"),
    ("shift_note", "take"): _("took over a desk"),
    ("machine", "create_key"): _("issued a key"),
    ("machine", "revoke_key"): _("revoked a key"),
    ("webhook", "register_webhook"): _("registered a webhook"),
    ("webhook", "renew_webhook"): _("renewed the secret of a webhook"),
    ("webhook", "switch_webhook_on"): _("switched a webhook on"),
    ("webhook", "switch_webhook_off"): _("switched a webhook off"),
    ("webhook", "call_webhook_again"): _("sent a webhook call again"),
    ("journal", "checkpoint"): _("wrote a checkpoint of the journal"),
    ("read_alert", "settle"): _("examined a read alert"),
}
STREAM_KINDS = [(kind.value, kind.label) for kind in Stream.Kind if kind != Stream.Kind.CONFIDENTIAL]
ACTORS = [
    ("user", _("Person")),
    ("machine", _("System")),
    ("system", _("This system")),
    ("anonymous", _("Unknown person")),
]


class EventDayFilter(django_filters.DateFilter):  # type: ignore[misc]  # the library ships no types
    """One end of a period of whole Shanghai days, inclusive."""

    def __init__(self, *, until: bool = False, **kwargs: Any) -> None:
        widget = day_input()
        super().__init__(widget=widget, validators=ANY_DAY, **kwargs)
        self.until = until

    def filter(self, queryset: QuerySet[Any], value: date | None) -> QuerySet[Any]:
        if value is None:
            return queryset
        if self.until:
            return queryset.filter(**{f"{self.field_name}__lt": start_of(value + timedelta(days=1))})
        return queryset.filter(**{f"{self.field_name}__gte": start_of(value)})


class EventFilter(ListFilter):
    agency = AgencyFilter(label=_("Agency"), method="by_agency", empty_label=_("All"))
    actor_kind = django_filters.ChoiceFilter(label=_("Who"), choices=ACTORS, empty_label=_("All"))
    username = django_filters.CharFilter(label=_("Sign-in name"), max_length=60, method="by_username")
    object = django_filters.ChoiceFilter(
        label=_("Object"), field_name="object_kind", choices=list(KINDS.items()), empty_label=_("All")
    )
    id = django_filters.UUIDFilter(label=_("Id of the object"), field_name="object_id")
    verb = django_filters.CharFilter(label=_("Action code"), max_length=40)
    chain = django_filters.ChoiceFilter(
        label=_("Chain"), field_name="stream__kind", choices=STREAM_KINDS, widget=forms.HiddenInput
    )
    of = django_filters.UUIDFilter(label=_("Chain"), field_name="stream__subject", widget=forms.HiddenInput)
    recorded_from = EventDayFilter(label=_("From"), field_name="recorded_at")
    recorded_to = EventDayFilter(label=_("Until"), field_name="recorded_at", until=True)

    def by_agency(self, queryset: QuerySet[Event], name: str, agency: Agency) -> QuerySet[Event]:
        return queryset.filter(agency_id=agency.pk)

    def by_username(self, queryset: QuerySet[Event], name: str, username: str) -> QuerySet[Event]:
        ids = [str(pk) for pk in User.objects.filter(username=username).values_list("pk", flat=True)]
        return queryset.filter(actor_kind="user", actor_id__in=ids)


@dataclass(frozen=True)
class EventRow:
    """An event as an auditor reads it."""

    event: Event
    action: Any
    kind: Any
    agency: Agency | None
    who: str

    @property
    def short_id(self) -> str:
        return str(self.event.object_id)[:8]


@page(AUDIT)
def journal(request: HttpRequest) -> HttpResponse:
    """Lists actions; POST verifies every chain from its first row."""
    if request.method == "POST":
        return _verify(request, {})
    cut = EventFilter(
        request.GET, Event.objects.exclude(stream__kind=Stream.Kind.CONFIDENTIAL), actor=actor_of(request)
    )
    shown = page_of(
        cut.qs.select_related("stream"), request.GET, sorts=SORTS, default=DEFAULT_SORT, size=PAGE_ROWS, tie=TIE
    )
    context = {"filter": cut, "page": shown, "lines": _event_rows(shown.items)}
    return render(request, "journal/journal.html", context)


@page(AUDIT)
def journal_stream(request: HttpRequest, kind: str, subject: UUID) -> HttpResponse:
    """Shows one chain, by its subject; POST verifies it."""
    stream = get_object_or_404(Stream.objects.exclude(kind=Stream.Kind.CONFIDENTIAL), kind=kind, subject=subject)
    if request.method == "POST":
        return _verify(request, {"stream": stream.name})
    return render(request, "journal/journal_stream.html", {"stream": stream, "agency": _agency_of(stream)})


def _verify(request: HttpRequest, given: dict[str, str]) -> HttpResponse:
    """Verification runs in the worker: a chain may have a million rows."""
    with once(request) as sent:
        if not sent.target:
            run = start_run(journal_verification.KIND, actor=actor_of(request), given=given)
            sent.target = reverse("run", args=[run.pk])
    return redirect(sent.target)


def _event_rows(events: Iterable[Event]) -> list[EventRow]:
    """Rows with names, in three queries."""
    listed, labels = list(events), sentences() | ACCOUNT_WORDS | RUN_WORDS | OPERATION_WORDS | VIEW_WORDS
    agencies = agencies_by_id({event.agency_id for event in listed if event.agency_id})
    names = _names(listed)
    return [
        EventRow(
            event,
            labels.get((event.object_kind, event.verb), event.verb),
            KINDS.get(event.object_kind, event.object_kind),
            agencies.get(event.agency_id) if event.agency_id else None,
            names.get(event.actor_id, ""),
        )
        for event in listed
    ]


def _names(events: list[Event]) -> dict[str, str]:
    ids = {kind: {UUID(e.actor_id) for e in events if e.actor_kind == kind} for kind in ("user", "machine")}
    people = User.objects.filter(pk__in=ids["user"]).values_list("pk", "username")
    machines = ApiClient.objects.filter(pk__in=ids["machine"]).values_list("pk", "name")
    return {str(pk): name for pk, name in [*people, *machines]}


def _agency_of(stream: Stream) -> Agency | None:
    """The agency of the stream. Its key is derived from the agency's code, so all keys are derived and compared."""
    if stream.kind != Stream.Kind.AGENCY:
        return None
    return next(
        (agency for agency in Agency.objects.agencies() if agency_stream(agency).subject == stream.subject), None
    )
