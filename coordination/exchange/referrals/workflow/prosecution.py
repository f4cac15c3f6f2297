"""Workflow of the file of a case sent for prosecution (移送审查起诉): sender the police, receiver the procuratorate.

CPL arts. 162, 172, 175; MPSP arts. 289–296. The proceeding (`origin`) takes its own steps with their periods; the file
goes with it. After a return for supplementary investigation it is sent again with a further volume.
"""

from dataclasses import replace

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE, ActionField
from agencies.kernel.actor import Actor, system_only
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels
from cases.proceedings.workflow import CRIMINAL, SENDABLE
from coordination.exchange.letters.fields import case_open
from coordination.exchange.letters.tables import bilateral, internal

from ..access import receiver_staff, sender_chief, sender_staff
from ..chosen import parties_of
from ..models import Referral
from ..starts import ACTS, FACTS_AND_OPINION, GOES_WITH, SUSPECTS, TITLE, TO_PROCURATORATE
from .common import ANSWERS, ENDING, LABELS, drafted, table
from .reverse import reason_written

S = Referral.State


def _unmet_step(verb: str, referral: Referral, actor: Actor) -> UnmetCondition | None:
    """What the step of the proceeding lacks; the file takes no step without it."""
    origin = referral.origin
    if origin is None:
        return UnmetCondition("origin", gettext("Choose the criminal proceeding."))
    if origin.state not in CRIMINAL.transitions[verb].sources:
        detail = gettext("The state of the criminal proceeding is “%(state)s”.") % {"state": origin.get_state_display()}
        return UnmetCondition("origin", detail)
    return next(iter(CRIMINAL.unmet(verb, actor, origin)), None)


def proceeding_may_go(referral: Referral, actor: Actor) -> UnmetCondition | None:
    return _unmet_step("prosecute_opinion", referral, actor)


def proceeding_may_return(referral: Referral, actor: Actor) -> UnmetCondition | None:
    """补充侦查以二次为限 (CPL art. 175)."""
    return _unmet_step("return", referral, actor)


def every_suspect_goes(referral: Referral, actor: Actor) -> UnmetCondition | None:
    """The proceeding goes with every suspect who is still investigated (CPL art. 162), so the file names them all."""
    if referral.origin is None:
        return None
    left = referral.origin.suspects.filter(state__in=SENDABLE).exclude(party__in=parties_of(referral).values("pk"))
    names = gettext(", ").join(line.party.name for line in left.select_related("party"))
    if not names:
        return None
    detail = gettext("Still investigated, and not in the file: %(names)s. Add them, or end their investigation first.")
    return UnmetCondition("parties", detail % {"names": names})


TO = replace(TO_PROCURATORATE, required=False)
OUTLINE = ActionField("reason", _("What has to be investigated, and why"), kind="long")
RESULT = ActionField("answer", _("Result of the review"), kind="long", stores=True)

# fmt: off
TRANSITIONS = {
    # verb from to who may needs / fields
    **drafted(TO, SUSPECTS, ACTS, TITLE, FACTS_AND_OPINION, *GOES_WITH, by=sender_chief, needs=(case_open, proceeding_may_go, every_suspect_goes, reason_written), keeps="receiver", paper="PROSECUTE", signs=True),
    "accept_file":    bilateral(S.SENT,              to=S.IN_WORK,   by=receiver_staff,  fields=(NOTE,), machine=ANSWERS),
    "return_case":    bilateral(S.IN_WORK,           to=S.RETURNED,  by=receiver_staff,  needs=(proceeding_may_return,), fields=(OUTLINE,), machine=ANSWERS),
    "report":         bilateral(S.IN_WORK,           to=S.REPORTED,  by=receiver_staff,  fields=(RESULT,), machine=ANSWERS),
    "note_return":    bilateral(S.SENT, S.IN_WORK,   to=S.RETURNED,  by=system_only, system=True),
    "note_end":       bilateral(S.SENT, S.IN_WORK, S.RETURNED, to=S.REPORTED, by=system_only, system=True),
    "withdraw":       internal(S.DRAFT,              to=S.WITHDRAWN, by=sender_staff,    fields=(ENDING,)),
}
# fmt: on

PROSECUTION_LABELS = LABELS | {
    "send": Labels(_("Send for prosecution"), _("sent the letter"), "primary"),
    "change": Labels(_("Supplement the file"), _("supplemented the file"), "primary"),
    "accept_file": Labels(_("Accept the file"), _("accepted the file for review"), "primary"),
    "return_case": Labels(
        _("Return for supplementary investigation"), _("returned the case for supplementary investigation"), "danger"
    ),
    "report": Labels(_("Report the result"), _("reported the result"), "primary"),
    "note_return": Labels(
        _("Record return for supplementary investigation"),
        _("the case was returned for supplementary investigation"),
    ),
    "note_end": Labels(_("Record the end of the review"), _("the review for prosecution ended")),
}

PROSECUTION = table("file for prosecution", transitions=TRANSITIONS, labels=PROSECUTION_LABELS)
