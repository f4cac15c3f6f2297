"""Actions on thresholds: watch a figure, check all of them, acknowledge a crossing, stop watching."""

from collections.abc import Mapping
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, notify_person, record_event
from agencies.journal.models import Event
from agencies.journal.transitions import TIME_OF_ACT, TransitionResult, apply_transition
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused, UnmetCondition
from agencies.kernel.permissions import FIGURES
from agencies.kernel.resource import by_verb
from agencies.kernel.work import atomic
from agencies.organisations.actions import agency_stream
from agencies.organisations.models import Agency
from agencies.people.sight import actor_for
from agencies.runs.one_by_one import process_together
from coordination.insight.metrics.asking import Answer, Question, ask
from coordination.insight.metrics.following import as_of, is_preparing

from .asking import ask_for, begins, headlines, is_crossed
from .models import Threshold
from .workflow import THRESHOLD

MOST = 50  # of one person
QUEUE = "thresholds"
BECAUSE = "asked"  # a person asked for it (`notifications.models.Because`)
S = Threshold.State


def watch_figure(
    *,
    actor: Actor,
    metric: str,
    value: Decimal,
    comparison: str = Threshold.Comparison.ABOVE,
    over: str = Threshold.Over.MONTH,
    filters: Mapping[str, str] | None = None,
) -> Threshold:
    """Raises Forbidden for those who read no figures, Invalid for an unknown figure or filter and for one of which the
    actor may not see everything."""
    if not FIGURES.allows(actor):
        raise Forbidden(_("Figures are watched by those who read them: the centre, leads and office holders."))
    given = dict(filters or {})
    today = times.today()
    answer = ask(actor, Question(metric, begins(over, today), today, filters=given))
    if answer.left_out:
        raise Invalid.field("filters", "left_out", " ".join(answer.left_out))
    with atomic():
        me: Any = actor.id
        own = Threshold.objects.watched().filter(owner_id=me)
        if own.count() >= MOST:
            detail = _("You already watch %(most)s figures. Stop watching one first.") % {"most": MOST}
            raise TransitionRefused([UnmetCondition("many", detail)])
        made = Threshold(
            owner_id=actor.id,
            agency_id=actor.own_agency,
            metric=metric,
            filters=given,
            over=over,
            comparison=comparison,
            value=value,
            state_since=times.now(),
        )
        for column, text in headlines(made).items():
            setattr(made, column, text)
        made.save()
        record_event(
            agency_stream(Agency.objects.get(pk=made.agency_id)),
            actor=actor,
            action=Action("watch", "threshold", made.pk, to_state=made.state, fields=[metric, *given]),
            audience=Audience(Event.Visibility.OWN),
        )
    return made


def check_thresholds() -> int:
    """Asks for every watched figure what its owner may see now. Returns the number of notifications.

    Idempotent: a crossing notifies once, and again only after the figure was back. While the figures are being prepared
    nothing is checked. The failure of one stops no other.
    """
    if is_preparing(as_of()):
        return 0
    rows = Threshold.objects.watched().select_related("owner__agency").order_by("owner_id", "pk")
    found = 0
    for _owner, some in groupby(rows, key=lambda one: one.owner_id):
        own = list(some)
        checked = process_together(QUEUE, own, lambda one: _check([one])[0], together=_check, key=lambda one: one.pk)
        found += sum(checked)
    return found


def _check(thresholds: list[Threshold]) -> list[bool]:
    """Whether each of these, which one person watches, notified. A person who may no longer ask is not answered."""
    actor = actor_for(thresholds[0].owner)
    asked = [one for one in thresholds if FIGURES.allows(actor) and one.agency_id == actor.agency_id]
    found = ask_for(actor, asked)
    ended = [_cease(one, found.lost[one.pk]) for one in asked if one.pk in found.lost]
    followed = [_follow(one, found.answers[one.pk]) for one in asked if one.pk in found.answers]
    return [*ended, *followed, *[False] * (len(thresholds) - len(asked))]


def _cease(threshold: Threshold, lost: str) -> bool:
    """Ends what can no longer be asked; its owner is notified."""
    with atomic():
        held = _locked(threshold)
        if held.state != S.ENDED:
            _move_and_notify(held, "cease", {"lost": lost})
            return True
    return False


def _follow(threshold: Threshold, answer: Answer) -> bool:
    """Whether this notified the owner."""
    crossed = is_crossed(threshold, answer.total.value)
    if crossed == (threshold.state != S.WATCHING):
        return False
    with atomic():
        held = _locked(threshold)
        if held.state != threshold.state:  # another worker or the owner was faster
            return False
        if crossed:
            _move_and_notify(held, "cross", _crossing(held, answer))
        else:
            move(held, "fall_back", actor=SYSTEM, changes={"found": {}, "crossed_at": None, **headlines(held)})
    return crossed


def _locked(threshold: Threshold) -> Threshold:
    return Threshold.objects.select_for_update(of=("self",)).get(pk=threshold.pk)


def _move_and_notify(held: Threshold, verb: str, changes: dict[str, Any]) -> None:
    applied = move(held, verb, actor=SYSTEM, changes=changes)
    notify_person(applied.event, held.owner_id, agency_id=held.agency_id, because=BECAUSE)


def _crossing(threshold: Threshold, answer: Answer) -> dict[str, Any]:
    total, question = answer.total, answer.question
    found = {
        "first": question.first.isoformat(),
        "last": question.last.isoformat(),
        "value": str(total.value),
        "numerator": total.numerator,
        "denominator": total.denominator,
    }
    return {"found": found, "crossed_at": TIME_OF_ACT, **headlines(threshold, total)}


def move(threshold: Threshold, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[Threshold]:
    agency = Agency.objects.get(pk=threshold.agency_id)
    return apply_transition(
        threshold,
        verb,
        actor=actor,
        streams=[agency_stream(agency)],
        audience=Audience(Event.Visibility.OWN),
        **given,
    )


ACTIONS = by_verb(move, THRESHOLD)
