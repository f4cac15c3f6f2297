"""Corrections of facts that a package holds: they follow it, and its receiver confirms that it has them.

What the sender adds to its case later is not in the package, and neither are its corrections.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from agencies.journal.models import Event
from agencies.journal.transitions import part_key
from agencies.kernel.actor import Actor
from agencies.organisations.models import Agency, agencies_by_id
from agencies.people.timeline import FieldChange, field_changes
from cases.casefile.models import Case
from coordination.exchange.tasks.models import CORRECTION_STEP, Task

from .models import Package, Referral

FOLLOWED, CONFIRMED = "correct_facts", "confirm_correction"


@dataclass(frozen=True)
class PackageCorrection:
    """A row of the package that `agency` put right later. `facts` are field, was and now as recorded, `changes` are
    the same in words. `received_at` is None until the receiver confirmed it."""

    row: str
    facts: Sequence[dict[str, Any]]
    changes: tuple[FieldChange, ...]
    agency: Agency
    at: datetime
    reason: str
    received_at: datetime | None


def holds(packages: Iterable[Package], row: Any) -> bool:
    """Whether one of the packages holds the row."""
    key = part_key(row)
    return any(key in package.content.get("rows", ()) for package in packages)


def corrections_of(referral: Referral, packages: Sequence[Package]) -> list[PackageCorrection]:
    """The corrections since the letter last went out, newest first, for readers of the package."""
    sent = [package.frozen_at for package in packages if "letter" in package.content]
    if not sent:
        return []
    events = Event.objects.filter(object_kind="referral", object_id=referral.pk, verb__in=(FOLLOWED, CONFIRMED))
    acts = list(events.filter(recorded_at__gt=max(sent)).select_related("note").order_by("-id"))
    followed = [act for act in acts if act.verb == FOLLOWED and act.remark]
    agencies = agencies_by_id({act.note.data["agency"] for act in followed})
    receipts = [
        act for act in acts if act.verb == CONFIRMED and referral.receiver_id in (act.agency_id, act.on_behalf_of_id)
    ]
    return [
        PackageCorrection(
            row=act.note.data["row"],
            facts=act.note.data["facts"],
            changes=field_changes("case", act.note.data["act"], act.note.data["facts"]),
            agency=agencies[act.note.data["agency"]],
            at=act.happened_at,
            reason=act.note.reason,
            received_at=min((one.happened_at for one in receipts if one.pk > act.pk), default=None),
        )
        for act in followed
    ]


def as_data(corrections: Iterable[PackageCorrection]) -> list[dict[str, Any]]:
    """The corrections as plain data; the agency as its code."""
    names = ("row", "facts", "at", "reason", "received_at")
    return [{name: getattr(one, name) for name in names} | {"agency": one.agency.code} for one in corrections]


def awaiting_receipt(case: Case, actor: Actor) -> set[UUID]:
    """Ids of the referrals of the case with a correction whose receipt is open, as far as the actor sees that."""
    steps = Task.objects.visible_to(actor).open().filter(case=case, step=CORRECTION_STEP, source__isnull=False)
    return {source for source in steps.values_list("source", flat=True) if source}


def awaits_receipt(referral: Referral) -> bool:
    """Whether the receiver has to confirm a correction."""
    return Task.objects.open().filter(source=referral.pk, step=CORRECTION_STEP).exists()
