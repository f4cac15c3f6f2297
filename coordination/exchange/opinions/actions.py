"""Actions on opinions: ask agencies, give opinions level by level, detect changes of the facts."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.utils.translation import gettext as _

from agencies.journal.actions import Audience
from agencies.journal.models import Stream
from agencies.journal.transitions import CommonAnswers, TransitionResult, apply_transition, resolve_time_of
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.resource import by_verb
from agencies.kernel.work import atomic, touch
from agencies.organisations.models import Agency
from agencies.runs.one_by_one import deferred_keys, process_each
from cases.casefile.actions import lock_case_for, locked_case
from cases.casefile.choices import agencies_to_consult, own_subjects
from cases.casefile.models import Case
from coordination.exchange.letters.acting import change_due, person_of, record_begun, refuse_past
from coordination.exchange.tasks.actions import ask_task
from coordination.exchange.tasks.models import Task

from .facts import changed, facts_of
from .models import AGAINST, Opinion, OpinionLevel, OpinionRound, Stance
from .workflow import LEVEL_OF, OPINION, ROUND

S = Opinion.State


# Rounds --------------------------------------------------------------------------------------------------------------
def ask_opinions(
    case: Case,
    *,
    actor: Actor,
    agencies: Iterable[str],
    about: str = "",
    due_at: datetime | None = None,
    **given: Any,
) -> OpinionRound:
    """会签: asks several agencies that read the case one question, on the facts as they are now."""
    common = CommonAnswers.pop_from(given)
    at = common.resolve_time()
    refuse_past(due_at, at)
    with atomic():
        case = lock_case_for(case, "ask_opinions", actor=actor, version=common.version)
        to = _consulted(case, agencies, actor)
        kind, _sep, pk = about.partition(":")
        subjects = dict(own_subjects(case, actor))
        if about and about not in subjects:
            raise Invalid.field("about", "choice", _("The case has no such item of your agency."))
        asked = OpinionRound(
            case=case,
            agency_id=actor.own_agency,
            asker=person_of(actor),
            due_at=due_at,
            about_kind=kind,
            about_id=pk or None,
            about_words=subjects.get(about, "")[:200],
            state_since=at,
            **given,
        )
        asked.facts = facts_of(asked)
        asked.save()
        codes = [agency.code for agency in to]
        data: dict[str, Any] = {"title": asked.title, "agencies": codes, "paper": common.paper, "about": about}
        record_begun(asked, "ask", actor=actor, at=at, audience=Audience("own"), data=data)
        _ask(asked, to, actor, at)
        return asked


def _consulted(case: Case, codes: Iterable[str], actor: Actor) -> list[Agency]:
    wanted = list(dict.fromkeys(codes))
    known = {code for code, _name in agencies_to_consult(case, actor)}
    if not wanted or not set(wanted) <= known:
        raise Invalid.field("agencies", "choice", _("Choose agencies that may read this case."))
    return list(Agency.objects.filter(code__in=wanted).order_by("id"))


def _ask(asked: OpinionRound, agencies: Iterable[Agency], actor: Actor, at: datetime) -> None:
    """Creates one opinion for each agency. An agency sees no opinion but its own until the others are given."""
    for agency in agencies:
        opinion = Opinion.objects.create(round=asked, agency=agency, due_at=asked.due_at, state_since=at)
        audience = Audience("pair", counterpart_id=agency.pk, notify=[agency.pk])
        record_begun(opinion, "ask", actor=actor, at=at, audience=audience, data={"title": asked.title})


def transition_round(asked: OpinionRound, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[OpinionRound]:
    """Applies one transition of the round and notifies every agency asked."""
    audience = Audience(notify=[one.agency_id for one in asked.opinions.order_by("agency")])
    with locked_case(asked.case_id):
        return apply_transition(asked, verb, actor=actor, audience=audience, **given)


def ask_more(
    asked: OpinionRound, *, actor: Actor, agencies: Iterable[str], **given: Any
) -> TransitionResult[OpinionRound]:
    with locked_case(asked.case_id) as case:
        ROUND.check("ask_more", actor, OpinionRound.objects.get(pk=asked.pk))
        known = set(asked.opinions.values_list("agency__code", flat=True))
        to = _consulted(case, [code for code in agencies if code not in known], actor)
        applied = transition_round(asked, "ask_more", actor=actor, agencies=[agency.code for agency in to], **given)
        _ask(applied.thing, to, actor, applied.at)
        return applied


def set_due(asked: OpinionRound, *, actor: Actor, due_at: datetime, **given: Any) -> TransitionResult[OpinionRound]:
    with atomic():
        applied = change_due(asked, act=transition_round, actor=actor, due_at=due_at, **given)
        asked.opinions.update(due_at=due_at, version=F("version") + 1)
        touch("opinion", *asked.opinions.values_list("pk", flat=True))
        return applied


def end_round(asked: OpinionRound, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[OpinionRound]:
    """Ends the round. Checks given opinions against the facts once more, so that the end records what they are based
    on."""
    with locked_case(asked.case_id):
        ROUND.check(verb, actor, OpinionRound.objects.get(pk=asked.pk))
        check_facts(asked)
        applied = transition_round(asked, verb, actor=actor, **given)
        for opinion in asked.opinions.filter(state__in=OPINION.transitions["lapse"].sources).select_related(
            "round", "agency"
        ):
            _move(opinion, "lapse", actor=SYSTEM, notify=[opinion.agency_id])
        return applied


# Opinions ------------------------------------------------------------------------------------------------------------
def _move(
    opinion: Opinion, verb: str, *, actor: Actor, notify: Iterable[int], **given: Any
) -> TransitionResult[Opinion]:
    asker = opinion.round.agency_id
    other = opinion.agency_id if actor.is_system or actor.agency_id == asker else asker
    audience = Audience(counterpart_id=other, notify=notify)
    with locked_case(opinion.case_id):
        return apply_transition(opinion, verb, actor=actor, audience=audience, **given)


def transition_opinion(opinion: Opinion, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[Opinion]:
    """Applies one transition of an opinion. The asking agency is notified of what leaves the agency, not of its
    internal levels."""
    asker = opinion.round.agency_id
    notify = [asker] if OPINION.transitions[verb].visibility == "pair" and asker != actor.agency_id else []
    return _move(opinion, verb, actor=actor, notify=notify, **given)


def say(
    opinion: Opinion, verb: str, *, actor: Actor, stance: str, conditions: str = "", reasons: str = "", **given: Any
) -> TransitionResult[Opinion]:
    """Records the view of one level. The highest level gives the agency's opinion, on the facts as they are now."""
    _refuse_bare(stance, conditions, reasons)
    data = {"conditions": conditions if stance == Stance.CONDITIONS else "", "reasons": reasons}
    with locked_case(opinion.case_id):
        changes: dict[str, Any] = {}
        if verb == "draft":
            changes["handler"] = person_of(actor)
        if verb == "give":
            at = resolve_time_of(given, not_before=opinion.state_since)
            changes = {"stance": stance, **data, "facts": facts_of(opinion.round), "given_at": at}
        applied = transition_opinion(
            opinion, verb, actor=actor, stance=stance, changes=changes, event_data=data, **given
        )
        _note_level(applied, LEVEL_OF[verb], actor, stance=stance, **data)
        return applied


def _note_level(applied: TransitionResult[Opinion], level: str, actor: Actor, **view: str) -> None:
    """The view of one level, without a person where the asking agency records it from a paper."""
    opinion = applied.thing
    person = person_of(actor) if actor.works_for(opinion.agency_id) else None
    OpinionLevel.objects.create(opinion=opinion, level=level, turn=opinion.turn, at=applied.at, person=person, **view)


def _refuse_bare(stance: str, conditions: str, reasons: str) -> None:
    if stance == Stance.CONDITIONS and not conditions.strip():
        raise Invalid.field("conditions", "required", _("Enter the conditions on which your agency concurs."))
    if stance in AGAINST and not reasons.strip():
        raise Invalid.field("reasons", "required", _("Give the reasons."))


def confirm_opinion(opinion: Opinion, *, actor: Actor, **given: Any) -> TransitionResult[Opinion]:
    """Confirms the same opinion on the facts as they are now."""
    with locked_case(opinion.case_id):
        at = resolve_time_of(given, not_before=opinion.state_since)
        changes = {"facts": facts_of(opinion.round), "given_at": at}
        applied = transition_opinion(
            opinion, "confirm", actor=actor, changes=changes, event_data={"stance": opinion.stance}, **given
        )
        view = {name: getattr(applied.thing, name) for name in ("stance", "conditions", "reasons")}
        _note_level(applied, OpinionLevel.Level.OFFICE, actor, **view)
        return applied


def take_back(opinion: Opinion, *, actor: Actor, **given: Any) -> TransitionResult[Opinion]:
    """Withdraws the opinion and starts a new turn. The views of the levels are kept."""
    blank: dict[str, Any] = {
        "stance": "",
        "conditions": "",
        "reasons": "",
        "facts": {},
        "given_at": None,
        "turn": opinion.turn + 1,
    }
    return transition_opinion(opinion, "take_back", actor=actor, changes=blank, **given)


def make_task(
    opinion: Opinion, *, actor: Actor, agency: str, title: str, due_at: datetime | None = None, **given: Any
) -> Task:
    """Creates a task from a condition of the opinion."""
    with locked_case(opinion.case_id):
        applied = transition_opinion(
            opinion, "ask_task", actor=actor, agency=agency, title=title, due_at=due_at, **given
        )
        return ask_task(
            opinion.case,
            actor=actor,
            agency=agency,
            title=title,
            body=opinion.conditions,
            due_at=due_at,
            happened_at=applied.at,
            paper=given.get("paper", ""),
        )


# Facts ---------------------------------------------------------------------------------------------------------------
BATCH = 500  # rounds of one run
FOLLOWING = "opinions"  # the job name under which failures are reported


def follow_facts() -> int:
    """Checks every open round whose case has new events. Returns the number of rounds checked; a second run finds
    none."""
    head = Stream.objects.filter(kind=Stream.Kind.CASE, subject=OuterRef("case_id")).values("head_seq")[:1]
    behind = OpinionRound.objects.open().annotate(head=Subquery(head)).exclude(seen_seq=F("head"))
    rounds = behind.exclude(pk__in=deferred_keys(FOLLOWING)).order_by("pk")[:BATCH]
    return len(process_each(FOLLOWING, rounds, check_facts, key=lambda asked: asked.pk))


def check_facts(asked: OpinionRound) -> None:
    """Marks opinions given on outdated facts, and keeps them."""
    with locked_case(asked.case_id):
        now = facts_of(asked)
        for opinion in asked.opinions.filter(state=S.GIVEN).select_related("round", "agency"):
            if opinion.facts != now:
                _move(
                    opinion,
                    "outdate",
                    actor=SYSTEM,
                    changes={"turn": opinion.turn + 1},
                    notify=sorted({opinion.agency_id, asked.agency_id}),
                    reason="; ".join(changed(opinion.facts, now)),
                )
        head = Stream.objects.filter(kind=Stream.Kind.CASE, subject=asked.case_id).values_list("head_seq", flat=True)
        # Not an action on the round, so its version does not change.
        OpinionRound.objects.filter(pk=asked.pk).update(seen_seq=head.first() or 0)


ROUND_ACTIONS: dict[str, Callable[..., Any]] = {
    "ask_more": ask_more,
    "set_due": set_due,
    **{verb: partial(end_round, verb=verb) for verb in ("conclude", "cancel")},
}
OPINION_ACTIONS = by_verb(
    transition_opinion,
    OPINION,
    confirm=confirm_opinion,
    take_back=take_back,
    ask_task=make_task,
    **{verb: partial(say, verb=verb) for verb in LEVEL_OF},
)
