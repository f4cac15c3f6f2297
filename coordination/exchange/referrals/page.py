"""What the page of a referral shows beside it, as far as the reader may read it."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count
from django.http import QueryDict

from agencies.journal.models import Event, effective_events
from agencies.kernel.actor import Actor
from agencies.kernel.addresses import address
from agencies.organisations.models import Agency
from cases.clocks.models import Clock, PeriodRule
from cases.intake.triage import Claim, read_claim, read_names

from .access import sight
from .checklist import checklists, contacts_for_step
from .completeness import parts_of
from .legal_steps import legal_steps, rule_codes
from .models import Referral, Sight
from .presentation import shown
from .workflow import decided_above, workflow_of


def page_parts(found: Referral, actor: Actor, params: QueryDict) -> dict[str, Any]:
    events = _events(found, actor)
    clocks = _clocks(found, actor)
    rules = {rule.code: rule for rule in PeriodRule.objects.filter(code__in=rule_codes(found)).order_by("version")}
    level = sight(found, actor)
    sees_package = level >= Sight.PACKAGE
    details, contacts = shown(found, actor), contacts_for_step(found, level)
    return {
        "details": details,
        "letters": _with_writers(found, details.get("letters", [])),
        "packages": _in_words(details.get("packages", [])),
        "package_url": address("referral_package", found.pk) if sees_package and details.get("packages") else "",
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


def _is_prepared(found: Referral, level: Sight) -> bool:
    """Whether this is a transfer that its own agency still prepares."""
    return found.is_transfer and level == Sight.FULL and found.delivered_at is None


def _notice_in_words(
    referral: Referral, actor: Actor, details: dict[str, Any], rules: Mapping[str, PeriodRule]
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
