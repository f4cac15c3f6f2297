"""Mail says how many items wait and where, once, and never to people who may no longer see them."""

from datetime import datetime, timedelta
from email import message_from_string
from email.header import decode_header

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.urls import reverse

from agencies.people.models import User
from agencies.runs.one_by_one import MOST_ATTEMPTS
from cases.sharing.actions import unshare_case
from coordination.exchange.tasks.actions import ask_task
from coordination.messaging.channels import actions, planning, sending
from coordination.messaging.channels.models import AnnouncedEvent, Sending
from coordination.messaging.notifications.actions import choose_news, mark_read
from coordination.messaging.notifications.digests import SHANGHAI
from coordination.messaging.notifications.jobs import drain
from coordination.messaging.notifications.models import InboxItem, Topic
from coordination.tooling.operation.jobs import plan, send
from coordination.workspace.message_texts import unread_of
from tests import stories

NINE = datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)  # a Monday


@pytest.fixture
def lead(cast):
    """The commerce bureau's unit lead, who has an address."""
    person = cast.user("commerce.lead")
    User.objects.filter(pk=person.pk).update(email="lead@mofcom.example", language="en")
    return cast.user("commerce.lead")


@pytest.fixture
def clock():
    with time_machine.travel(NINE, tick=False) as traveller:
        yield traveller


def tasks(cast, number=1, case=None):
    """Unclaimed tasks, which are immediate news for the unit lead."""
    case = case or stories.shared_case(cast)
    for _n in range(number):
        ask_task(case, actor=cast["customs.officer"], agency="MOFCOM_SCB", title="Canary task")
    drain()
    return case


def go(times=1):
    for _n in range(times):
        plan()
        send()


def subject(text):
    return "".join(
        part.decode(code or "ascii") if isinstance(part, bytes) else part
        for part, code in decode_header(message_from_string(text)["Subject"])
    )


def test_a_mail_counts_and_names_nothing(cast, lead, mail_sink, clock):
    case = tasks(cast, 2)
    go(3)
    ((to, text),) = mail_sink.messages
    assert to == "lead@mofcom.example"
    assert subject(text) == "3 new items"  # two tasks and the share
    assert "https://coordination.example/inbox/" in text
    for canary in ("Canary task", case.number, case.title, str(case.pk), "customs", "海关"):
        assert canary not in text
    assert f"<{Sending.objects.get().pk}@coordination.example>" in text


@pytest.mark.parametrize("chosen", ["zh-hans", ""], ids=["chosen", "Chinese where none was chosen"])
def test_it_shows_the_number_of_urgent_items_in_the_readers_language(cast, lead, mail_sink, clock, chosen):
    User.objects.filter(pk=lead.pk).update(language=chosen)
    tasks(cast)
    InboxItem.objects.filter(event__verb="ask").update(topic=Topic.DEADLINE)
    go()
    assert subject(mail_sink.messages[0][1]) == "2条新消息，其中1条紧急"


def test_without_a_mail_server_nothing_is_sent_and_the_page_explains(cast, lead):
    tasks(cast)
    go()
    assert not Sending.objects.exists()
    assert "Mail is not set up here" in cast.browser("commerce.lead").get("/inbox/settings/").content.decode()


def test_items_within_ten_minutes_are_in_one_mail(cast, lead, mail_sink, clock):
    case = tasks(cast)
    go()
    clock.shift(timedelta(minutes=1))
    tasks(cast, 2, case)
    go()
    assert len(mail_sink.messages) == 1
    clock.shift(timedelta(minutes=10))
    go(2)
    assert [subject(text) for _to, text in mail_sink.messages] == ["2 new items", "2 new items"]


def test_one_digest_a_day_and_none_where_there_is_nothing(cast, mail_sink, clock):
    User.objects.filter(username="customs.officer").update(email="officer@customs.example", language="en")
    choose_news(cast.user("customs.officer"), {"outcome": "daily"}, actor=cast["customs.officer"])
    done = stories.task(cast, "CLAIMED")
    stories.walk(cast, done, [("complete", "commerce.officer", {"result": "found"})])
    drain()
    go()
    assert mail_sink.messages == []
    clock.shift(timedelta(hours=23))  # Tuesday, eight o'clock
    go(3)
    clock.shift(timedelta(hours=5))
    go(2)
    assert len(mail_sink.messages) == 1
    assert Sending.objects.get().kind == "digest"
    clock.shift(timedelta(days=1))
    go()
    assert len(mail_sink.messages) == 1


@pytest.mark.parametrize("lost", ["disabled", "address", "sight", "password", "role", "read"])
def test_a_person_who_lost_access_or_read_the_items_before_sending_gets_nothing(cast, lead, mail_sink, clock, lost):
    case = tasks(cast, 0)
    plan()
    if lost == "sight":
        unshare_case(case, actor=cast["customs.officer"], agency="MOFCOM_SCB", reason="done")
    elif lost == "role":
        lead.memberships.all().delete()
    elif lost == "read":
        mark_read(*InboxItem.objects.filter(person=lead).values_list("pk", flat=True), actor=cast["commerce.lead"])
    else:
        columns = {
            "disabled": {"is_active": False},
            "address": {"email": ""},
            "password": {"password": make_password(None)},
        }
        User.objects.filter(pk=lead.pk).update(**columns[lost])
    send()
    assert mail_sink.messages == []
    assert Sending.objects.get().state == "DROPPED"


def test_without_the_mail_setting_no_mail_is_sent(cast, lead, mail_sink, clock):
    choose_news(lead, {}, actor=cast["commerce.lead"], by_mail=False)
    tasks(cast)
    go()
    assert not Sending.objects.exists()


def test_a_worker_killed_after_sending_sends_the_same_mail_once_more(cast, lead, mail_sink, clock, monkeypatch):
    tasks(cast)
    with monkeypatch.context() as midway:
        midway.setattr(sending, "_settle", lambda *a, **k: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            go()
    go()
    assert len(mail_sink.messages) == 1  # leased: no other worker takes it while the first may still be sending
    clock.shift(timedelta(minutes=3))
    go(3)
    first, second = (message_from_string(text) for _to, text in mail_sink.messages)
    assert first["Message-ID"] == second["Message-ID"]
    assert Sending.objects.get().state == "SENT"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("break_it", "expected"),
    [
        (lambda sink: sink.answers.append(451), "SMTP 451"),
        (lambda sink: sink.answers.append(554), "SMTP 554"),
        (lambda sink: setattr(sink, "silent", True), "server not reached"),
    ],
)
def test_a_mail_that_fails_is_tried_again_later(cast, lead, mail_sink, clock, settings, break_it, expected):
    tasks(cast)
    break_it(mail_sink)
    settings.EMAIL_TIMEOUT = 0.3 if mail_sink.silent else 20
    go()
    sending = Sending.objects.get()
    assert (sending.state, sending.attempts, sending.last_error) == ("WAITING", 1, expected)
    mail_sink.silent, settings.EMAIL_TIMEOUT = False, 20
    go()
    assert mail_sink.messages == []
    clock.shift(timedelta(seconds=80))
    go()
    assert len(mail_sink.messages) == 1


def test_a_server_that_is_down_costs_each_run_one_attempt(cast, mail_sink, clock):
    User.objects.filter(agency__code="MOFCOM_SCB").update(email="all@mofcom.example")
    case = stories.shared_case(cast)
    choose = dict.fromkeys(Topic, "now")
    for name in ("commerce.lead", "commerce.officer"):
        choose_news(cast.user(name), choose, actor=cast[name])
    tasks(cast, 1, case)
    mail_sink.shutdown()
    mail_sink.server_close()
    plan()
    assert send() <= 1
    assert sum(Sending.objects.values_list("attempts", flat=True)) <= 1


def test_after_five_attempts_it_is_given_up_and_an_operator_sends_it_again(cast, lead, mail_sink, clock):
    tasks(cast)
    plan()
    mail_sink.answers += [450] * MOST_ATTEMPTS
    for _attempt in range(MOST_ATTEMPTS):
        assert Sending.objects.get().state == "WAITING"
        send()
        clock.shift(timedelta(hours=11))
    dead = Sending.objects.get()
    assert (dead.state, dead.attempts, dead.last_error) == ("DEAD", 5, "SMTP 450")
    browser = cast.browser("sysadmin")
    assert "SMTP 450" in browser.get(reverse("operation")).content.decode()
    browser.post(reverse("dead_letter_retry", args=["mail", dead.pk]))
    send()
    assert Sending.objects.get().state == "SENT"
    assert len(mail_sink.messages) == 1


def test_the_pauses_bridge_a_night_without_a_mail_server():
    pauses = [sending.pause_after(n) for n in range(1, MOST_ATTEMPTS)]
    assert pauses == sorted(pauses)
    assert pauses[0] < timedelta(minutes=1.3)
    assert timedelta(hours=9) < sum(pauses, timedelta()) < timedelta(hours=13)


def test_two_planners_at_once_plan_it_once(cast, lead, mail_sink, clock):
    tasks(cast)
    plan()
    carried = AnnouncedEvent.objects.first()
    twice = Sending(kind="digest", person=lead, day=NINE.date())
    assert planning._plan(twice, [AnnouncedEvent(event=carried.event, person=lead)]) == 0
    assert Sending.objects.count() == 1


def test_the_address_is_kept_by_the_administrator_and_checked(cast, lead):
    browser, url = cast.browser("customs.admin"), f"/accounts/{cast.user('customs.officer').pk}/edit/"
    given = {"name_zh": "林知远", "name_en": "Lin Zhiyuan", "language": "en"}
    for wrong in ("nobody", "a@b\r\nBcc: x@y.example", "@customs.example"):
        answer = browser.post(url, {**given, "email": wrong})
        assert list(answer.context["form"].errors) == ["email"]
    assert browser.post(url, {**given, "email": "lin@customs.example"}).status_code == 302
    assert cast.user("customs.officer").email == "lin@customs.example"
    assert "lin@customs.example" in browser.get(f"/accounts/{cast.user('customs.officer').pk}/").content.decode()
    assert browser.post(url, {**given, "email": ""}).status_code == 302


def test_a_mail_counts_as_its_reader_sees(cast, lead, mail_sink, clock):
    tasks(cast, 3)
    plan()
    sending = Sending.objects.get()
    assert unread_of(sending).items == 4
    InboxItem.objects.filter(event__verb="ask").delete()
    assert unread_of(sending).items == 1


def test_a_sent_message_is_deleted_after_a_month_and_not_repeated(cast, lead, mail_sink, clock):
    tasks(cast)
    go()
    assert actions.delete_sent() == 0
    clock.shift(timedelta(days=31))
    assert actions.delete_sent() > 0
    assert not AnnouncedEvent.objects.exists()
    go()
    assert len(mail_sink.messages) == 1
