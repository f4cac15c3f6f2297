"""Pages of referrals: the list by side, and one referral as far as the reader may read it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from agencies.journal.models import Event, effective_events
from agencies.kernel.actor import Actor
from agencies.kernel.facets import CountedList
from agencies.kernel.list_page import list_page
from agencies.kernel.paging import rows_shown
from agencies.kernel.permissions import CASE_READER, actor_of, page
from agencies.organisations.models import Agency
from cases.clocks.models import Clock, Rule
from cases.intake.triage import Claim, read_claim, read_names

from .access import sight
from .checklist import checklists, contacts_for_step
from .completeness import parts_of
from .filters import DEFAULT_SORT, SORTS, ReferralFilter
from .legal_steps import legal_steps, rule_codes
from .listed import rows_of
from .models import Referral, ReferralQuerySet, Sight
from .presentation import shown, with_sight_of_case
from .workflow import decided_above, workflow_of

RELATED = ("case", "sender", "receiver", "respondent", "holder", "offence")
# Long columns that the list does not show.
OWN = (
    *(
        "enclosures",
        "incomplete_because",
        "overruled_because",
        "proposal",
        "to_revise",
        "owed_papers",
        "report",
        "answer",
    ),
    *("asked_papers", "ending_reason"),
)
LONG = (*OWN, "case__summary", "case__outcome")


@page(CASE_READER)
def referrals(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    visible = Referral.objects.visible_to(actor)
    filters = ReferralFilter(request.GET, visible, actor=actor)
    rows = filters.qs.select_related(*RELATED).defer(*LONG)
    context = list_page(
        request.GET,
        filters,
        rows,
        sorts=SORTS,
        default=DEFAULT_SORT,
        lists=(_("Sent or received"), _staff_sides(visible, actor) if actor.is_staff else _centre_sides(visible)),
        facets=("kind", "state", "sender", "receiver"),
        size=rows_shown(request.GET),
    )
    context["rows"] = rows_of(context["page"].items, actor)
    return render(request, "referrals/referrals.html", context)


def _is_prepared(found: Referral, level: Sight) -> bool:
    """Whether this is a transfer that its own agency still prepares."""
    return found.is_transfer and level == Sight.FULL and found.delivered_at is None


@page(CASE_READER)
def referral(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    # Rarely set relations are queried only where set: PostgreSQL spends longer on planning many joins than the page
    # takes.
    related = (*RELATED, "suggested", "supervised_by", "route", "copy_to", "handler", "drafter", "approver")
    visible = with_sight_of_case(Referral.objects.visible_to(actor), actor)
    found = get_object_or_404(visible.select_related(*related), pk=pk)
    events = _events(found, actor)
    clocks = _clocks(found, actor)
    rules = {rule.code: rule for rule in Rule.objects.filter(code__in=rule_codes(found)).order_by("version")}
    level = sight(found, actor)
    details, contacts = shown(found, actor), contacts_for_step(found, level)
    context = {
        "referral": found,
        "details": details,
        "letters": _with_writers(found, details.get("letters", [])),
        "packages": _in_words(details.get("packages", [])),
        "steps": legal_steps(found, level, effective_events(events), clocks, rules),
        "checklists": checklists(found, actor),
        "parts": parts_of(found) if _is_prepared(found, level) else [],
        "contacts": contacts,
        "notice": _notice_in_words(found, actor, details, rules),
        "decided_above": decided_above(found) if level == Sight.FULL else None,
        "nobody_decides": found.state == Referral.State.HEAD_DECISION and level == Sight.FULL and not contacts,
        "clocks": clocks,
        "events": events[::-1],  # latest first, as on every timeline
    }
    return render(request, "referrals/referral.html", context)


def _notice_in_words(
    referral: Referral, actor: Actor, details: dict[str, Any], rules: Mapping[str, Rule]
) -> dict[str, Any] | None:
    """The last notice, with the sentence of its act and the rules whose periods run from its receipt."""
    notice: dict[str, Any] | None = details.get("notice")
    if notice is None:
        return None
    return {
        **notice,
        "issuer": referral.notice_from,
        "addressee": referral.notice_to,
        "act": workflow_of(referral).labels[notice["verb"]].sentence,
        "verb_to_record": _verb_to_record(referral, actor),
        "periods": [rules[code] for code in notice["periods"] if code in rules],
    }


def _verb_to_record(referral: Referral, actor: Actor) -> str:
    """The action by which this reader records the receipt; "" if there is none to record."""
    if not referral.notice_pending:
        return ""
    return "confirm_receipt" if actor.agency_id == referral.notice_to.pk else "record_service"


def _in_words(packages: list[dict[str, Any]]) -> list[tuple[dict[str, Any], Claim]]:
    """Each package with its facts in the reader's language. The frozen and digested data are codes."""
    names = read_names(package["content"] for package in packages)
    return [(package, read_claim(package["content"], names)) for package in packages]


def _with_writers(referral: Referral, letters: list[dict[str, Any]]) -> list[tuple[dict[str, Any], Agency, Any]]:
    """Each letter with the agency that wrote it and the sentence of the action by which it was sent."""
    if not letters:
        return []
    sides = (referral.sender, referral.receiver, referral.respondent, referral.supervised_by, referral.arbiter)
    agencies = {agency.code: agency for agency in (*sides, *referral.passed_on_by.all()) if agency is not None}
    words = workflow_of(referral).labels
    return [(letter, agencies[letter["agency"]], words[letter["verb"]].sentence) for letter in letters]


def _events(referral: Referral, actor: Actor) -> list[Event]:
    visibility = Event.objects.filter(object_kind="referral", object_id=referral.pk).readable_by_agency(actor.agency_id)
    return list(visibility.with_corrections().select_related("note").order_by("happened_at", "id"))


def _clocks(referral: Referral, actor: Actor) -> list[Clock]:
    """Clocks of this referral that the reader may see, running ones first."""
    visible = Clock.objects.visible_to(actor).about(referral).select_related("rule", "agency")
    visible = visible.annotate(granted=Count("extensions"))
    return sorted(visible.order_by("due_at", "pk"), key=lambda clock: clock.stopped_at is not None)


def _staff_sides(visible: ReferralQuerySet, actor: Actor) -> list[CountedList]:
    """Filters by side (next step ours, sent, received), each with its rows."""
    # The filters are described here and not run: each would look up the agency again.
    agency = actor.agency_code
    return [
        (_("Waiting for us"), f"waiting_on={agency}", visible.waiting_on(actor.agency_id)),
        (_("Sent to us"), f"receiver={agency}", visible.filter(receiver_id=actor.agency_id)),
        (_("Sent by us"), f"sender={agency}", visible.filter(sender_id=actor.agency_id)),
        *_centre_sides(visible),
    ]


def _centre_sides(visible: ReferralQuerySet) -> list[CountedList]:
    return [
        (_("Open"), "open=1", visible.open()),
        (_("Late"), "overdue=1", visible.overdue()),
        (_("All"), "", visible),
    ]
