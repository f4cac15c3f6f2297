"""What a person reads beside the form of an action."""

from tests import stories


def page(cast, who, thing, resource, verb):
    got = cast.browser(who).get(f"/{resource}/{thing.pk}/do/{verb}/", headers={"accept-language": "en"})
    assert got.status_code == 200
    return got.content.decode()


def test_an_officer_answers_a_request_beside_its_text_and_its_sender(cast):
    asked = stories.assistance(cast, "IN_WORK")
    shown = page(cast, "commerce.officer", asked, "referrals", "answer")
    assert "What it is about" in shown
    assert "Licence check" in shown
    assert "Which?" in shown
    assert asked.sender.name in shown


def test_an_officer_who_has_not_signed_for_a_letter_reads_its_envelope_only(cast):
    transfer = stories.transfer(cast, "DELIVERED")
    shown = page(cast, "antismuggling.officer", transfer, "referrals", "accept")
    assert "What it is about" in shown
    assert transfer.title not in shown
    assert transfer.report not in shown


def test_a_task_shows_the_case_to_agencies_that_see_the_case(cast):
    task = stories.task(cast, "CLAIMED")
    shown = page(cast, "commerce.officer", task, "tasks", "complete")
    assert task.case.number in shown
    assert task.asked_by.name in shown


def test_an_officer_makes_a_case_beside_the_narrative_of_the_lead(cast):
    lead = stories.lead(cast)
    shown = page(cast, "customs.officer", lead, "leads", "promote")
    assert lead.newest.content["narrative"] in shown
