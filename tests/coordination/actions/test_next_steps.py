"""On a page without a step for the reader: whose step it is, and the duties of the reader's agency that run."""

import pytest

from coordination.actions.next_steps import steps_of_others
from tests import stories

pytestmark = pytest.mark.django_db


def page(cast, who, path, language="en"):
    return " ".join(cast.browser(who, language).get(path).content.decode().split())


def test_an_officer_reads_that_the_unit_lead_files_the_proceeding(cast):
    proceeding = stories.proceeding(cast, "VERIFY")
    lead = cast.user("customs.lead")
    for path in (f"/proceedings/{proceeding.pk}/", f"/cases/{proceeding.case_id}/"):
        assert f"Waits for {lead.name_en}, unit lead: File the case" in page(cast, "customs.officer", path), path
        assert f"待{lead.name_zh}（部门负责人）办理：立案" in page(cast, "customs.officer", path, "zh-hans"), path
        assert "Waits for" not in page(cast, "customs.lead", path), path


def test_of_another_agency_only_the_office_is_named(cast):
    transfer = stories.transfer(cast, "DELIVERED")
    [step] = steps_of_others([transfer], cast["customs.officer"])
    assert (step.agency.code, str(step.button), step.names) == ("GACC_ASB", "Sign receipt", "")
    shown = page(cast, "customs.officer", f"/referrals/{transfer.pk}/")
    assert f"Waits for {step.agency.name_en}, officer: Sign receipt" in shown
    assert cast.user("antismuggling.officer").name_en not in shown


def test_the_drafter_reads_who_decides_on_the_report(cast):
    transfer = stories.transfer(cast, "HEAD_DECISION")
    [step] = steps_of_others([transfer], cast["customs.officer"])
    assert (str(step.button), str(step.office)) == ("Approve the transfer", "responsible person")
    assert cast.user("customs.head").name in step.names


def test_a_step_whose_condition_is_unmet_is_not_the_next_one(cast):
    proceeding = stories.proceeding(cast, "INVESTIGATE")
    assert steps_of_others([proceeding], cast["customs.officer"]) == []


def test_running_duties_of_the_own_agency_are_shown_with_the_next_action(cast):
    proceeding = stories.proceeding(cast, "INVESTIGATE")
    for path in (f"/proceedings/{proceeding.pk}/", f"/cases/{proceeding.case_id}/"):
        assert "Running duties of your agency:" in page(cast, "customs.officer", path), path
        assert "No step is ready here" not in page(cast, "customs.officer", path), path
    other = stories.shared_case(cast)
    assert "Running duties of your agency:" not in page(cast, "commerce.officer", f"/cases/{other.pk}/")


def test_few_queries_find_the_steps_of_all_strands(cast, django_assert_max_num_queries):
    things = [stories.proceeding(cast, "VERIFY") for _ in range(3)]
    with django_assert_max_num_queries(3):
        assert len(steps_of_others(things, cast["customs.officer"])) == 3
