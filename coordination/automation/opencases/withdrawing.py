"""Taking an imported case back, as long as no person has acted on it."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agencies.journal.models import Event
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.errors import TransitionRefused
from agencies.kernel.resource import RESOURCE_OF_KIND
from cases.casefile.actions import locked_case
from cases.casefile.models import Case
from cases.intake.actions import void_promotion
from cases.proceedings.actions import void_proceeding
from cases.proceedings.models import Decision, Proceeding

from .past import events_of

# What ends with its proceeding. Anything else, such as a letter or a suspect, reached others and ends by its own acts.
ENDS_WITH_CASE = frozenset({"case", "lead", "proceeding", "decision", "clock"})


def withdraw_case(case: Case, *, seen: int, actor: Actor, reason: str) -> None:
    """Closes the case as entered in error, with its proceedings and the entry of the register, whose number is free
    again. Raises TransitionRefused if someone has acted on it since the event `seen`, or if it has what stays.

    A case that was taken back already stays so: each of its rows asks for it.
    """
    with locked_case(case.pk) as current:
        lead = current.leads.first()
        if lead is None:
            return
        events = events_of(current, lead)
        _refuse_touched(events.exclude(actor_kind=SYSTEM.kind).filter(pk__gt=seen).exists())
        _refuse_what_stays(events)
        for proceeding in Proceeding.objects.filter(case=current).exclude(state=Proceeding.State.CLOSED):
            void_proceeding(proceeding, actor=actor, reason=reason)
        void_promotion(lead, reason=reason)


def _refuse_touched(is_touched: bool) -> None:
    if is_touched:
        raise TransitionRefused.because("touched", _("Someone has acted on the case since."))


def _refuse_what_stays(events: QuerySet[Event]) -> None:
    kinds = set(events.values_list("object_kind", flat=True)) - ENDS_WITH_CASE
    proceedings = Proceeding.objects.filter(pk__in=events.filter(object_kind="proceeding").values("object_id"))
    words = [str(RESOURCE_OF_KIND[kind].label) for kind in sorted(kinds) if kind in RESOURCE_OF_KIND]
    words += [str(one) for one in proceedings.filter(kind=Proceeding.Kind.CRIMINAL)]
    words += [
        str(one) for one in Decision.objects.filter(proceeding__in=proceedings).exclude(state=Decision.State.OPEN)
    ]
    if words:
        detail = _("The case has what is not taken back by an import: %(what)s. End it by its own steps.")
        raise TransitionRefused.because("stays", detail % {"what": "; ".join(words)})
