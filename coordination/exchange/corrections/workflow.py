"""Workflow of corrections: one person proposes, a second person of the agency confirms."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.journal.involvement import is_involved
from agencies.kernel.action_fields import NOTE, REASON
from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.resource import resource_of
from agencies.kernel.workflow import Labels, Workflow
from agencies.people.deciding import is_of_office
from coordination.exchange.letters.tables import internal

from .access import agency_chief, agency_staff
from .models import Correction
from .record import correction_obstacle, event_subject

S = Correction.State


def second_person(correction: Correction, actor: Actor) -> UnmetCondition | None:
    """The proposer must not confirm."""
    own = is_involved(actor, correction=correction.pk)
    return (
        UnmetCondition("own_proposal", gettext("You proposed this yourself: a second person decides.")) if own else None
    )


def office_confirms(correction: Correction, actor: Actor) -> UnmetCondition | None:
    """What only the holder of an office may decide is also corrected only with the holder's confirmation."""
    event = correction.event
    if event.on_behalf_of_id is not None:  # recorded from a paper: whoever may record it may correct the record
        return None
    thing = event_subject(event)
    line = resource_of(thing).workflow_of(thing).transitions.get(event.verb)
    if line is None or not is_of_office(line.by) or line.by(actor, thing):
        return None
    return UnmetCondition("office", gettext("Only the holder of the office that decides this confirms its correction."))


def record_allows_it(correction: Correction, actor: Actor) -> UnmetCondition | None:
    """Checked again at confirmation, because more may have been recorded since the proposal."""
    return correction_obstacle(correction)


# fmt: off
TRANSITIONS = {
    # verb          from            to              who         needs / fields
    "confirm":  internal(S.PROPOSED,    to=S.CONFIRMED, by=agency_chief,   needs=(second_person, office_confirms, record_allows_it), fields=(NOTE,)),
    "refuse":   internal(S.PROPOSED,    to=S.REFUSED,   by=agency_chief,   needs=(second_person,), fields=(REASON,)),
    "withdraw": internal(S.PROPOSED,    to=S.WITHDRAWN, by=agency_staff,   fields=(NOTE,)),
}
# fmt: on

LABELS = {
    "propose": Labels(_("Correct or annul a record"), _("proposed a correction of the record")),
    "confirm": Labels(_("Confirm correction"), _("confirmed that the record was wrong"), "primary"),
    "refuse": Labels(_("Refuse correction"), _("refused the correction of the record"), "danger"),
    "withdraw": Labels(_("Withdraw proposal"), _("withdrew the proposed correction")),
}

CORRECTION = Workflow("correction", S, TRANSITIONS, LABELS, final=frozenset({S.CONFIRMED, S.REFUSED, S.WITHDRAWN}))
