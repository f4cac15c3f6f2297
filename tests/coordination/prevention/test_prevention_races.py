"""Eight people act at once on what an agency does before goods leave: one succeeds, and nothing is doubled."""

import pytest

from agencies.kernel.errors import Invalid
from agencies.kernel.work import atomic
from coordination.prevention.certificates.actions import follow_days
from coordination.prevention.certificates.models import Certificate
from coordination.prevention.diligence.actions import REVIEW_ACTIONS, publish_questionnaire
from coordination.prevention.diligence.models import Gap, Questionnaire, Review
from coordination.prevention.inspections.actions import ACTIONS
from coordination.prevention.inspections.models import Inspection
from tests import stories
from tests.coordination.test_races import EIGHT, at_once, split
from tests.stories.diligence import ITEMS, findings, in_days
from tests.stories.inspections import FOUND

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.slow]
OFFICERS = ("commerce.officer", "commerce.lead")


def one_wins(act):
    """Runs act(n) eight times at once; those who lose are refused."""

    def or_refusal(n):
        try:
            return act(n)
        except Invalid as refused:
            return refused

    won, _lost = split(at_once(or_refusal))
    assert len([one for one in won if not isinstance(one, Invalid)]) == 1


def test_one_of_eight_assesses_a_review_and_each_gap_is_opened_once(cast):
    review = stories.review(cast, "ANSWERED")
    actors = [cast[who] for who in OFFICERS]
    one_wins(lambda n: REVIEW_ACTIONS["assess"](review, actor=actors[n % 2], findings=findings("1", "2")))
    assert Gap.objects.count() == 2


def test_one_of_eight_closes_or_reopens_a_gap(cast):
    review = stories.review(cast, "REVIEWED")
    gap = str(review.gaps.get().pk)
    stories.walk(cast, review, [("report_gap", OFFICERS[0], {"gap": gap, "report": "Done"})])
    actors = [cast[who] for who in OFFICERS]

    def act(n):
        if n % 2:
            return REVIEW_ACTIONS["close_gap"](review, actor=actors[0], gap=gap, check_remark="Seen")
        return REVIEW_ACTIONS["reopen_gap"](review, actor=actors[1], gap=gap, reason="Not done", due_on=in_days(40))

    one_wins(act)
    left, due_at = Gap.objects.get(), Review.objects.get().due_at
    assert (left.state == "CLOSED") == (left.closed_at is not None) == (due_at is None)


def test_eight_editions_at_once_have_eight_numbers_and_one_is_in_force(cast):
    lead = cast["commerce.lead"]
    given = {"code": "SHORT", "name_zh": "问卷", "items": ITEMS}
    at_once(lambda n: publish_questionnaire(actor=lead, name_en=f"Edition {n}", **given))
    made = Questionnaire.objects.filter(code="SHORT")
    assert sorted(made.values_list("edition", flat=True)) == list(range(1, EIGHT + 1))
    assert made.filter(state="IN_FORCE").count() == 1


def test_one_of_eight_records_the_findings_of_an_inspection(cast):
    inspection = stories.inspection(cast, "UNDER_WAY")
    actors = [cast[who] for who in OFFICERS]
    one_wins(lambda n: ACTIONS["finish"](inspection, actor=actors[n % 2], findings=FOUND, minutes=f"Minutes {n}"))
    assert Inspection.objects.get().state == "DONE"


def test_a_certificate_expires_once_however_many_workers_run(cast):
    stories.certificate(cast, valid_until=in_days(0))
    with atomic():
        Certificate.objects.update(valid_until=in_days(-1))
    assert sum(at_once(lambda n: follow_days())) == 1
    assert Certificate.objects.get().state == "EXPIRED"
