"""Bulk actions on rows of several resources, selected in a queue or on the board; each with its own permission."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from agencies.journal.models import Event
from agencies.runs.models import Run
from agencies.runs.worker import work
from cases.intake.models import Lead
from coordination.lists import bulk
from coordination.tooling.operation.background_jobs import WORKS
from tests import stories

LEAD, OFFICER = "customs.lead", "customs.officer"


def box(resource: str, thing: Any) -> str:
    thing.refresh_from_db()
    return f"{resource}:{thing.pk}:{thing.version}"


def performed(cast: Any, who: str, action: str, rows: list[str], page: str = "queues", **answers: Any) -> Any:
    data = {"action": action, "scope": "selected", "row": rows, "sure": "1", **answers}
    return cast.browser(who).post(f"/{page}/bulk/", data)


def run_of(answer: Any) -> Run:
    assert answer.status_code == 302, answer.content.decode()
    return Run.objects.get(pk=answer.url.split("/")[2])


def to_officer(cast: Any) -> dict[str, str]:
    return {"to": str(cast.user(OFFICER).pk), "reason": "Share the load"}


def own_task(cast: Any) -> Any:
    """An unclaimed task of customs, asked by commerce."""
    case = stories.case(cast)
    [task] = [stories.task(cast, "OPEN", matter=stories.shared_case(cast))]
    type(task).objects.filter(pk=task.pk).update(agency=case.lead, case=case, unit=None)
    task.refresh_from_db()
    return task


def unheld_proceeding(cast: Any) -> Any:
    found = stories.proceeding(cast)
    type(found).objects.filter(pk=found.pk).update(handler=None)
    found.refresh_from_db()
    return found


# Selecting -----------------------------------------------------------------------------------------------------------
def test_a_queue_has_a_box_for_each_row_that_is_named_by_its_title(cast: Any) -> None:
    lead, proceeding = stories.lead(cast), unheld_proceeding(cast)
    text = cast.browser(LEAD).get("/queues/?queue=unclaimed").content.decode()
    for name in (box("leads", lead), box("proceedings", proceeding)):
        [place] = re.findall(f'value="{name}" aria-labelledby="(r[0-9]+)"', text)
        assert text.count(f'id="{place}"') == 1
    assert '<option value="hand_over" data-of="leads proceedings">' in text
    assert '<option value="take_up" data-of="leads">' in text


def test_open_work_of_a_case_is_read_only(cast: Any) -> None:
    case = stories.shared_case(cast)
    stories.task(cast, "OPEN", matter=case)
    assert 'name="row"' not in cast.browser(LEAD).get(f"/queues/?case={case.pk}").content.decode()


def test_rows_are_grouped_by_resource_before_the_action(cast: Any) -> None:
    lead, proceeding = stories.lead(cast), unheld_proceeding(cast)
    shown = f"{box('leads', lead)} {box('proceedings', proceeding)}"
    data = {"action": "assign", "scope": "visible", "shown": shown}
    answer = cast.browser(LEAD).post("/queues/bulk/?queue=unclaimed", data)
    assert answer.status_code == 200
    groups = {str(group.title): group for group in answer.context["groups"]}
    assert {title: group.count for title, group in groups.items()} == {"Leads": 1, "Proceedings": 1}
    assert groups["Leads"].names == [lead.title]
    assert not Run.objects.exists()


def test_only_actions_common_to_all_rows_are_offered(cast: Any) -> None:
    lead, proceeding = stories.lead(cast), unheld_proceeding(cast)
    rows = [box("leads", lead), box("proceedings", proceeding)]
    answer = performed(cast, LEAD, "take_up", rows)
    assert answer.status_code == 400
    assert set(answer.context["offered"]) == {"assign", "hand_over"}
    assert answer.context["rows"] == rows, "what was chosen is still chosen"
    assert "is not available for: Proceedings" in answer.content.decode()
    assert not Run.objects.exists()


def test_dates_that_follow_from_rules_are_not_changed_and_the_page_explains(cast: Any) -> None:
    answer = performed(cast, LEAD, "set_due", [box("leads", stories.lead(cast)), box("tasks", own_task(cast))])
    assert answer.status_code == 400
    assert "their periods follow from rules" in answer.content.decode()


@pytest.mark.parametrize(
    "sent", [{"action": "burn", "scope": "all"}, {"action": "claim", "scope": "some"},
             {"action": "assign", "scope": "selected", "row": "nonsense"},
             {"action": "assign", "scope": "selected", "row": "cases:00000000-0000-4000-8000-000000000000:1"},
             {"action": "assign", "scope": "selected", "row": "leads:00000000-0000-4000-8000-000000000000"},
             {"action": "assign", "scope": "selected", "row": "leads:none:1"}],
)  # fmt: skip
def test_nonsense_is_refused(cast: Any, sent: dict[str, str]) -> None:
    for page in ("queues", "board"):
        assert cast.browser(LEAD).post(f"/{page}/bulk/", sent).status_code == 400


# Performing ----------------------------------------------------------------------------------------------------------
def test_all_resources_are_handed_over_in_one_run_with_results(cast: Any) -> None:
    lead, proceeding, task = stories.lead(cast), unheld_proceeding(cast), own_task(cast)
    rows = [box("leads", lead), box("proceedings", proceeding), box("tasks", task)]
    run = run_of(performed(cast, LEAD, "hand_over", rows, **to_officer(cast)))
    assert (run.state, run.done, run.refused) == ("DONE", 3, 0)
    for thing in (lead, proceeding, task):
        thing.refresh_from_db()
    officer = cast.user(OFFICER)
    assert [lead.officer, proceeding.handler, task.assignee] == [officer, officer, officer]
    assert Event.objects.filter(verb="pass_on", object_kind="proceeding", object_id=proceeding.pk).count() == 1
    page = cast.browser(LEAD).get(f"/runs/{run.pk}/?rows=all").content.decode()
    for url in (f"/leads/{lead.pk}/", f"/proceedings/{proceeding.pk}/", f"/tasks/{task.pk}/"):
        assert url in page
    assert "Bulk actions · Queues: Hand over" in page


def test_assigned_rows_are_not_assigned_again(cast: Any) -> None:
    lead, held = stories.lead(cast), stories.lead(cast)
    Lead.objects.filter(pk=held.pk).update(officer=cast.user(LEAD))
    run = run_of(performed(cast, LEAD, "assign", [box("leads", lead), box("leads", held)], **to_officer(cast)))
    assert dict(run.rows.values_list("subject", "outcome")) == {lead.pk: "done", held.pk: "refused"}
    assert "is handling it: hand it over instead." in run.rows.get(outcome="refused").said


def test_the_handler_at_another_agency_is_not_disclosed(cast: Any) -> None:
    """Customs asked commerce for it and sees the task; its handler at commerce is internal."""
    task = stories.task(cast, "CLAIMED")
    run = run_of(performed(cast, LEAD, "assign", [box("tasks", task)], **to_officer(cast)))
    assert task.assignee.name not in run.rows.get(outcome="refused").said


def test_letters_up_and_down_and_opinions_are_handed_over_and_letters_have_a_due_date(cast: Any) -> None:
    letter, opinion = stories.instruction(cast, "SENT"), stories.agency_opinion(cast)
    due = timezone.localtime(timezone.now() + timedelta(days=9)).strftime("%Y-%m-%dT%H:%M")
    sender = next(who for who in (LEAD, OFFICER, "customs.head") if cast[who].agency_id == letter.sender_id)
    run = run_of(performed(cast, sender, "set_due", [box("instructions", letter)], due_at=due, reason="later"))
    assert run.done == 1
    lead = next(who for who in ("commerce.lead", LEAD) if cast[who].agency_id == opinion.agency_id)
    to = {"to": str(cast.user(lead.replace("lead", "officer")).pk), "reason": "x"}
    run = run_of(performed(cast, lead, "assign", [box("opinions", opinion)], **to))
    assert run.refused == 0, run.rows.get().said
    opinion.refresh_from_db()
    assert str(opinion.handler_id) == to["to"]


def test_all_that_fit_are_those_of_the_queue_that_grew_or_not(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 0)
    lead, proceeding = stories.lead(cast), unheld_proceeding(cast)
    data = {"action": "assign", "scope": "all", "sure": "1", **to_officer(cast)}
    url = "/queues/bulk/?queue=unclaimed"
    grown = cast.browser(LEAD).post(url, data | {"seen": "1"})
    assert grown.status_code == 409
    assert grown.context["count"] == 2
    assert not Run.objects.exists()
    run = run_of(cast.browser(LEAD).post(url, data | {"seen": "2"}))
    work(WORKS, seconds=60)
    run.refresh_from_db()
    assert (run.total, run.done, run.refused) == (2, 2, 0)
    lead.refresh_from_db()
    proceeding.refresh_from_db()
    assert lead.officer == proceeding.handler == cast.user(OFFICER)


def test_all_that_match_are_those_that_the_filters_of_the_queue_leave(cast: Any) -> None:
    lead, _proceeding = stories.lead(cast), unheld_proceeding(cast)
    data = {"action": "assign", "scope": "all", **to_officer(cast)}
    answer = cast.browser(LEAD).post("/queues/bulk/?queue=unclaimed&kind=lead", data)
    assert [group.names for group in answer.context["groups"]] == [[lead.title]]


# The board -----------------------------------------------------------------------------------------------------------
def test_cards_of_the_board_are_chosen_and_handed_over(cast: Any) -> None:
    leads = [stories.lead(cast) for _ in range(2)]
    text = cast.browser(LEAD).get("/board/?resource=leads").content.decode()
    for lead in leads:
        assert f'value="{box("leads", lead)}"' in text
    assert 'action="/board/bulk/?resource=leads"' in text
    data = {"action": "assign", "scope": "all", "seen": "2", "sure": "1", **to_officer(cast)}
    run = run_of(cast.browser(LEAD).post("/board/bulk/?resource=leads&state=RECEIVED", data))
    assert (run.done, run.refused) == (2, 0)
    assert "/board/?resource=leads&amp;state=RECEIVED" in cast.browser(LEAD).get(f"/runs/{run.pk}/").content.decode()
