"""Reminders of the demonstration: the centre sends them; one agency answers, another misses the deadline."""

from datetime import timedelta
from typing import Any

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.organisations.models import Agency
from agencies.people.models import User
from agencies.people.sight import actor_for
from coordination.exchange.reminders.actions import (
    answer_letter,
    send_letter,
    settle_letters,
    transition_reminder,
    withdraw_letter,
)
from coordination.exchange.reminders.late import key_of, late_items
from coordination.exchange.reminders.models import Reminder
from coordination.exchange.tasks.actions import set_due
from coordination.exchange.tasks.models import Task

ANSWERERS = {"GACC": "customs.lead", "MOFCOM_SCB": "commerce.lead", "GACC_ASB": "antismuggling.lead"}
SILENT = "MPS_ECID"
MOST = 3


def load_reminders() -> None:
    """One letter to each agency with late items, about its oldest ones; the first is answered."""
    if Reminder.objects.exists():
        return
    centre = actor_for(User.objects.get(username="centre.coordinator"))
    _answered_by_a_new_day(centre)
    owed = _owed(centre)
    _taken_to_the_office(centre, owed)
    reminded = {code: owed[code] for code in sorted(ANSWERERS) if code in owed}
    letters = [send_letter(about[:MOST], actor=centre, remark="请于期限内函复。") for about in reminded.values()]
    # One was sent in error: the matter is dealt with by telephone.
    in_error = send_letter(next(about[MOST:] for about in reminded.values() if len(about) > MOST)[:1], actor=centre)
    withdraw_letter(in_error, actor=centre, reason="已电话联系，无需发函。")
    who = actor_for(User.objects.get(username=ANSWERERS[letters[0].agency.code]))
    text = "鉴定机构排期延后，样品已于上周补送，收到结论后即办。"
    answer_letter(letters[0], "answer", actor=who, answer=text, expected_on=times.today() + timedelta(days=6))


def _owed(centre: Actor) -> dict[str, list[str]]:
    """Late items of each agency, oldest first."""
    owed: dict[str, list[str]] = {}
    agencies = dict(Agency.objects.values_list("pk", "code"))
    for rows in late_items(centre):
        for row in rows.order_by("late_since", "pk")[:50]:
            owed.setdefault(agencies[row.debtor_id], []).append(key_of(row))
    return owed


def _answered_by_a_new_day(centre: Actor) -> None:
    """The asking agency extends the task, so nothing in the letter is late any more."""
    [tasks] = [rows for rows in late_items(centre) if rows.model is Task]
    task = tasks.filter(asker__isnull=False, proceeding=None).order_by("late_since", "pk")[0]
    send_letter([f"task:{task.pk}"], actor=centre)
    more_time: dict[str, Any] = {"due_at": times.now() + timedelta(days=5), "reason": "对方正在补充材料，同意延期。"}
    set_due(task, actor=actor_for(task.asker), **more_time)
    settle_letters()


def _taken_to_the_office(centre: Actor, owed: dict[str, list[str]]) -> None:
    """Sent on paper ten days ago, without reply."""
    on_paper: dict[str, Any] = {"happened_at": times.now() - timedelta(days=10), "paper": "督办登记〔演示〕7号"}
    silent = send_letter(owed[SILENT][:1], actor=centre, **on_paper)
    transition_reminder(silent, "take_to_office", actor=centre, office_paper="协调办呈〔演示〕3号")
