"""A webhook call says how many urgent items wait, signed, and only to the registered address."""

import base64
import hmac
import inspect
import json
import re
import socket
import time
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

import pytest
import time_machine

from agencies.journal.models import Event
from agencies.kernel.errors import Forbidden, Invalid
from agencies.kernel.work import atomic
from agencies.organisations.models import Agency
from cases.intake.models import Lead
from coordination.messaging.channels import sending, webhook_calls
from coordination.messaging.channels.actions import call_webhook_again, register_webhook, renew_secret, switch_webhook
from coordination.messaging.channels.models import ERRORS, AnnouncedEvent, Sending, Webhook
from coordination.messaging.notifications.actions import mark_read
from coordination.messaging.notifications.digests import SHANGHAI
from coordination.messaging.notifications.jobs import drain
from coordination.messaging.notifications.models import InboxItem, Topic
from coordination.tooling.operation.jobs import plan, send
from tests import stories
from tests.journal import latest_event

NINE = datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


def answering(status, *headers):
    return "\r\n".join([f"HTTP/1.1 {status} x", *headers, "", ""]).encode()


@pytest.fixture
def clock():
    with time_machine.travel(NINE, tick=False) as traveller:
        yield traveller


@pytest.fixture
def webhook(cast, resource, clock):
    return register_webhook(Agency.objects.get(code="GACC"), resource.url, actor=cast["customs.admin"])


def urgent(cast, number=1, who="customs.officer"):
    """Approaching deadlines of customs leads, each notified to its officer."""
    for _n in range(number):
        lead = stories.lead(cast, title="Canary lead")
        event = latest_event("lead", lead.pk)
        InboxItem.objects.create(
            event=event,
            person=cast.user(who),
            about_kind="lead",
            about_id=lead.pk,
            because="in_hand",
            topic=Topic.DEADLINE,
            counts_from=event.recorded_at,
        )


def go(times=1):
    for _n in range(times):
        plan()
        send()


# Content -------------------------------------------------------------------------------------------------------------
def said(number):
    return b'{"type":"inbox.urgent","urgent":%d}' % number


def test_a_call_contains_only_the_number_and_is_signed(cast, resource, webhook):
    urgent(cast, 2)
    go(3)
    ((headers, body),) = resource.calls
    assert body == said(2)
    assert headers["Webhook-Id"] == str(Sending.objects.get().pk)
    assert int(headers["Webhook-Timestamp"]) == int(NINE.timestamp())
    signed = f"{headers['Webhook-Id']}.{headers['Webhook-Timestamp']}.".encode() + body
    code = hmac.digest(base64.b64decode(webhook.secret.removeprefix("whsec_")), signed, "sha256")
    assert headers["Webhook-Signature"] == f"v1,{base64.b64encode(code).decode()}"
    everything = json.dumps(headers)
    for canary in ("Canary", "GACC", webhook.secret, str(Lead.objects.first().pk)):
        assert canary not in everything
    webhook.refresh_from_db()
    assert webhook.last_ok_at == NINE


def test_it_signs_as_the_example_of_the_standard():
    """The example of Standard Webhooks, in the documentation of its first implementation."""
    signed = webhook_calls.signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "1614265330",
        b'{"test": 2432232314}',
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_one_event_of_several_people_is_called_once(cast, resource, webhook):
    urgent(cast)
    item = InboxItem.objects.get()
    InboxItem.objects.create(
        event=item.event,
        person=cast.user("customs.lead"),
        about_kind="lead",
        about_id=item.about_id,
        because="escalated",
        topic=Topic.DEADLINE,
        counts_from=item.counts_from,
    )
    go(2)
    assert [body for _headers, body in resource.calls] == [said(1)]
    assert AnnouncedEvent.objects.count() == 1


def test_only_urgent_items_of_the_own_agency_call_its_webhook(cast, resource, webhook):
    stories.shared_case(cast)
    drain()
    urgent(cast, who="commerce.officer")
    go()
    assert resource.connections == 0
    assert not Sending.objects.exists()


@pytest.mark.parametrize("lost", ["read", "sight", "disabled", "off"])
def test_between_queueing_and_sending_the_right_may_be_lost(cast, resource, webhook, lost):
    urgent(cast)
    plan()
    person = cast.user("customs.officer")
    if lost == "read":
        mark_read(InboxItem.objects.get().pk, actor=cast["customs.officer"])
    elif lost == "sight":
        Lead.objects.update(agency=Agency.objects.get(code="MOFCOM_SCB"))
    elif lost == "disabled":
        person.is_active = False
        person.save()
    else:
        switch_webhook(webhook, actor=cast["customs.admin"], active=False)
    send()
    assert resource.connections == 0


# Hostile and broken servers ------------------------------------------------------------------------------------------
def endless(tls):
    tls.sendall(b"HTTP/1.1 200 OK\r\n")
    for _n in range(200):
        tls.sendall(b"X-Padding: " + b"x" * 60_000 + b"\r\n")


def huge(tls):
    tls.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
    chunk = b"x" * 65_536
    for _n in range(16_000):
        tls.sendall(chunk)


def drip(tls):
    for byte in b"HTTP/1.1 200 OK\r\n" * 100:
        tls.sendall(bytes([byte]))
        time.sleep(0.05)


def drip_headers(tls):
    tls.sendall(b"HTTP/1.1 200 OK\r\n")
    for _ in range(1000):
        tls.sendall(b"X-Header: 1\r\n")
        time.sleep(0.05)


def silent(tls):
    tls.recv(1)  # until the caller has given up


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (answering(500), "HTTP 500"),
        (answering(404), "HTTP 404"),
        (answering(302, "Location: https://localhost/elsewhere"), "redirect refused"),
        (answering(307, "Location: http://169.254.169.254/"), "redirect refused"),
        (b"nonsense\r\n\r\n", "no answer"),
        (b"", "no answer"),
        (endless, "no answer"),
        (silent, "timeout"),
        pytest.param(drip, "timeout", marks=pytest.mark.slow),
        pytest.param(drip_headers, "timeout", marks=pytest.mark.slow),
    ],
)
def test_any_answer_but_2xx_is_retried_later(cast, resource, webhook, answer, expected, monkeypatch):
    if expected == "timeout":  # all other answers have as long as in production
        monkeypatch.setattr(webhook_calls, "TIMEOUT", 0.4)
        monkeypatch.setattr(webhook_calls, "DEADLINE", 1)
    urgent(cast)
    resource.answers.append(answer)
    with time_machine.travel(NINE, tick=True):  # time must pass for a time-out
        go()
    sending = Sending.objects.get()
    assert (sending.state, sending.attempts, sending.last_error) == ("WAITING", 1, expected)
    assert resource.connections == 1


def test_of_a_huge_answer_nothing_is_read_but_that_it_is_a_yes(cast, resource, webhook):
    urgent(cast)
    resource.answers.append(huge)
    go()
    assert Sending.objects.get().state == "SENT"


def test_another_certificate_is_refused(cast, resource, webhook, settings):
    settings.WEBHOOK_CA = ""
    urgent(cast)
    go()
    assert Sending.objects.get().last_error == "certificate or TLS"
    assert resource.calls == []


def test_a_retry_has_the_same_key_and_a_fresh_signature(cast, resource, webhook, clock):
    urgent(cast)
    resource.answers += [answering(503), OK]
    go()
    clock.shift(timedelta(minutes=2))
    go()
    (first, _), (second, _) = resource.calls
    assert first["Webhook-Id"] == second["Webhook-Id"]
    assert first["Webhook-Signature"] != second["Webhook-Signature"]
    assert Sending.objects.get().state == "SENT"


def test_news_during_a_waiting_call_are_sent_after_it(cast, resource, webhook, clock):
    urgent(cast)
    resource.answers.append(answering(503))
    go()
    urgent(cast, 2)
    go()
    clock.shift(timedelta(minutes=2))
    go(2)
    assert [body for _headers, body in resource.calls] == [said(1), said(1), said(2)]


@pytest.mark.slow
def test_after_five_failures_it_rests_and_one_call_decides(cast, resource, webhook, clock):
    urgent(cast)
    resource.answers += [answering(500)] * 5
    for _n in range(5):
        Sending.objects.update(not_before=NINE)
        go()
    webhook.refresh_from_db()
    assert (webhook.failures, webhook.is_resting, webhook.last_error) == (5, True, "HTTP 500")
    Sending.objects.update(not_before=NINE)
    go()
    assert len(resource.calls) == 5
    page = cast.browser("customs.admin").get(f"/webhooks/{webhook.pk}/").content.decode()
    assert "Suspended after failures" in page
    assert "HTTP 500" in page
    clock.shift(timedelta(minutes=6))
    go()
    webhook.refresh_from_db()
    assert (len(resource.calls), webhook.failures, webhook.is_resting) == (6, 0, False)


def test_an_abandoned_call_is_listed_and_repeated(cast, resource, webhook, clock):
    urgent(cast)
    plan()
    Sending.objects.update(gives_up_at=NINE)
    resource.answers.append(answering(500))
    send()
    assert webhook.refusals.count() == 1
    browser = cast.browser("customs.admin")
    assert "Send all again" in browser.get(f"/webhooks/{webhook.pk}/").content.decode()
    assert browser.post(f"/webhooks/{webhook.pk}/again/").status_code == 302
    go()
    assert [body for _headers, body in resource.calls] == [said(1)] * 2
    assert browser.post(f"/webhooks/{webhook.pk}/again/").status_code == 409


def test_two_workers_call_once(cast, resource, webhook):
    urgent(cast)
    plan()
    message = Sending.objects.get()
    assert sending._claim(message, NINE)
    assert not sending._claim(message, NINE)
    send()
    assert resource.connections == 0


# Addresses -----------------------------------------------------------------------------------------------------------
NOT_CALLED = [
    *("127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.5.5", "192.168.1.1", "169.254.169.254", "100.64.0.1"),  # noqa: S104
    *("224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1", "::1", "::", "fe80::1", "fc00::1"),
    *("fd12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "2001:db8::1"),
    *("64:ff9b::a9fe:a9fe", "2002:c0a8:101::", "::ffff:169.254.169.254", "fec0::1", "64:ff9b:1::808:808", "::808:808"),
    *("64:ff9b::808:808", "2002:808:808::1", "2001:0:4136:e378::1", "::ffff:8.8.8.8", "::ffff:0:808:808", "4000::1"),
    *("2001:20::1", "3fff::1", "5f00::1", "100::1", "192.88.99.1", "192.0.0.9", "192.175.48.1"),
]


@pytest.mark.parametrize("address", NOT_CALLED)
def test_private_addresses_are_refused_in_every_dress(address):
    assert not webhook_calls.is_open(ip_address(address), [])


def test_public_addresses_and_the_networks_that_the_operator_names_are_open():
    assert all(webhook_calls.is_open(ip_address(one), []) for one in ("8.8.8.8", "2606:4700::1111", "2400:3200::1"))
    assert webhook_calls.is_open(ip_address("10.1.2.3"), [ip_network("10.0.0.0/8")])
    assert not webhook_calls.is_open(ip_address("10.1.2.3"), [ip_network("10.2.0.0/16")])


def test_only_the_ports_that_the_operator_names_are_called(cast, resource, webhook, settings):
    settings.WEBHOOK_PORTS = [443]
    with pytest.raises(Invalid, match="443"):
        register_webhook(Agency.objects.get(code="GACC"), "https://bell.example:22/", actor=cast["customs.admin"])
    urgent(cast)
    go()
    assert Sending.objects.get().last_error == "port not allowed"
    assert resource.connections == 0


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::1]"])
def test_however_the_loopback_is_spelt_nothing_reaches_it(cast, resource, webhook, settings, host):
    settings.WEBHOOK_NETWORKS = []
    Webhook.objects.filter(pk=webhook.pk).update(url=resource.url.replace("localhost", host))
    urgent(cast)
    go()
    assert Sending.objects.get().last_error in ("private address", "name not found")
    assert resource.connections == 0


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch):
    both = [(2, 1, 6, "", (one, 443)) for one in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: both)
    with pytest.raises(webhook_calls.WebhookFailed, match="private address"):
        webhook_calls.addresses_of(webhook_calls.target_of("https://rebinding.example/"), [])


def test_the_name_is_asked_for_once_and_the_call_goes_where_it_was_looked_at(cast, resource, webhook, monkeypatch):
    asked, real = [], socket.getaddrinfo

    def once(host, *rest, **more):
        if host == "localhost":
            asked.append(host)
        return real(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", once)
    urgent(cast)
    go()
    assert asked == ["localhost"]
    assert len(resource.calls) == 1


@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://bell.example/",
            "ftp://bell.example/",
            "bell.example",
            "https://",
            "https:///x",
            "file:///etc/passwd",
        ),
        *("https://u:p@bell.example/", "https://bell.example/#x", "https://bell.example:99999/", "//bell.example/"),
        *("https://bell.example/\r\nX: y", "https://bell.example/ x", "javascript:alert(1)", "https://[::1/", ""),
    ],
)
def test_only_plain_https_addresses_are_registered(cast, url):
    with pytest.raises(Invalid):
        register_webhook(Agency.objects.get(code="GACC"), url, actor=cast["customs.admin"])
    answer = cast.browser("customs.admin").post("/webhooks/", {"url": url})
    assert answer.status_code == 400
    assert not Webhook.objects.exists()


def test_everything_that_may_go_wrong_has_words():
    source = inspect.getsource(webhook_calls) + inspect.getsource(sending)
    codes = set(re.findall(r'WebhookFailed\("([^"]+)"', source)) | {"no answer", "certificate or TLS"}
    assert codes == set(ERRORS)


# Management ----------------------------------------------------------------------------------------------------------
def test_the_secret_is_shown_once_and_kept_nowhere(cast):
    browser = cast.browser("customs.admin")
    answer = browser.post("/webhooks/", {"url": "https://bell.example/ring"})
    webhook = Webhook.objects.get()
    assert webhook.secret in answer.content.decode()
    assert webhook.secret not in browser.get("/webhooks/").content.decode()
    assert webhook.secret not in str(Webhook.objects.values_list())
    assert webhook.secret not in str(Event.objects.values_list("body", "note__data"))
    old = webhook.secret
    renewed = browser.post(f"/webhooks/{webhook.pk}/secret/").content.decode()
    assert old not in renewed
    assert Webhook.objects.get().secret in renewed
    assert browser.post("/webhooks/", {"url": "https://bell.example/ring"}).status_code == 400


def test_a_changed_installation_key_requires_a_new_secret(cast, resource, webhook, settings):
    settings.SECRET_KEY = "another key of this installation"
    urgent(cast)
    go()
    assert Sending.objects.get().last_error == "secret to be renewed"
    assert resource.connections == 0


def test_an_agency_keeps_its_own_and_the_security_administrator_may_only_silence(cast, webhook):
    customs = Agency.objects.get(code="GACC")
    for who in ("customs.officer", "customs.head", "secadmin", "sysadmin"):
        with pytest.raises(Forbidden), atomic():
            register_webhook(customs, "https://bell.example/", actor=cast[who])
        with pytest.raises(Forbidden), atomic():
            renew_secret(webhook, actor=cast[who])
        with pytest.raises(Forbidden), atomic():
            call_webhook_again(webhook, actor=cast[who])
    assert cast.browser("secadmin").post(f"/webhooks/{webhook.pk}/switch/").status_code == 302
    assert not Webhook.objects.get().is_active
    assert cast.browser("secadmin").post(f"/webhooks/{webhook.pk}/switch/").status_code == 403
    assert cast.browser("customs.officer").get("/webhooks/").status_code == 403
    assert cast.browser("customs.admin").post(f"/webhooks/{webhook.pk}/switch/").status_code == 302
    assert Webhook.objects.get().is_active


def test_every_act_is_in_the_journal_without_the_secret(cast, webhook):
    renew_secret(webhook, actor=cast["customs.admin"])
    rows = Event.objects.filter(object_kind="webhook").order_by("id")
    assert [event.verb for event in rows] == ["register_webhook", "renew_webhook"]
    assert all(event.remark.data == {"host": "localhost"} for event in rows)
