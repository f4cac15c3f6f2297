"""Late items under filters, such as a mineral or a campaign, against what each reader sees and the ledger counts."""

import random
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.apps import apps
from django.core.management import call_command

from agencies.kernel import times
from agencies.organisations.models import Agency, agencies_by_code
from cases.casefile.models import Case
from cases.clocks.models import Clock
from cases.intake.models import Lead
from coordination.exchange.referrals.models import Referral
from coordination.exchange.reminders.late import late_items
from coordination.exchange.tasks.models import Task
from coordination.insight.metrics.asking import Question, plan_for
from coordination.insight.metrics.following import differing as figures_differing
from coordination.insight.metrics.following import follow
from coordination.insight.metrics.models import Label, LabelSet, StoredMatter
from coordination.insight.metrics.rows import objects_of
from coordination.insight.supervision import asked
from coordination.insight.supervision.late_counts import count_late
from tests import stories
from tests.coordination.insight.supervision.test_late_counts import changes
from tests.coordination.insight.supervision.test_who_is_late import readers
from tests.coordination.test_random_walks import SEED
from tests.kept_stories import story

GALLIUM = [{"description": "镓", "hs_code": "8112929010", "net_weight_kg": "250"}]
ANTIMONY = [{"description": "锑锭", "hs_code": "8110102000", "net_weight_kg": "250"}]


@pytest.fixture
@story
def filtered(cast: Any) -> None:
    """Late items of every kind in matters with several minerals and tracks, of which some are restricted."""
    for items, handling in ((GALLIUM, "H1"), (ANTIMONY, "H1"), (GALLIUM + ANTIMONY, "H1"), (GALLIUM, "H3")):
        case = stories.shared_case(cast, items=items, handling=handling)
        stories.late_task(cast, 4, case)
        stories.late_task(cast, -2, case)
        stories.transfer(cast, "DRAFT_REPORT", case)
        stories.transfer(cast, "ACCEPTED", case)
    stories.conference(cast, matter=case)
    stories.opinion_round(cast, matter=case)
    stories.instruction(cast, "RECEIVED")
    stories.lead(cast)
    follow()


def some_filters(roll: random.Random) -> dict[str, str]:
    """One to three of the labels that matters have, of different dimensions."""
    held = sorted(label for label in labels_of() if label[0] in asked.FILTERS)
    chosen = roll.sample(held, min(len(held), roll.choice([1, 1, 2, 3])))
    return {**dict(chosen), **roll.choice([{}, {}, {"mineral": "gallium"}])}


def labels_of(**matter: Any) -> set[tuple[str, str]]:
    """The labels of all matters, or of one."""
    rows = StoredMatter.objects.filter(**matter, label_set__labels__isnull=False)
    return set(rows.values_list("label_set__labels__dimension", "label_set__labels__value"))


def relabel(matter: Any, labels: set[tuple[str, str]]) -> None:
    label_set = LabelSet.objects.create(pk=uuid4())
    Label.objects.bulk_create(Label(label_set=label_set, dimension=name, value=value) for name, value in labels)
    StoredMatter.objects.filter(matter=matter).update(label_set=label_set)


def matters() -> dict[Any, Any]:
    """The matter of each late item."""
    found = {pk: case or subject for pk, case, subject in Clock.objects.values_list("pk", "case_id", "subject_id")}
    for model, path in (("tasks.Task", "case_id"), ("instructions.Instruction", "case_id")):
        found |= dict(_model(model).objects.values_list("pk", path))
    found |= dict(_model("opinions.Opinion").objects.values_list("pk", "round__case_id"))
    return found | dict(_model("conferences.Conference").objects.values_list("pk", "case_id"))


def _model(name: str) -> Any:
    return apps.get_model(name)


def kept_from_centre() -> set[Any]:
    """Periods about what readers of the centre may not see: restricted leads, and drafts of referrals."""
    kept = set(Lead.objects.filter(handling="H3").values_list("pk", flat=True))
    kept |= {one.pk for one in Referral.objects.all() if one.never_sent}
    return set(Clock.objects.filter(subject_id__in=kept).values_list("pk", flat=True))


def seen(actor: Any, agency: Any, filters: dict[str, str]) -> dict[tuple[int, str], int]:
    """By agency and kind, the rows of the desk in matters with these labels: of the centre without what is kept from
    it, of others what their agency owes."""
    wanted = set(filters.items())
    labels = {matter: labels_of(matter=matter) for matter in StoredMatter.objects.values_list("matter", flat=True)}
    of, kept, found = matters(), kept_from_centre(), dict[tuple[int, str], int]()
    restricted = set(Case.objects.restricted().values_list("pk", flat=True))
    debtor = agency if actor.is_centre else actor.own_agency
    for rows in late_items(actor, times.now()):
        for row in rows:
            hidden = actor.is_centre and (row.pk in kept or of[row.pk] in restricted)
            if not hidden and debtor in (None, row.debtor_id) and wanted <= labels.get(of[row.pk], set()):
                key = (row.debtor_id, row.resource)
                found[key] = found.get(key, 0) + 1
    return found


def counted(actor: Any, agency: Any, filters: dict[str, str]) -> dict[tuple[int, str], int]:
    found = dict[tuple[int, str], int]()
    for row in count_late(actor, times.now(), agency=agency, labels=filters):
        found[row.agency, row.resource] = found.get((row.agency, row.resource), 0) + row.number
    return found


@pytest.mark.slow
@pytest.mark.parametrize("walk", range(4))
def test_under_random_filters_each_reader_counts_what_they_see(cast: Any, filtered: None, walk: int) -> None:
    roll, people = random.Random(f"{SEED} {walk}"), readers(cast)
    centre = [name for name, actor in people.items() if actor.is_centre]
    moment, numbers = times.now(), set()
    agencies = [None, None, *Agency.objects.filter(code__startswith="MOFCOM").values_list("pk", flat=True)]
    for _time in range(12):
        moment += _later(roll)
        with time_machine.travel(moment, tick=False):
            for _change in range(roll.choice([0, 1, 2])):
                roll.choice([*changes(roll), *label_changes(roll)])()
            for name in {*roll.sample(centre, 3), "centre.supervisor", *roll.sample(list(people), 2)}:
                filters, agency = some_filters(roll), roll.choice(agencies)
                agency = agency if people[name].is_centre else None
                found = counted(people[name], agency, filters)
                assert found == seen(people[name], agency, filters), (name, agency, filters, moment)
                numbers.add(sum(found.values()))
    assert len(numbers) > 4
    call_command("rebuild_projections", verbosity=0)  # the work items that were changed or deleted above


def label_changes(roll: random.Random) -> list[Any]:
    label, case = (
        roll.choice([("mineral", "gallium"), ("track", "crm")]),
        roll.choice(list(Case.objects.order_by("pk"))),
    )
    return [
        lambda: relabel(case.pk, labels_of(matter=case.pk) - {label}),
        lambda: relabel(case.pk, labels_of(matter=case.pk) | {label}),
    ]


def _later(roll: random.Random) -> Any:
    return timedelta(hours=roll.choice([0, 1, 20, 100]), seconds=roll.randint(0, 600))


@pytest.mark.slow
def test_the_ledger_counts_the_same_items_at_every_moment(cast: Any, filtered: None) -> None:
    roll, now, agencies, numbers = random.Random(SEED), times.now(), agencies_by_code(), set()
    assert figures_differing(100) == []
    for _time in range(12):
        with time_machine.travel(now + _later(roll) * roll.choice([0, 1, 5]), tick=False):
            for who in ("centre.supervisor", "centre.coordinator", "commerce.lead", "customs.head"):
                filters, actor, today = some_filters(roll), cast[who], times.today()
                plan = plan_for(actor, Question("overdue", today, today, filters=filters), agencies)
                ids = set(objects_of(actor, plan).order_by().values_list("object_id", flat=True))
                late = sum(rows.filter(pk__in=ids).count() for rows in late_items(actor, times.now()))
                assert sum(counted(actor, None, filters).values()) == late, (who, filters)
                numbers.add(late)
    assert len(numbers) > 3


@pytest.mark.slow
def test_a_label_that_a_matter_gets_or_loses_is_counted_at_once(cast: Any, filtered: None) -> None:
    centre = cast["centre.supervisor"]
    case = Task.objects.visible_to(centre).filter(case__handling="H1", due_at__lt=times.now()).first().case_id
    before = counted(centre, None, {"campaign": "2026-1"})
    relabel(case, labels_of(matter=case) | {("campaign", "2026-1")})
    after = counted(centre, None, {"campaign": "2026-1"})
    assert before == {}
    assert sum(after.values()) == sum(
        rows.filter(case_id=case).count() for rows in late_items(centre, times.now()) if rows.model in (Clock, Task)
    )
