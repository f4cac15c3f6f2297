"""Post-clearance audit (稽查) in a customs proceeding: notice, lead time, look-back period, end."""

from datetime import date, datetime, time

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.calendar.workdays import load_calendar
from agencies.kernel import times
from agencies.kernel.action_fields import NOTE, ActionField
from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels, condition
from cases.clocks.counting import SHANGHAI, Period, count
from cases.clocks.models import Clock

from ..models import Proceeding

NOTICE, WINDOW = "CUS_AUDIT_NOTICE", "CUS_AUDIT_PERIOD"
AUDIT_CLOCKS = (NOTICE, WINDOW)
LOOK_BACK = Period(3, "year", rolls=True)  # CUL art. 45


# Conditions ----------------------------------------------------------------------------------------------------------
def window_ends(counted_from: date) -> date:
    """The last day on which goods released on that day may be audited."""
    due = count(LOOK_BACK, datetime.combine(counted_from, time.min, SHANGHAI), load_calendar()).due_at
    return timezone.localdate(due)


def release_of_goods(proceeding: Proceeding) -> datetime | None:
    return datetime.combine(proceeding.audit_from, time.min, SHANGHAI) if proceeding.audit_from else None


def notice(proceeding: Proceeding) -> Clock | None:
    return Clock.objects.running().about(proceeding).filter(rule__code=NOTICE).first()


@condition("audit", _("An audit has already been notified or begun; end it first."))
def no_audit_is_open(proceeding: Proceeding) -> bool:
    return proceeding.audit_from is None or proceeding.audit_ended_at is not None


@condition("audit", _("The audit has begun already."))
def audit_has_not_begun(proceeding: Proceeding) -> bool:
    return proceeding.audit_began_at is None or proceeding.audit_ended_at is not None


def audit_is_notified(proceeding: Proceeding, actor: Actor) -> UnmetCondition | None:
    """书面通知 at least three days before (CAR art. 10); whether working days are meant is to be verified, so the
    later day counts."""
    served = notice(proceeding)
    if served is None:
        detail = gettext("No notice of the audit was served. Serve it first, or begin the audit without notice.")
        return UnmetCondition("notice", detail)
    if served.breach_at is None or served.breach_at < times.now():
        return None
    day = date_format(timezone.localtime(served.breach_at), "DATE_FORMAT")
    detail = gettext("The audit begins at the earliest three days after its notice: not before the end of %(day)s.")
    return UnmetCondition("notice_period", detail % {"day": day})


def window_is_open(proceeding: Proceeding, actor: Actor) -> UnmetCondition | None:
    if proceeding.audit_from is None or window_ends(proceeding.audit_from) >= times.today():
        return None
    return UnmetCondition("window", window_closed(proceeding.audit_from))


def window_closed(counted_from: date) -> str:
    day = date_format(window_ends(counted_from), "DATE_FORMAT")
    return gettext("The period to audit these goods ended on %(day)s (Customs Law art. 45).") % {"day": day}


@condition("audit", _("No audit was notified or begun."))
def audit_runs(proceeding: Proceeding) -> bool:
    return proceeding.audit_from is not None and proceeding.audit_ended_at is None


# Fields --------------------------------------------------------------------------------------------------------------
COUNTED_FROM = ActionField(
    "audit_from",
    _("Goods released on"),
    kind="date",
    stores=True,
    help=_("For bonded or duty-reduced goods: the day on which customs supervision ended. Three years run from it."),
)
PAPER = ActionField("paper", _("Number of the notice"), max_length=200)
AUTHORITY = ActionField(
    "authority",
    _("Approved by"),
    help=_("The head of the district customs, or the authorised head of a subordinate customs house."),
)
APPROVAL = ActionField("paper", _("Number of the approval"), max_length=200)
URGENCY = ActionField(
    "reason", _("Reason for no notice"), kind="long", help=_("Such as books or goods that may be removed.")
)
FOUND = ActionField("reason", _("Result of the audit"), kind="long")
SERVE, AT_ONCE, END = (COUNTED_FROM, PAPER, NOTE), (COUNTED_FROM, AUTHORITY, APPROVAL, URGENCY), (FOUND,)

AUDIT_LABELS = {
    "serve_audit": Labels(_("Serve notice of an audit"), _("served the notice of a post-clearance audit")),
    "begin_audit": Labels(_("Begin the audit"), _("began the post-clearance audit")),
    "audit_at_once": Labels(
        _("Begin an audit without notice"), _("began a post-clearance audit without notice, with approval")
    ),
    "end_audit": Labels(_("End the audit"), _("ended the post-clearance audit")),
}
