"""One act on many rows of a list (批量处理): each row for itself, through the noun's own action, with its own event.

So every right, need and state holds for each row as if somebody had pressed its button, and one that is refused keeps
no other from moving. Whatever the number, it is a run: found again later, stopped, gone on with, told row by row.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agencies.duty.lookups import absences_in
from agencies.journal.moving import plain, refuse_stale
from agencies.kernel.actor import Actor
from agencies.kernel.asks import NOTE, REASON, Ask
from agencies.kernel.refusals import Forbidden, Invalid, Missing, MoveRefused
from agencies.people.models import User
from agencies.runs.actions import start_run, write_down
from agencies.runs.models import Run, RunRow
from agencies.runs.works import Work, by_row_written_down
from cases.casefile.actions import lock_case, stream_of
from cases.intake import actions as lead_actions
from cases.intake.actions import lead_stream
from cases.intake.models import Lead
from cases.intake.workflow import LEAD
from coordination.referrals.models import Referral
from coordination.routing.loads import loads
from coordination.tasks import actions as task_actions
from coordination.tasks.models import Task
from coordination.tasks.workflow import DUE, TASK

from .handing_over import name_instead
from .lists import LISTS, Listed
from .nouns import NOUNS

Text = str | Promise
Answers = Mapping[str, Any]
KIND = "bulk"
MOST = 10_000
AT_ONCE = 50  # rows that their starter waits for
DONE = "done"


class Grown(Exception):
    """More rows fit the filters than whoever confirmed was told."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


@dataclass(frozen=True)
class BulkAct:
    """`act(thing, actor, version, answers)`: the version is the one that was seen when the row was chosen."""

    words: Text
    asks: tuple[Ask, ...]
    act: Callable[[Any, Actor, int | None, Answers], Any]


def _colleagues(thing: Any, actor: Actor) -> list[tuple[str, str]]:
    """Who has least in hand stands first, as on the page where everything is handed over."""
    here = [load for load in loads(actor.own_organ) if not load.away]
    return [(str(load.person.pk), f"{load.person.name} ({load.weight})") for load in here]


TO = Ask(
    "to",
    gettext_lazy("Hand over to"),
    kind="choice",
    choices=_colleagues,
    help=gettext_lazy(
        "Who has least in hand stands first. A proceeding or referral weighs three, a task or a lead one."
    ),
)


def _verb(actions: Mapping[str, Callable[..., Any]], verb: str) -> Callable[[Any, Actor, int | None, Answers], Any]:
    def act(thing: Any, actor: Actor, version: int | None, answers: Answers) -> Any:
        return actions[verb](thing, actor=actor, version=version, **answers)

    return act


def _hand_task_over(task: Task, actor: Actor, version: int | None, answers: Answers) -> Any:
    _refuse_same(task.assignee_id, answers)
    return task_actions.hand_over_task(task, actor=actor, version=version, **answers)


def _assign_lead(lead: Lead, actor: Actor, version: int | None, answers: Answers) -> None:
    """Names who triages it; the state stays."""
    to = _colleague(lead.organ_id, lead.officer_id, actor, answers)
    if lead.state not in (Lead.State.RECEIVED, Lead.State.TAKEN_UP):
        raise MoveRefused([Missing("state", _("The state is “%(state)s”.") % {"state": lead.get_state_display()})])
    refuse_stale(lead, version, "lead")
    name_instead(lead, "lead", {"officer": to}, lead_stream(lead.pk), to, actor, answers["reason"])


def _assign_referral(referral: Referral, actor: Actor, version: int | None, answers: Answers) -> None:
    """Names who handles it at the receiver. The sender's report stays with whoever wrote it: he may not approve it."""
    if referral.delivered_at is None or actor.organ_id != referral.receiver_id:
        raise Forbidden(_("Only what was handed over to your organ has a handler here."))
    to = _colleague(referral.receiver_id, referral.handler_id, actor, answers)
    if referral.state in Referral.ENDED:
        raise MoveRefused([Missing("state", _("The state is “%(state)s”.") % {"state": referral.get_state_display()})])
    lock_case(referral.case_id)
    refuse_stale(referral, version, "referral")
    stream = stream_of(referral.case_id)
    name_instead(referral, "referral", {"handler": to}, stream, to, actor, answers["reason"])


def _colleague(organ_id: int, holder: UUID | None, actor: Actor, answers: Answers) -> User:
    """Whom it goes to. Handed over by whoever has it, or by who leads; what nobody has, by who leads."""
    if not (actor.leads(organ_id) or (actor.works_for(organ_id) and str(holder) == actor.id)):
        raise Forbidden(_("Work is handed over by the person himself or by whoever leads in his agency."))
    _refuse_same(holder, answers)
    to = User.objects.filter(pk=answers["to"], organ=organ_id, is_active=True).first()
    if to is None:
        raise Invalid.field("to", "unknown", _("No such colleague in this organ."))
    return to


def _refuse_same(holder: UUID | None, answers: Answers) -> None:
    if str(holder) == str(answers["to"]):
        raise MoveRefused([Missing("same", _("It is on this person's desk already."))])


ACTS: dict[str, dict[str, BulkAct]] = {
    "tasks": {
        "claim": BulkAct(TASK.words["claim"].button, (NOTE,), _verb(task_actions.ACTIONS, "claim")),
        "hand_over": BulkAct(TASK.words["hand_over"].button, (TO, REASON), _hand_task_over),
        "set_due": BulkAct(TASK.words["set_due"].button, (DUE, REASON), _verb(task_actions.ACTIONS, "set_due")),
        "release": BulkAct(TASK.words["release"].button, (REASON,), _verb(task_actions.ACTIONS, "release")),
    },
    "leads": {
        "take_up": BulkAct(LEAD.words["take_up"].button, (NOTE,), _verb(lead_actions.ACTIONS, "take_up")),
        "assign": BulkAct(gettext_lazy("Hand over"), (TO, REASON), _assign_lead),
    },
    "referrals": {"assign": BulkAct(gettext_lazy("Hand over"), (TO, REASON), _assign_referral)},
}


def acts_of(listed: Listed, actor: Actor) -> dict[str, BulkAct]:
    """What this reader is offered; whether it is his act on a row, the row's own table says."""
    return ACTS.get(listed.name, {}) if actor.is_staff else {}


# Starting it ---------------------------------------------------------------------------------------------------------
def start_on(
    listed: Listed, action: str, chosen: Mapping[UUID, int], *, actor: Actor, answers: Answers, query: str
) -> Run:
    """On rows that a person picked, each with the version that he saw."""
    with transaction.atomic():
        run = start_run(KIND, actor=actor, given=_given(listed, action, query), answers=_kept(answers))
        rows = [RunRow(run=run, subject=pk, seen=version) for pk, version in chosen.items()]
        RunRow.objects.bulk_create(rows)
        run.total = len(rows)
        Run.objects.filter(pk=run.pk).update(total=run.total)
    return run


def start_on_all(
    listed: Listed, action: str, rows: QuerySet[Any], *, seen: int, actor: Actor, answers: Answers, query: str
) -> Run:
    """On all rows that fit at this moment. Raises Grown, and starts nothing, where they are more than were told."""
    with transaction.atomic():
        run = start_run(KIND, actor=actor, given=_given(listed, action, query) | {"told": seen}, answers=_kept(answers))
        count = write_down(run, rows)
        if count > seen:
            raise Grown(count)
    return run


def count_of(rows: QuerySet[Any]) -> int:
    """Raises Invalid where there are more than one run takes."""
    count = rows.order_by().values("pk")[: MOST + 1].count()
    if count > MOST:
        detail = _("At most %(most)s rows at once. Narrow the filters first.") % {"most": f"{MOST:,}"}
        raise Invalid.field("", "many", detail)
    return count


def refuse_absent(answers: Answers, actor: Actor) -> None:
    """Told once, before anything is started, and not by every row."""
    if "to" in answers and UUID(str(answers["to"])) in absences_in([actor.own_organ]):
        raise Invalid.field("to", "away", _("This person is away. Name the deputy or somebody else."))


def _given(listed: Listed, action: str, query: str) -> dict[str, Any]:
    return {"list": listed.name, "action": action, "query": query}


def _kept(answers: Answers) -> dict[str, Any]:
    return {name: plain(value) for name, value in answers.items()}


# Doing it ------------------------------------------------------------------------------------------------------------
def _act(run: Run, row: RunRow, actor: Actor) -> str:
    listed, act = LISTS[run.given["list"]], ACTS[run.given["list"]][run.given["action"]]
    thing = listed.model.objects.visible_to(actor).filter(pk=row.subject).first()
    if thing is None:
        raise MoveRefused([Missing("sight", _("This is not, or no longer, within your sight."))])
    act.act(thing, actor, row.seen, _answers(act, run.answers))
    return DONE


def _answers(act: BulkAct, kept: Answers) -> dict[str, Any]:
    kinds = {ask.name: ask.kind for ask in act.asks}
    return {name: datetime.fromisoformat(value) if kinds[name] == "datetime" else value for name, value in kept.items()}


def _told(run: Run) -> list[Text]:
    done = run.found.get(DONE, 0)
    told: list[Text] = [ngettext("%(count)s row done.", "%(count)s rows done.", done) % {"count": f"{done:,}"}]
    if run.refused:
        refused = ngettext(
            "%(count)s row refused; why, stands below.", "%(count)s rows refused; why, stands below.", run.refused
        )
        told.append(refused % {"count": f"{run.refused:,}"})
    return told


def _page(run: Run) -> str:
    query = QueryDict(run.given["query"])
    return LISTS[run.given["list"]].url + (f"?{query.urlencode()}" if query else "")


def _about(run: Run) -> str:
    listed = LISTS[run.given["list"]]
    return _("%(list)s: %(act)s") % {"list": listed.title, "act": ACTS[listed.name][run.given["action"]].words}


def named(run: Run, actor: Actor, ids: list[UUID]) -> dict[UUID, tuple[str, str]]:
    """The words and address of rows that the reader may see today."""
    listed = LISTS[run.given["list"]]
    noun = NOUNS[listed.noun]
    rows = listed.seen(actor).filter(pk__in=ids)
    return {thing.pk: (listed.words(thing, actor), noun.url(thing)) for thing in rows}


WORK = Work(
    words=gettext_lazy("Work on many rows"),
    step=by_row_written_down(_act),
    told=_told,
    page=_page,
    alarms=lambda run: run.refused > 0,
    outcomes={DONE: gettext_lazy("Done"), RunRow.REFUSED: gettext_lazy("Refused")},
    named=named,
    about=_about,
)
