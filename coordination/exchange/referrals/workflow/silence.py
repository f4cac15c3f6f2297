"""What an agency may do if the other side stays silent (催办以外的出路).

D310 art. 17: the government of the same or the higher level, or the superior police, orders correction. SPPR arts. 557
and 562: the procuratorate supervises the filing, also where the police neither accept nor decide.
"""

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.action_fields import ActionField
from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.proxy_recording import Rule
from agencies.kernel.workflow import Transition
from cases.clocks.models import Clock
from coordination.exchange.letters.tables import internal

from ..models import Referral
from .common import LETTER

# A refusal gives the right at once, and for the examination of reasons the law gives no days; in every other state the
# other side must be late.
WITHOUT_DAYS = frozenset({Referral.State.NOT_FILED, Referral.State.UPHELD, Referral.State.EXPLAINED})
ABOVE = ActionField(
    "above", _("Addressee: government, superior police or superior procuratorate"), max_length=120, of_new=True
)


def other_side_late(referral: Referral, actor: Actor) -> UnmetCondition | None:
    """A duty of another agency has run out."""
    if referral.state in WITHOUT_DAYS:
        return None
    # The stored time of the next breach spares the query where nothing is late.
    passed = referral.breach_at is not None and referral.breach_at < times.now()
    if passed:
        own = Q(agency=actor.agency_id) | Q(agency=None, holder=actor.agency_id)
        if Clock.objects.about(referral).overdue().exclude(own).exists():
            return None
    return UnmetCondition("early", gettext("The period of the other side has not ended yet."))


def asking_correction(*sources: str, by: Rule) -> dict[str, Transition]:
    """The line by which one side asks the superior of the other to order correction. Only its own side sees it."""
    return {"ask_correction": internal(*sources, to=None, by=by, needs=(other_side_late,), fields=(ABOVE, LETTER))}
