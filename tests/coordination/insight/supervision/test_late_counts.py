"""Numbers of late items against the items that each reader sees, after random changes and at random moments."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.management import call_command
from django.db.models import F

from agencies.kernel import times
from agencies.kernel.work import NEVER, Side
from agencies.organisations.models import Agency
from agencies.people.models import User
from agencies.work.models import WorkItem
from cases.casefile.models import Case
from cases.casefile.walls import WALL
from cases.clocks.models import Clock, subjects_of_clocks
from cases.intake.models import Lead
from cases.proceedings.models import Proceeding
from cases.sharing.models import Share
from coordination.exchange.conferences.models import TO_WRITE_MINUTES, Conference
from coordination.exchange.instructions.models import Instruction
from coordination.exchange.opinions.models import Opinion
from coordination.exchange.referrals.models import Referral
from coordination.exchange.tasks.models import Task
from coordination.insight.supervision.late_counts import WEEK, count_late
from tests.coordination.insight.supervision.test_who_is_late import readers
from tests.coordination.test_random_walks import SEED

Numbers = dict[tuple[int, str, str], tuple[int, int, datetime]]


def sees(actor: Any) -> set[Any]:
    """The ids of the periods and requests that the reader sees, each asked of its own model."""
    clocks = set(Clock.objects.visible_to(actor).values_list("pk", flat=True))
    found = set()
    for model in subjects_of_clocks():
        subjects: Any = model
        seen = set(subjects.objects.visible_to(actor).values_list("pk", flat=True))
        for pk, subject in Clock.objects.filter(subject_kind=model.clock_kind).values_list("pk", "subject_id"):
            if subject in seen and (pk in clocks or model.clock_kind == "lead") and model.clock_kind != "reminder":
                found.add(pk)
    for requests in (Task, Instruction, Opinion, Conference):
        found |= set(requests.objects.visible_to(actor).values_list("pk", flat=True))
    return found


def late_now() -> dict[Any, Any]:
    """Everything that is late, by its id, with the agency that owes it and those that it is owed to."""
    now, found = times.now(), {}
    for clock in Clock.objects.running().duties().filter(breach_at__lt=now).exclude(agency=None).select_related("rule"):
        both = (clock.holder_id, clock.partner_id) if clock.subject_kind == "referral" else ()
        found[clock.pk] = (clock, clock.agency_id, both, clock.subject_kind, clock.subject_id, clock.breach_at)
    own = {(one.pk, one.agency_id) for one in Proceeding.objects.all()}
    for task in Task.objects.open().filter(due_at__lt=now, source=None):
        if not task.follows or (task.proceeding_id, task.agency_id) not in own:
            found[task.pk] = (task, task.agency_id, (task.asked_by_id,), "task", task.pk, task.due_at)
    for one in Instruction.objects.filter(state__in=Instruction.WITH_RECEIVER, due_at__lt=now):
        found[one.pk] = (one, one.receiver_id, (one.sender_id,), "instruction", one.pk, one.due_at)
    for one in Opinion.objects.filter(state__in=Opinion.OPEN_STATES, round__state="OPEN", due_at__lt=now):
        found[one.pk] = (one, one.agency_id, (one.round.agency_id,), "opinion", one.pk, one.due_at)
    for one in Conference.objects.filter(state="CALLED", starts_at__lt=now - TO_WRITE_MINUTES):
        guests = tuple(one.participants.values_list("agency_id", flat=True))
        found[one.pk] = (one, one.agency_id, guests, "conference", one.pk, one.starts_at)
    return found


def step_of(thing: Any, debtor: int, about: Any) -> str:
    """What is missing: the open item of the debtor, and the rule of the duty."""
    rule = thing.rule.code if isinstance(thing, Clock) else ""
    items = WorkItem.objects.filter(side=Side.DOES, first=True, object_id=about)
    if isinstance(thing, Conference):
        return f"conference {thing.state}  " if items.exists() else "   "
    item = items.filter(agency_id=debtor).first()
    if item:
        return f"{item.kind} {item.state} {'returned' if item.returned else 'free' if item.free else ''} {rule}"
    return f"   {rule}"


def seen(actor: Any) -> Numbers:
    """(number, fresh, oldest) by agency, kind and missing step, counted one by one."""
    found, visible = Numbers(), sees(actor)
    for pk, (thing, debtor, owed_to, kind, about, since) in late_now().items():
        if pk in visible and (actor.is_centre or actor.agency_id in (debtor, *owed_to)):
            key = (debtor, kind, step_of(thing, debtor, about))
            number, fresh, oldest = found.get(key, (0, 0, since))
            found[key] = (number + 1, fresh + (since >= times.now() - WEEK), min(oldest, since))
    return found


def counted(actor: Any, **filters: Any) -> Numbers:
    rows = count_late(actor, times.now(), **filters)
    return {(row.agency, row.resource, row.step): (row.number, row.fresh, row.oldest) for row in rows}


def a_row(roll: random.Random, rows: Any) -> Any:
    """One of these rows, as a queryset."""
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    return rows.model._base_manager.filter(pk__in=[roll.choice(ids)] if ids else [])


def a_wall(roll: random.Random) -> None:
    """Hides a proceeding from an officer of a bureau."""
    for proceeding in a_row(roll, Proceeding.objects.all()):
        officer = User.objects.get(username="antismuggling.officer")
        flags = dict.fromkeys(("free", "returned", "first", "led", "restricted"), False)
        WorkItem.objects.create(
            **{"id": uuid4(), "kind": WALL, "side": Side.HIDDEN, "object_id": proceeding.pk, "due_at": NEVER},
            **{"agency_id": officer.agency_id, "person_id": officer.pk, "breach_at": NEVER, **flags},
        )


def changes(roll: random.Random) -> list[Callable[[], Any]]:
    """What an item, its step or who may count it depends on, each written past the product."""
    later = timedelta(days=roll.randint(-12, 12), seconds=roll.randint(0, 9))
    agency, flag = roll.choice(list(Agency.objects.order_by("pk")[:9])), roll.random() < 0.5
    handling = roll.choice(["H1", "H3"])
    return [
        lambda: a_row(roll, Clock.objects.running()).update(breach_at=F("breach_at") + later),
        lambda: a_row(roll, Clock.objects.running()).update(agency=agency),
        lambda: a_row(roll, Clock.objects.running()).update(state="STOPPED", stopped_at=F("started_at")),
        lambda: a_row(roll, Task.objects.open()).update(due_at=F("due_at") + later),
        lambda: a_row(roll, Task.objects.all()).update(state=roll.choice(["OPEN", "DONE"]), assignee=None),
        lambda: a_row(roll, Task.objects.all()).delete(),
        lambda: a_row(roll, WorkItem.objects.all()).update(state="SENT", returned=flag, free=not flag),
        lambda: a_row(roll, WorkItem.objects.all()).delete(),
        lambda: a_row(roll, Case.objects.all()).update(handling=handling),
        lambda: a_row(roll, Lead.objects.all()).update(handling=handling),
        lambda: a_row(roll, Referral.objects.all()).update(state=roll.choice(["DRAFT", "DELIVERED", "WITHDRAWN"])),
        lambda: a_row(roll, Referral.objects.exclude(receiver=agency)).update(sender=agency),
        lambda: a_row(roll, Referral.objects.exclude(sender=agency)).update(receiver=agency),
        lambda: a_row(roll, Lead.objects.all()).update(agency=agency),
        lambda: a_row(roll, Proceeding.objects.all()).update(agency=agency),
        lambda: a_row(roll, Share.objects.all()).update(until=times.today() + timedelta(days=roll.randint(-1, 5))),
        lambda: a_row(roll, Share.objects.all()).update(until=None, ended_at=times.now() if flag else None),
        lambda: a_row(roll, Share.objects.exclude(profile="lead")).delete(),
        lambda: a_wall(roll),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("walk", range(4))
def test_each_reader_counts_what_they_see_after_every_change(cast: Any, kept_back: None, walk: int) -> None:
    roll, people = random.Random(f"{SEED} {walk}"), readers(cast)
    centre = [name for name, actor in people.items() if actor.is_centre]
    agencies = [name for name, actor in people.items() if not actor.is_centre]
    moment, numbers = times.now() + timedelta(days=2), set()
    for _time in range(12):
        moment += timedelta(hours=roll.choice([0, 0, 1, 20, 100]), seconds=roll.randint(-5, 600))
        with time_machine.travel(moment, tick=False):
            for _change in range(roll.choice([0, 1, 1, 3])):
                roll.choice(changes(roll))()
            for name in {
                *roll.sample(centre, 2),
                "centre.supervisor",
                "antismuggling.officer",
                *roll.sample(agencies, 4),
            }:
                found = counted(people[name])
                assert found == seen(people[name]), (name, moment)
                numbers.add(sum(number for number, _fresh, _oldest in found.values()))
            agency = roll.choice(list(Agency.objects.all())).pk
            own = counted(people["centre.supervisor"], agency=agency)
            assert own == {key: row for key, row in counted(people["centre.supervisor"]).items() if key[0] == agency}
    assert len(numbers) > 5
    call_command("rebuild_projections", verbosity=0)  # the work items that were changed or deleted above


@pytest.mark.slow
def test_every_reader_counts_what_they_see(cast: Any, kept_back: None) -> None:
    Clock.objects.running().update(breach_at=times.now() - timedelta(days=1))
    with time_machine.travel(times.now() + timedelta(days=90), tick=False):
        numbers = {}
        for name, actor in readers(cast).items():
            found = counted(actor)
            assert found == seen(actor), name
            numbers[name] = sum(number for number, _fresh, _oldest in found.values())
    assert numbers["centre within customs"] > numbers["centre.supervisor"] > 0


@pytest.mark.slow
def test_an_agency_counts_its_proceeding_until_its_share_ends(cast: Any, kept_back: None) -> None:
    clock = Clock.objects.running().duties().filter(subject_kind="proceeding")[:1].get()
    Clock.objects.filter(pk=clock.pk).update(breach_at=times.now() - timedelta(days=1))
    share, head = Share.objects.filter(case=clock.case_id, agency=clock.agency_id), cast["customs.head"]
    found = []
    for until in (None, times.today() + timedelta(days=1)):
        share.update(until=until)
        for day in (0, 1, 2):
            with time_machine.travel(times.now() + timedelta(days=day), tick=False):
                rows = counted(head)
                assert rows == seen(head), (until, day)
                of_proceedings = (row[0] for key, row in rows.items() if key[:2] == (clock.agency_id, "proceeding"))
                found.append(sum(of_proceedings))
    assert found[:3] == [found[0]] * 3
    assert found[3:] == [found[0], found[0], found[0] - 1]
