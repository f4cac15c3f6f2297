"""Workflow of conversions within an anti-smuggling bureau (行转刑, 刑转行): one agency, two capacities, two laws."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE
from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels
from cases.casefile.choices import ConversionSide
from coordination.exchange.letters.fields import case_open
from coordination.exchange.letters.tables import announced, internal

from ..access import deciding_office_holder, sender_staff
from ..goods import something_to_hand
from ..models import Referral
from ..starts import CONVERSION as CONVERSION_ASKS
from .common import ENDING, LABELS, NUMBER, table
from .criminal import has_eligible_approver, not_of_the_team, report_written, team_of_two
from .proposing import REMARKS
from .reverse import GOODS, RESUMES, let_go

S = Referral.State


def origin_fits(referral: Referral, actor: Actor) -> UnmetCondition | None:
    """To criminal from an administrative proceeding, to administrative from a criminal one."""
    origin = referral.origin
    if origin is None:
        return UnmetCondition("origin", gettext("Choose the proceeding to convert."))
    if origin.is_criminal == (referral.ground == ConversionSide.TO_CRIMINAL):
        return UnmetCondition("origin", gettext("The proceeding named is already of that kind."))
    return None


def offence_named(referral: Referral, actor: Actor) -> UnmetCondition | None:
    needed = referral.ground == ConversionSide.TO_CRIMINAL and referral.offence_id is None
    return UnmetCondition("offence", gettext("Name the suspected offence.")) if needed else None


def free_to_go(referral: Referral, actor: Actor) -> UnmetCondition | None:
    """Only parties no longer in the criminal proceeding can leave it."""
    return let_go(referral, actor) if referral.ground == ConversionSide.TO_ADMINISTRATIVE else None


def to_criminal(referral: Referral, actor: Actor) -> UnmetCondition | None:
    if referral.ground == ConversionSide.TO_CRIMINAL:
        return None
    return UnmetCondition("direction", gettext("This is a conversion to an administrative case."))


def to_administrative(referral: Referral, actor: Actor) -> UnmetCondition | None:
    if referral.ground == ConversionSide.TO_ADMINISTRATIVE:
        return None
    return UnmetCondition("direction", gettext("This is a conversion to a criminal case."))


# fmt: off
TRANSITIONS = {
    # verb             from                  to                    who may                   needs / fields
    "edit":           internal(S.DRAFT_REPORT,   to=None,              by=sender_staff,          fields=CONVERSION_ASKS, writes=True),
    "submit":         internal(S.DRAFT_REPORT,   to=S.HEAD_DECISION,   by=sender_staff,          needs=(case_open, origin_fits, offence_named, free_to_go, report_written, team_of_two, has_eligible_approver), fields=(NOTE,)),
    "file":           announced(S.HEAD_DECISION,  to=S.CONVERTED,       by=deciding_office_holder,needs=(to_criminal, case_open, not_of_the_team), fields=(NUMBER, NOTE), paper="FILE_CRM"),
    "take_back":      announced(S.HEAD_DECISION,  to=S.CONVERTED,       by=deciding_office_holder,needs=(to_administrative, case_open, free_to_go, not_of_the_team), fields=(RESUMES, NOTE)),
    "hand_goods":     internal(S.CONVERTED,      to=None,              by=sender_staff,          needs=(something_to_hand,), fields=(GOODS, NOTE), paper="GOODS_HANDOVER"),
    "revise":         internal(S.HEAD_DECISION,  to=S.DRAFT_REPORT,    by=deciding_office_holder,needs=(not_of_the_team,), fields=(REMARKS,)),
    "refuse":         internal(S.HEAD_DECISION,  to=S.REFUSED_INTERNAL,by=deciding_office_holder,needs=(not_of_the_team,), fields=(ENDING,)),
    "withdraw":       internal(S.DRAFT_REPORT,   to=S.WITHDRAWN, by=sender_staff, fields=(ENDING,)),
}
# fmt: on

CONVERSION_LABELS = LABELS | {
    "file": Labels(_("Approve: open the criminal case"), _("converted the matter to a criminal case"), "primary"),
    "take_back": Labels(
        _("Approve: handle administratively"), _("converted the matter to an administrative case"), "primary"
    ),
}

CONVERSION = table("conversion", transitions=TRANSITIONS, labels=CONVERSION_LABELS, hands_facts=False)
