"""The customs system pulls what is new for its agency and confirms it, naming the officer on duty."""

import pytest
from django.test import Client
from django.urls import reverse

from agencies.kernel.actor import SYSTEM
from agencies.machines.actions import create_key
from agencies.organisations.models import Agency
from coordination.prevention.stops.models import CargoHold
from tests import stories
from tests.journal import verify_streams
from tests.stories.stops import DECLARED

OFFICER = {"officer": "李关员"}


def system(scope="stops:pull", agency="GACC"):
    issued = create_key(f"H2018 {scope}", Agency.objects.get(code=agency), [scope], actor=SYSTEM)
    return Client(headers={"authorization": f"Bearer {issued.text}"})


def post(client, stop, verb, **body):
    stop.refresh_from_db()
    return client.post(
        f"/api/v1/stops/{stop.pk}/{verb}/", {"version": stop.version, **body}, content_type="application/json"
    )


def listed(client, **params):
    answer = client.get("/api/v1/stops/", params)
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


def test_it_lists_what_changed_for_its_agency(cast):
    old = stories.stop(cast, "SEEN")
    moment = old.updated_at.isoformat()
    new = stories.stop(cast, declaration_no="530120260000000999")
    stories.stop(cast, "DRAFT")
    client = system()
    assert listed(client, changed_after=moment, sort="updated") == [str(new.pk)]
    assert set(listed(client)) == {str(old.pk), str(new.pk)}
    assert client.get("/api/v1/stops/", {"changed_after": "yesterday"}).status_code == 400
    row = client.get(f"/api/v1/stops/{new.pk}/").json()
    assert (row["state"], row["ground"], row["text"]) == ("SENT", "", new.text)
    assert {one["verb"] for one in row["verbs"]} == {"see", "hold", "already_released", "stand", "not_found"}


def test_it_confirms_with_the_officer_on_duty(cast):
    stop, client = stories.stop(cast), system()
    answer = post(client, stop, "see")
    assert answer.status_code == 400
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [("/officer", "required")]
    assert post(client, stop, "see", **OFFICER).json()["state"] == "SEEN"
    assert post(client, stop, "hold", **OFFICER, weight_kg="24000").json()["state"] == "HELD"
    stop.refresh_from_db()
    assert (stop.officer, stop.handler, stop.weight_kg) == ("李关员", None, 24_000)
    assert CargoHold.objects.get().declaration_no == DECLARED
    hold = client.get(f"/api/v1/stops/{stop.pk}/").json()["hold"]
    assert (hold["declaration_no"], hold["until"]) == (DECLARED, None)
    shown = cast.browser("commerce.officer").get(reverse("stop", args=[stop.pk])).content.decode()
    assert "李关员" in shown
    assert not list(verify_streams())


@pytest.mark.parametrize("verb", ["already_released", "stand", "not_found"])
def test_it_gives_every_other_answer(cast, verb):
    stop = stories.stop(cast)
    assert post(system(), stop, verb, **OFFICER).status_code == 200
    stop.refresh_from_db()
    assert stop.state == {"already_released": "ALREADY_RELEASED", "stand": "STANDING", "not_found": "NOT_FOUND"}[verb]


def test_it_decides_nothing_else(cast):
    stop, client = stories.stop(cast, "HELD"), system()
    for verb in ("query", "detain", "lift", "withdraw", "edit", "send_out", "approve"):
        assert post(client, stop, verb, reason="It does not").status_code in (403, 404), verb
    body = {"kind": "request", "customs": "GACC", "declaration_no": DECLARED, "text": "x", "last_day": "2026-12-31"}
    assert client.post("/api/v1/stops/", body, content_type="application/json").status_code == 403
    for path in ("/api/v1/cases/", "/api/v1/tasks/", "/api/v1/leads/"):
        assert client.get(path).status_code == 403, path


def test_another_scope_or_agency_sees_nothing(cast):
    stop = stories.stop(cast)
    assert system("leads:write").get("/api/v1/stops/").status_code == 403
    other = system(agency="GACC_ASB")
    assert listed(other) == []
    assert other.get(f"/api/v1/stops/{stop.pk}/").status_code == 404
    assert post(other, stop, "see", **OFFICER).status_code == 404
    assert post(system("leads:read"), stop, "see", **OFFICER).status_code == 403


def test_a_repeat_with_the_same_key_confirms_once(cast):
    stop, client = stories.stop(cast), system()
    headers = {"Idempotency-Key": "see-1"}
    body = {"version": stop.version, **OFFICER}
    url = f"/api/v1/stops/{stop.pk}/see/"
    first, second = (client.post(url, body, content_type="application/json", headers=headers) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == second.json()


def test_an_answer_on_an_old_version_is_refused(cast):
    stop, client = stories.stop(cast), system()
    old = stop.version
    stories.walk(cast, stop, [("see", "customs.officer", {})])
    answer = client.post(f"/api/v1/stops/{stop.pk}/hold/", {"version": old, **OFFICER}, content_type="application/json")
    assert answer.status_code == 412
