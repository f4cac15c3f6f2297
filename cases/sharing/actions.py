"""Actions on shares of a case."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, record_event
from agencies.journal.transitions import TransitionResult
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.errors import Invalid, TransitionRefused
from agencies.kernel.resource import ActionTable
from agencies.kernel.work import atomic, touch
from agencies.organisations.models import Agency
from agencies.runs.one_by_one import deferred_keys, process_each
from cases.casefile.actions import create_case, lock_case, locked_case, move_case, stream_of
from cases.casefile.models import Case, Hold

from .models import Share
from .work import SHARE


def open_case(
    *, lead: Agency, actor: Actor, title: str, handling: str, opened_at: datetime, reason: str = "", **columns: Any
) -> Case:
    """Creates a case with its number, the lead agency's share and its first event."""
    with atomic():
        case = create_case(lead=lead, title=title, handling=handling, opened_at=opened_at, **columns)
        Share.objects.create(case=case, agency=lead, profile=Share.Profile.LEAD, granted_at=opened_at, reason=reason)
        record_event(
            stream_of(case.pk),
            actor=actor,
            action=Action("open", "case", case.pk, to_state=case.state, reason=reason),
            happened_at=opened_at,
        )
        return case


def share_case(
    case: Case, *, actor: Actor, agency: str, profile: str, reason: str, until: date | None = None, **common: Any
) -> TransitionResult[Case]:
    """Shares the case with an agency. `agency` is a code; the code of a unit means its agency."""
    target = agency_by_code(agency)
    if target.pk == case.lead_id:
        raise TransitionRefused.because("share:lead", _("The lead agency already sees its own case."))
    if until and until < times.today():
        raise Invalid.field("until", "past", _("This day has passed. Choose a later one or leave it open."))
    with atomic():
        applied = move_case(
            case,
            "share",
            actor=actor,
            agency=target.code,
            profile=profile,
            reason=reason,
            audience=Audience(counterpart_id=target.pk, notify=[target.pk]),
            **common,
        )
        grant_share(applied.thing, target, profile=profile, reason=reason, at=applied.at, until=until)
        return applied


def grant_share(
    case: Case, agency: Agency, *, profile: str, reason: str, at: datetime, until: date | None = None
) -> Share:
    """Creates or extends the share without an event.

    It never narrows: an agency that sees the whole case keeps that, until the later of the two last days.
    """
    touch(SHARE, case.pk)
    share, made = Share.objects.get_or_create(
        case=case, agency=agency, defaults={"profile": profile, "reason": reason, "granted_at": at, "until": until}
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


def make_share_permanent(case: Case, agency: Agency) -> None:
    """Removes the last day of the share: an agency that opens something on a case never loses access to it."""
    touch(SHARE, case.pk)
    Share.objects.filter(case=case, agency=agency, ended_at=None).update(until=None)


def unshare_case(case: Case, *, actor: Actor, agency: str, reason: str, **common: Any) -> TransitionResult[Case]:
    """Ends the share of an agency.

    Raises TransitionRefused while the agency works on the case, and if it conducted a proceeding in it.
    """
    target = agency_by_code(agency)
    with atomic():
        offer = {"lead_offered_to": None} if lock_case(case.pk).lead_offered_to_id == target.pk else {}
        applied = move_case(
            case,
            "unshare",
            actor=actor,
            agency=target.code,
            reason=reason,
            changes=offer,
            audience=Audience(counterpart_id=target.pk, notify=[target.pk]),
            **common,
        )
        _refuse_while_working(case, target)
        Share.objects.filter(case=case, agency=target, ended_at=None).update(ended_at=times.now())
        touch(SHARE, case.pk)
        return applied


def offer_lead(case: Case, *, actor: Actor, agency: str, reason: str, **common: Any) -> TransitionResult[Case]:
    """Offers the lead to an agency, which must accept it."""
    target = agency_by_code(agency)
    return move_case(
        case,
        "offer_lead",
        actor=actor,
        agency=target.code,
        reason=reason,
        changes={"lead_offered_to": target},
        audience=Audience(counterpart_id=target.pk, notify=[target.pk]),
        **common,
    )


def accept_lead(case: Case, *, actor: Actor, **common: Any) -> TransitionResult[Case]:
    """Accepts the lead. The former lead agency keeps the whole case."""
    with atomic():
        before, after = case.lead, case.lead_offered_to
        applied = move_case(
            case,
            "accept_lead",
            actor=actor,
            changes={"lead": after, "lead_offered_to": None},
            audience=Audience(counterpart_id=before.pk, notify=[before.pk]),
            **common,
        )
        Share.objects.filter(case=case, agency=before).update(profile=Share.Profile.FULL)
        # Without a last day: the lead agency must not lose access.
        Share.objects.filter(case=case, agency=after).update(profile=Share.Profile.LEAD, until=None)
        touch(SHARE, case.pk)
        return applied


def decline_lead(case: Case, *, actor: Actor, reason: str, **common: Any) -> TransitionResult[Case]:
    return move_case(
        case,
        "decline_lead",
        actor=actor,
        reason=reason,
        changes={"lead_offered_to": None},
        audience=Audience(counterpart_id=case.lead_id, notify=[case.lead_id]),
        **common,
    )


def end_lapsed_shares() -> int:
    """Ends shares whose last day is over, each in its own transaction. Returns how many ended."""
    lapsed = Share.objects.filter(ended_at=None, until__lt=times.today())

    def end(share: Share) -> bool:
        with locked_case(share.case_id):
            # Checked again: the last day may have been changed or removed meanwhile.
            if not lapsed.filter(pk=share.pk).update(ended_at=times.now()):
                return False
            touch(SHARE, share.case_id)
            record_event(
                stream_of(share.case_id),
                actor=SYSTEM,
                action=Action(
                    "unshare", "case", share.case_id, data={"agency": share.agency.code, "until": str(share.until)}
                ),
                audience=Audience(counterpart_id=share.agency_id, notify=[share.agency_id]),
            )
            return True

    waiting = lapsed.exclude(pk__in=deferred_keys("sharing")).select_related("agency")
    return sum(process_each("sharing", waiting, end, key=lambda share: share.pk))


def agency_by_code(code: str, field: str = "agency") -> Agency:
    """Returns the agency of the node with this code. Raises Invalid if there is none."""
    agency = Agency.objects.select_related("agency").with_code(code)
    if agency is None or agency.agency is None:
        raise Invalid.field(field, "choice", _("There is no such agency: %(code)s.") % {"code": code})
    return agency.agency


def _refuse_while_working(case: Case, agency: Agency) -> None:
    if case.holds.standing().filter(agency=agency).exists():
        detail = _("%(agency)s is still working on this case; its share ends with its work.") % {"agency": agency.name}
        raise TransitionRefused.because("share:working", detail)
    if case.holds.filter(agency=agency, because=Hold.Because.PROCEEDING).exists():
        detail = _("%(agency)s conducted a proceeding on this case and keeps its access.") % {"agency": agency.name}
        raise TransitionRefused.because("share:proceeding", detail)


ACTIONS: ActionTable = {
    "share": share_case,
    "unshare": unshare_case,
    "offer_lead": offer_lead,
    "accept_lead": accept_lead,
    "decline_lead": decline_lead,
}
