"""Sums of late items against the items that each reader sees, after random changes and at random moments."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.db.models import F

from agencies.kernel import times
from agencies.kernel.counting import count_each
from agencies.kernel.work import NEVER, Side
from agencies.organisations.models import Agency
from agencies.people.models import User
from agencies.work.jobs import RowsDiffer, compare
from agencies.work.models import WorkItem
from cases.casefile.models import Case
from cases.casefile.walls import WALL
from cases.clocks.models import Clock, subjects_of_clocks
from cases.intake.models import Lead
from cases.proceedings.models import Proceeding
from cases.sharing.models import Share
from coordination.exchange.referrals.models import Referral
from coordination.exchange.reminders.late import late_items
from coordination.exchange.tasks.models import Task
from coordination.insight.lateness.counting import WEEK, Count, became_late, count_late, count_one_by_one
from coordination.insight.lateness.models import Change, Item, Position, Sum
from coordination.insight.lateness.summing import differing, sum_up
from coordination.insight.lateness.triggers import WATCHED, missing
from tests import stories
from tests.coordination.insight.supervision.test_who_is_late import readers
from tests.coordination.test_random_walks import SEED

pytestmark = pytest.mark.both_databases  # triggers, and sums in SQL of its own

Numbers = dict[tuple[int, str], tuple[int, int]]


def seen(actor: Any) -> tuple[Numbers, dict[int, datetime]]:
    """(number, fresh) by agency and kind, and the oldest by agency, of the rows on the reminder desk."""
    number, fresh, oldest = Counter[Any](), Counter[Any](), dict[int, datetime]()
    for rows in late_items(actor, times.now()):
        for row in rows:
            key = (row.debtor_id, row.resource)
            number[key] += 1
            fresh[key] += row.late_since >= times.now() - WEEK
            oldest[row.debtor_id] = min(oldest.get(row.debtor_id, row.late_since), row.late_since)
    return {key: (number[key], fresh[key]) for key in number}, oldest


def counted(found: list[Count]) -> tuple[Numbers, dict[int, datetime]]:
    number, fresh, oldest = Counter[Any](), Counter[Any](), dict[int, datetime]()
    for agency, kind, _step, some, new, since in found:
        number[agency, kind] += some
        fresh[agency, kind] += new
        if since:
            oldest[agency] = min(oldest.get(agency, since), since)
    late = {agency for (agency, _kind), some in number.items() if some}
    return (
        {key: (number[key], fresh[key]) for key in number if number[key]},
        {agency: since for agency, since in oldest.items() if agency in late},
    )


def steps(found: list[Count]) -> dict[Any, tuple[int, int]]:
    return {row[:3]: (row[3], row[4]) for row in found if row[3]}


def since(actor: Any, start: datetime) -> int:
    return sum(count_each({str(place): rows for place, rows in enumerate(became_late(actor, start))}).values())


def seen_since(actor: Any, start: datetime) -> int:
    return sum(rows.filter(late_since__gte=start).count() for rows in late_items(actor, times.now()))


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
def test_sums_are_what_each_reader_sees_after_every_change(cast: Any, kept_back: None, walk: int) -> None:
    roll, people = random.Random(f"{SEED} {walk}"), readers(cast)
    centre = [name for name, actor in people.items() if actor.is_centre]
    agencies = [name for name, actor in people.items() if not actor.is_centre]
    moment, numbers, summed = times.now() + timedelta(days=2), set(), 0
    sum_up()
    for _time in range(12):
        moment += timedelta(hours=roll.choice([0, 0, 1, 20, 100]), seconds=roll.randint(-5, 600))
        with time_machine.travel(moment, tick=False):
            for _change in range(roll.choice([0, 1, 1, 3])):
                roll.choice(changes(roll))()
            if roll.random() < 0.4:
                summed += sum_up()
                assert differing() == 0
            for name in {
                *roll.sample(centre, 2),
                "centre.supervisor",
                "antismuggling.officer",
                *roll.sample(agencies, 4),
            }:
                found = count_late(people[name], None, times.today())
                assert counted(found) == seen(people[name]), (name, moment)
                assert steps(found) == steps(count_one_by_one(people[name], None)), (name, moment)
                start = times.now() - timedelta(hours=roll.randint(1, 400))
                assert since(people[name], start) == seen_since(people[name], start), (name, moment)
                numbers.add(sum(row[3] for row in found))
            agency = roll.choice(list(Agency.objects.all())).pk
            own = [row for row in count_late(people["centre.supervisor"], agency, times.today()) if row[3]]
            everything = count_late(people["centre.supervisor"], None, times.today())
            assert steps(own) == {key: value for key, value in steps(everything).items() if key[0] == agency}
    assert len(numbers) > 5
    assert summed > 3
    call_command("rebuild_projections", verbosity=0)  # the work items that were changed or deleted above


def test_a_page_that_is_read_before_the_moment_of_the_sums_counts_for_its_own(cast: Any, kept_back: None) -> None:
    end = Clock.objects.running().duties().exclude(breach_at=None).earliest("breach_at").breach_at
    with time_machine.travel(end + timedelta(minutes=1), tick=False):
        sum_up()
    for moment in (end - timedelta(minutes=1), end + timedelta(seconds=1), end + WEEK, end + WEEK + timedelta(1)):
        with time_machine.travel(moment, tick=False):
            centre = cast["centre.supervisor"]
            assert counted(count_late(centre, None, times.today())) == seen(centre), moment


def test_a_rebuild_gives_the_same_and_the_nightly_comparison_finds_what_differs(cast: Any, kept_back: None) -> None:
    with time_machine.travel(times.now() + timedelta(days=30), tick=False):
        sum_up()
        kept = [list(model.objects.order_by("pk").values()) for model in (Item, Position)]
        assert compare() == 0
        Sum.objects.filter(number__gt=0).update(number=F("number") + 1)
        Item.objects.filter(is_kept=False)[:1].get().delete()
        assert differing() > 0
        with pytest.raises(RowsDiffer, match="late"):
            compare()
        call_command("rebuild_projections", verbosity=0)
        assert compare() == 0
        assert [list(model.objects.order_by("pk").values()) for model in (Item, Position)] == kept
        assert not Change.objects.exists()


@pytest.mark.django_db
def test_every_watched_table_has_its_triggers() -> None:
    assert missing(connection) == set()


def test_what_is_kept_from_the_centre_is_watched() -> None:
    watched = {one.table for one in WATCHED}
    kept = {model._meta.db_table for model in subjects_of_clocks() if model.kept_from_centre() is not None}
    assert kept
    assert kept <= watched


def test_an_act_of_a_person_is_counted_at_once_and_summed_later(cast: Any) -> None:
    stories.late_task(cast, 3, stories.shared_case(cast))
    sum_up()
    centre, today = cast["centre.supervisor"], times.today()
    before = counted(count_late(centre, None, today))
    Task.objects.update(state="DONE")
    after = counted(count_late(centre, None, today))
    assert before[0]
    assert after == seen(centre)
    assert sum_up() > 0
    assert counted(count_late(centre, None, today)) == after


def test_an_agency_counts_its_proceeding_until_its_share_ends(cast: Any, kept_back: None) -> None:
    clock = Clock.objects.running().duties().filter(subject_kind="proceeding")[:1].get()
    Clock.objects.filter(pk=clock.pk).update(breach_at=times.now() - timedelta(days=1))
    share, head = Share.objects.filter(case=clock.case_id, agency=clock.agency_id), cast["customs.head"]
    key, found = (clock.agency_id, "proceeding"), []
    for until in (None, times.today() + timedelta(days=1)):
        share.update(until=until)
        for day in (0, 1, 2):
            with time_machine.travel(times.now() + timedelta(days=day), tick=False):
                assert counted(count_late(head, None, times.today())) == seen(head), (until, day)
                sum_up()
                assert counted(count_late(head, None, times.today())) == seen(head), (until, day)
                found.append(seen(head)[0].get(key, (0, 0))[0])
    assert found[:3] == [found[0]] * 3
    assert found[3:] == [found[0], found[0], found[0] - 1]
