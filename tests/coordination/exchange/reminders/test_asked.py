"""Late instructions, opinions and conferences are on the reminder desk beside periods and tasks."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.kernel.errors import Forbidden, Invalid
from cases.casefile.models import Case
from coordination.exchange.conferences.models import Conference
from coordination.exchange.instructions.models import Instruction
from coordination.exchange.opinions.models import Opinion
from coordination.exchange.reminders.actions import send_letter, settle_letters
from coordination.exchange.reminders.models import Reminder
from coordination.messaging.notifications.jobs import drain
from tests import stories
from tests.kept_stories import story

DESK = "/reminder-desk/"
WHO = {"instruction": "customs.officer", "opinion": "customs.officer", "conference": "commerce.officer"}
DEBTOR = {"instruction": "GACC_ASB", "opinion": "MOFCOM_SCB", "conference": "GACC"}
KINDS = [kind if kind == "opinion" else pytest.param(kind, marks=pytest.mark.slow) for kind in WHO]


@pytest.fixture
@story
def late(cast):
    return {
        "instruction": stories.late_instruction(cast, 6),
        "opinion": stories.late_opinion(cast, 5),
        "conference": stories.late_conference(cast, 4),
        "task": stories.late_task(cast, 3),
    }


def desk(cast, who, **params):
    page = cast.browser(who).get(DESK, params)
    assert page.status_code == 200
    return page


def found(page):
    return [line.row.pk for line in page.context["page"].items]


def test_the_centre_sees_them_in_one_order_with_the_agency_that_owes_and_its_total(cast, late):
    page = desk(cast, "centre.coordinator")
    assert found(page) == [one.pk for one in late.values()]
    assert [line.agency.code for line in page.context["page"].items][:3] == list(DEBTOR.values())
    assert page.context["total"] == 4


@pytest.mark.parametrize("resource", KINDS)
def test_a_filter_by_what_it_is_about_leaves_one_kind_and_its_name_leads_to_it(cast, late, resource):
    page = desk(cast, "centre.coordinator", resource=resource)
    assert found(page) == [late[resource].pk]
    [line] = page.context["page"].items
    assert line.name
    assert cast.browser("centre.coordinator").get(line.url).status_code == 200
    assert line.url in page.content.decode()
    assert line.case.number in page.content.decode()


@pytest.mark.slow
def test_the_centre_sees_the_handler_and_the_asker_the_desk(cast, late):
    Opinion.objects.filter(pk=late["opinion"].pk).update(handler=cast.user("commerce.officer"))
    [line] = desk(cast, "centre.coordinator", resource="opinion").context["page"].items
    assert line.contact == cast.user("commerce.officer")
    [line] = desk(cast, "customs.officer", resource="opinion").context["page"].items
    assert line.contact is None
    [line] = desk(cast, "centre.coordinator", resource="conference").context["page"].items
    assert line.contact == cast.user("customs.officer")


@pytest.mark.slow
@pytest.mark.parametrize("resource", KINDS)
def test_the_asking_agency_sends_a_reminder_that_names_the_item(cast, late, resource):
    [line] = [line for line in desk(cast, WHO[resource]).context["page"].items if line.row.pk == late[resource].pk]
    assert line.may_send
    answer = cast.browser(WHO[resource]).post("/reminder-desk/send/", {"about": line.key}, follow=True)
    letter = Reminder.objects.get()
    assert letter.agency.code == DEBTOR[resource]
    assert line.name in answer.content.decode()
    sheet = cast.browser(WHO[resource]).get(f"/reminders/{letter.pk}/print/").content.decode()
    assert late[resource].round.title in sheet if resource == "opinion" else late[resource].title in sheet
    [line] = [line for line in desk(cast, WHO[resource]).context["page"].items if line.row.pk == late[resource].pk]
    assert line.reminded.letter == letter
    assert not line.may_send


@pytest.mark.parametrize("resource", KINDS)
def test_an_uninvolved_agency_neither_sees_it_nor_sends_a_reminder(cast, late, resource):
    assert late[resource].pk not in found(desk(cast, "police.lead"))
    with pytest.raises(Invalid):
        send_letter([f"{resource}:{late[resource].pk}"], actor=cast["police.officer"])


@pytest.mark.slow
@pytest.mark.parametrize(("resource", "owes"), [("instruction", "antismuggling.lead"), ("opinion", "commerce.lead")])
def test_the_debtor_sees_it_and_sends_itself_no_reminder(cast, late, resource, owes):
    assert late[resource].pk in found(desk(cast, owes, side="we"))
    assert late[resource].pk not in found(desk(cast, owes, side="us"))
    with pytest.raises(Forbidden):
        send_letter([f"{resource}:{late[resource].pk}"], actor=cast[owes])


@pytest.mark.slow
@pytest.mark.parametrize("state", ["DRAFT", "HEAD_DECISION", "REPORTED", "OBJECTED"])
def test_a_letter_whose_addressee_owes_nothing_is_not_late(cast, state):
    made = stories.instruction(cast, state)
    Instruction.objects.filter(pk=made.pk).update(due_at=timezone.now() - timedelta(days=2))
    assert found(desk(cast, "centre.coordinator")) == []


def test_an_opinion_of_a_round_that_is_concluded_is_not_late(cast, late):
    data = {"conclusion": "Released."}
    stories.walk(cast, late["opinion"].round, [("conclude", "customs.officer", data)])
    assert late["opinion"].pk not in found(desk(cast, "centre.coordinator"))


@pytest.mark.slow
def test_a_conference_owes_minutes_a_day_after_it_began_and_no_more_once_they_are_written(cast):
    made = stories.conference(cast)
    stories.begin(made)
    assert found(desk(cast, "centre.coordinator")) == []
    late = stories.late_conference(cast)
    assert found(desk(cast, "centre.coordinator")) == [late.pk]
    stories.walk(cast, late, [("write_minutes", "customs.officer", {"text": "Weighed on Monday."})])
    assert found(desk(cast, "centre.coordinator")) == []


@pytest.mark.parametrize("resource", KINDS)
def test_a_letter_closes_by_itself_when_it_is_done(cast, late, resource):
    letter = send_letter([f"{resource}:{late[resource].pk}"], actor=cast["centre.coordinator"])
    assert settle_letters() == 0
    Instruction.objects.update(due_at=timezone.now() + timedelta(days=1))
    Opinion.objects.update(due_at=timezone.now() + timedelta(days=1))
    Conference.objects.update(starts_at=timezone.now() + timedelta(days=1))
    assert settle_letters() == 1
    letter.refresh_from_db()
    assert letter.state == "CLOSED"


@pytest.mark.slow
@pytest.mark.parametrize("resource", KINDS)
def test_what_became_restricted_leaves_the_desk_and_the_letters_of_the_centre(cast, late, resource):
    send_letter([f"{resource}:{late[resource].pk}"], actor=cast["centre.coordinator"])
    Case.objects.update(handling="H3")
    assert found(desk(cast, "centre.coordinator")) == []
    assert not Reminder.objects.visible_to(cast["centre.coordinator"]).exists()


@pytest.mark.slow
def test_a_guest_of_a_conference_learns_of_its_being_late_and_not_of_the_case(cast):
    guest = stories.conference(cast, matter=stories.case(cast), desks=["MPS_ECID"])
    Conference.objects.filter(pk=guest.pk).update(starts_at=timezone.now() - timedelta(days=3))
    [line] = desk(cast, "police.officer").context["page"].items
    assert line.row.pk == guest.pk
    assert line.case_number == line.handling == ""
    assert guest.case.number not in desk(cast, "police.officer").content.decode()


@pytest.mark.slow
def test_all_kinds_together_cost_no_more_and_page_without_loss(cast, django_assert_max_num_queries):
    case = stories.shared_case(cast)
    stories.late_clock(stories.transfer(cast, "ACCEPTED"), "TRF_REVIEW", 8)
    for days in range(2, 20):
        stories.late_opinion(cast, days, case)
        stories.late_conference(cast, days, case)
        stories.late_task(cast, days, case)
    stories.late_instruction(cast)
    drain()
    for who in ("centre.coordinator", "customs.lead"):
        client = cast.browser(who)
        with django_assert_max_num_queries(32):
            client.get(DESK)
        with django_assert_max_num_queries(32):
            client.get(f"{DESK}?agency=GACC")
        seen, url = [], DESK
        while url:
            page = client.get(url)
            seen += found(page)
            url = f"{DESK}?after={page.context['page'].next}" if page.context["page"].next else ""
        assert len(seen) == len(set(seen)) == page.context["total"] == 56


@pytest.mark.slow
def test_the_deputy_director_counts_them_as_newly_overdue_and_among_the_oldest(cast, late):
    page = cast.browser("centre.supervisor").get("/one-page/")
    assert {line.row.pk for line in page.context["oldest"]} == {one.pk for one in late.values()}
    Opinion.objects.filter(pk=late["opinion"].pk).update(due_at=timezone.now() - timedelta(minutes=5))
    page = cast.browser("centre.supervisor").get("/one-page/")
    assert late["opinion"].pk in found(cast.browser("centre.supervisor").get(page.context["late_url"]))
    assert page.context["late"] >= 1


def test_the_file_and_the_api_name_them_too(cast, late):
    client = cast.browser("centre.coordinator")
    file = client.post("/reminder-desk/csv/").content.decode("utf-8-sig")
    assert all(words in file for words in (late["instruction"].title, late["conference"].title, "Opinion requested"))
    about = {"about": [f"opinion:{late['opinion'].pk}"]}
    sent = client.post("/api/v1/reminders/", about, content_type="application/json")
    assert sent.status_code == 201
    assert [(one["kind"], one["name"]) for one in sent.json()["items"]] == [("opinion", late["opinion"].round.title)]
