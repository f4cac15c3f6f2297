"""The auditor's pages (安全审计): who did what to which object when, and whether the chains are intact.

Not part of the journal, which is below everything and cannot name agencies, people or verbs. Nothing a person wrote is
shown (reasons, titles, values): an auditor checks actions, not cases. Chains of confidential letters are checked by
`manage.py verify_audit`, which does not say who wrote them.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
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
from agencies.kernel.filtering import DayFilter, ListFilter
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
    "run": _("Background work"),
    "dead_letter": _("Given up"),
    "saved_view": _("Saved view"),
    "read_alert": _("Read alert"),
    "journal": _("Journal"),
    "shift": _("Shift"),
    "absence": _("Absence"),
    "shift_note": _("Shift note"),
}
# Sentences of acts that no workflow has, by kind of object and verb.
ACCOUNT_WORDS = {
    (kind, verb): words
    for kind, verbs in {
        "user": {
            "create_account": _("created the account"),
            "edit_account": _("edited the details"),
            "disable_account": _("disabled the account"),
            "enable_account": _("enabled the account"),
            "enrol": _("set the first password"),
            "reset_password": _("set a new password after a reset"),
            "confirm_identity": _("confirmed that the holder controls the account"),
            "nobody_confirms": _("has no superior who could confirm that the holder controls the account"),
            "change_password": _("changed the password"),
            "grant_role": _("granted a role"),
            "end_role": _("ended a role"),
            "change_role": _("moved or extended a role"),
            "grant_office": _("recorded an office"),
            "change_office": _("extended or shortened an office"),
            "end_office": _("ended an office"),
            "choose_news": _("changed the notification settings"),
            "sign_in": _("signed in"),
            "sign_in_failed": _("failed to sign in"),
            "sign_in_locked": _("failed to sign in so often that the next attempts have to wait"),
            "wrong_keys": _("sent so many wrong keys that the next attempts have to wait"),
            "end_delays": _("ended the delays of sign-in"),
        },
        "shift": {
            "enter": _("entered a shift in the roster"),
            "remove": _("removed a shift from the roster"),
        },
        "absence": {
            "enter": _("entered an absence"),
            "end": _("ended an absence"),
        },
        "shift_note": {
            "write": _("signed a shift note"),
            "take": _("took over a desk"),
        },
        "webhook": {
            "register_webhook": _("registered a webhook"),
            "renew_webhook": _("renewed the secret of a webhook"),
            "switch_webhook_on": _("switched a webhook on"),
            "switch_webhook_off": _("switched a webhook off"),
            "call_webhook_again": _("sent a webhook call again"),
            "discard_webhook_call": _("discarded a webhook call"),
            "test_webhook": _("sent a test to a webhook"),
        },
        "journal": {
            "checkpoint": _("wrote a checkpoint of the journal"),
        },
        "read_alert": {
            "settle": _("examined a read alert"),
        },
    }.items()
    for verb, words in verbs.items()
}
STREAM_KINDS = [(kind.value, kind.label) for kind in Stream.Kind if kind != Stream.Kind.CONFIDENTIAL]
ACTORS = [
    ("user", _("Person")),
    ("machine", _("System")),
    ("system", _("This system")),
    ("anonymous", _("Unknown person")),
]


class ActorFilter(ListFilter):
    """Filters of rows that name an actor by kind, id and agency."""

    def by_agency(self, queryset: QuerySet[Any], name: str, agency: Agency) -> QuerySet[Any]:
        return queryset.filter(agency_id=agency.pk)

    def by_username(self, queryset: QuerySet[Any], name: str, username: str) -> QuerySet[Any]:
        ids = [str(pk) for pk in User.objects.filter(username=username).values_list("pk", flat=True)]
        return queryset.filter(actor_kind="user", actor_id__in=ids)


class EventFilter(ActorFilter):
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
    recorded_from = DayFilter(label=_("From"), field_name="recorded_at")
    recorded_to = DayFilter(label=_("Until"), field_name="recorded_at", until=True)


@dataclass(frozen=True)
class EventRow:
    """An event as an auditor reads it."""

    event: Event
    action: Any
    kind: Any
    agency: Agency | None
    who: str


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
    names = names_of(listed)
    return [
        EventRow(
            event,
            labels.get((event.object_kind, event.verb), event.verb),
            KINDS.get(event.object_kind, event.object_kind),
            agencies.get(event.agency_id or 0),
            names.get(event.actor_id, ""),
        )
        for event in listed
    ]


def names_of(rows: Collection[Any]) -> dict[str, str]:
    """The names of the people and machines in `actor_kind` and `actor_id` of these rows, by id."""
    ids = {kind: {UUID(one.actor_id) for one in rows if one.actor_kind == kind} for kind in ("user", "machine")}
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
