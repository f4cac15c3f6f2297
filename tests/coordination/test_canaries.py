"""Searches all answers of pages and API, errors included, for words that the reader may not have yet."""

import itertools
import json

import pytest
from django.db import transaction

from agencies.kernel.resource import RESOURCES, resource_of
from agencies.kernel.work import atomic
from agencies.organisations.models import Agency
from agencies.people.models import User
from agencies.people.sight import actor_for
from cases.casefile.models import Case
from cases.sharing.actions import share_case
from coordination.exchange.referrals.models import Referral
from coordination.exchange.tasks.models import Task
from coordination.messaging.channels.actions import register_webhook
from coordination.messaging.notifications.actions import choose_news
from coordination.messaging.notifications.jobs import drain
from coordination.messaging.notifications.models import Topic
from coordination.messaging.outcomes.actions import record_outcomes
from coordination.tooling.operation.jobs import plan, send
from tests import stories

from .in_process import InProcess

LISTINGS = {name: resource.listing for name, resource in RESOURCES.items() if resource.listing}

pytestmark = pytest.mark.slow

LISTS = [
    *(
        "/",
        "/notices/",
        "/inbox/?all=1",
        "/api/v1/inbox/",
        "/api/v1/outcomes/",
        "/leads/?sort=-received",
        "/cases/",
        "/referrals/",
        "/tasks/",
        "/notes/",
        "/deadlines/",
    ),
    *(f"/api/v1/{name}/" for name in LISTINGS),
]
AS_JSON = {"content_type": "application/json"}


def answers(cast, who, things):
    """All answers to `who`: every list and object over HTTP, and every action of these objects.

    Of the actions every fourth request is made over HTTP, of each kind in turn; the others in process."""
    client = cast.browser(who)
    clients = itertools.cycle([client, *[InProcess(cast.user(who), cast[who])] * 3])
    yield from (client.get(path) for path in LISTS)
    for thing in things:
        resource = resource_of(thing)
        yield client.get(resource.url(thing))
        yield client.get(f"/api/v1/{resource.name}/{thing.pk}/")
        for verb in resource.verbs:
            with atomic():
                yield next(clients).get(f"/{resource.name}/{thing.pk}/do/{verb}/")
                yield next(clients).post(f"/{resource.name}/{thing.pk}/do/{verb}/", {"version": "0"})
                yield next(clients).post(f"/api/v1/{resource.name}/{thing.pk}/{verb}/", {"version": 0}, **AS_JSON)
                transaction.set_rollback(True)


def leaked(cast, who, things, canaries):
    found = set()
    for answer in answers(cast, who, things):
        assert answer.status_code < 500
        text = f"{answer.content.decode()} {answer.headers}"
        found |= {name for name, words in canaries.items() if words in text}
    return found


# What readers of the envelope may find, which is nothing, and what the sender finds: the search does find these words.
FOUND = {
    **dict.fromkeys(["antismuggling.officer", "antismuggling.head", "procurator"], frozenset()),
    "customs.lead": {"id", "number", "title", "report", "party"},
}


@pytest.mark.parametrize("who", FOUND)
def test_envelope_readers_see_nothing_of_the_case(cast, who):
    case = stories.case(cast, title="Canary title", narrative="Canary narrative")
    transfer = stories.transfer(cast, "DELIVERED", case)
    Referral.objects.filter(pk=transfer.pk).update(report="Canary report")
    canaries = {
        **{"id": str(case.pk), "number": case.number, "title": "Canary title", "narrative": "Canary narrative"},
        **{"party": "Example Metals", "identifier": "91110000600037341L", "report": "Canary report"},
        **{"person": cast.user("customs.lead").name_en, "head": cast.user("customs.head").name_en},
    }
    things = [Referral.objects.get(pk=transfer.pk), Task.objects.get(step="SIGN_RECEIPT")]
    found = leaked(cast, who, things, canaries)
    assert found >= FOUND[who] if FOUND[who] else found == set()


def test_status_readers_see_no_contents(cast):
    case = stories.shared_case(cast, narrative="Canary narrative")
    share_case(case, actor=cast["customs.officer"], agency="MPS_ECID", profile="status", reason="campaign")
    case = Case.objects.get(pk=case.pk)
    inside = stories.proceeding(cast, "INVESTIGATE", case)
    things = [case, inside, stories.decision(cast, inside), stories.task(cast, matter=case)]
    transfer = stories.transfer(cast, "FILED", case)
    case.refresh_from_db()
    canaries = {
        **{"narrative": "Canary narrative", "party": "Example Metals", "identifier": "91110000600037341L"},
        **{"why another sees it": "joint work", "task": "Check licences", "transfer": transfer.title},
        **{"person": cast.user("customs.lead").name_en, "head": cast.user("customs.head").name_en},
    }
    assert leaked(cast, "police.officer", [*things, transfer], canaries) == set()


@pytest.mark.parametrize("who", ["centre.coordinator", "centre.supervisor"])
def test_an_open_lead_leads_the_centre_to_no_restricted_case(cast, who):
    case = stories.case(cast, handling="H3", title="Canary title")
    inside = stories.proceeding(cast, "INVESTIGATE", case)
    canaries = {"id": str(case.pk), "number": case.number, "title": "Canary title", "proceeding": str(inside.pk)}
    assert leaked(cast, who, [case.leads.get()], canaries) == set()


def test_outgoing_messages_contain_nothing_of_any_case(cast, mail_sink, resource):
    """Everyone has an address, customs has a webhook, everything is urgent: messages contain numbers only."""
    User.objects.update(email="somebody@agency.example")
    for person in User.objects.filter(agency__code__in=["GACC", "GACC_ASB", "MOFCOM_SCB"]):
        choose_news(person, dict.fromkeys(Topic, "now"), actor=actor_for(person))
    webhook = register_webhook(Agency.objects.get(code="GACC"), resource.url, actor=cast["customs.admin"])
    case = stories.shared_case(cast, title="Canary title", narrative="Canary narrative")
    transfer = stories.transfer(cast, "FILED", case)
    Referral.objects.filter(pk=transfer.pk).update(report="Canary report")
    stories.task(cast, matter=case)
    drain()
    record_outcomes()
    plan()
    send()
    assert len(mail_sink.messages) > 3
    assert resource.calls
    sent = json.dumps([mail_sink.messages, [[headers, body.decode()] for headers, body in resource.calls]])
    names = {name for person in User.objects.all() for name in (person.name_zh, person.name_en, person.username)}
    canaries = {
        *("Canary", case.number, str(case.pk), str(transfer.pk), transfer.number, "Example Metals", webhook.secret),
        *("91110000600037341L", "GACC", "MOFCOM", "Check licences", *(name for name in names if name)),
    }
    assert {words for words in canaries if words in sent} == set()
    assert {body for _headers, body in resource.calls} <= {
        b'{"type":"inbox.urgent","urgent":%d}' % n for n in range(20)
    }
