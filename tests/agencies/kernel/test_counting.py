"""One query counts many lists."""

from agencies.kernel.counting import count_each
from cases.casefile.models import Case
from coordination.referrals.models import Referral
from coordination.tasks.models import Task
from tests import stories


def test_each_list_is_counted_by_its_name_in_one_query(cast, django_assert_num_queries):
    for _ in range(2):
        stories.task(cast)
    actor = cast["customs.officer"]
    lists = {
        "tasks": Task.objects.visible_to(actor).open(),
        "cases": Case.objects.visible_to(cast["centre.coordinator"]),
        "referrals": Referral.objects.visible_to(actor),
        "nothing": Task.objects.none(),
    }
    with django_assert_num_queries(1):
        assert count_each(lists) == {"tasks": 2, "cases": 2, "referrals": 0, "nothing": 0}


def test_no_lists_need_no_query(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert count_each({}) == {}
