"""Late has one definition: overview, home, desk, lists, API and figures give the same number at every moment."""

import random
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from agencies.kernel import times
from cases.clocks.models import Clock
from cases.clocks.texts import subject_choices
from coordination.exchange.conferences.models import TO_WRITE_MINUTES, Conference
from coordination.exchange.instructions.models import Instruction
from coordination.exchange.opinions.models import Opinion
from coordination.exchange.tasks.models import Task
from coordination.insight.metrics.asking import Question, ask, ask_many
from coordination.insight.metrics.following import differing, follow
from coordination.insight.supervision.late import WhoIsLate
from tests import stories
from tests.coordination.test_random_walks import SEED
from tests.kept_stories import story

pytestmark = pytest.mark.both_databases  # one number from sums, rows and lists

FIGURE, SECOND = "overdue", timedelta(seconds=1)


@pytest.fixture
@story
def due(cast: Any) -> None:
    """What becomes late within some weeks: periods of days and hours, and a request of every kind."""
    case = stories.shared_case(cast)
    soon = timezone.now() + timedelta(hours=30)
    stories.conference(cast, matter=case)
    stories.opinion_round(cast, matter=case, due_at=soon)
    stories.instruction(cast, "RECEIVED")
    stories.transfer(cast, "ACCEPTED")
    stories.transfer(cast, "DELIVERED")
    stories.lead(cast)
    stories.late_task(cast, -3, case)
    stories.late_task(cast, 4, case)
    follow()


def ends() -> list[Any]:
    """Every moment at which something becomes late."""
    found = {*Clock.objects.duties().running().exclude(breach_at=None).values_list("breach_at", flat=True)}
    for model in (Task, Opinion, Instruction):
        found |= {*model.objects.exclude(due_at=None).values_list("due_at", flat=True)}
    return sorted(found | {one.starts_at + TO_WRITE_MINUTES for one in Conference.objects.all()})


def moments() -> list[Any]:
    """Random moments of the next weeks, and a second before and after each end."""
    roll, now = random.Random(SEED), timezone.now()
    near = [end + sign for end in ends() for sign in (-SECOND, SECOND) if end + sign > now]
    far = [now + timedelta(seconds=roll.randint(1, 40 * 24 * 3600)) for _time in range(8)]
    return sorted([*near, *far])


def late(actor: Any, **more: Any) -> dict[str, int]:
    today = times.today()
    return {one.key: int(one.value or 0) for one in ask(actor, Question(FIGURE, today, today, **more)).points}


def at_desk(actor: Any) -> tuple[dict[str, int], dict[str, int]]:
    """By agency and by kind."""
    agencies, kinds = Counter[str](), Counter[str]()
    for one in WhoIsLate(actor, times.now()).agencies:
        agencies[one.agency.code] = one.number
        for (kind, _step), counted in one.by_cause.items():
            kinds[kind] += counted.number
    return dict(agencies), dict(kinds)


@pytest.mark.slow
def test_figures_and_desk_agree_at_every_moment(cast: Any, due: None) -> None:
    centre, seen = cast["centre.supervisor"], set()
    for moment in moments():
        with time_machine.travel(moment, tick=False):
            agencies, kinds = at_desk(centre)
            assert (late(centre, by="agency"), late(centre, by="kind")) == (agencies, kinds), moment
            for who, code in (("commerce.head", "MOFCOM_SCB"), ("antismuggling.head", "GACC_ASB")):
                own = ask(cast[who], Question(FIGURE, times.today(), times.today())).total.value
                assert own == agencies.get(code, 0), (who, moment)
            seen.add(sum(agencies.values()))
    assert len(seen) > 3


@pytest.mark.slow
def test_all_surfaces_give_one_number(cast: Any, due: None) -> None:
    for moment in random.Random(SEED).sample(moments(), 3):
        with time_machine.travel(moment, tick=False):
            client, kinds = cast.browser("centre.supervisor"), at_desk(cast["centre.supervisor"])[1]
            total = client.get(f"/api/v1/metrics/{FIGURE}/").json()["total"]
            found = {
                "overview": client.get("/supervision/").context["overview"].late.number,
                "home": client.get("/").context["centre"].figures.late.number,
                "desk": len(client.get("/reminder-desk/").context["page"].items),
                "api": total["value"],
                "rows": client.get(total["rows"]).context["total"],
                "kinds": sum(kinds.values()),
            }
            assert len(set(found.values())) == 1, (moment, found)
            clocks = client.get("/deadlines/running/?due=overdue&kind=duty").context["page"].items
            assert len(clocks) == sum(kinds.get(kind, 0) for kind, _label in subject_choices() if kind != "lead"), (
                moment
            )


def test_a_level_within_the_day_counts_to_its_moment_and_a_past_day_to_its_end(cast: Any) -> None:
    task = stories.task(cast)
    noon = (timezone.localtime() + timedelta(days=2)).replace(hour=12, minute=0, second=0, microsecond=0)
    Task.objects.filter(pk=task.pk).update(due_at=noon)
    follow()
    centre = cast["centre.supervisor"]
    on = {"last": noon.date(), "first": noon.date()}
    found = {}
    for name, moment in {"before": noon - SECOND, "after": noon + SECOND, "next": noon + timedelta(days=1)}.items():
        with time_machine.travel(moment, tick=False):
            asked = [Question(FIGURE, **on), Question(FIGURE, **on, by="day"), Question(FIGURE, **on, by="kind")]
            found[name] = [sum(int(p.value or 0) for p in one.points or [one.total]) for one in ask_many(centre, asked)]
    assert found == {"before": [0, 0, 0], "after": [1, 1, 1], "next": [1, 1, 1]}
    assert differing(100) == []
