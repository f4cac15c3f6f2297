"""Connected systems of the demonstration: one with a key in use, its events and a webhook; one behind a gateway.

The texts of the keys are not kept, so none can be used from outside. The webhook is off in the end, so that nothing is
called.
"""

import hashlib
import json
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile, ZipInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from agencies.kernel import times
from agencies.kernel.actor import SYSTEM
from agencies.machines.actions import create_key
from agencies.machines.models import ApiClient, ApiKey, KeyUse
from agencies.organisations.models import Agency
from agencies.people.models import User
from agencies.people.sight import actor_for
from coordination.automation.gateways.actions import take_package
from coordination.automation.gateways.models import Gateway
from coordination.automation.gateways.packages import FORMAT
from coordination.messaging.channels.actions import register_webhook, switch_webhook
from coordination.messaging.channels.models import Attempt, Sending, Webhook
from coordination.messaging.channels.planning import plan_webhook_calls
from coordination.messaging.feeds.actions import follow_journal
from coordination.messaging.feeds.models import Feed

CUSTOMS, RISK, GATE = "GACC", "RISK_CONTROL", "PORT_GATE"
SCOPES = ("leads:write", "leads:read", "events:read", "controls:check")
# Method, address, status, and calls in each hour.
CALLS = (
    ("POST", "api/v1/leads/", 201, 6),
    ("POST", "api/v1/leads/batch/", 200, 2),
    ("POST", "api/v1/leads/", 400, 1),
    ("GET", "api/v1/events/", 200, 60),
)
HOURS, ANNOUNCED = 8, 5
SIGNING = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"gateway of the demonstration").digest())
MADE = (2026, 1, 1, 0, 0, 0)  # the same package has the same bytes


def load_systems() -> None:
    """Before the stories, whose events are numbered for the system."""
    if ApiKey.objects.exists():
        return
    customs = Agency.objects.get(code=CUSTOMS)
    create_key(RISK, customs, SCOPES, actor=SYSTEM, networks=["10.8.0.0/16"])
    follow_journal()
    port = create_key("口岸监管网闸（演示）", customs, ["leads:write"], actor=SYSTEM, sources=[GATE]).key.client
    public = SIGNING.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    Gateway.objects.create(client=port, public_key=public.decode())


def load_messages() -> None:
    """After the stories: what the systems sent, and what was sent to them."""
    load_calls()
    load_packages()
    follow_journal()
    load_webhook()


def load_calls() -> None:
    key = ApiKey.objects.get(client__name=RISK, client__agency__code=CUSTOMS)
    hour = times.now().replace(minute=0, second=0, microsecond=0)
    KeyUse.objects.bulk_create(
        KeyUse(key=key, hour=hour - timedelta(hours=ago), method=method, route=route, status=status, calls=calls)
        for ago in range(HOURS)
        for method, route, status, calls in CALLS
    )
    ApiKey.objects.filter(pk=key.pk).update(last_used_at=times.now(), last_address="10.8.3.21")


def load_packages() -> None:
    """The first and the third package of the gateway: the second is missing. A report of the third has no title."""
    take_package(
        _package(1, {"1": "口岸查验发现夹藏金属镓（演示）", "2": "口岸查验发现品名与货物不符（演示）"}), actor=SYSTEM
    )
    take_package(_package(3, {"2": "口岸查验发现品名与货物不符（复验，演示）", "4": ""}), actor=SYSTEM)


def _package(number: int, titles: dict[str, str]) -> bytes:
    gateway = Gateway.objects.get(client__sources=[GATE])
    lines = [
        {
            "source_system": GATE,
            "source_ref": ref,
            "report_type": "inspection",
            "title": title,
            "source_version": number,
        }
        for ref, title in titles.items()
    ]
    reports, files = "".join(f"{json.dumps(one)}\n" for one in lines).encode(), []
    entries = {"reports.ndjson": reports}
    if number == 1:
        entries["files/1.csv"] = "箱号,封志号\nTGHU1234567,A0017\n".encode()
        about = {"source_system": GATE, "report_type": "inspection", "source_ref": "1", "title": "查验清单（演示）"}
        files = [{"path": "files/1.csv", "sha256": hashlib.sha256(entries["files/1.csv"]).hexdigest(), **about}]
    manifest = {
        "format": FORMAT,
        "sender": str(gateway.client_id),
        "sequence": number,
        "made_at": times.now().isoformat(),
        "reports_sha256": hashlib.sha256(reports).hexdigest(),
        "files": files,
    }
    signed = json.dumps(manifest).encode()
    made = BytesIO()
    with ZipFile(made, "w") as out:
        for name, content in {**entries, "manifest.json": signed, "manifest.sig": SIGNING.sign(signed)}.items():
            out.writestr(ZipInfo(name, MADE), content)
    return made.getvalue()


def load_webhook() -> None:
    """The last events were sent to the system; then its agency switched the address off, for maintenance."""
    administrator, second = (actor_for(User.objects.get(username=name)) for name in ("customs.admin", "secadmin"))
    system = ApiClient.objects.get(name=RISK, agency__code=CUSTOMS)
    address = "https://risk.customs.example/events"
    webhook = register_webhook(system.agency, address, actor=administrator, client=system)
    switch_webhook(webhook, actor=second, active=True)
    last = Feed.objects.get(client=system).last
    Webhook.objects.filter(pk=webhook.pk).update(number=max(last - ANNOUNCED, 0))
    plan_webhook_calls()
    at = times.now()
    for sending in Sending.objects.filter(webhook=webhook):
        Attempt.objects.create(sending=sending, at=at, status=204, milliseconds=85)
    Sending.objects.filter(webhook=webhook).update(state=Sending.State.SENT, sent_at=at, attempts=1)
    Webhook.objects.filter(pk=webhook.pk).update(last_ok_at=at)
    webhook.refresh_from_db()
    switch_webhook(webhook, actor=administrator, active=False)
