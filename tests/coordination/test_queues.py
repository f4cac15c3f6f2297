"""Queues: one page of mixed rows for each question an officer asks in the morning."""

import pytest
from django.utils import timezone

from coordination.queues import QUEUES, counts
from coordination.tasks.actions import send_back_task
from tests import stories


def rows(cast, who, queue):
    return [line.key for line in cast.browser(who).get(f"/queues/?queue={queue}").context["page"].items]


@pytest.fixture
def desk(cast):
    """A bit of everything for customs and commerce."""
    case = stories.shared_case(cast)
    for state in ("ASKED", "OPEN", "CLAIMED", "DONE"):
        stories.task(cast, state, case)
    stories.lead(cast)
    stories.transfer(cast, "SUPPLEMENT")
    stories.assistance(cast, "SENT")
    stories.proceeding(cast, "INVESTIGATE", stories.shared_case(cast))


def test_each_queue_counts_exactly_its_rows(cast, desk):
    for who in ("customs.officer", "customs.lead", "customs.head", "commerce.officer", "antismuggling.officer"):
        number = counts(cast[who], timezone.now())
        assert {queue: len(rows(cast, who, queue)) for queue in QUEUES} == number, who


def test_a_task_stands_in_the_queues_of_both_organs(cast):
    key = ("task", stories.task(cast, "ASKED").pk)
    assert key in rows(cast, "commerce.officer", "unclaimed")
    assert key in rows(cast, "customs.officer", "elsewhere")
    assert key not in rows(cast, "police.officer", "unclaimed")


def test_what_another_organ_has_shows_its_state_and_nobodys_name(cast):
    stories.task(cast, "CLAIMED")
    shown = cast.browser("customs.officer").get("/queues/?queue=elsewhere").content.decode()
    assert "In work" in shown
    assert cast.user("commerce.officer").name_en not in shown


def test_what_came_back_is_returned(cast):
    task = stories.task(cast, "DONE")
    send_back_task(task, actor=cast["customs.officer"], reason="The years before 2025 are missing")
    assert rows(cast, "commerce.officer", "returned") == [("task", task.pk)]
    assert ("task", task.pk) in rows(cast, "commerce.officer", "mine")


def test_an_unknown_queue_is_refused(cast):
    assert cast.browser("customs.officer").get("/queues/?queue=everything").status_code == 400


@pytest.mark.parametrize("many", [1, 60])
def test_a_queue_costs_the_same_for_many(cast, django_assert_max_num_queries, many):
    case = stories.shared_case(cast)
    for _ in range(many):
        stories.task(cast, "ASKED", case)
    browser = cast.browser("commerce.lead")
    with django_assert_max_num_queries(12):
        page = browser.get("/queues/?queue=unclaimed").context["page"]
    assert len(page.items) == min(many, 50)
    if page.next:
        again = browser.get(f"/queues/?queue=unclaimed&after={page.next}").context["page"]
        assert not {line.key for line in again.items} & {line.key for line in page.items}
