"""Webhooks over JSON: registered, switched off and renewed by their administrators; the secret is shown once."""

from agencies.organisations.models import Agency
from coordination.messaging.channels.actions import register_webhook
from coordination.messaging.channels.models import Webhook

ADDRESS = "https://bell.example/ring"


def post(cast, who, path, given):
    return cast.browser(who).post(f"/api/v1/webhooks/{path}", given, content_type="application/json")


def hung(cast):
    return register_webhook(Agency.objects.get(code="GACC"), ADDRESS, actor=cast["customs.admin"])


def test_an_administrator_registers_one_and_sees_its_secret_once(cast):
    made = post(cast, "customs.admin", "", {"url": ADDRESS})
    webhook = Webhook.objects.get()
    assert (made.status_code, made.json()) == (201, {"id": str(webhook.pk), "url": ADDRESS, "secret": webhook.secret})
    [listed] = cast.browser("customs.admin").get("/api/v1/webhooks/").json()
    assert (listed["agency"]["code"], listed["is_active"], listed["given_up"]) == ("GACC", True, 0)
    assert webhook.secret not in str(listed)
    again = post(cast, "customs.admin", "", {"url": ADDRESS})
    assert (again.status_code, again.json()["errors"][0]["pointer"]) == (400, "/url")


def test_it_is_switched_renewed_and_rung_again(cast):
    webhook = hung(cast)
    assert post(cast, "customs.admin", f"{webhook.pk}/switch/", {"active": False}).json()["is_active"] is False
    assert post(cast, "customs.admin", f"{webhook.pk}/switch/", {"active": False}).status_code == 409
    renewed = post(cast, "customs.admin", f"{webhook.pk}/renew/", {}).json()["secret"]
    assert renewed != webhook.secret
    assert renewed == Webhook.objects.get().secret
    assert post(cast, "customs.admin", f"{webhook.pk}/again/", {}).status_code == 409  # nothing was given up


def test_the_security_administrator_may_silence_it_and_no_more(cast):
    webhook = hung(cast)
    assert post(cast, "secadmin", f"{webhook.pk}/switch/", {"active": False}).status_code == 200
    for path, text in (("switch/", {"active": True}), ("renew/", {}), ("again/", {})):
        assert post(cast, "secadmin", f"{webhook.pk}/{path}", text).status_code == 403, path
