"""Workflow of transfers between administrative agencies (案件移送), including who decides on competence when both
refuse.

APL art. 25: the two agencies first try to agree; otherwise their common superior designates. Agencies without one get
the centre's written opinion, which both accept or refer to the mechanism's Office. Until then either may still accept.
"""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE, REASON, ActionField
from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels
from agencies.organisations.models import common_superior
from cases.casefile.models import Handling
from coordination.exchange.letters.fields import case_open
from coordination.exchange.letters.tables import announced, bilateral

from ..access import (
    arbiter_chief,
    centre_coordinator,
    either_staff,
    receiver_chief,
    receiver_staff,
    sender_chief,
    sender_staff,
)
from ..models import Referral
from ..starts import GOES_WITH, ORIGIN, PARTIES, TITLE, TO_COMPETENT, WHY_COMPETENT
from .common import ANSWERS, ENDING, LABELS, drafted, table, withdrawal
from .silence import asking_correction

S = Referral.State


def have_a_superior(referral: Referral, actor: Actor) -> UnmetCondition | None:
    """Only agencies with a common superior can have one designated."""
    if common_superior(referral.sender, referral.receiver):
        return None
    return UnmetCondition(
        "superior", gettext("The two agencies have no common superior. Request the centre's opinion.")
    )


def open_to_the_centre(referral: Referral, actor: Actor) -> UnmetCondition | None:
    """The centre reads no restricted case, so it cannot judge one."""
    if referral.case.handling != Handling.H3:
        return None
    detail = gettext(
        "The case is restricted, and the centre may not read it. Agree with each other, or ask the common superior."
    )
    return UnmetCondition("restricted", detail)


def _both(referral: Any, actor: Actor) -> list[tuple[str, str]]:
    return [(agency.code, agency.name) for agency in (referral.receiver, referral.sender)]


RECEIVER = replace(TO_COMPETENT, required=False)
COMPETENT = ActionField("competent", _("Competent agency"), kind="choice", choices=_both)
OPINION = ActionField("letter", _("Opinion and its grounds"), kind="long")
DECISION = ActionField("letter", _("Decision and number"), kind="long")

_DISPUTED = (S.NOT_COMPETENT, S.DESIGNATION, S.CENTRE_ASKED, S.OPINED, S.AT_OFFICE)
# fmt: off
TRANSITIONS = {
    # verb                  from                       to                    who may                   needs / fields
    **drafted(RECEIVER, ORIGIN, PARTIES, TITLE, WHY_COMPETENT, *GOES_WITH, by=sender_chief, starts=("INT_SIGN",)),
    "return":              bilateral(S.SENT,                to=S.RETURNED,        by=receiver_staff,        fields=(REASON,), stops=("INT_SIGN",), machine=ANSWERS),
    "decline":             bilateral(S.SENT,                to=S.NOT_COMPETENT,   by=receiver_chief,        fields=(ENDING,), stops=("INT_SIGN",), machine=ANSWERS),
    "accept":              announced(S.SENT, *_DISPUTED, S.DESIGNATED, to=S.RECEIVED, by=receiver_staff,    needs=(case_open,), fields=(NOTE,), stops=("*",), machine=ANSWERS),
    "keep":                bilateral(*_DISPUTED,            to=S.KEPT,            by=sender_chief,          fields=(NOTE,)),
    "ask_superior":        bilateral(S.NOT_COMPETENT,       to=S.DESIGNATION,     by=either_staff,          needs=(have_a_superior,), fields=(REASON,)),
    "designate_receiver":  announced(S.DESIGNATION,         to=S.DESIGNATED,      by=arbiter_chief,         fields=(DECISION,), starts=("INT_SIGN",)),
    "designate_sender":    announced(S.DESIGNATION,         to=S.KEPT,            by=arbiter_chief,         fields=(DECISION,)),
    "ask_centre":          bilateral(S.NOT_COMPETENT,       to=S.CENTRE_ASKED,    by=either_staff,          needs=(open_to_the_centre,), fields=(REASON,)),
    "opine":               announced(S.CENTRE_ASKED,        to=S.OPINED,          by=centre_coordinator,    fields=(COMPETENT, OPINION)),
    "object":              bilateral(S.OPINED,              to=S.AT_OFFICE,       by=either_staff,          fields=(REASON,)),
    "office_receiver":     announced(S.AT_OFFICE,           to=S.DESIGNATED,      by=centre_coordinator,    fields=(DECISION,), starts=("INT_SIGN",)),
    "office_sender":       announced(S.AT_OFFICE,           to=S.KEPT,            by=centre_coordinator,    fields=(DECISION,)),
    **asking_correction(S.SENT, S.DESIGNATED, by=sender_staff),
    **withdrawal(S.DRAFT, S.SENT, S.RETURNED),
}
# fmt: on

ADMINISTRATIVE_LABELS = LABELS | {
    "decline": Labels(_("Decline competence"), _("declined competence"), "danger"),
    "accept": Labels(_("Accept and file"), _("accepted the matter"), "primary"),
    "keep": Labels(_("Keep the matter"), _("decided to keep the matter")),
    "ask_superior": Labels(_("Ask the common superior"), _("asked the common superior to designate"), "primary"),
    "designate_receiver": Labels(_("Designate the receiver"), _("designated the receiving agency"), "primary"),
    "designate_sender": Labels(_("Designate the sender"), _("designated the sending agency")),
    "ask_centre": Labels(_("Ask the centre for its opinion"), _("asked the centre for its opinion"), "primary"),
    "opine": Labels(_("Give a written opinion"), _("gave its written opinion on competence"), "primary"),
    "object": Labels(
        _("Refer to the Coordination Mechanism Office"), _("referred the matter to the Coordination Mechanism Office")
    ),
    "office_receiver": Labels(
        _("Record: the receiver is competent"),
        _("recorded the Coordination Mechanism Office's decision for the receiver"),
    ),
    "office_sender": Labels(
        _("Record: the sender is competent"), _("recorded the Coordination Mechanism Office's decision for the sender")
    ),
}

ADMINISTRATIVE = table("administrative transfer", transitions=TRANSITIONS, labels=ADMINISTRATIVE_LABELS)
