"""Opening a case to organs and closing it to them again."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.journal.actions import record_event
from agencies.journal.moving import Moved
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.refusals import Invalid, Missing, MoveRefused
from agencies.organs.models import Agency
from agencies.runs.one_by_one import each, set_aside
from cases.casefile.actions import create_case, lock_case, move_case, stream_of
from cases.casefile.models import Case, Hold

from .models import Share


def open_case(
    *, lead: Agency, actor: Actor, title: str, handling: str, opened_at: datetime, reason: str = "", **columns: Any
) -> Case:
    """A case with its number, its lead organ's sight and its first event."""
    with transaction.atomic():
        case = create_case(lead=lead, title=title, handling=handling, opened_at=opened_at, **columns)
        Share.objects.create(case=case, organ=lead, profile=Share.Profile.LEAD, granted_at=opened_at, reason=reason)
        record_event(
            stream_of(case.pk),
            actor=actor,
            verb="open",
            object_kind="case",
            object_id=case.pk,
            to_state=case.state,
            happened_at=opened_at,
            reason=reason,
        )
        return case


def share_case(
    case: Case, *, actor: Actor, organ: str, profile: str, reason: str, until: date | None = None, **common: Any
) -> Moved[Case]:
    """Gives an organ sight of the case. `organ` is a code; a unit's code means its organ."""
    target = organ_by_code(organ)
    if target.pk == case.lead_id:
        raise MoveRefused([Missing("share:lead", _("The lead organ sees its own case."))])
    if until and until < times.today():
        raise Invalid.field("until", "past", _("This day is over. Choose a later one or leave it open."))
    with transaction.atomic():
        moved = move_case(
            case, "share", actor=actor, organ=target.code, profile=profile, reason=reason,
            counterpart_id=target.pk, hears=[target.pk], **common,
        )  # fmt: skip
        grant(moved.thing, target, profile=profile, reason=reason, at=moved.at, until=until)
        return moved


def grant(case: Case, organ: Agency, *, profile: str, reason: str, at: datetime, until: date | None = None) -> Share:
    """The row behind a share. Never narrows: an organ that already sees the whole case keeps it, until the later of
    the two last days."""
    share, made = Share.objects.get_or_create(
        case=case,
        organ=organ,
        defaults={"profile": profile, "reason": reason, "granted_at": at, "until": until},
    )
    if made:
        return share
    if not share.is_live() or share.profile == Share.Profile.STATUS:
        share.profile, share.reason, share.granted_at = profile, reason, at
        share.until, share.ended_at = until, None
        share.save(update_fields=["profile", "reason", "granted_at", "until", "ended_at"])
    elif share.until is not None and profile != Share.Profile.STATUS:
        share.until = max(share.until, until) if until else None
        share.save(update_fields=["until"])
    return share


def keep_sight(case: Case, organ: Agency) -> None:
    """An organ that opens something on a case sees it without a last day: it never loses what it opened."""
    Share.objects.filter(case=case, organ=organ, ended_at=None).update(until=None)


def unshare_case(case: Case, *, actor: Actor, organ: str, reason: str, **common: Any) -> Moved[Case]:
    """Ends an organ's sight. Not while it works on the case, and never of a case in which it conducted a proceeding:
    an organ never loses what it opened."""
    target = organ_by_code(organ)
    with transaction.atomic():
        offer = {"lead_offered_to": None} if lock_case(case.pk).lead_offered_to_id == target.pk else {}
        moved = move_case(
            case, "unshare", actor=actor, organ=target.code, reason=reason,
            changes=offer, counterpart_id=target.pk, hears=[target.pk], **common,
        )  # fmt: skip
        _refuse_while_working(case, target)
        Share.objects.filter(case=case, organ=target, ended_at=None).update(ended_at=times.now())
        return moved


def offer_lead(case: Case, *, actor: Actor, organ: str, reason: str, **common: Any) -> Moved[Case]:
    """The lead changes by offer and acceptance, never by taking."""
    target = organ_by_code(organ)
    return move_case(
        case, "offer_lead", actor=actor, organ=target.code, reason=reason,
        changes={"lead_offered_to": target}, counterpart_id=target.pk, hears=[target.pk], **common,
    )  # fmt: skip


def accept_lead(case: Case, *, actor: Actor, **common: Any) -> Moved[Case]:
    with transaction.atomic():
        before, after = case.lead, case.lead_offered_to
        moved = move_case(
            case, "accept_lead", actor=actor, changes={"lead": after, "lead_offered_to": None},
            counterpart_id=before.pk, hears=[before.pk], **common,
        )  # fmt: skip
        Share.objects.filter(case=case, organ=before).update(profile=Share.Profile.FULL)
        # Without a last day: who leads a case does not lose sight of it.
        Share.objects.filter(case=case, organ=after).update(profile=Share.Profile.LEAD, until=None)
        return moved


def decline_lead(case: Case, *, actor: Actor, reason: str, **common: Any) -> Moved[Case]:
    return move_case(
        case, "decline_lead", actor=actor, reason=reason, changes={"lead_offered_to": None},
        counterpart_id=case.lead_id, hears=[case.lead_id], **common,
    )  # fmt: skip


def end_lapsed_shares() -> int:
    """Ends shares whose last day is over; each in its own transaction, so one refusal stops no other."""
    lapsed = Share.objects.filter(ended_at=None, until__lt=times.today())

    def end(share: Share) -> bool:
        with transaction.atomic():
            lock_case(share.case_id)
            # Asked again: meanwhile the organ may have got a later day, or none by opening something.
            if not lapsed.filter(pk=share.pk).update(ended_at=times.now()):
                return False
            record_event(
                stream_of(share.case_id), actor=SYSTEM, verb="unshare", object_kind="case",
                object_id=share.case_id, data={"organ": share.organ.code, "until": str(share.until)},
                counterpart_id=share.organ_id, hears=[share.organ_id],
            )  # fmt: skip
            return True

    waiting = lapsed.exclude(pk__in=set_aside("sharing")).select_related("organ")
    return sum(each("sharing", waiting, end, key=lambda share: share.pk))


def organ_by_code(code: str, field: str = "organ") -> Agency:
    """The organ of a node; Invalid when there is none."""
    agency = Agency.objects.select_related("organ").filter(code=code).first()
    if agency is None or agency.organ is None:
        raise Invalid.field(field, "choice", _("No such organ: %(code)s.") % {"code": code})
    return agency.organ


def _refuse_while_working(case: Case, organ: Agency) -> None:
    if case.holds.standing().filter(organ=organ).exists():
        detail = _("%(organ)s still works on this case; its share ends with its work.") % {"organ": organ.name}
        raise MoveRefused([Missing("share:working", detail)])
    if case.holds.filter(organ=organ, because=Hold.Because.PROCEEDING).exists():
        detail = _("%(organ)s conducted a proceeding in this case and keeps its sight.") % {"organ": organ.name}
        raise MoveRefused([Missing("share:proceeding", detail)])


ACTIONS: dict[str, Callable[..., Any]] = {
    "share": share_case,
    "unshare": unshare_case,
    "offer_lead": offer_lead,
    "accept_lead": accept_lead,
    "decline_lead": decline_lead,
}
