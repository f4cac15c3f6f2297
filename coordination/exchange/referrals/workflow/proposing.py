"""Proposals: an officer prepares a decision that the law leaves to a responsible person, who takes or returns it (退回修改).

The responsible person may also decide without a proposal. A decision of any kind ends the proposal that waits.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.journal.models import Event
from agencies.kernel.action_fields import ActionField
from agencies.kernel.actor import NOT_INVOLVED, Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.proxy_recording import Rule
from agencies.kernel.workflow import Labels, Transition
from agencies.people.models import OfficeHolder
from coordination.exchange.letters.tables import internal

from ..access import decider_of_proposal
from ..models import Referral
from .steps import agency_at

REMARKS = ActionField("reason", _("What to revise"), kind="long")
PROPOSAL = ActionField("proposal", _("Facts, grounds and legal basis of the proposal"), kind="long", stores=True)
PROPOSES = frozenset({"propose", "propose_withdrawal", "propose_filing"})


def no_proposal_of_own(referral: Referral, actor: Actor) -> UnmetCondition | None:
    """The person who proposed a decision does not take it, even after being appointed to the office."""
    cached: dict[str, bool] = referral.__dict__.setdefault("_proposed", {})
    if actor.is_person and actor.id not in (NOT_INVOLVED, *cached):
        cached[actor.id] = _acted(referral, PROPOSES).filter(actor_id=actor.id).exists()
    if not cached.get(actor.id):
        return None
    return UnmetCondition("own_proposal", gettext("You proposed this decision: another responsible person decides."))


def not_the_refuser(referral: Referral, actor: Actor) -> UnmetCondition | None:
    """The person who refused to file decides on the reconsideration only if the agency has no other eligible holder."""
    if referral.state != Referral.State.RECONSIDERATION or not refused_it(referral, actor):
        return None
    others = other_holders(referral, actor)
    if not others:
        return None
    detail = gettext("You decided not to file. Another responsible person decides on the reconsideration: %(names)s.")
    names = gettext(", ").join(held.user.name for held in others)
    return UnmetCondition("own_refusal", detail % {"names": names})


def refused_it(referral: Referral, actor: Actor) -> bool:
    """Whether this person took the decision not to file that is reconsidered."""
    # What another agency recorded is not this person's decision.
    own = _acted(referral, ("not_file",)).filter(on_behalf_of_id=None)
    last = own.order_by("-id").values_list("actor_id", flat=True).first()
    return actor.is_person and str(last) == actor.id


def other_holders(referral: Referral, actor: Actor) -> list[OfficeHolder]:
    """Responsible persons of the receiver besides this one who proposed nothing. Disabling an account opens nothing."""
    proposers = set(_acted(referral, PROPOSES).values_list("actor_id", flat=True))
    held = OfficeHolder.objects.responsible().filter(agency=referral.receiver_id).exclude(user=actor.id)
    return [one for one in held.select_related("user") if str(one.user_id) not in proposers]


def _acted(referral: Referral, verbs: Iterable[str]) -> Any:
    return Event.objects.filter(object_kind=referral.clock_kind, object_id=referral.pk, verb__in=list(verbs))


def proposing(
    verb: str,
    decisions: Iterable[str],
    transitions: Mapping[str, Transition],
    labels: Mapping[str, Labels],
    *,
    by: Rule,
    side: str,
) -> dict[str, Transition]:
    """The lines by which officers of one side propose `decisions` of the table, and have them returned."""
    names = tuple(decisions)
    sources = frozenset().union(*(transitions[name].sources for name in names))
    choices = _open(names, transitions, labels)
    proposed = ActionField("proposed", _("Proposed decision"), kind="choice", stores=True, choices=choices)
    return {
        verb: internal(
            *sources,
            to=None,
            by=by,
            needs=(_needs_holder(side),),
            fields=(proposed, PROPOSAL),
            writes=True,
        )
    }


def returning(*tables: Mapping[str, Transition]) -> dict[str, Transition]:
    """The line by which the responsible person returns a proposal, in all states in which one may wait."""
    sources = frozenset().union(*(line.sources for table in tables for line in table.values()))
    return {"return_proposal": internal(*sources, to=None, by=decider_of_proposal, fields=(REMARKS,))}


def _open(names: tuple[str, ...], transitions: Mapping[str, Transition], labels: Mapping[str, Labels]) -> Any:
    def choices(referral: Any, actor: Actor) -> list[tuple[str, Any]]:
        return [(name, labels[name].button) for name in names if referral.state in transitions[name].sources]

    return choices


def _needs_holder(side: str) -> Callable[[Referral, Actor], UnmetCondition | None]:
    def has_holder(referral: Referral, actor: Actor) -> UnmetCondition | None:
        """Refuses a proposal that no person could decide."""
        agency = agency_at(referral, side)
        if OfficeHolder.objects.responsible().filter(agency=agency, user__is_active=True).exists():
            return None
        return UnmetCondition(
            "office", gettext("The office of responsible person is vacant. Appoint an acting holder.")
        )

    return has_holder
