"""Cards and lines of tasks and referrals name the case, if the reader sees it."""

from coordination.site.templatetags.case_names import names_of
from tests import stories


def test_a_card_on_the_board_names_the_case_of_its_task(cast):
    task = stories.task(cast, "CLAIMED")
    for path in ("/board/?resource=tasks", f"/board/?resource=tasks&state={task.state}", "/queues/?queue=mine", "/"):
        shown = cast.browser("commerce.officer").get(path).content.decode()
        assert f"{task.case.number} {task.case.title}" in shown, path


def test_an_envelope_names_no_case(cast):
    transfer = stories.transfer(cast, "DELIVERED")
    key = ("referral", str(transfer.pk))
    assert names_of([key], cast["antismuggling.officer"]) == {}
    assert names_of([key], cast["customs.officer"]) == {key: f"{transfer.case.number} {transfer.case.title}"}


def test_one_query_names_the_cases_of_all_lines(cast, django_assert_max_num_queries):
    task, transfer = stories.task(cast), stories.transfer(cast)
    with django_assert_max_num_queries(1):
        found = names_of([("task", task.pk), ("referral", transfer.pk), ("lead", task.pk)], cast["customs.officer"])
    assert len(found) == 2
    assert names_of([("lead", task.pk)], cast["customs.officer"]) == {}
