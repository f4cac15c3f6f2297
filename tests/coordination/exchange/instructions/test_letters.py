"""A superior assigns, instructs, designates or takes up; an agency asks upwards. Each letter is received and
answered."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.kernel.resource import RESOURCES
from agencies.organisations.models import Agency, is_in_command_of
from cases.casefile.models import Case
from cases.proceedings.actions import open_proceeding
from cases.sharing.actions import share_case
from cases.sharing.models import Share
from coordination.actions.performing import perform as perform_verb
from coordination.exchange.instructions.actions import CASE_ACTIONS, receive_instruction
from coordination.exchange.instructions.models import Instruction
from coordination.messaging.notifications.jobs import drain
from tests import stories
from tests.refusals import invalid_at, refused_for

LETTER = {"title": "Look into it", "text": "Two containers lie in your district."}


def sees(cast, who, thing):
    return RESOURCES["instructions"].model.objects.visible_to(cast[who]).filter(pk=thing.pk).exists()


def reads_case(cast, who, case):
    return Case.objects.visible_to(cast[who]).filter(pk=case.pk).exists()


def perform(cast, who, thing, verb, **given):
    return perform_verb(RESOURCES["instructions"], cast[who], thing, verb, given).thing


def test_letters_go_along_the_tree_by_either_parent_and_never_from_the_centre(cast):
    customs, bureau, police = (Agency.objects.get(code=code) for code in ("GACC", "GACC_ASB", "MPS"))
    assert is_in_command_of(customs, bureau)
    assert is_in_command_of(police, bureau)  # the second line of authority of the anti-smuggling bureau
    assert not is_in_command_of(bureau, customs)
    assert not is_in_command_of(Agency.objects.get(code="NECM"), Agency.objects.get(code="JECC"))
    case = stories.shared_case(cast)
    for kind in ("assign_down", "instruct", "designate"):
        with invalid_at("/receiver"):
            CASE_ACTIONS[kind](case, actor=cast["customs.officer"], receiver="MOFCOM_SCB", **LETTER)
    with pytest.raises(Forbidden):
        CASE_ACTIONS["instruct"](case, actor=cast["centre.coordinator"], receiver="GACC", **LETTER)


def test_an_instruction_is_the_responsible_persons_and_has_a_deadline(cast):
    letter = stories.instruction(cast, "HEAD_DECISION")
    for who in ("customs.officer", "customs.lead"):
        with pytest.raises(Forbidden):
            perform(cast, who, letter, "issue")
    Instruction.objects.filter(pk=letter.pk).update(due_at=None)
    letter.refresh_from_db()
    with refused_for("due_at"):
        perform(cast, "customs.head", letter, "issue")


def test_it_gets_the_agencies_next_number_when_it_leaves_and_not_before(cast):
    assert stories.instruction(cast, "HEAD_DECISION").number == ""
    year = timezone.localdate().year
    numbers = [stories.instruction(cast, "SENT").number for _ in range(2)]
    assert [number.split("〕")[1] for number in numbers] == ["1号", "2号"]
    assert all(f"〔{year}〕" in number for number in numbers)


def test_the_subordinate_sees_it_only_once_sent(cast):
    letter = stories.instruction(cast, "HEAD_DECISION")
    assert not sees(cast, "antismuggling.lead", letter)
    assert cast.browser("antismuggling.lead").get(reverse("instruction", args=[letter.pk])).status_code == 404
    stories.walk(cast, letter, [("issue", "customs.head", {})])
    assert sees(cast, "antismuggling.lead", letter)
    assert not sees(cast, "commerce.lead", letter)


def test_the_letter_alone_gives_no_sight_of_its_case(cast):
    letter = stories.instruction(cast, "RECEIVED")
    assert not reads_case(cast, "antismuggling.officer", letter.case)
    answer = cast.browser("antismuggling.officer").get(reverse("instruction", args=[letter.pk])).text
    assert "The goods lie in two districts." in answer
    for hidden in (letter.case.number, letter.case.title, str(letter.case_id)):
        assert hidden not in answer
    row = cast.browser("antismuggling.officer").get(f"/api/v1/instructions/{letter.pk}/").json()
    assert row["case"] is None


def test_the_lead_agency_shares_as_stated_in_the_letter(cast):
    letter = stories.instruction(cast, "DRAFT", shares="status")
    assert not reads_case(cast, "antismuggling.officer", letter.case)
    stories.walk(cast, letter, [("issue", "customs.head", {})])
    share = Share.objects.live().get(case=letter.case, agency__code="GACC_ASB")
    assert (share.profile, letter.number in share.reason) == ("status", True)


def test_only_the_lead_agency_shares_a_case_by_letter(cast):
    case = stories.case(cast, "antismuggling.officer")
    share_case(case, actor=cast["antismuggling.officer"], agency="GACC", profile="full", reason="theirs")
    fields = RESOURCES["cases"].form(cast["customs.officer"], Case.objects.get(pk=case.pk), "instruct").fields["shares"]
    assert [value for value, _words in fields.choices] == [""]
    letter = stories.instruction(cast, "HEAD_DECISION")
    Instruction.objects.filter(pk=letter.pk).update(shares="full")
    Case.objects.filter(pk=letter.case_id).update(lead=Agency.objects.get(code="MOFCOM_SCB"))
    letter = Instruction.objects.get(pk=letter.pk)
    with refused_for("share"):
        perform(cast, "customs.head", letter, "issue")


def test_the_result_is_reported_returned_and_accepted(cast):
    letter = stories.instruction(cast, "REPORTED", "assign_down")
    page = reverse("instruction", args=[letter.pk])
    assert "Two containers opened" in cast.browser("customs.officer").get(page).text
    stories.walk(
        cast,
        letter,
        [
            ("return_report", "customs.officer", {"reason": "And the third?"}),
            ("report", "antismuggling.officer", {"answer": "Three opened"}),
            ("accept_report", "customs.officer", {}),
        ],
    )
    assert letter.state == "DONE"
    assert str(letter.handler_id) == cast["antismuggling.officer"].id


@pytest.mark.slow
def test_an_agency_objects_once_and_the_responsible_person_insists_or_recalls(cast):
    letter = stories.instruction(cast, "OBJECTED")
    with pytest.raises(Forbidden):
        perform(cast, "customs.lead", letter, "insist", reason="Do it")
    waiting = cast.browser("customs.head").get(reverse("approvals")).context["page"].items
    assert letter.pk in [one.thing.pk for one in waiting]
    assert perform(cast, "customs.head", letter, "insist", reason="By art. 3 it is yours").state == "RECEIVED"
    other = stories.instruction(cast, "OBJECTED")
    assert perform(cast, "customs.head", other, "recall", reason="They are right").state == "RECALLED"
    assert "They are right" in cast.browser("antismuggling.lead").get(reverse("instruction", args=[other.pk])).text


def test_a_designated_agency_sees_the_case_and_opens_its_own_proceeding(cast):
    letter = stories.instruction(cast, "RECEIVED", "designate")
    case = Case.objects.get(pk=letter.case_id)
    assert reads_case(cast, "antismuggling.officer", case)
    with refused_for("proceeding"):
        perform(cast, "antismuggling.officer", letter, "take")
    own = open_proceeding(case, actor=cast["antismuggling.officer"], kind="customs")
    taken = perform(cast, "antismuggling.officer", Instruction.objects.get(pk=letter.pk), "take")
    assert (taken.state, taken.proceeding_id) == ("DONE", own.pk)


def test_competence_is_visible_to_all_on_the_case_and_contents_to_the_two(cast):
    letter = stories.instruction(cast, "SENT", "designate", stories.shared_case(cast))
    assert sees(cast, "commerce.officer", letter)
    stories.walk(cast, letter, [("object", "antismuggling.lead", {"objection": "Canary objection"})])
    url, api = reverse("instruction", args=[letter.pk]), f"/api/v1/instructions/{letter.pk}/"
    for path in (url, api):
        assert "Canary objection" in cast.browser("customs.officer").get(path).text
        assert "Canary objection" not in cast.browser("commerce.officer").get(path).text


def test_a_matter_taken_up_is_handed_over_without_changing_proceedings_and_only_from_a_running_one(cast):
    letter = stories.instruction(cast, "REPORTED", "take_up")
    case, below = Case.objects.get(pk=letter.case_id), letter.origin
    with pytest.raises(TransitionRefused):
        perform(cast, "customs.officer", letter, "take_over")
    own = open_proceeding(case, actor=cast["customs.officer"], kind="customs")
    taken = perform(cast, "customs.officer", Instruction.objects.get(pk=letter.pk), "take_over")
    below.refresh_from_db()
    assert (taken.state, taken.proceeding_id) == ("DONE", own.pk)
    assert (below.agency.code, below.state) == ("GACC_ASB", "VERIFY")
    case = stories.case(cast)
    with refused_for("proceeding"):
        perform_verb(RESOURCES["cases"], cast["customs.officer"], case, "take_up", {"title": "x", "text": "y"})


def test_requests_to_superiors_are_sent_and_answered_by_leads(cast):
    letter = stories.instruction(cast, "DRAFT", "ask_up")
    with pytest.raises(Forbidden):
        perform(cast, "antismuggling.officer", letter, "send")
    stories.walk(cast, letter, [("send", "antismuggling.lead", {}), ("receive", "customs.officer", {})])
    with pytest.raises(Forbidden):
        perform(cast, "customs.officer", letter, "agree", answer="Yes")
    assert perform(cast, "customs.lead", letter, "agree", answer="Yes").state == "AGREED"
    drain()
    assert letter.title in [one.about for one in cast.browser("antismuggling.officer").get("/").context["mine"]]


def test_a_request_that_came_back_keeps_its_number(cast):
    letter = stories.instruction(cast, "RETURNED", "ask_up")
    number = letter.number
    with refused_for("unchanged"):
        stories.walk(cast, letter, [("send", "antismuggling.lead", {})])
    row = cast.browser("antismuggling.officer").get("/queues/?queue=returned").text
    assert "Which districts?" in row
    assert "/do/change/" in row
    stories.walk(cast, letter, [("change", "antismuggling.officer", {"title": "Who?", "text": "Which of the two?"})])
    stories.walk(cast, letter, [("send", "antismuggling.lead", {})])
    assert (letter.number, letter.state) == (number, "SENT")


def test_the_deadline_is_moved_by_its_sender_and_never_into_the_past(cast):
    letter = stories.instruction(cast, "RECEIVED")
    with pytest.raises(Invalid):
        perform(cast, "customs.head", letter, "set_due", due_at="2026-01-01T00:00", reason="typed wrong")
    later = timezone.localtime() + timedelta(days=9)
    moved = perform(cast, "customs.head", letter, "set_due", due_at=later.strftime("%Y-%m-%dT%H:%M"), reason="holidays")
    assert moved.due_at > letter.created_at + timedelta(days=8)
    with pytest.raises(Invalid):
        CASE_ACTIONS["assign_down"](
            stories.case(cast),
            actor=cast["customs.officer"],
            receiver="GACC_ASB",
            due_at=timezone.now() - timedelta(days=1),
            **LETTER,
        )


@pytest.mark.slow
def test_late_letters_are_in_the_queue_of_the_owing_agency(cast):
    letter = stories.instruction(cast, "RECEIVED")
    Instruction.objects.filter(pk=letter.pk).update(due_at=timezone.now() - timedelta(hours=1))
    for queue, who in (
        ("overdue", "antismuggling.lead"),
        ("mine", "antismuggling.officer"),
        ("elsewhere", "customs.officer"),
    ):
        answer = cast.browser(who).get(reverse("queues"), {"queue": queue}).text
        assert letter.title in answer, queue
    home = cast.browser("antismuggling.officer").get("/").text
    assert "Who handles the antimony?" in home


def test_a_paper_letter_of_an_absent_superior_is_recorded(cast):
    case = stories.shared_case(cast)
    paper = stories.incoming(cast, matter=case, agency="MOFCOM", by="commerce.officer")
    data = {"paper": str(paper.pk), "kind": "assign_down", "title": "See to it", "text": "By the end of the month"}
    made = perform_verb(RESOURCES["cases"], cast["commerce.officer"], case, "record_instruction", data).created
    assert (made.state, made.number, made.sender.code) == ("RECEIVED", paper.number, "MOFCOM")
    with pytest.raises(Invalid):
        perform_verb(RESOURCES["cases"], cast["commerce.officer"], case, "record_instruction", data)
    stories.walk(cast, made, [("report", "commerce.officer", {"answer": "Done"})])
    accepted = stories.incoming(cast, matter=case, agency="MOFCOM", by="commerce.officer")
    stories.walk(cast, made, [("accept_report", "commerce.officer", {"paper": str(accepted.pk)})])
    assert made.state == "DONE"


def test_a_second_receipt_names_the_first_signer(cast):
    letter = stories.instruction(cast, "SENT")
    receive_instruction(letter, actor=cast["antismuggling.officer"])
    with pytest.raises(TransitionRefused) as no:
        receive_instruction(letter, actor=cast["antismuggling.lead"])
    assert "缉私局" in no.value.detail
