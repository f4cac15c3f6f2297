"""Actions on campaigns. Each campaign has its own stream in the journal, which the figures follow."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, StreamKey, record_event
from agencies.journal.models import Event, Stream
from agencies.journal.transitions import TIME_OF_ACT, CommonAnswers, TransitionResult, apply_transition
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Forbidden, Invalid
from agencies.kernel.measures import day_of
from agencies.kernel.resource import by_verb
from agencies.kernel.work import atomic, touch
from agencies.organisations.models import Agency
from cases.controls.countries import country_code, read_route

from .access import drafts_campaigns
from .choices import FILTERS, find_case
from .figures import check_goal, freeze
from .models import Campaign, Goal, Pick
from .workflow import CAMPAIGN

COLUMNS = ("title_zh", "title_en", "purpose", "starts_on", "ends_on")
RULES = ("materials", "techniques", "opened_from", "opened_until")


def campaign_stream(campaign_id: UUID) -> StreamKey:
    return StreamKey(Stream.Kind.CAMPAIGN, campaign_id)


def draft_campaign(*, actor: Actor, members: Iterable[str], countries: str = "", **given: Any) -> Campaign:
    """Drafts a campaign of the centre. Only the centre sees it until it is started."""
    if not drafts_campaigns(actor):
        raise Forbidden(_("Campaigns are drafted by the coordination centre."))
    at = CommonAnswers.pop_from(given).resolve_time()
    _refuse_periods(given["starts_on"], given["ends_on"], given.get("opened_from"), given.get("opened_until"))
    with atomic():
        agency = Agency.objects.select_for_update(no_key=True).get(pk=actor.own_agency)
        number = f"ZX{at.year}-"
        last = Campaign.objects.filter(number__startswith=number).count()
        made = Campaign.objects.create(
            agency=agency,
            number=f"{number}{last + 1:02}",
            state_since=at,
            countries=codes_of(countries),
            **{name: value for name, value in given.items() if name in (*COLUMNS, *RULES)},
        )
        made.members.set(_agencies(members))
        record_event(
            campaign_stream(made.pk),
            actor=actor,
            action=Action("draft", "campaign", made.pk, to_state=made.state, data={"number": made.number}),
            happened_at=at,
            audience=Audience(Event.Visibility.OWN),
        )
        return made


def codes_of(countries: str) -> list[str]:
    """Countries by code or name, as codes. Raises Invalid for a word that names none."""
    stops = read_route(countries)
    if unknown := [one for one in stops if country_code(one) != one]:
        raise Invalid.field("countries", "choice", _("No country is named %(name)s.") % {"name": unknown[0]})
    return sorted(set(stops))


def _agencies(codes: Iterable[str]) -> list[Agency]:
    return list(Agency.objects.agencies().filter(code__in=list(codes)))


def _refuse_periods(first: date, last: date, opened_from: date | None, opened_until: date | None) -> None:
    if last < first:
        raise Invalid.field("ends_on", "period", _("The period ends before it begins."))
    if opened_from and opened_until and opened_until < opened_from:
        raise Invalid.field("opened_until", "period", _("The period ends before it begins."))


def transition_campaign(campaign: Campaign, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[Campaign]:
    """Applies one transition. What participating agencies may read is announced to them."""
    line = CAMPAIGN.transitions[verb]
    known = campaign.started_at is not None or verb == "start"
    notifies = line.visibility != "own" and known
    members = campaign.members.exclude(pk=actor.own_agency).values_list("pk", flat=True) if notifies else ()
    return apply_transition(
        campaign,
        verb,
        actor=actor,
        streams=[campaign_stream(campaign.pk)],
        audience=Audience(notify=sorted(members)),
        **given,
    )


def plan_campaign(
    campaign: Campaign, verb: str, *, actor: Actor, members: Iterable[str], countries: str = "", **given: Any
) -> TransitionResult[Campaign]:
    """Edits a draft or changes a running campaign. Cases that the new rules no longer draw in leave it."""
    # What the form left empty is no term of the rules.
    given = {name: [] for name in RULES[:2]} | dict.fromkeys(RULES[2:]) | given
    first = given.get("starts_on", campaign.starts_on)
    _refuse_periods(first, given["ends_on"], given["opened_from"], given["opened_until"])
    with atomic():
        listed = _agencies(members)
        applied = transition_campaign(
            campaign,
            verb,
            actor=actor,
            members=sorted(one.code for one in listed),
            changes={"countries": codes_of(countries)},
            **given,
        )
        applied.thing.members.set(listed)
        return applied


def add_goal(
    campaign: Campaign,
    *,
    actor: Actor,
    metric: str,
    direction: str,
    target: Decimal,
    due_on: date,
    **given: Any,
) -> TransitionResult[Campaign]:
    """Adds a goal. Raises Invalid if the figure cannot be limited like this, or its day is outside the campaign."""
    filters = {name: given.pop(name) for name in FILTERS if given.get(name)}
    goal = Goal(campaign=campaign, metric=metric, direction=direction, target=target, due_on=due_on, filters=filters)
    if not campaign.starts_on <= due_on <= campaign.ends_on:
        raise Invalid.field("due_on", "period", _("This day is outside the period of the campaign."))
    check_goal(goal)
    with atomic():
        applied = transition_campaign(
            campaign,
            "add_goal",
            actor=actor,
            metric=metric,
            direction=direction,
            target=target,
            due_on=due_on,
            event_data=filters,
            **given,
        )
        goal.save()
        return applied


def remove_goal(campaign: Campaign, *, actor: Actor, goal: str, **given: Any) -> TransitionResult[Campaign]:
    with atomic():
        applied = transition_campaign(campaign, "remove_goal", actor=actor, goal=goal, **given)
        if not campaign.goals.filter(pk=_pk(goal)).delete()[0]:
            raise Invalid.field("goal", "choice", _("This cannot be chosen here."))
        return applied


def _pk(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0


def add_step(
    campaign: Campaign, *, actor: Actor, agency: str, title: str, due_on: date, **given: Any
) -> TransitionResult[Campaign]:
    """Adds a milestone of the centre, or a step of a participating agency."""
    doer = Agency.objects.agencies().filter(code=agency).first()
    if doer is None or not (doer.pk == campaign.agency_id or campaign.members.filter(pk=doer.pk).exists()):
        raise Invalid.field("agency", "choice", _("This agency does not take part."))
    with atomic():
        applied = transition_campaign(
            campaign, "add_step", actor=actor, agency=agency, title=title, due_on=due_on, **given
        )
        campaign.steps.create(agency=doer, title=title, due_on=due_on)
        touch("campaign", campaign.pk)
        return applied


def remove_step(campaign: Campaign, *, actor: Actor, step: str, **given: Any) -> TransitionResult[Campaign]:
    with atomic():
        applied = transition_campaign(campaign, "remove_step", actor=actor, step=step, **given)
        touch("campaign", campaign.pk)
        if not campaign.steps.filter(pk=_pk(step), done_on=None).delete()[0]:
            raise Invalid.field("step", "choice", _("This cannot be chosen here."))
        return applied


def report_step(
    campaign: Campaign, *, actor: Actor, step: str, result: str, **given: Any
) -> TransitionResult[Campaign]:
    """Reports a step as done; an agency reports its own."""
    with atomic():
        applied = transition_campaign(campaign, "report_step", actor=actor, step=step, result=result, **given)
        touch("campaign", campaign.pk)
        open_steps = campaign.steps.filter(pk=_pk(step), done_on=None)
        if not actor.is_centre:
            open_steps = open_steps.filter(agency_id=actor.own_agency)
        if not open_steps.update(done_on=day_of(applied.at), result=result):
            raise Invalid.field("step", "choice", _("This cannot be chosen here."))
        return applied


def pick_case(campaign: Campaign, verb: str, *, actor: Actor, case: str, **given: Any) -> TransitionResult[Campaign]:
    """Takes a case in or leaves it out by hand, also against the rules."""
    found = find_case(case, actor)
    if found is None:
        raise Invalid.field("case", "choice", _("There is no case with this number, or you may not see it."))
    with atomic():
        applied = transition_campaign(campaign, verb, actor=actor, case=found.number, **given)
        Pick.objects.update_or_create(
            campaign=campaign,
            case=found,
            defaults={"takes_in": verb == "take_in", "reason": applied.event.note.reason},
        )
        return applied


def start_campaign(campaign: Campaign, *, actor: Actor, **given: Any) -> TransitionResult[Campaign]:
    return transition_campaign(campaign, "start", actor=actor, changes={"started_at": TIME_OF_ACT}, **given)


def close_campaign(campaign: Campaign, *, actor: Actor, **given: Any) -> TransitionResult[Campaign]:
    """Closes the campaign. Its figures of this day are kept with the goals; its cases remain its cases."""
    with atomic():
        applied = transition_campaign(campaign, "close", actor=actor, changes={"ended_at": TIME_OF_ACT}, **given)
        freeze(applied.thing)
        return applied


ACTIONS = by_verb(
    transition_campaign,
    CAMPAIGN,
    edit=partial(plan_campaign, verb="edit"),
    change=partial(plan_campaign, verb="change"),
    add_goal=add_goal,
    remove_goal=remove_goal,
    add_step=add_step,
    remove_step=remove_step,
    report_step=report_step,
    take_in=partial(pick_case, verb="take_in"),
    leave_out=partial(pick_case, verb="leave_out"),
    start=start_campaign,
    close=close_campaign,
)
