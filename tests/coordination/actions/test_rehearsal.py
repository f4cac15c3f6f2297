"""The effects of an action are shown before it is performed, and nothing of it remains."""

from agencies.confirmations.models import Confirmation
from agencies.journal.models import Event
from cases.clocks.models import Clock
from coordination.actions.performing import perform
from coordination.exchange.referrals.models import Referral
from tests import stories


def rehearsed(cast, who, thing, noun, verb, **answers):
    page = cast.browser(who).post(
        f"/{noun}/{thing.pk}/do/{verb}/", {"version": thing.version, **answers, "rehearse": "1"}
    )
    return page, page.context["effects"]


def test_an_officer_sees_which_period_a_receipt_starts_and_which_it_ends(cast):
    transfer = stories.transfer(cast, "DELIVERED")
    before = (Event.objects.count(), Clock.objects.count())
    page, effects = rehearsed(cast, "antismuggling.officer", transfer, "referrals", "accept")
    assert page.status_code == 200
    assert str(effects.state) == str(Referral.State.ACCEPTED.label)
    assert effects.starts
    assert effects.ends
    assert [one.code for one in effects.readers] == ["GACC"]
    transfer.refresh_from_db()
    assert transfer.state == "DELIVERED"
    assert (Event.objects.count(), Clock.objects.count()) == before
    started = {clock.rule.code: clock.due_at.date() for clock in effects.starts}

    stories.walk(cast, transfer, [("accept", "antismuggling.officer", {})])
    running = Clock.objects.filter(subject_id=transfer.pk, stopped_at=None)
    assert started == {clock.rule.code: clock.due_at.date() for clock in running if clock.rule.code in started}


def test_the_answers_remain_in_the_form_and_can_be_sent(cast):
    task = stories.task(cast, "OPEN")
    page, effects = rehearsed(cast, "commerce.lead", task, "tasks", "decline", reason="It is not ours")
    assert "It is not ours" in page.text
    assert [one.code for one in effects.readers] == ["GACC"]
    sheet = {"version": task.version, "reason": "It is not ours", "sheet": "a" * 32}
    browser = cast.browser("commerce.lead")
    browser.post(f"/tasks/{task.pk}/do/decline/", {**sheet, "rehearse": "1"})
    task.refresh_from_db()
    assert task.state == "OPEN"
    assert browser.post(f"/tasks/{task.pk}/do/decline/", sheet).status_code == 302
    task.refresh_from_db()
    assert task.state == "DECLINED"


def test_wrong_answers_are_named_as_when_they_are_sent(cast):
    task = stories.task(cast, "OPEN")
    page, effects = rehearsed(cast, "commerce.lead", task, "tasks", "decline", reason="")
    assert page.status_code == 400
    assert effects is None
    assert "reason" in page.context["form"].errors


def test_a_person_without_permission_learns_nothing(cast):
    task = stories.task(cast, "OPEN")
    page = cast.browser("commerce.officer").post(
        f"/tasks/{task.pk}/do/set_due/", {"version": task.version, "rehearse": "1"}
    )
    assert page.status_code == 403
    assert cast.browser("police.officer").post(f"/tasks/{task.pk}/do/claim/", {"rehearse": "1"}).status_code == 404


def test_what_others_record_at_the_same_time_is_not_shown(cast, monkeypatch):
    task, other = stories.task(cast, "OPEN"), stories.shared_case(cast)

    def beside(*given, **more):
        """Another agency writes while the action is rehearsed."""
        stories.walk(cast, other, [("add_party", "customs.officer", {"name": "Hidden Ltd", "kind": "company"})])
        return perform(*given, **more)

    monkeypatch.setattr("coordination.actions.rehearsal.perform", beside)
    page, effects = rehearsed(cast, "commerce.lead", task, "tasks", "decline", reason="It is not ours")
    assert [str(one) for one in effects.records] == ["declined the task"]
    assert "added a party" not in page.text


def test_a_change_that_needs_a_second_person_says_so_and_asks_none(cast):
    case = stories.shared_case(cast)
    stories.transfer(cast, "FILED", case)
    case.refresh_from_db()
    party = case.parties.get()
    page, effects = rehearsed(
        cast, "customs.officer", case, "cases", "change_party", party=str(party.pk), name="X", reason="read wrongly"
    )
    assert effects.asks_second
    assert "second person" in page.text
    assert not Confirmation.objects.exists()


def test_a_note_for_the_agency_is_read_by_it_alone(cast):
    case = stories.shared_case(cast)
    note = {"text": "Ring the forwarder", "audience": "agency"}
    _page, effects = rehearsed(cast, "customs.officer", case, "cases", "write_note", **note)
    assert effects.readers == []
    assert not case.notes.exists()


def test_a_letter_is_read_before_it_goes(cast):
    """Every kind that another agency gets, with its addressees and its date, and nothing of it remains."""
    case = stories.shared_case(cast)
    to_commerce = {
        "agency": "MOFCOM_SCB",
        "title": "Compare",
        "body": "The declarations of May.",
        "due_at": "2099-05-04T12:00",
    }
    _page, effects = rehearsed(cast, "customs.officer", case, "cases", "ask_task", **to_commerce)
    assert [one.code for one in effects.letter.to] == ["MOFCOM_SCB"]
    assert (effects.letter.title, effects.letter.text) == ("Compare", "The declarations of May.")
    assert effects.letter.due_at.year == 2099
    asked = {"agencies": ["MOFCOM_SCB"], "title": "Is it controlled?", "text": "Antimony of 99.9 %."}
    page, effects = rehearsed(cast, "customs.officer", case, "cases", "ask_opinions", **asked)
    assert [one.code for one in effects.letter.to] == ["MOFCOM_SCB"]
    assert "Antimony of 99.9 %." in page.text


def test_a_drafted_letter_is_shown_on_the_page_that_sends_it(cast):
    request = stories.assistance(cast)
    page = cast.browser("customs.officer").get(f"/referrals/{request.pk}/do/send/").text
    assert "Letter as it will go out" in page
    assert request.report in page


def test_a_draft_is_saved_and_submitted_with_one_button(cast):
    case = stories.case(cast)
    team = [cast["customs.officer"].id, cast["customs.lead"].id]
    sheet = {"offence": "SMUG_PROHIBITED", "title": "Suspected smuggling", "team": team, "version": case.version}
    browser = cast.browser("customs.officer")
    page = browser.post(f"/cases/{case.pk}/do/draft_transfer/", {**sheet, "then": "1"}, follow=True)
    assert "Saved. Not done yet: Submit for decision. The report is empty." in page.text
    draft = Referral.objects.get()
    assert draft.state == Referral.State.DRAFT_REPORT
    edited = {**sheet, "receiver": draft.receiver.code, "report": "Facts.", "version": draft.version, "then": "1"}
    browser.post(f"/referrals/{draft.pk}/do/edit/", edited)
    draft.refresh_from_db()
    assert draft.state == Referral.State.HEAD_DECISION
