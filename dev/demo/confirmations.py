"""Confirmations in the demonstration: customs districts declare that they use the system, and a second person
answers."""

from datetime import timedelta

from agencies.confirmations.access import may_confirm
from agencies.confirmations.actions import declare_sign_in, sweep_due, transition_confirmation
from agencies.confirmations.models import Confirmation
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.resource import RESOURCES
from agencies.organisations.models import Agency
from agencies.people.models import User
from agencies.people.sight import actor_for
from coordination.actions.performing import perform

# Districts without matters, so that other agencies' cases do not change.
JOINED, JOINS_LATER, UNANSWERED, REFUSED, REPEATED = ("CUS_0500", "CUS_1500", "CUS_4000", "CUS_6400", "CUS_7900")


def load_confirmations() -> None:
    """One request for each possible answer; a new one of the district that had named the wrong paper."""
    if Confirmation.objects.filter(kind=Confirmation.Kind.JOIN).exists():
        return
    asker = actor_for(User.objects.get(username="sysadmin"))
    _confirm(_declare(JOINED, "太关综函〔演示〕1号", asker, in_days=0))
    _confirm(_declare(JOINS_LATER, "长关综函〔演示〕2号", asker, in_days=10))
    unanswered = _declare(UNANSWERED, "洪关综函〔演示〕3号", asker, in_days=3)
    Confirmation.objects.filter(pk=unanswered.pk).update(expires_at=times.now())
    sweep_due()
    refused = _declare(REFUSED, "琼关综函〔演示〕4号", asker, in_days=5)
    transition_confirmation(
        refused, "refuse", actor=_second_person(refused), reason="来函未加盖公章，请补正后重新申报。"
    )
    mistaken = _declare(REPEATED, "蓉关综函〔演示〕5号", asker, in_days=7)
    transition_confirmation(mistaken, "withdraw", actor=asker, reason="文号有误，重新申报。")
    _declare(REPEATED, "蓉关综函〔演示〕6号", asker, in_days=7)


def _declare(code: str, paper: str, asker: Actor, *, in_days: int) -> Confirmation:
    starts_on = times.today() + timedelta(days=in_days)
    agency = Agency.objects.get(code=code)
    return declare_sign_in(agency, actor=asker, signs_in=True, paper=paper, starts_on=starts_on)


def _confirm(asked: Confirmation) -> None:
    perform(RESOURCES["confirmations"], _second_person(asked), asked, "confirm", {}, strict=True)


def _second_person(asked: Confirmation) -> Actor:
    people = User.objects.filter(is_demo=True, agency=asked.confirmer_agency_id).order_by("username")
    return next(actor for actor in map(actor_for, people) if may_confirm(actor, asked))
