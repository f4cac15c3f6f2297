"""Actions over the API: the same as the buttons, with the same errors as JSON."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies.kernel.resource import RESOURCES
from cases.casefile.models import Case
from cases.papers.models import Paper
from coordination.exchange.tasks.models import Task
from tests import stories


def perform(browser, resource, thing, verb, **body):
    pk = getattr(thing, "pk", thing)
    return browser.post(f"/api/v1/{resource}/{pk}/{verb}/", data=body, content_type="application/json")


def test_every_verb_of_every_table_has_its_address(cast):
    case = stories.case(cast)
    for name, resource in RESOURCES.items():
        for verb in resource.verbs:
            assert reverse(f"api-{name}-{verb}", args=[case.pk]) == f"/api/v1/{name}/{case.pk}/{verb}/"
    assert perform(cast.browser("customs.officer"), "cases", case, "handle").status_code == 404
    assert perform(cast.browser("customs.officer"), "cases", case, "no_such_verb").status_code == 404


def test_an_action_returns_the_new_state_and_the_action_that_takes_it_back(cast):
    task, browser = stories.task(cast), cast.browser("commerce.officer")
    answer = perform(browser, "tasks", task, "claim", version=task.version)
    assert answer.status_code == 200
    task.refresh_from_db()
    state = answer.json()
    undo = state.pop("undo")
    assert state == {"id": str(task.pk), "state": "CLAIMED", "version": task.version}
    assert undo["action"] == "release"
    released = perform(browser, "tasks", task, undo["action"], **undo["answers"], version=task.version)
    assert (released.status_code, released.json()["state"]) == (200, "OPEN")
    assert "undo" not in released.json()


def test_an_action_names_the_created_object(cast):
    case = stories.case(cast)
    answer = perform(cast.browser("customs.officer"), "cases", case, "open_proceeding", kind="customs").json()
    assert answer["created"]["resource"] == "proceedings"
    assert cast.browser("customs.officer").get(answer["created"]["url"]).json()["id"] == answer["created"]["id"]


def test_without_a_body_or_with_null_the_fields_are_omitted(cast):
    browser = cast.browser("commerce.officer")
    assert perform(browser, "tasks", stories.task(cast), "claim", reason=None, happened_at=None).status_code == 200
    bodyless = browser.generic("POST", f"/api/v1/tasks/{stories.task(cast).pk}/claim/", content_type="")
    assert bodyless.status_code == 200


def test_an_empty_request_for_an_action_with_a_file_names_the_missing_fields(cast):
    case = stories.case(cast)
    browser = cast.browser("customs.officer")
    answer = browser.generic("POST", f"/api/v1/cases/{case.pk}/add_paper/", content_type="")
    assert answer.status_code == 400
    assert "/file" in {error["pointer"] for error in answer.json()["errors"]}


def test_every_unmet_condition_is_named(cast):
    case = stories.case(cast)
    stories.proceeding(cast, matter=case)
    answer = perform(cast.browser("customs.officer"), "cases", case, "conclude", outcome="done", **stories.NO_CRIME)
    assert answer.status_code == 409
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert [missing["code"] for missing in answer.json()["missing"]] == ["hold:conclude"]


def test_bad_input_is_named_field_by_field(cast):
    case = stories.case(cast)
    answer = perform(
        *(cast.browser("customs.officer"), "cases", case, "share"),
        agency=5, profile="everything", until="soon", happened_at="2999-01-01T00:00:00Z", version="1", colour="red",
    )  # fmt: skip
    assert answer.status_code == 400
    assert {error["pointer"]: error["code"] for error in answer.json()["errors"]} == {
        "/agency": "type",
        "/profile": "invalid_choice",
        "/reason": "required",
        "/until": "invalid",
        "/happened_at": "max_value",
        "/version": "type",
        "/colour": "unknown",
    }


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("happened_at", 5, "type"),
        ("happened_at", "0001-01-01T00:00:00+08:00", "min_value"),
        ("happened_at", "9999-12-31T23:59:59-08:00", "max_value"),
        ("happened_at", "yesterday", "invalid"),
        ("reason", {"a": 1}, "type"),
        ("reason", True, "type"),
        ("version", True, "type"),
        ("version", 1.5, "type"),
        ("version", -1, "min_value"),
        ("version", 10**30, "max_value"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_and_nothing_breaks(cast, field, value, code):
    task = stories.task(cast)
    answer = perform(cast.browser("commerce.officer"), "tasks", task, "claim", **{field: value})
    assert answer.status_code == 400, answer.content
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [(f"/{field}", code)]
    assert Task.objects.get(pk=task.pk).state == "OPEN"


def test_the_future_is_refused(cast):
    task = stories.task(cast)
    soon = (timezone.now() + timedelta(hours=1)).isoformat()
    answer = perform(cast.browser("commerce.officer"), "tasks", task, "claim", happened_at=soon)
    assert [error["code"] for error in answer.json()["errors"]] == ["future"]


def test_an_action_on_an_old_version_names_the_previous_actor(cast):
    task = stories.task(cast)
    assert perform(cast.browser("commerce.officer"), "tasks", task, "claim", version=task.version).status_code == 200
    answer = perform(cast.browser("commerce.lead"), "tasks", task, "decline", reason="x", version=task.version)
    assert answer.status_code == 412
    assert answer.json()["type"].endswith("stale")
    assert cast["commerce.officer"].agency_name in answer.json()["detail"]


def test_seeing_is_not_doing_and_not_seeing_is_not_there(cast):
    case = stories.shared_case(cast)
    assert perform(cast.browser("commerce.officer"), "cases", case, "share").status_code == 403
    assert perform(cast.browser("police.officer"), "cases", case, "share").status_code == 404
    assert perform(cast.browser("centre.supervisor"), "cases", case, "share").status_code == 403
    assert perform(cast.browser("auditor"), "cases", case, "share").status_code == 403


def test_a_machine_presses_no_verbs(cast, machine):
    case = stories.case(cast)
    assert machine().post({}, f"/api/v1/cases/{case.pk}/share/").status_code == 403


def test_a_verb_of_the_other_kind_of_proceeding_is_not_there(cast):
    proceeding = stories.proceeding(cast)
    assert perform(cast.browser("customs.officer"), "proceedings", proceeding, "prosecute").status_code == 404


class Story:
    """Performs actions as one person after the other, and checks that each is accepted."""

    def __init__(self, cast):
        self.browsers = {name: cast.browser(name) for name in cast.names}

    def get(self, who, path):
        answer = self.browsers[who].get(path)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def perform(self, who, resource, pk, verb, **body):
        answer = perform(self.browsers[who], resource, pk, verb, **body)
        data = answer.json()
        assert answer.status_code == (201 if "created" in data else 200), (verb, answer.content.decode())
        if "created" in data:
            assert answer.headers["Location"] == f"http://testserver{data['created']['url']}"
        return data


PEOPLE = (
    *("customs.officer", "customs.lead", "customs.head", "commerce.officer"),
    *("antismuggling.officer", "antismuggling.head", "centre.supervisor"),
)


def in_a_case(story, machine):
    """Customs opens the case and a proceeding, shares it and asks commerce for a task."""
    sent = machine("GACC").post(stories.content()).json()["id"]
    story.perform("customs.officer", "leads", sent, "take_up")
    story.perform("customs.officer", "leads", sent, "promote", title="Antimony", handling="H1")
    case = story.get("customs.officer", f"/api/v1/leads/{sent}/")["case"]["id"]
    customs = story.perform("customs.officer", "cases", case, "open_proceeding", kind="customs")["created"]["id"]
    story.perform("customs.officer", "cases", case, "share", agency="MOFCOM_SCB", profile="full", reason="joint work")
    asked = {"agency": "MOFCOM_SCB", "title": "Check licences"}
    task = story.perform("customs.officer", "cases", case, "ask_task", **asked)["created"]["id"]
    story.perform("commerce.officer", "tasks", task, "accept", claim=True)
    story.perform("commerce.officer", "tasks", task, "complete", result="No licence was ever issued")
    return sent, case, customs


def transferred(story, cast, case):
    """The transfer: drafted, approved, delivered, received, filed."""
    draft = {
        "receiver": "GACC_ASB",
        "offence": "SMUG_PROHIBITED",
        "title": "Transfer",
        "report": "Facts, evidence, basis.",
        "team": [cast["customs.officer"].id, cast["customs.lead"].id],
    }
    transfer = story.perform("customs.officer", "cases", case, "draft_transfer", **draft)["created"]["id"]
    story.perform("customs.officer", "referrals", transfer, "submit")
    for paper in Paper.objects.filter(subject_id=transfer):
        story.get("customs.head", f"/api/v1/papers/{paper.pk}/")
    story.perform("customs.head", "referrals", transfer, "approve", **stories.ON_PAPER)
    story.perform("customs.officer", "referrals", transfer, "deliver")
    story.perform("antismuggling.head", "referrals", transfer, "accept")
    number = f"海缉立〔2026〕{stories.serial()}号"
    story.perform("antismuggling.head", "referrals", transfer, "file", external_number=number)
    return transfer


@pytest.mark.slow
def test_one_matter_travels_the_whole_way_over_the_api(cast, machine):
    cast.names = PEOPLE
    story = Story(cast)
    sent, case, customs = in_a_case(story, machine)
    transfer = transferred(story, cast, case)
    criminal = story.get("antismuggling.head", f"/api/v1/referrals/{transfer}/")["proceeding"]["id"]

    # The police conduct their proceeding to judgment.
    party = story.get("antismuggling.officer", f"/api/v1/cases/{case}/")["contents"]["parties"][0]["id"]
    story.perform("antismuggling.officer", "proceedings", criminal, "add_line", party=party)
    inside = story.get("antismuggling.officer", f"/api/v1/proceedings/{criminal}/")["inside"]
    suspect = inside["suspects"][0]["id"]
    story.perform("antismuggling.head", "proceedings", criminal, "prosecute_opinion")
    story.perform("antismuggling.officer", "proceedings", criminal, "prosecute")
    story.perform("antismuggling.officer", "proceedings", criminal, "judge", outcome_reason="Convicted")
    story.perform("antismuggling.officer", "suspects", suspect, "convict", charge="smuggling", sentence_months=36)
    story.perform("antismuggling.officer", "suspects", suspect, "appeal")
    story.perform("antismuggling.officer", "suspects", suspect, "uphold_judgment")
    story.perform("antismuggling.head", "proceedings", criminal, "close")

    # Customs ends its side, concludes and closes; the supervisor reads it.
    filed = {"external_number": f"沪关缉违字〔2026〕{stories.serial()}号"}
    story.perform("customs.lead", "proceedings", customs, "file", **filed)
    story.perform("customs.lead", "proceedings", customs, "transfer", outcome_reason="Judged by the court")
    story.perform("customs.lead", "proceedings", customs, "close")
    story.perform("customs.officer", "referrals", transfer, "hand_goods")
    story.perform("customs.officer", "cases", case, "conclude", outcome="Convicted")
    story.perform("customs.lead", "cases", case, "close", reason="All done")
    assert Case.objects.get(pk=case).state == "CLOSED"
    listed = story.get("centre.supervisor", "/api/v1/cases/?state=CLOSED")["results"]
    assert [row["id"] for row in listed] == [case]
    assert machine("GACC", name="risk engine").get(f"/api/v1/leads/{sent}/").json()["status"] == "taken_up"
