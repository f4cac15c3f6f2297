"""What is late on home is late on the page of its case and in the list of cases, by the same time."""

import pytest

from cases.casefile.due import set_nearest, with_nearest
from cases.casefile.models import Case
from tests import stories

from .one_late import disagreements

READERS = ("customs.officer", "customs.lead", "customs.head", "antismuggling.officer", "commerce.officer")


def listed(cast, who):
    return [one.pk for one in cast.browser(who).get("/cases/?overdue=1").context["page"].items]


@pytest.mark.slow
@pytest.mark.both_databases  # the least of several times
def test_a_late_transfer_makes_the_case_late_for_its_two_sides_alone(cast):
    case = stories.shared_case(cast)
    transfer = stories.transfer(cast, "DELIVERED", case)
    clock = stories.late_clock(transfer, "INT_SIGN", days=12)
    assert listed(cast, "customs.officer") == [case.pk]
    assert listed(cast, "centre.coordinator") == [case.pk]
    assert listed(cast, "commerce.officer") == []

    [seen] = set_nearest(list(with_nearest(Case.objects.filter(pk=case.pk), cast["customs.officer"])))
    assert seen.breach_at == clock.breach_at
    assert "12 d late" in cast.browser("customs.officer").get(f"/cases/{case.pk}/").text
    assert "12 d late" in cast.browser("customs.officer").get("/cases/?overdue=1").text


def test_a_late_draft_is_hidden_from_the_centre_and_from_other_agencies(cast):
    case = stories.shared_case(cast)
    stories.late_clock(stories.transfer(cast, "HEAD_DECISION", case), "TRF_APPROVE")
    assert listed(cast, "customs.officer") == [case.pk]
    assert listed(cast, "centre.coordinator") == listed(cast, "commerce.officer") == []


def test_no_page_of_a_reader_disagrees_with_another(cast):
    case = stories.shared_case(cast)
    stories.late_clock(stories.proceeding(cast, "INVESTIGATE", case), "CUS_DECISION", days=11)
    stories.late_clock(stories.transfer(cast, "DELIVERED", case), "INT_SIGN", days=12)
    stories.task(cast, matter=case)
    for who in (*READERS, "centre.coordinator"):
        assert list(disagreements(cast[who])) == [], who
