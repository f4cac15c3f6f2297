"""Breakdowns between our journal and a receiver: nothing is lost, nothing is taken for something new, no one waits for
someone else's receiver. `docs/chaos.md` reports them."""

import json
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
import time_machine
from django.db import connection, transaction

from agencies.kernel import times
from agencies.kernel.actor import SYSTEM
from agencies.machines.actions import create_key
from agencies.machines.authentication import actor_of_system
from agencies.organisations.models import Agency
from cases.intake.actions import ACTIONS, take_up_lead
from cases.intake.models import Lead
from cases.intake.receiving import receive_lead
from coordination.messaging.channels import sending, webhook_calls
from coordination.messaging.channels.actions import register_webhook, renew_secret, switch_webhook
from coordination.messaging.channels.models import Sending, Webhook
from coordination.messaging.channels.webhook_calls import signature
from coordination.messaging.feeds.jobs import follow
from coordination.messaging.feeds.models import Feed, FeedEntry
from coordination.messaging.notifications.digests import SHANGHAI
from coordination.tooling.operation.jobs import plan, send
from tests import stories

pytestmark = [pytest.mark.both_databases]
NINE = datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)
DOWN = b"HTTP/1.1 503 x\r\n\r\n"


def connected(cast, url, *, name="risk engine", agency="GACC", who="customs.admin", source="RISK"):
    """A system with a key for events, and its webhook, switched on by a second person."""
    owner = Agency.objects.get(code=agency)
    scopes = ["leads:write", "leads:read", "events:read"]
    client = create_key(name, owner, scopes, actor=SYSTEM, sources=[source]).key.client
    follow()
    webhook = register_webhook(owner, url, actor=cast[who], client=client)
    switch_webhook(webhook, actor=cast["secadmin"], active=True)
    return client


def reported(client, ref):
    content = stories.content(source_ref=ref, source_system=client.sources[0])
    lead, _effect = receive_lead(content, actor=actor_of_system(client, ["leads:write"]), agency=client.agency)
    return lead


def taken_up(cast, client, ref, officer="customs.officer"):
    return take_up_lead(reported(client, ref), actor=cast[officer]).thing


class Receiver:
    """What a receiver keeps that follows the rules: each id once, in the order of arrival."""

    def __init__(self, calls):
        self.taken = {}
        for headers, body in calls:
            self.taken.setdefault(headers["Webhook-Id"], json.loads(body))

    @property
    def numbers(self):
        return [event["sequence"] for event in self.taken.values()]

    def numbers_of_objects(self):
        found = {}
        for event in self.taken.values():
            found.setdefault(event["object_id"], []).append(event["sequence"])
        return found


@pytest.mark.slow
def test_a_receiver_that_was_down_for_a_day_gets_every_event_once_and_each_object_in_order(cast, resource):
    """Two leads, taken up and put back by turns, one event an hour, while the receiver answers 503 for a day."""
    with time_machine.travel(NINE, tick=False) as clock:
        client = connected(cast, resource.url)
        leads = [taken_up(cast, client, ref) for ref in "AB"]
        resource.answers += [DOWN] * 10_000
        for hour in range(24):
            lead = Lead.objects.get(pk=leads[hour % 2].pk)
            verb, answers = ("put_back", {"reason": "x"}) if lead.state == "TAKEN_UP" else ("take_up", {})
            ACTIONS[verb](lead, actor=cast["customs.officer"], **answers)
            for _quarter in range(4):
                clock.shift(timedelta(minutes=15))
                follow()
                plan()
                send()
        refused = len(resource.calls)
        resource.answers.clear()
        for _quarter in range(8):
            clock.shift(timedelta(minutes=15))
            plan()
            send()
    assert FeedEntry.objects.count() == 26
    drained = Receiver(resource.calls[refused:])
    assert sorted(drained.numbers) == list(range(1, 27))
    assert len(resource.calls) - refused == 26  # none doubled
    assert all(numbers == sorted(numbers) for numbers in drained.numbers_of_objects().values())
    assert not Sending.objects.exclude(state="SENT").exists()
    assert refused < 60  # while it is down, one call probes for all


def test_a_worker_killed_between_sending_and_marking_sends_the_same_id_again(cast, resource, monkeypatch):
    with time_machine.travel(NINE, tick=False) as clock:
        client = connected(cast, resource.url)
        taken_up(cast, client, "A")
        follow()
        plan()
        with monkeypatch.context() as midway:
            midway.setattr(sending, "_finish", lambda *given: (_ for _ in ()).throw(SystemExit))
            with pytest.raises(SystemExit):
                send()
        assert len(resource.calls) == 1
        send()  # another worker: the lease of the dead one still holds
        assert len(resource.calls) == 1
        clock.shift(timedelta(minutes=3))
        send()
    assert len({headers["Webhook-Id"] for headers, _body in resource.calls}) == 1
    assert (len(resource.calls), Receiver(resource.calls).numbers) == (2, [1])
    assert Sending.objects.get().state == "SENT"


def test_every_job_delivered_twice_sends_each_event_once(cast, resource):
    with time_machine.travel(NINE, tick=False):
        client = connected(cast, resource.url)
        for ref in "ABC":
            taken_up(cast, client, ref)
        for job in (follow, follow, plan, plan, send, send):
            job()
    assert Counter(headers["Webhook-Id"] for headers, _body in resource.calls).most_common(1)[0][1] == 1
    assert Receiver(resource.calls).numbers == [1, 2, 3]


def test_a_renewal_in_the_middle_of_a_drain_interrupts_no_receiver_with_the_former_secret(cast, resource):
    with time_machine.travel(NINE, tick=False) as clock:
        client = connected(cast, resource.url)
        webhook = Webhook.objects.get()
        former = webhook.secret
        taken_up(cast, client, "A")
        follow()
        resource.answers.append(DOWN)
        plan()
        send()
        renew_secret(webhook, actor=cast["customs.admin"])
        clock.shift(timedelta(minutes=2))
        send()
    for headers, body in resource.calls:
        by_former = signature(former, headers["Webhook-Id"], headers["Webhook-Timestamp"], body)
        assert by_former in headers["Webhook-Signature"].split(" ")
    assert Sending.objects.get().state == "SENT"


@pytest.mark.slow
def test_a_slow_receiver_holds_up_no_other(cast, resource, monkeypatch):
    """The slow one answers only when the other one has everything: with one lane for all, both would wait for ever."""
    monkeypatch.setattr(webhook_calls, "TIMEOUT", 60)
    monkeypatch.setattr(webhook_calls, "DEADLINE", 60)
    slow = connected(cast, resource.url + "/slow")
    quick = connected(cast, resource.url, name="licences", agency="MOFCOM_SCB", who="commerce.admin", source="LICENCES")
    everything = threading.Event()
    wanted, seen = 5, []

    def answer(tls):
        tls.sendall(b"HTTP/1.1 204 x\r\n\r\n")

    def answer_slowly(tls):
        assert everything.wait(timeout=60)
        answer(tls)

    real = sending._finish

    def finish(message, at, done):
        real(message, at, done)
        seen.append(message.webhook.client_id)
        if seen.count(quick.pk) == wanted:
            everything.set()

    monkeypatch.setattr(sending, "_finish", finish)
    taken_up(cast, slow, "A")
    for number in range(wanted):
        taken_up(cast, quick, f"B{number}", officer="commerce.officer")
    follow()
    plan()
    Sending.objects.filter(webhook__client=slow).update(not_before=times.now() - timedelta(hours=1))
    resource.answers += [answer_slowly, *[answer] * wanted]
    send()
    assert seen == [quick.pk] * wanted + [slow.pk]


def test_a_receiver_whose_clock_differs_refuses_and_gets_a_fresh_time_later(cast, resource):
    """It refuses calls whose time is more than five minutes from its own, which was put right an hour later."""
    with time_machine.travel(NINE, tick=False) as clock:
        client = connected(cast, resource.url)
        taken_up(cast, client, "A")
        follow()
        plan()
        resource.answers += [b"HTTP/1.1 400 too old\r\n\r\n"] * 3
        for minutes in (2, 6, 40):
            send()
            clock.shift(timedelta(minutes=minutes))
        send()
    stamps = [int(headers["Webhook-Timestamp"]) for headers, _body in resource.calls]
    assert (len(stamps), stamps[-1] - stamps[0]) == (4, 48 * 60)
    assert Sending.objects.get().state == "SENT"


def test_a_worker_whose_clock_is_an_hour_behind_sends_nothing_twice(cast, resource):
    with time_machine.travel(NINE, tick=False):
        client = connected(cast, resource.url)
        taken_up(cast, client, "A")
        follow()
        plan()
        message = Sending.objects.get()
        assert sending._claim(message, times.now())
    with time_machine.travel(NINE - timedelta(hours=1), tick=False):
        follow()
        plan()
        send()
    assert resource.connections == 0
    assert Sending.objects.count() == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_number_and_plan_each_event_once(cast):
    client = connected(cast, "https://bell.example/events")
    for number in range(12):
        taken_up(cast, client, f"R{number}")
    start = Barrier(4)

    def work(_number):
        try:
            start.wait(timeout=20)
            follow()
            plan()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert list(FeedEntry.objects.order_by("number").values_list("number", flat=True)) == list(range(1, 13))
    assert Feed.objects.get().last == 12
    events = list(FeedEntry.objects.order_by("number").values_list("event", flat=True))
    assert events == sorted(set(events))
    assert Sending.objects.count() == 12


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_an_event_whose_transaction_commits_after_a_later_one_is_not_lost(cast):
    client = connected(cast, "https://bell.example/events")
    early, late = (reported(client, ref) for ref in "AB")
    recorded, may_commit = threading.Event(), threading.Event()

    def slow_writer():
        try:
            with transaction.atomic():
                take_up_lead(Lead.objects.get(pk=late.pk), actor=cast["customs.officer"])
                recorded.set()
                assert may_commit.wait(timeout=30)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(slow_writer)
        assert recorded.wait(timeout=30)
        take_up_lead(Lead.objects.get(pk=early.pk), actor=cast["customs.officer"])
        assert follow() == 1
        may_commit.set()
        writing.result()
    assert follow() == 1
    numbered = FeedEntry.objects.order_by("number").values_list("number", "event__object_id")
    assert list(numbered) == [(1, early.pk), (2, late.pk)]
