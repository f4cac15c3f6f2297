"""Many reports in one request."""

import gzip
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.journal.models import Event
from agencies.kernel.limits import BATCH_BYTES, BATCH_REPORTS
from cases.clocks.models import Clock
from cases.intake.models import Lead, LeadMark, Revision
from tests import stories

URL = "/api/v1/leads/batch/"
NDJSON = "application/x-ndjson"


def least(**changes):
    return {"source_system": "S", "source_ref": f"B-{stories.serial()}", "report_type": "t", "title": "T", **changes}


def results(response):
    assert response.status_code == 200, response.content
    return response.json()["results"]


def sent(machine, *reports, **headers):
    return machine.client.post(URL, {"reports": list(reports)}, content_type="application/json", headers=headers)


def test_each_report_has_its_own_result_in_its_order(machine):
    client = machine()
    client.post(least(source_ref="K-1", title="Old"))
    answers = results(
        sent(
            client,
            least(source_ref="N-1"),
            least(source_ref="K-1", title="New"),
            least(title=""),
            least(source_ref="K-1", title="New"),
            least(source_system="another"),
            "nonsense",
        )
    )
    assert [(one["status"], one.get("effect")) for one in answers] == [
        (201, "new"), (200, "revised"), (400, None), (200, "unchanged"), (403, None), (400, None),
    ]  # fmt: skip
    assert answers[2]["problem"]["errors"][0]["pointer"] == "/title"
    assert sorted(Lead.objects.values_list("source_ref", "revision")) == [("K-1", 2), ("N-1", 1)]


def test_a_batch_is_checked_without_storing_anything(machine):
    client = machine()
    client.post(least(source_ref="K-1"))
    reports = [
        *(least(source_ref="N-1", techniques=["unheard of"]), least(source_ref="K-1", title="New")),
        *(least(title=""), least(source_system="another")),
    ]
    answer = client.client.post(f"{URL}?validate_only=true", {"reports": reports}, content_type="application/json")
    found = results(answer)
    assert [(one["status"], one.get("checked", {}).get("revision")) for one in found] == [
        (200, None), (200, 1), (400, None), (403, None),
    ]  # fmt: skip
    assert [flag["code"] for flag in found[0]["checked"]["flags"]] == ["technique"]
    assert [(lead.source_ref, lead.revision) for lead in Lead.objects.all()] == [("K-1", 1)]


def without(row, *names):
    return {name: value for name, value in row.items() if name not in names}


@pytest.mark.both_databases
def test_a_batch_writes_what_single_reports_write(machine):
    client = machine()
    reports = [stories.content(source_ref=f"P-{n}") for n in range(3)]
    written = []
    for send in (lambda: sent(client, *reports), lambda: [client.post(one) for one in reports]):
        send()
        leads = list(Lead.objects.order_by("source_ref"))
        rows = []
        for lead in leads:
            event = Event.objects.get(object_id=lead.pk)
            clock = Clock.objects.about(lead).get()
            revision = Revision.objects.filter(lead=lead).values("number", "content", "digest", "flags").get()
            rows.append(
                (
                    (lead.source_ref, lead.state, lead.version, lead.verdict, lead.due_at is None),
                    (event.verb, event.seq, event.from_state, event.to_state, event.visibility, event.actor_id),
                    (clock.rule.code, clock.agency_id, clock.holder_id, clock.due_at == lead.due_at),
                    revision,
                    sorted(LeadMark.objects.filter(lead=lead).values_list("scheme", "key")),
                )
            )
        written.append(rows)
        Lead.objects.all().delete()
    assert written[0] == written[1]
    assert len(written[0]) == 3


@pytest.mark.slow
@pytest.mark.both_databases
def test_a_hundred_new_reports_cost_few_more_queries_than_ten(machine):
    client, counts = machine(), []
    sent(client, least())
    for size in (10, 100):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            results(sent(client, *(least() for _ in range(size))))
        counts.append(len(queries))
    assert counts[1] - counts[0] < 10, counts


def test_lines_are_read_one_by_one_and_a_bad_line_stops_no_other(machine):
    body = "\n".join([json.dumps(least(source_ref="L-1")), "{", "", json.dumps(least(source_ref="L-2"))])
    answers = results(machine().post(body, URL, NDJSON))
    assert [one["status"] for one in answers] == [201, 400, 201]
    assert answers[1]["problem"]["errors"][0]["code"] == "json"


def test_a_batch_may_be_packed_and_a_bomb_is_refused(machine):
    client = machine()
    body = gzip.compress(json.dumps({"reports": [least()]}).encode())
    packed = {"content-encoding": "gzip"}
    answer = client.client.post(URL, body, content_type="application/json", headers=packed)
    assert [one["status"] for one in results(answer)] == [201]
    bomb = gzip.compress(b" " * (BATCH_BYTES + 1))
    assert client.client.post(URL, bomb, content_type="application/json", headers=packed).status_code == 413
    assert client.client.post(URL, b"{}", content_type="application/json", headers=packed).status_code == 400
    other = {"content-encoding": "br"}
    assert client.client.post(URL, b"{}", content_type="application/json", headers=other).status_code == 415


@pytest.mark.parametrize("number", [0, BATCH_REPORTS + 1])
def test_a_batch_has_one_to_five_hundred_reports(machine, number):
    answer = sent(machine(), *([least()] * number))
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "length")
    assert not Lead.objects.exists()


def test_a_repeat_with_its_key_writes_nothing_and_names_the_same_leads(machine):
    client, reports = machine(), [least(), least(title="")]
    first, again = (results(sent(client, *reports, **{"Idempotency-Key": "batch-1"})) for _ in range(2))
    assert first[0]["receipt"]["id"] == again[0]["receipt"]["id"]
    assert again[1]["status"] == 400
    assert Lead.objects.count() == 1


def test_two_reports_with_one_reference_follow_each_other(machine):
    answers = results(sent(machine(), least(source_ref="D-1", title="A"), least(source_ref="D-1", title="B")))
    assert [one["effect"] for one in answers] == ["new", "revised"]
    assert Lead.objects.get().title == "B"


def test_an_older_version_in_a_batch_changes_nothing(machine):
    one = least(source_ref="V-1", title="New", source_version=2)
    answers = results(sent(machine(), one, {**one, "title": "Old", "source_version": 1}))
    assert [row["effect"] for row in answers] == ["new", "stale"]
    assert Lead.objects.get().title == "New"


def test_a_key_without_the_scope_and_a_person_without_a_source_send_no_batch(machine, cast):
    assert sent(machine("GACC", "leads:read"), least()).status_code == 403
    answer = cast.browser("auditor").post(URL, {"reports": [least()]}, content_type="application/json")
    assert answer.status_code == 403
