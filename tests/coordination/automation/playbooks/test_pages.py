"""Pages of playbooks: progress, steps not yet asked, and changes of a new version."""

import csv
import io

import pytest
from django.urls import reverse

from agencies.journal.models import Event
from cases.clocks.models import Clock
from cases.proceedings.models import Proceeding
from coordination.automation.playbooks.actions import publish_playbook
from coordination.automation.playbooks.models import Playbook, PlaybookUse
from coordination.automation.playbooks.reading import COLUMNS, compare, read_steps, rows_of
from coordination.automation.playbooks.reference import load
from coordination.exchange.tasks.models import Task
from tests import stories

from .following import follow, proposals, sweep
from .test_apply import matter, newer, of_type, task_of, under_way

COORDINATOR = "centre.coordinator"


def on_case(cast, who, proceeding, language="en"):
    answer = cast.browser(who, language).get(reverse("case", args=[proceeding.case_id]) + "?tab=tasks")
    return answer.content.decode()


def taken_out(cast, who=COORDINATOR, code="false_declaration"):
    return cast.browser(who).get(reverse("playbook_csv", args=[code])).content.decode("utf-8-sig")


def edited(text, change):
    """The file as saved after a change to its rows."""
    rows = list(csv.DictReader(io.StringIO(text)))
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows(change(rows))
    return out.getvalue()


def renamed(rows):
    return [row | {"name_en": "Open every box"} if row["step"] == "INSPECT" else row for row in rows]


def send(cast, text, act="check", version=1, who=COORDINATOR, **more):
    data = {"text": text, "act": act, "version": version, "because": "Seen in practice", **more}
    return cast.browser(who).post(reverse("playbook_publish", args=["false_declaration"]), data)


def test_the_case_shows_how_far_it_has_come_and_what_is_next(cast):
    opened = under_way(cast)
    source = task_of(opened, "SOURCE_FILE")
    stories.walk(cast, source, [("claim", "customs.officer", {}), ("complete", "customs.officer", {"result": "kept"})])
    shown = on_case(cast, "customs.officer", opened)
    assert "1 of 31 steps done" in shown
    assert "Playbook: False declaration, version 1" in shown
    assert "Getting started" in shown
    assert "requested on entering “Investigation”" in shown


@pytest.mark.slow
@pytest.mark.parametrize(("language", "words"), [("en", "Secure the source"), ("zh-hans", "固定线索来源和原始材料")])
def test_steps_speak_both_languages(cast, language, words):
    opened = under_way(cast)
    assert words in on_case(cast, "customs.officer", opened, language)
    page = cast.browser("customs.officer", language).get(reverse("task", args=[task_of(opened, "SOURCE_FILE").pk]))
    assert words in page.content.decode()
    tasks = cast.browser("customs.officer", language).get("/api/v1/tasks/").json()["results"]
    assert any(words in one["title"] for one in tasks)


def test_steps_waiting_for_a_share_are_labelled(cast):
    moved = under_way(cast, "FILED_ADM")
    shown = on_case(cast, "customs.officer", moved)
    assert "share the case first" in shown
    assert "Establish the control status of every item" in shown


def test_a_waived_step_counts_neither_way(cast):
    opened = under_way(cast)
    stories.walk(cast, task_of(opened, "INSPECT"), [("waive", "customs.lead", {"reason": "The goods have left"})])
    shown = on_case(cast, "customs.officer", opened)
    assert "0 of 30 steps done" in shown
    assert "1 not needed" in shown


def test_another_agency_on_the_case_sees_its_own_tasks_and_not_the_playbook(cast):
    case = of_type(cast, stories.shared_case(cast), "false_declaration")
    moved = stories.proceeding(cast, "FILED_ADM", case)
    follow(cast)
    shown = on_case(cast, "commerce.officer", moved)
    assert "Establish the control status" in shown
    assert "steps done" not in shown
    assert "Secure the source" not in shown
    assert cast.browser("commerce.officer").get(f"/api/v1/cases/{case.pk}/playbooks/").json() == []
    url = reverse("playbook_difference", args=[moved.pk, "false_declaration"])
    assert cast.browser("commerce.officer").get(url).status_code == 404


def test_the_page_of_a_task_shows_how_and_by_when(cast):
    moved = under_way(cast, "INVESTIGATE")
    client = cast.browser("customs.officer")
    report = client.get(reverse("task", args=[task_of(moved, "REPORT").pk])).content.decode()
    rule = Clock.objects.running().get(subject_id=moved.pk, rule__code="CUS_DECISION").rule
    assert f"with the period “{rule.name_en}”" in report
    sample = client.get(reverse("task", args=[task_of(moved, "SAMPLE").pk])).content.decode()
    assert "3 working days after “Verification”" in sample
    assert "Representative samples of each lot" in sample


@pytest.mark.slow
def test_a_new_version_shows_the_difference_before_its_adoption(cast):
    opened = under_way(cast)
    newer()
    assert "Version 2 is in force" in on_case(cast, "customs.officer", opened)
    client = cast.browser("customs.officer")
    page = client.get(reverse("playbook_difference", args=[opened.pk, "false_declaration"])).content.decode()
    assert "<ins>Inspect again</ins>" in page
    assert not Task.objects.filter(step="SECOND_INSPECTION").exists()
    url = reverse("verb", args=["proceedings", opened.pk, "renew_playbook"])
    assert url in page
    client.post(url, {"playbook": "false_declaration:2"})
    assert Task.objects.filter(step="SECOND_INSPECTION", proceeding=opened).exists()
    assert "Inspect again" in on_case(cast, "customs.officer", opened)


def test_a_playbook_is_applied_by_hand_from_the_proceeding(cast):
    opened = stories.proceeding(cast)
    client = cast.browser("customs.officer")
    url = reverse("verb", args=["proceedings", opened.pk, "apply_playbook"])
    assert "Concealment" in client.get(url).content.decode()
    assert client.post(url, {"playbook": "concealment"}).status_code == 302
    assert PlaybookUse.objects.get(proceeding=opened).playbook.code == "concealment"
    answer = client.post(
        f"/api/v1/proceedings/{opened.pk}/apply_playbook/", {"playbook": "parcels"}, content_type="application/json"
    )
    assert answer.status_code == 200
    data = client.get(f"/api/v1/cases/{opened.case_id}/playbooks/").json()
    assert {one["playbook"] for one in data} == {"concealment", "parcels"}
    assert all(one["done"] == 0 and one["total"] == len(one["steps"]) for one in data)


# Publishing ----------------------------------------------------------------------------------------------------------
def test_an_export_can_be_imported_unchanged_and_makes_no_version(cast):
    newest = Playbook.objects.newest().get(violation_type__code="false_declaration")
    assert compare(rows_of(newest.steps.all()), read_steps(taken_out(cast))).is_empty
    assert send(cast, taken_out(cast), "publish").status_code == 409


def test_the_coordinator_previews_changes_and_publishes(cast):
    text = edited(taken_out(cast), renamed)
    shown = send(cast, text)
    assert shown.status_code == 200
    assert "<ins>Open every box</ins>" in shown.content.decode()
    assert Playbook.objects.filter(violation_type__code="false_declaration").count() == 1
    assert send(cast, text, "publish").status_code == 302
    newest = Playbook.objects.newest().get(violation_type__code="false_declaration")
    assert (newest.version, newest.source, newest.because) == (2, "centre", "Seen in practice")
    event = Event.objects.get(verb="publish_playbook")
    assert event.note.data["version"] == 2
    page = cast.browser("customs.officer").get(reverse("playbook", args=["false_declaration"]) + "?against=1")
    assert "Open every box" in page.content.decode()


def test_a_concurrent_publication_is_not_overwritten(cast):
    text = edited(taken_out(cast), renamed)
    newer()
    refused = send(cast, text, "publish")
    assert refused.status_code == 409
    assert "Another version was published in the meantime" in refused.content.decode()
    assert send(cast, text, "publish", version=2).status_code == 302


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("state", "NOWHERE", "NOWHERE is unknown here (column state)"),
        ("owner", "nobody", "nobody is unknown here (column owner)"),
        ("due", "soon", "a due date has the form 5wd"),
        ("due", "clock:NO_SUCH_RULE", "NO_SUCH_RULE is unknown here"),
        ("papers", "NO_FORM", "NO_FORM is unknown here"),
        ("facts", "weather", "weather is unknown here"),
        ("name_zh", "", "name_zh is empty"),
        ("depends_on", "PRENOTICE", "PRENOTICE does not come before it"),
        ("step", "DECL_SET", "DECL_SET appears twice"),
        ("step", "x", "capital letters"),
        ("unit", "GACC_MOON", "GACC_MOON is unknown here"),
    ],
)
def test_a_bad_row_is_named_by_its_line(cast, column, value, expected):
    def spoil(rows):
        return [row | {column: value} if (row["kind"], row["step"]) == ("customs", "INSPECT") else row for row in rows]

    answer = send(cast, edited(taken_out(cast), spoil))
    assert answer.status_code == 400
    page = answer.content.decode()
    assert expected in page
    assert "Line " in page


def test_a_machine_reading_of_it_and_a_dry_run(cast):
    client = cast.browser(COORDINATOR)
    assert len(client.get("/api/v1/playbooks/").json()) == 8
    one = client.get("/api/v1/playbooks/parcels/").json()
    assert one["versions"] == [1]
    assert {"step", "name_zh", "due"} <= set(one["steps"][0])
    text = edited(taken_out(cast), lambda rows: [row for row in renamed(rows) if row["step"] != "PUBLISH"])
    data = {"steps": text, "version": 1, "because": "Seen in practice", "dry_run": True}
    url = "/api/v1/playbooks/false_declaration/"
    answer = client.post(url, data, content_type="application/json")
    assert (answer.status_code, answer.json()["version"]) == (200, None)
    assert answer.json()["changed"] == ["customs/INSPECT"]
    assert set(answer.json()["removed"]) == {"commerce/PUBLISH", "customs/PUBLISH"}
    answer = client.post(url, data | {"dry_run": False}, content_type="application/json")
    assert (answer.status_code, answer.json()["version"]) == (201, 2)


def test_a_system_publishes_upon_the_version_that_it_read(cast):
    client, url = cast.browser(COORDINATOR), "/api/v1/playbooks/false_declaration/"
    data = {"steps": edited(taken_out(cast), renamed), "because": "Seen in practice"}

    def publish(**headers):
        return client.post(url, data, content_type="application/json", headers=headers)

    assert publish().status_code == 428
    tag = client.get(url).headers["ETag"]
    newer()
    stale = publish(**{"If-Match": tag})
    assert (stale.status_code, stale.headers["ETag"]) == (412, '"2"')
    made = publish(**{"If-Match": '"2"'})
    assert (made.status_code, made.headers["ETag"]) == (201, '"3"')
    none_yet = publish(**{"If-Match": '"0"'})
    assert none_yet.status_code == 412


def test_delivered_texts_do_not_replace_published_ones(cast, monkeypatch):
    newest = Playbook.objects.newest().get(violation_type__code="false_declaration")
    rows = [row | {"guide_en": "Otherwise"} for row in rows_of(newest.steps.all())]
    publish_playbook(newest.violation_type, rows, actor=cast[COORDINATOR], version=1, because="Ours")
    brought = {"false_declaration": rows[:-1]}
    monkeypatch.setattr("coordination.automation.playbooks.reference.delivered", lambda: brought)
    monkeypatch.setattr("coordination.automation.playbooks.views.delivered", lambda: brought)
    load()
    assert Playbook.objects.newest().get(violation_type__code="false_declaration").version == 2
    page = cast.browser(COORDINATOR).get(reverse("playbook", args=["false_declaration"])).content.decode()
    assert "has not been adopted by the centre" in page
    assert (
        "has not been adopted by the centre"
        not in cast.browser("customs.head").get(reverse("playbook", args=["false_declaration"])).content.decode()
    )


def test_a_changed_file_of_the_product_is_a_new_version_and_the_old_one_stays(cast, monkeypatch):
    first = Playbook.objects.newest().get(violation_type__code="parcels")
    before = rows_of(first.steps.all())
    monkeypatch.setattr("coordination.automation.playbooks.reference.delivered", lambda: {"parcels": before[:-1]})
    load()
    load()
    assert list(Playbook.objects.filter(violation_type__code="parcels").values_list("version", flat=True)) == [2, 1]
    assert rows_of(first.steps.all()) == before


def test_eight_playbooks_are_delivered(db):
    """They are loaded like people's files, so all forms, facts, rules and units exist."""
    books = Playbook.objects.newest()
    assert books.count() == 8
    for book in books:
        for kind in Proceeding.Kind.values:
            assert book.steps.filter(kind=kind, mandatory=True).count() >= 8, (book, kind)


def test_a_proposal_offers_to_start_it_or_to_say_that_it_is_not_needed(cast):
    opened = matter(cast)
    sweep()
    task = proposals().get(proceeding=opened)
    page = cast.browser("customs.officer").get(f"/tasks/{task.pk}/").text
    assert f"/tasks/{task.pk}/do/start_playbook/" in page
    assert f"/tasks/{task.pk}/do/waive/" in page
    assert "/playbooks/false_declaration/" in page
