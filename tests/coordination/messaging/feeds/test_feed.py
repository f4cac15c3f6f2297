"""A connected system reads what happened to its objects: in order, numbered for it alone, and nothing of others."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM
from agencies.machines.actions import create_key, revoke_key
from agencies.machines.models import ApiClient, ApiKey
from agencies.organisations.models import Agency
from cases.intake.actions import close_lead, take_up_lead
from cases.intake.models import Lead
from coordination.messaging.feeds import actions
from coordination.messaging.feeds.jobs import follow, sweep
from coordination.messaging.feeds.models import KEPT, Feed, FeedEntry
from tests import stories

LEADS = ("leads:write", "leads:read", "events:read")


class System:
    """A system of an agency with a key for its events."""

    def __init__(self, *scopes, agency="GACC", name="risk engine", source="RISK"):
        owner = Agency.objects.get(code=agency)
        issued = create_key(name, owner, scopes or LEADS, actor=SYSTEM, sources=[source])
        self.key, self.source = issued.key, source
        self.client = Client(headers={"authorization": f"Bearer {issued.text}", "accept-language": "en"})
        follow()

    def report(self, ref):
        report = stories.content(source_ref=ref, source_system=self.source)
        answer = self.client.post("/api/v1/leads/", report, content_type="application/json")
        assert answer.status_code == 201, answer.content
        return Lead.objects.get(pk=answer.json()["id"])

    def get(self, **query):
        return self.client.get("/api/v1/events/", query)

    def events(self, **query):
        answer = self.get(**query)
        assert answer.status_code == 200, answer.content
        return answer.json()["results"]

    def received(self, **query):
        return [(one["sequence"], one["type"], one["object_id"]) for one in self.events(**query)]


def take_up(cast, lead):
    return take_up_lead(Lead.objects.get(pk=lead.pk), actor=cast["customs.officer"]).thing


def close(cast, lead):
    return close_lead(take_up(cast, lead), actor=cast["customs.officer"], closing="duplicate", reason="Canary reason")


# What it reads -------------------------------------------------------------------------------------------------------
def test_it_reads_what_became_of_its_leads_in_order_and_without_words(cast):
    system = System()
    first, second = system.report("A"), system.report("B")
    close(cast, first)
    take_up(cast, second)
    follow()
    assert system.received() == [
        (1, "lead.take_up", str(first.pk)),
        (2, "lead.close", str(first.pk)),
        (3, "lead.take_up", str(second.pk)),
    ]
    one = system.events()[1]
    assert (one["from_state"], one["to_state"]) == ("TAKEN_UP", "CLOSED")
    assert set(one) == {
        *("sequence", "id", "type", "object_kind", "object_id", "from_state", "to_state", "happened_at", "recorded_at"),
    }
    text = json.dumps(system.events(), ensure_ascii=False)
    assert not {word for word in ("Canary", first.title, cast["customs.officer"].name, "GACC") if word in text}


def test_it_reads_on_page_by_page_and_is_told_whether_there_is_more(cast):
    system = System()
    for ref in "ABC":
        take_up(cast, system.report(ref))
    follow()
    page = system.get(size=2).json()
    assert ([one["sequence"] for one in page["results"]], page["has_more"], page["last"]) == ([1, 2], True, 2)
    page = system.get(size=2, after=2).json()
    assert ([one["sequence"] for one in page["results"]], page["has_more"], page["last"]) == ([3], False, 3)
    assert system.get(after=3).json() == {"results": [], "has_more": False, "last": 3}


@pytest.mark.parametrize("query", [{"after": "4"}, {"after": "-1"}, {"after": "x"}, {"size": "101"}, {"since": "1"}])
def test_a_wrong_question_is_refused_and_names_the_parameter(cast, query):
    answer = System().get(**query)
    assert answer.status_code == 400
    assert [one["pointer"] for one in answer.json()["errors"]] == [f"/{name}" for name in query]


def test_customs_read_stops_addressed_to_them_and_no_draft(cast):
    system = System("stops:pull", "events:read")
    stories.stop(cast, "DRAFT")
    stop = stories.stop(cast, "SEEN")
    follow()
    received = system.received()
    assert {pk for _number, _type, pk in received} == {str(stop.pk)}
    assert [number for number, _type, _pk in received] == list(range(1, len(received) + 1))
    assert received[-1][1] == "stop.see"


# What it does not read -----------------------------------------------------------------------------------------------
def test_the_numbers_of_one_system_do_not_show_what_others_do(cast):
    system, other = System(), System(agency="MOFCOM_SCB", source="LICENCES")
    alone = System(name="second engine", source="OTHER")
    take_up(cast, system.report("A"))
    lead = other.report("B")
    stories.shared_case(cast)
    take_up(cast, system.report("C"))
    follow()
    assert [number for number, *_rest in system.received()] == [1, 2]
    assert alone.get().json() == {"results": [], "has_more": False, "last": 0}
    assert str(lead.pk) not in system.get().content.decode()


@pytest.mark.parametrize("scopes", [("events:read",), ("events:read", "controls:check"), ("events:read", "stops:pull")])
def test_a_key_reads_of_no_object_that_its_other_scopes_do_not_show(cast, scopes):
    writer, reader = System(), System(*scopes, name="reader", source="RISK")
    take_up(cast, writer.report("A"))
    follow()
    assert reader.events() == []
    assert writer.events() != []


def test_only_keys_with_the_scope_read_events_and_no_person_does(cast):
    assert System("leads:write", "leads:read").get().status_code == 403
    for who in ("customs.officer", "centre.coordinator", "customs.admin", "auditor"):
        assert cast.browser(who).get("/api/v1/events/").status_code == 403, who
    assert Client().get("/api/v1/events/").status_code == 401


def test_what_it_no_longer_sees_keeps_its_number_and_nothing_else(cast):
    system = System()
    lead = system.report("A")
    take_up(cast, lead)
    take_up(cast, system.report("B"))
    follow()
    Lead.objects.filter(pk=lead.pk).update(source_system="MOVED")
    hidden, seen = system.events()
    assert (hidden["sequence"], hidden["type"], seen["sequence"]) == (1, "hidden", 2)
    assert {name: value for name, value in hidden.items() if value is not None}.keys() == {"sequence", "id", "type"}
    assert str(lead.pk) not in json.dumps(hidden)


def test_a_narrower_key_of_the_same_system_reads_the_numbers_but_not_the_events(cast):
    system = System()
    take_up(cast, system.report("A"))
    follow()
    narrow = System("events:read")
    assert [(one["sequence"], one["type"]) for one in narrow.events()] == [(1, "hidden")]


def test_what_happened_before_its_first_key_is_not_in_its_feed(cast):
    writer = System("leads:write", "leads:read")
    take_up(cast, writer.report("A"))
    with time_machine.travel(times.now() + timedelta(minutes=5), tick=False):
        system = System()
        follow()
        assert system.events() == []


# The journal is followed ---------------------------------------------------------------------------------------------
def test_a_second_run_and_a_sweep_number_nothing_twice(cast):
    system = System()
    take_up(cast, system.report("A"))
    assert follow() == 1
    assert (follow(), sweep()) == (0, 0)
    assert [number for number, *_rest in system.received()] == [1]


def test_an_event_that_was_committed_late_gets_the_next_number(cast, monkeypatch):
    """Its transaction began before that of an event that has a number already."""
    system = System()
    late, early = take_up(cast, system.report("A")), take_up(cast, system.report("B"))
    without = Event.objects.exclude(object_id=late.pk)
    real = actions.readable_events
    with monkeypatch.context() as uncommitted:
        uncommitted.setattr(actions, "readable_events", lambda actor: real(actor) & without)
        follow()
    assert system.received() == [(1, "lead.take_up", str(early.pk))]
    follow()
    assert system.received(after=1) == [(2, "lead.take_up", str(late.pk))]


def test_an_event_of_a_host_whose_clock_is_slow_is_found_by_the_sweep(cast):
    system, now = System(), times.now()
    Feed.objects.update(began_at=now - timedelta(days=1))
    lead = system.report("A")
    with time_machine.travel(now + timedelta(hours=1), tick=False):
        follow()
    with time_machine.travel(now + timedelta(minutes=20), tick=False):  # forty minutes behind
        take_up(cast, lead)
    with time_machine.travel(now + timedelta(hours=1, minutes=1), tick=False):
        assert follow() == 0
        sweep()
    assert system.received() == [(1, "lead.take_up", str(lead.pk))]


def test_a_worker_killed_between_two_batches_loses_and_doubles_nothing(cast, monkeypatch):
    system = System()
    leads = [take_up(cast, system.report(ref)) for ref in "ABC"]
    monkeypatch.setattr(actions, "BATCH", 1)
    real, given = actions._give_numbers, []

    def killed(feed, events):
        if given:
            raise SystemExit
        given.append(real(feed, events))
        return 1

    with monkeypatch.context() as midway:
        midway.setattr(actions, "_give_numbers", killed)
        with pytest.raises(SystemExit):
            follow()
    assert [number for number, *_rest in system.received()] == [1]
    follow()
    assert [pk for _number, _type, pk in system.received()] == [str(lead.pk) for lead in leads]


def test_a_failing_feed_holds_up_no_other(cast, monkeypatch):
    first, second = System(), System(agency="MOFCOM_SCB", source="LICENCES")
    take_up(cast, first.report("A"))
    real = actions._follow

    def failing(client, since=None):
        if client.pk == second.key.client_id:
            raise ValueError("broken")
        return real(client, since)

    monkeypatch.setattr(actions, "_follow", failing)
    follow()
    assert [number for number, *_rest in first.received()] == [1]


# How long it is kept -------------------------------------------------------------------------------------------------
def test_old_entries_are_forgotten_and_the_answer_says_where_to_go_on(cast):
    system, now = System(), times.now()
    for ref in "AB":
        take_up(cast, system.report(ref))
    follow()
    FeedEntry.objects.filter(number=1).update(created_at=now - KEPT - timedelta(hours=1))
    sweep()
    answer = system.get(after=0)
    assert (answer.status_code, answer.json()["type"]) == (410, "/api/docs/#problem-events_gone")
    assert "after=1" in answer.json()["detail"]
    assert [number for number, *_rest in system.received(after=1)] == [2]


def test_a_late_renewal_of_the_key_loses_no_event(cast):
    system, now = System(), times.now()
    lead = system.report("A")
    ApiKey.objects.update(expires_at=now + timedelta(days=1))
    with time_machine.travel(now + timedelta(days=3), tick=False):
        take_up(cast, lead)
        follow()
        assert system.get().status_code == 401
        assert [kind for _number, kind, _pk in System().received()] == ["lead.take_up"]


def test_after_a_month_without_a_key_the_reader_learns_that_events_are_missing(cast):
    system, now = System(), times.now()
    lead = system.report("A")
    take_up(cast, lead)
    follow()
    revoke_key(system.key, actor=cast["secadmin"], reason="Ended")
    with time_machine.travel(now + KEPT + timedelta(days=1), tick=False):
        sweep()
        assert not FeedEntry.objects.exists()
        close_lead(Lead.objects.get(pk=lead.pk), actor=cast["customs.officer"], closing="duplicate", reason="x")
        follow()
    with time_machine.travel(now + KEPT + timedelta(days=2), tick=False):
        renewed = System()
        answer = renewed.get(after=1)
        assert (answer.status_code, renewed.get(after=2).json()["results"]) == (410, [])
        take_up(cast, renewed.report("B"))
        follow()
        assert [number for number, *_rest in renewed.received(after=2)] == [3]


def test_a_disabled_system_has_no_feed(cast):
    system = System()
    lead = system.report("A")
    ApiClient.objects.update(is_active=False)
    take_up(cast, lead)
    assert follow() == 0
