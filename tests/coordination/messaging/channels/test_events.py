"""The webhook of a connected system gets the events of its feed: signed, in order for each object, each until it is
taken."""

import json
from datetime import datetime, timedelta

import pytest
import time_machine

from agencies.journal.models import Event
from agencies.kernel.actor import SYSTEM
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.kernel.work import atomic
from agencies.machines.actions import create_key
from agencies.machines.authentication import actor_of_system
from agencies.machines.models import ApiKey
from agencies.organisations.models import Agency
from cases.intake.actions import ACTIONS, take_up_lead
from cases.intake.models import Lead
from cases.intake.receiving import receive_lead
from coordination.messaging.channels import sending
from coordination.messaging.channels.actions import (
    call_webhook_again,
    discard_call,
    register_webhook,
    renew_secret,
    send_test,
    switch_webhook,
)
from coordination.messaging.channels.models import TWO_SECRETS, Attempt, Sending, Webhook
from coordination.messaging.channels.webhook_calls import signature
from coordination.messaging.feeds.jobs import follow
from coordination.messaging.feeds.models import FeedEntry
from coordination.messaging.notifications.digests import SHANGHAI
from coordination.tooling.operation.jobs import plan, send
from tests import stories

NINE = datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)


@pytest.fixture
def clock():
    with time_machine.travel(NINE, tick=False) as traveller:
        yield traveller


@pytest.fixture
def system(cast, clock):
    issued = create_key(
        "risk engine",
        Agency.objects.get(code="GACC"),
        ["leads:write", "leads:read", "events:read"],
        actor=SYSTEM,
        sources=["RISK"],
    )
    follow()
    return issued.key.client


@pytest.fixture
def webhook(cast, resource, system):
    made = register_webhook(system.agency, resource.url, actor=cast["customs.admin"], client=system)
    switch_webhook(made, actor=cast["secadmin"], active=True)
    return Webhook.objects.get(pk=made.pk)


def answering(status):
    return f"HTTP/1.1 {status} x\r\n\r\n".encode()


def report(system, ref):
    actor = actor_of_system(system, ["leads:write"])
    lead, _effect = receive_lead(
        stories.content(source_system="RISK", source_ref=ref), actor=actor, agency=system.agency
    )
    return lead


def taken_up(cast, system, *refs):
    """Reports of the system that an officer takes up: one event each."""
    found = []
    for ref in refs:
        lead = take_up_lead(report(system, ref), actor=cast["customs.officer"]).thing
        found.append(lead)
    follow()
    return found


def put_back(cast, lead):
    ACTIONS["put_back"](Lead.objects.get(pk=lead.pk), actor=cast["customs.officer"], reason="x")
    follow()


def go():
    plan()
    send()


def bodies(resource):
    return [json.loads(body) for _headers, body in resource.calls]


def numbers(resource):
    return [body["sequence"] for body in bodies(resource)]


# What it gets --------------------------------------------------------------------------------------------------------
def test_it_gets_each_event_as_its_feed_shows_it(cast, system, resource, webhook):
    [lead] = taken_up(cast, system, "A")
    go()
    ((headers, body),) = resource.calls
    entry = FeedEntry.objects.get()
    assert json.loads(body) == {
        "sequence": 1,
        "id": str(entry.key),
        "type": "lead.take_up",
        "object_kind": "lead",
        "object_id": str(lead.pk),
        "from_state": "RECEIVED",
        "to_state": "TAKEN_UP",
        "happened_at": entry.event.happened_at.astimezone(SHANGHAI).isoformat(),
        "recorded_at": entry.event.recorded_at.astimezone(SHANGHAI).isoformat(),
    }
    assert headers["Webhook-Id"] == str(entry.key)
    assert headers["Webhook-Signature"] == signature(
        webhook.secret, headers["Webhook-Id"], headers["Webhook-Timestamp"], body
    )


def test_it_gets_nothing_from_before_it_was_registered(cast, system, resource):
    taken_up(cast, system, "A")
    made = register_webhook(system.agency, resource.url, actor=cast["customs.admin"], client=system)
    switch_webhook(made, actor=cast["secadmin"], active=True)
    taken_up(cast, system, "B")
    go()
    assert numbers(resource) == [2]


def test_what_the_system_no_longer_sees_leaves_empty(cast, system, resource, webhook):
    [lead] = taken_up(cast, system, "A")
    plan()
    Lead.objects.filter(pk=lead.pk).update(source_system="MOVED")
    send()
    [(_headers, body)] = resource.calls
    assert (json.loads(body)["sequence"], json.loads(body)["type"]) == (1, "hidden")
    assert str(lead.pk).encode() not in body


def test_without_a_valid_key_no_event_leaves_and_with_a_new_one_it_does(cast, system, resource, webhook, clock):
    taken_up(cast, system, "A")
    ApiKey.objects.update(revoked_at=NINE)
    go()
    assert (resource.connections, Sending.objects.get().last_error) == (0, "no key")
    ApiKey.objects.update(revoked_at=None)
    clock.shift(timedelta(minutes=2))
    go()
    assert numbers(resource) == [1]


# Order and repetition ------------------------------------------------------------------------------------------------
def test_a_failed_event_holds_back_the_later_ones_of_its_object_only(cast, system, resource, webhook, clock):
    first, second = taken_up(cast, system, "A", "B")
    put_back(cast, first)
    resource.answers.append(answering(500))
    go()
    assert numbers(resource) == [1, 2]
    assert {body["object_id"] for body in bodies(resource)[1:]} == {str(second.pk)}
    clock.shift(timedelta(minutes=2))
    go()
    assert numbers(resource) == [1, 2, 1, 3]


def test_an_event_is_tried_for_three_days_then_waits_for_a_person_and_its_successors_wait_too(
    cast, system, resource, webhook, clock
):
    [lead] = taken_up(cast, system, "A")
    put_back(cast, lead)
    for pause in (*sending.PAUSES, timedelta()):
        resource.answers.append(answering(400))
        Webhook.objects.update(failures=0, rests_until=None)
        go()
        clock.shift(pause + timedelta(seconds=1))
    first, later = Sending.objects.order_by("entry")
    assert (first.state, first.attempts, later.state, later.attempts) == ("DEAD", 9, "WAITING", 0)
    go()
    assert numbers(resource) == [1] * 9
    assert call_webhook_again(webhook, actor=cast["customs.admin"]) == 1
    go()
    assert numbers(resource)[9:] == [1, 2]


def test_a_discarded_event_lets_the_later_ones_go(cast, system, resource, webhook):
    [lead] = taken_up(cast, system, "A")
    put_back(cast, lead)
    plan()
    dead = Sending.objects.order_by("entry").first()
    Sending.objects.filter(pk=dead.pk).update(state="DEAD")
    with pytest.raises(Invalid), atomic():
        discard_call(webhook, dead, actor=cast["customs.admin"], reason=" ")
    discard_call(webhook, dead, actor=cast["customs.admin"], reason="known already")
    send()
    assert numbers(resource) == [2]
    assert Event.objects.filter(verb="discard_webhook_call").get().remark.reason == "known already"


def test_one_message_is_sent_again_and_the_others_stay(cast, system, resource, webhook):
    taken_up(cast, system, "A", "B")
    plan()
    Sending.objects.update(state="DEAD")
    chosen = Sending.objects.order_by("entry").last()
    assert call_webhook_again(webhook, actor=cast["customs.admin"], only=chosen) == 1
    send()
    assert numbers(resource) == [2]
    with pytest.raises(TransitionRefused), atomic():
        call_webhook_again(webhook, actor=cast["customs.admin"], only=chosen)


def test_what_came_while_it_was_off_is_sent_when_it_is_on_again(cast, system, resource, webhook):
    switch_webhook(webhook, actor=cast["customs.admin"], active=False)
    taken_up(cast, system, "A", "B")
    go()
    assert resource.connections == 0
    switch_webhook(webhook, actor=cast["customs.admin"], active=True)
    go()
    assert numbers(resource) == [1, 2]


# Secrets -------------------------------------------------------------------------------------------------------------
def test_for_a_week_after_a_renewal_both_secrets_fit_and_then_the_new_one_alone(cast, system, resource, webhook, clock):
    former = webhook.secret
    renewed = renew_secret(webhook, actor=cast["customs.admin"]).secret
    taken_up(cast, system, "A")
    go()
    clock.shift(TWO_SECRETS)
    taken_up(cast, system, "B")
    go()
    for (headers, body), secrets in zip(resource.calls, [(renewed, former), (renewed,)], strict=True):
        signed = [signature(one, headers["Webhook-Id"], headers["Webhook-Timestamp"], body) for one in secrets]
        assert headers["Webhook-Signature"].split(" ") == signed


# People --------------------------------------------------------------------------------------------------------------
def test_a_second_person_switches_it_on(cast, system, resource):
    made = register_webhook(system.agency, resource.url, actor=cast["customs.admin"], client=system)
    taken_up(cast, system, "A")
    for who in ("customs.admin", "customs.head", "sysadmin", "commerce.admin"):
        with pytest.raises(Forbidden), atomic():
            switch_webhook(made, actor=cast[who], active=True)
    go()
    assert resource.connections == 0
    assert "Awaiting a second person" in cast.browser("secadmin").get(f"/webhooks/{made.pk}/").content.decode()
    assert cast.browser("secadmin").post(f"/webhooks/{made.pk}/switch/").status_code == 302
    go()
    assert numbers(resource) == [1]


def test_only_a_system_of_the_agency_with_a_key_for_events_is_chosen(cast, system, resource):
    browser = cast.browser("customs.admin")
    other = create_key("other", Agency.objects.get(code="MOFCOM_SCB"), ["events:read"], actor=SYSTEM).key.client
    without = create_key("without", system.agency, ["leads:read"], actor=SYSTEM).key.client
    for wrong in (other, without):
        with pytest.raises(Invalid, match="events:read"), atomic():
            register_webhook(system.agency, resource.url, actor=cast["customs.admin"], client=wrong)
        assert browser.post("/webhooks/", {"url": resource.url, "system": str(wrong.pk)}).status_code == 400
    answer = browser.post("/webhooks/", {"url": resource.url, "system": str(system.pk)})
    made = Webhook.objects.get()
    assert made.secret in answer.content.decode()
    assert (made.client, made.is_active) == (system, False)


def test_a_test_is_sent_once_also_while_the_webhook_pauses_and_an_answer_ends_the_pause(
    cast, system, resource, webhook
):
    Webhook.objects.update(failures=7, rests_until=NINE + timedelta(hours=1))
    resource.answers.append(answering(500))
    browser = cast.browser("customs.admin")
    assert browser.post(f"/webhooks/{webhook.pk}/test/").status_code == 302
    assert browser.post(f"/webhooks/{webhook.pk}/test/").status_code == 409
    send()
    send()
    assert [body for _headers, body in resource.calls] == [b'{"type":"webhook.test"}']
    page = browser.get(f"/webhooks/{webhook.pk}/").content.decode()
    assert "HTTP 500" in page
    send_test(webhook, actor=cast["customs.admin"])
    send()
    webhook.refresh_from_db()
    assert (webhook.failures, webhook.is_resting) == (0, False)


def test_its_administrator_sees_types_ids_and_attempts_and_no_contents(cast, system, resource, webhook):
    [lead] = taken_up(cast, system, "A")
    resource.answers.append(answering(503))
    go()
    attempt = Attempt.objects.get()
    assert (attempt.status, attempt.error) == (503, "HTTP 503")
    page = cast.browser("customs.admin").get(f"/webhooks/{webhook.pk}/").content.decode()
    assert all(words in page for words in ("lead.take_up", str(lead.pk), "HTTP 503"))
    assert lead.title not in page
    assert webhook.secret not in page
    for who in ("customs.officer", "auditor", "sysadmin", "centre.coordinator"):
        assert cast.browser(who).get(f"/webhooks/{webhook.pk}/").status_code == 403, who
    assert cast.browser("commerce.admin").get(f"/webhooks/{webhook.pk}/").status_code == 404


def test_the_security_administrator_sees_its_calls_and_changes_nothing_but_the_switch(cast, system, resource, webhook):
    taken_up(cast, system, "A")
    plan()
    Sending.objects.update(state="DEAD")
    dead = Sending.objects.get()
    browser = cast.browser("secadmin")
    assert "lead.take_up" in browser.get(f"/webhooks/{webhook.pk}/").content.decode()
    named = {"call": str(dead.pk), "reason": "x"}
    for path, given in (("test", {}), ("again", {}), ("again", named), ("discard", named), ("secret", {})):
        assert browser.post(f"/webhooks/{webhook.pk}/{path}/", given).status_code == 403, path
    assert Sending.objects.get().state == "DEAD"


def test_its_administrator_sends_one_again_and_discards_another_on_the_page(cast, system, resource, webhook):
    taken_up(cast, system, "A", "B")
    plan()
    Sending.objects.update(state="DEAD")
    again, gone = Sending.objects.order_by("entry")
    browser, address = cast.browser("customs.admin"), f"/webhooks/{webhook.pk}/"
    assert browser.post(f"{address}discard/", {"call": str(gone.pk)}).status_code == 400
    assert browser.post(f"{address}discard/", {"call": "x", "reason": "x"}).status_code == 404
    assert browser.post(f"{address}discard/", {"call": str(gone.pk), "reason": "known already"}).status_code == 302
    assert browser.post(f"{address}again/", {"call": str(again.pk)}).status_code == 302
    send()
    assert numbers(resource) == [1]
    assert sorted(Sending.objects.values_list("state", flat=True)) == ["DROPPED", "SENT"]
