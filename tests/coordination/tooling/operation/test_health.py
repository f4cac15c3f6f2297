"""Health of background processes and abandoned work: on the operator's page and in readyz."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencies.journal.models import Delivery, Event
from agencies.runs.actions import beat, start_run
from agencies.runs.models import Failure, Heartbeat, Run
from coordination.messaging.channels.models import Sending
from coordination.tooling.operation import dead_letters, health
from coordination.tooling.operation.health import JobHealth
from coordination.tooling.operation.jobs import tick
from tests import stories

# Both databases: queues and heartbeats.
pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def seen():
    """The last result of the web server's thread."""
    yield health._seen
    health._seen.clear()


def ago(**time):
    return timezone.now() - timedelta(**time)


def beats(**ages):
    for part, age in ages.items():
        Heartbeat.objects.update_or_create(part=part, defaults={"at": ago(seconds=age)})


def readiness():
    answer = Client().get("/readyz")
    return answer.status_code, answer.content.decode().split("\n")


def test_it_is_ready_when_both_parts_work():
    beats(worker=3, scheduler=3)
    status, lines = readiness()

    assert (status, lines[0]) == (200, "ok")
    assert lines[1].startswith("worker ok ")
    assert lines[2].startswith("scheduler ok ")
    assert lines[3] == "dead-letters 0"


def test_a_dead_scheduler_is_reported_with_its_age():
    beats(worker=3, scheduler=300)
    status, lines = readiness()

    assert (status, lines[0]) == (200, "degraded")
    assert lines[2] in {f"scheduler late {seconds}s" for seconds in range(300, 310)}


def test_abandoned_work_degrades_it():
    beats(worker=3, scheduler=3)
    failure()
    assert readiness()[1][0] == "degraded"


def test_a_completed_tick_is_the_schedulers_heartbeat():
    tick()
    assert Heartbeat.objects.get().part == Heartbeat.SCHEDULER


def test_a_busy_part_writes_little(django_assert_num_queries):
    beat(Heartbeat.WORKER)
    first = Heartbeat.objects.get().at
    beat(Heartbeat.WORKER)
    assert Heartbeat.objects.get().at == first

    beats(worker=30)
    with django_assert_num_queries(1):
        beat(Heartbeat.WORKER)
    assert Heartbeat.objects.get().at >= first


def test_the_thread_sees_written_heartbeats(seen):
    beats(worker=100, scheduler=3)
    health.look()
    assert [(part.name, part.is_late(timezone.now())) for part in seen] == [("worker", True), ("scheduler", False)]


def test_the_administrator_is_warned_at_once_with_a_link(cast, seen):
    seen[:] = [JobHealth("worker", ago(seconds=90)), JobHealth("scheduler", ago(seconds=90))]

    html = cast.browser("sysadmin").get("/inbox/settings/").content.decode()

    assert html.count("cv-delay") == 1
    assert "The background worker is not working" in html
    assert reverse("operation") in html


def test_all_are_warned_when_deadlines_are_delayed(cast, seen):
    seen[:] = [JobHealth("worker", ago(minutes=2)), JobHealth("scheduler", ago(minutes=2))]
    assert "cv-delay" not in cast.browser("customs.officer").get("/").content.decode()

    seen[:] = [JobHealth("worker", ago(minutes=6)), JobHealth("scheduler", ago(minutes=6))]
    html = cast.browser("customs.officer").get("/").content.decode()
    assert "Notices and deadline reminders are delayed." in html
    assert reverse("operation") not in html


def test_an_anonymous_visitor_sees_no_warning(seen):
    seen[:] = [JobHealth("worker", ago(hours=6))]
    assert "cv-delay" not in Client().get("/login/").content.decode()


# Abandoned work ------------------------------------------------------------------------------------------------------
def failure(**columns):
    moment = timezone.now()
    given = {"queue": "search", "key": "case:1", "state": "DEAD", "attempts": 5, "last_error": "ValueError"}
    return Failure.objects.create(**{**given, **columns}, since=moment, not_before=moment)


@pytest.fixture
def given_up(cast):
    """One of each kind."""
    stories.task(cast)
    delivery = Delivery.objects.earliest("pk")
    Delivery.objects.filter(pk=delivery.pk).update(attempts=5, last_error="KeyError")
    run = start_run("recount", actor=cast["sysadmin"], given={"first": "2027-01-01"})
    Run.objects.filter(pk=run.pk).update(state="FAILED", error="ZeroDivisionError", ended_at=timezone.now())
    mail = Sending.objects.create(kind="now", person=cast.user("customs.officer"), state="DEAD", last_error="SMTP 550")
    row, job = failure(), failure(queue=Failure.JOBS, key="clocks.sweep")
    return {"outbox": delivery, "run": run, "mail": mail, "row": row, "job": job}


def test_the_page_lists_every_kind_with_its_cause(cast, given_up):
    html = cast.browser("sysadmin").get(reverse("operation")).content.decode()

    for cause in ("KeyError", "ZeroDivisionError", "SMTP 550", "ValueError", "clocks.sweep"):
        assert cause in html
    assert dead_letters.count() == len(given_up)


@pytest.mark.parametrize("kind", ["outbox", "run", "mail", "row", "job"])
def test_each_kind_can_be_tried_again(cast, given_up, kind):
    answer = cast.browser("sysadmin").post(reverse("dead_letter_retry", args=[kind, given_up[kind].pk]))

    assert answer.status_code == 302
    assert kind not in {letter.kind for letter in dead_letters.listed()}
    assert Event.objects.get(object_kind="dead_letter").verb == "retry"


@pytest.mark.parametrize("kind", ["outbox", "run", "mail", "row", "job"])
def test_each_kind_can_be_discarded_with_a_reason(cast, given_up, kind):
    address = reverse("dead_letter_discard", args=[kind, given_up[kind].pk])
    browser = cast.browser("sysadmin")

    browser.post(address, {"reason": " "})
    assert kind in {letter.kind for letter in dead_letters.listed()}
    browser.post(address, {"reason": "The address no longer exists."})

    assert kind not in {letter.kind for letter in dead_letters.listed()}
    event = Event.objects.get(object_kind="dead_letter")
    assert (event.verb, event.remark.reason) == ("discard", "The address no longer exists.")


def test_retried_work_succeeds(cast, given_up):
    cast.browser("sysadmin").post(reverse("dead_letter_retry", args=["outbox", given_up["outbox"].pk]))
    given_up["outbox"].refresh_from_db()
    assert (given_up["outbox"].attempts, given_up["outbox"].last_error) == (0, "")


@pytest.mark.parametrize(("kind", "pk"), [("outbox", "x"), ("row", "1"), ("nothing", "1"), ("outbox", "999999")])
def test_work_that_was_not_abandoned_is_not_found(cast, kind, pk):
    assert cast.browser("sysadmin").post(reverse("dead_letter_retry", args=[kind, pk])).status_code == 404


def test_the_api_shows_and_does_the_same(cast, given_up):
    browser = cast.browser("sysadmin")
    data = browser.get("/api/v1/operation/").json()
    assert {letter["kind"] for letter in data["dead_letters"]} == set(given_up)
    assert [part["name"] for part in data["parts"]] == ["worker", "scheduler"]

    letter = next(one for one in data["dead_letters"] if one["kind"] == "row")
    address = f"/api/v1/operation/row/{letter['id']}/discard/"
    assert browser.post(address, {}, content_type="application/json").status_code == 400
    after = browser.post(address, {"reason": "Broken by the import."}, content_type="application/json")
    assert after.status_code == 200
    assert {one["kind"] for one in after.json()["dead_letters"]} == set(given_up) - {"row"}
