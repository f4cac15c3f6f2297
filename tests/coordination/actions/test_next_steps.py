"""On a page without a step for the reader: whose step it is, and the duties of the reader's agency that run."""

import pytest

from coordination.actions.next_steps import steps_of_others
from coordination.exchange.notes.models import Note
from tests import stories


def page(cast, who, path, language="en"):
    return " ".join(cast.browser(who, language).get(path).content.decode().split())


def panel(cast, who, path):
    """The panel of the next step."""
    return page(cast, who, path).split("cv-panel-next")[1].split("</section>")[0]


@pytest.mark.slow
def test_an_officer_reads_that_the_unit_lead_files_the_proceeding(cast):
    proceeding = stories.proceeding(cast, "VERIFY")
    lead = cast.user("customs.lead")
    for path in (f"/proceedings/{proceeding.pk}/", f"/cases/{proceeding.case_id}/"):
        assert f"Waits for {lead.name_en}, unit lead: File the case" in page(cast, "customs.officer", path), path
        assert f"待{lead.name_zh}（部门负责人）办理：立案" in page(cast, "customs.officer", path, "zh-hans"), path
        assert "Waits for" not in page(cast, "customs.lead", path), path


def test_of_another_agency_only_the_office_is_named_and_no_person_is_asked(cast):
    transfer = stories.transfer(cast, "DELIVERED")
    [step] = steps_of_others([transfer], cast["customs.officer"])
    assert (step.agency.code, str(step.button), step.names) == ("GACC_ASB", "Sign receipt", "")
    shown = page(cast, "customs.officer", f"/referrals/{transfer.pk}/")
    assert f"Waits for {step.agency.name_en}, officer: Sign receipt" in shown
    assert cast.user("antismuggling.officer").name_en not in shown

    assert (step.ask, step.is_asked) == ("", False)


def test_the_drafter_reads_who_decides_on_the_report(cast):
    transfer = stories.transfer(cast, "HEAD_DECISION")
    [step] = steps_of_others([transfer], cast["customs.officer"])
    assert (str(step.button), str(step.office)) == ("Approve the transfer", "responsible person")
    assert cast.user("customs.head").name in step.names


def test_a_step_whose_condition_is_unmet_is_not_the_next_one(cast):
    proceeding = stories.proceeding(cast, "INVESTIGATE")
    assert steps_of_others([proceeding], cast["customs.officer"]) == []


def test_where_no_step_is_ready_the_case_says_what_is_waited_for_and_until_when(cast):
    proceeding = stories.proceeding(cast, "INVESTIGATE")
    duties = page(cast, "customs.officer", f"/proceedings/{proceeding.pk}/")
    assert "Running duties of your agency:" in duties
    case = (
        page(cast, "customs.officer", f"/cases/{proceeding.case_id}/").split("cv-panel-next")[1].split("</section>")[0]
    )
    assert "Waits for the end of the investigation by General Administration of Customs" in case
    assert "left" in case


def test_an_officer_asks_the_unit_lead_for_the_step_with_a_note_that_names_them(cast):
    proceeding = stories.proceeding(cast, "VERIFY")
    lead = cast.user("customs.lead")
    browser = cast.browser("customs.officer")
    [step] = steps_of_others([proceeding], cast["customs.officer"])
    assert "Ask for this step" in browser.get(f"/proceedings/{proceeding.pk}/").text
    form = browser.get(step.ask).context["form"]
    assert form.initial["text"] == "@customs.lead Please take this step: File the case"
    sent = {"text": form.initial["text"], "audience": "agency", "about": f"proceeding:{proceeding.pk}"}
    assert browser.post(step.ask, sent | {"version": form.initial["version"]}).status_code == 302
    note = Note.objects.get()
    assert (note.mentions.get().person, note.about_id) == (lead, proceeding.pk)

    # Once a day: all readers of the note see that the step was asked for.
    [step] = steps_of_others([proceeding], cast["customs.officer"])
    assert (step.ask, step.is_asked) == ("", True)
    page = browser.get(f"/proceedings/{proceeding.pk}/").text
    assert "asked within the last day" in page
    assert "Ask for this step" not in page


def test_a_link_fills_no_text_of_its_own_into_a_note(cast):
    case = stories.case(cast)
    form = f"/cases/{case.pk}/do/write_note/"
    browser = cast.browser("customs.officer")
    for query in (
        {"step": "proceeding:file", "whom": "call 110!"},
        {"step": "proceeding:send money", "whom": "customs.lead"},
        {"step": "nothing:file", "whom": "customs.lead"},
        {"text": "send money"},
    ):
        assert "text" not in browser.get(form, query).context["form"].initial, query


def test_no_one_is_offered_a_note_on_a_case_that_they_do_not_see(cast):
    transfer = stories.transfer(cast, "ACCEPTED")
    page = cast.browser("antismuggling.officer").get(f"/referrals/{transfer.pk}/").text
    assert "Waits for" in page
    assert "do/write_note" not in page


def test_a_draft_is_completed_before_it_is_submitted(cast):
    transfer = stories.transfer(cast, "DRAFT_REPORT")
    type(transfer).objects.filter(pk=transfer.pk).update(report="")
    for path in (f"/referrals/{transfer.pk}/", f"/cases/{transfer.case_id}/"):
        step, missing = panel(cast, "customs.officer", path).split("First:")
        assert f"/referrals/{transfer.pk}/do/edit/" in step, path
        assert "report" in missing, path


@pytest.mark.slow
def test_after_filing_the_goods_go_and_the_own_proceeding_ends_as_transferred(cast):
    case = stories.case(cast)
    proceeding = stories.proceeding(cast, "INVESTIGATE", case)
    transfer = stories.transfer(cast, "FILED", case)
    for path in (f"/cases/{case.pk}/", f"/proceedings/{proceeding.pk}/"):
        shown = panel(cast, "customs.lead", path)
        assert f"/proceedings/{proceeding.pk}/do/transfer/" in shown, path
        assert "The police filed the criminal case on" in shown, path
    for verb in ("confirm_receipt", "hand_goods"):
        for path in (f"/cases/{case.pk}/", f"/referrals/{transfer.pk}/"):
            assert f"/referrals/{transfer.pk}/do/{verb}/" in panel(cast, "customs.officer", path), (verb, path)
        stories.walk(cast, transfer, [(verb, "customs.officer", {})])
    assert "/do/hand_goods/" not in panel(cast, "customs.officer", f"/cases/{case.pk}/")
    assert "unit lead: End as transferred" in panel(cast, "customs.officer", f"/cases/{case.pk}/")


def test_a_proceeding_about_another_party_goes_on_after_the_filing(cast):
    case = stories.case(cast)
    stories.walk(cast, case, [("add_party", "customs.officer", {"name": "B Ltd", "kind": "company"})])
    stories.proceeding(cast, "INVESTIGATE", case)
    transfer = stories.transfer(cast, "FILED", case)
    transfer.parties.set([case.parties.order_by("pk").first()])
    assert "The police filed the criminal case on" not in page(cast, "customs.lead", f"/cases/{case.pk}/")
