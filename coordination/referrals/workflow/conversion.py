"""The table of conversions within an anti-smuggling bureau (行转刑, 刑转行): one organ, two capacities, two laws."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.asks import NOTE, Ask
from agencies.kernel.moves import Reach, Words, Workflow, move
from agencies.kernel.refusals import Missing
from cases.casefile.choices import Direction, colleagues, directions, offences, own_proceedings

from ..access import deciding_office_holder, sender_staff
from ..goods import something_to_hand
from ..models import Referral
from .common import ENDING, TITLE, WORDS, case_open
from .criminal import NUMBER, REPORT, not_of_the_team, report_written, somebody_can_approve, team_of_two
from .police import PARTIES
from .reverse import GOODS, RESUMES, let_go

S = Referral.State
OWN, STATUS = Reach.OWN, Reach.STATUS


def origin_fits(referral: Referral, actor: Actor) -> Missing | None:
    """To the criminal side out of an administrative proceeding, and the other way round."""
    origin = referral.origin
    if origin is None:
        return Missing("origin", gettext("Name the proceeding that is converted."))
    if origin.is_criminal == (referral.ground == Direction.TO_CRIMINAL):
        return Missing("origin", gettext("The proceeding named is already of that kind."))
    return None


def offence_named(referral: Referral, actor: Actor) -> Missing | None:
    needed = referral.ground == Direction.TO_CRIMINAL and referral.offence_id is None
    return Missing("offence", gettext("Name the suspected offence.")) if needed else None


def free_to_go(referral: Referral, actor: Actor) -> Missing | None:
    """Out of the criminal proceeding goes only whom it no longer is about."""
    return let_go(referral, actor) if referral.ground == Direction.TO_ADMINISTRATIVE else None


def to_criminal(referral: Referral, actor: Actor) -> Missing | None:
    if referral.ground == Direction.TO_CRIMINAL:
        return None
    return Missing("direction", gettext("This conversion goes to the administrative side."))


def to_administrative(referral: Referral, actor: Actor) -> Missing | None:
    if referral.ground == Direction.TO_ADMINISTRATIVE:
        return None
    return Missing("direction", gettext("This conversion goes to the criminal side."))


DIRECTION = Ask("ground", _("Direction"), kind="choice", choices=directions, stores=True)
ORIGIN = Ask("origin", _("Proceeding to convert"), kind="choice", choices=lambda r, a: own_proceedings(r.case, a))
OFFENCE = Ask(
    "offence",
    _("Suspected offence"),
    kind="choice",
    required=False,
    choices=offences,
    help=_("Needed for a criminal case."),
)
TEAM = Ask("team", _("Team (at least two officers)"), kind="choices", required=False, choices=colleagues)
ASKS = (DIRECTION, ORIGIN, PARTIES, OFFENCE, TITLE, REPORT, TEAM)

# fmt: off
MOVES = {
    # verb             from                  to                    who may                   needs / asks
    "edit":           move(S.DRAFT_REPORT,   to=None,              by=sender_staff,          asks=ASKS, reach=OWN, writes=True),
    "submit":         move(S.DRAFT_REPORT,   to=S.HEAD_DECISION,   by=sender_staff,          needs=(case_open, origin_fits, offence_named, free_to_go, report_written, team_of_two, somebody_can_approve), asks=(NOTE,), reach=OWN),
    "file":           move(S.HEAD_DECISION,  to=S.CONVERTED,       by=deciding_office_holder,needs=(to_criminal, case_open, not_of_the_team), asks=(NUMBER, NOTE), reach=STATUS, paper="FILE_CRM"),
    "take_back":      move(S.HEAD_DECISION,  to=S.CONVERTED,       by=deciding_office_holder,needs=(to_administrative, case_open, free_to_go, not_of_the_team), asks=(RESUMES, NOTE), reach=STATUS),
    "hand_goods":     move(S.CONVERTED,      to=None,              by=sender_staff,          needs=(something_to_hand,), asks=(GOODS, NOTE), reach=OWN, paper="GOODS_HANDOVER"),
    "refuse":         move(S.HEAD_DECISION,  to=S.REFUSED_INTERNAL,by=deciding_office_holder,needs=(not_of_the_team,), asks=(ENDING,), reach=OWN),
    "withdraw":       move(S.DRAFT_REPORT, S.HEAD_DECISION, to=S.WITHDRAWN, by=sender_staff, asks=(ENDING,), reach=OWN),
}
# fmt: on

CONVERSION_WORDS = WORDS | {
    "submit": Words(_("Submit for decision"), _("submitted the report for decision"), "primary"),
    "file": Words(_("Approve: open the criminal case"), _("converted the matter to a criminal case"), "primary"),
    "take_back": Words(
        _("Approve: handle administratively"), _("converted the matter to an administrative case"), "primary"
    ),
    "hand_goods": Words(_("Record hand-over of goods"), _("handed over goods and papers")),
    "refuse": Words(_("Do not approve"), _("did not approve it"), "danger"),
}

CONVERSION = Workflow(
    "conversion", S, MOVES, CONVERSION_WORDS, final=frozenset({S.CONVERTED, S.REFUSED_INTERNAL, S.WITHDRAWN})
)
