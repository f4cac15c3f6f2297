"""Determinations of the control basis of items, as people record and keep them. None is ever rewritten."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import F

from agencies.kernel.actor import Actor
from agencies.kernel.work import touch
from cases.controls.destinations import as_recorded

from .facts import verdicts_on
from .models import Case, Determination, Item
from .rows import OPEN_BASIS

# (item) → what a higher resource found of it: basis, control_code and evidence; nothing without a finding.
Finding = Callable[[Item], Mapping[str, str]]
_FINDINGS: list[Finding] = []


def register_findings(*findings: Finding) -> None:
    _FINDINGS[:] = findings


def filled_from_finding(case: Case, answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """Starts the form of a determination with what was found of the item that a link names. A person records it."""
    if "basis" in answers:
        return {}
    item = next((one for one in case.items.all() if str(one.pk) == str(answers.get("item", ""))), None)
    found = next((found for finding in _FINDINGS if item is not None and (found := finding(item))), {})
    return {"item": str(item.pk), **found} if item is not None and found else {}


def record_determination(
    case: Case,
    item: Item,
    *,
    actor: Actor,
    at: datetime,
    until: date | None = None,
    evidence: str = "",
    recorded: dict[str, Any] | None = None,
) -> None:
    """Keeps what was found, by the rules in use. Nothing is kept of a basis that is not a finding.

    `recorded` is what the law says of the item, as in the event, if it has been read.
    """
    if item.basis in OPEN_BASIS:
        return
    recorded = recorded or as_recorded(verdicts_on(case, item))
    version = recorded["rules_version"]
    Determination.objects.filter(item=item, changed_in__isnull=False).update(changed_in=None, changes=[])
    Determination.objects.create(
        case=case,
        item=item,
        basis=item.basis,
        control_code=item.control_code,
        conduct_from=item.conduct_on,
        conduct_until=until or item.conduct_on,
        rules_version=version,
        said=recorded["rules_said"],
        evidence=evidence,
        decided_by_id=actor.id if actor.kind == "user" else None,
        agency_id=actor.agency_id,
        decided_at=at,
        compared_with=version,
        kept_with=version,
    )
    touch("case", case.pk)


def keep_determination(item: Item) -> None:
    """Marks that a person keeps the determination although the rules changed."""
    Determination.objects.filter(item=item, changed_in__isnull=False).update(
        changed_in=None, changes=[], kept_with=F("compared_with")
    )
