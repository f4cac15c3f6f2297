"""Rosters, saved views, alerts, and steps that a second person confirms."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from agencies.confirmations.actions import declare_sign_in, request_rights
from agencies.confirmations.models import Confirmation
from agencies.duty.actions import RosterEntry, enter_absence, enter_shift
from agencies.duty.actions import write_note as write_shift_note
from agencies.kernel.resource import RESOURCES, resource_of
from agencies.organisations.models import Agency
from coordination.actions.performing import perform
from coordination.insight.read_log.models import ReadAlert
from coordination.lists.saved_views.actions import save_view
from coordination.lists.saved_views.models import SavedView

from ..kept_stories import story
from .basics import serial


@story
def roster(cast: Any) -> dict[str, Any]:
    """A running shift of the customs officer, its note, and the absence of a colleague."""
    now, person = timezone.now(), cast.user("customs.officer")
    entry = RosterEntry(
        Agency.objects.get(code="GACC_RISK"), person, now - timedelta(hours=1), now + timedelta(hours=23)
    )
    shift = enter_shift(entry, actor=cast["customs.lead"])
    today = timezone.localdate()
    return {
        "duty": shift,
        "shift-note": write_shift_note(shift, actor=cast["customs.officer"], text="Two calls about the antimony case."),
        "absence": enter_absence(
            cast.user("customs.legal"), actor=cast["customs.lead"], since=today, until=today, deputy=person
        ),
    }


@story
def saved_view(cast: Any, by: str = "customs.officer") -> SavedView:
    """A view of the reader's open tasks, for the whole agency."""
    return save_view(
        actor=cast[by], list_name="tasks", name="On my desk", query="mine=1&open=1", chosen={}, audience="agency"
    )


def read_alert(cast: Any, by: str = "customs.officer") -> ReadAlert:
    """An alert for the auditor: a person read many objects within an hour."""
    kind, since = ReadAlert.Kind.VOLUME, timezone.now()
    return ReadAlert.objects.create(kind=kind, actor_kind="user", actor_id=cast[by].id, since=since, reads=400)


def declared(cast: Any, signs_in: bool = False, by: str = "customs.admin", code: str = "GACC") -> Confirmation:
    """An unconfirmed request to declare that an agency no longer signs in from today on."""
    return declare_sign_in(
        Agency.objects.get(code=code),
        actor=cast[by],
        signs_in=signs_in,
        paper=f"函〔2026〕{serial()}号",
        starts_on=timezone.localdate(),
    )


def rights_requested(cast: Any, whose: str, operation: str, by: str = "customs.admin", **given: Any) -> Confirmation:
    """An unconfirmed request to change the rights of an account."""
    return request_rights(cast.user(whose), operation, actor=cast[by], reason="A new post", **given)


def rights_changed(
    cast: Any, whose: str, operation: str, by: str = "customs.admin", second: str = "customs.head", **given: Any
) -> Confirmation:
    """A change of rights that a second person confirmed. The next actor of the account has the new rights."""
    asked = rights_requested(cast, whose, operation, by, **given)
    perform(RESOURCES["confirmations"], cast[second], asked, "confirm", {}, strict=True)
    asked.refresh_from_db()
    cast.pop(whose, None)
    return asked


def seconded(
    cast: Any, thing: Any, verb: str, *, by: str = "customs.lead", second: str = "customs.officer", **given: Any
) -> Confirmation:
    """A step of an absent agency that needs a lead: the lead requests it, and a second person confirms it."""
    requested: Confirmation = perform(resource_of(thing), cast[by], thing, verb, given, strict=True).created
    perform(RESOURCES["confirmations"], cast[second], requested, "confirm", {}, strict=True)
    thing.refresh_from_db()
    return requested
