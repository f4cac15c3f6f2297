"""Who is late: one definition on every page, with what each reader can do about it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Count
from django.utils import timezone

from agencies.journal.models import Event
from agencies.kernel.actor import Role
from agencies.people.models import User
from agencies.work.models import WorkItem
from cases.casefile.models import Case
from coordination.exchange.reminders.models import Reminder
from coordination.exchange.tasks.models import Task
from coordination.insight.metrics.following import follow
from coordination.insight.supervision.late import WhoIsLate
from coordination.insight.supervision.requesting import ASK
from tests import stories
from tests.kept_stories import story

PAGE = "/supervision/"


@pytest.fixture
@story
def late(cast: Any) -> None:
    """Late tasks of the commerce bureau, and a late filing decision of the anti-smuggling bureau."""
    case = stories.shared_case(cast)
    for days in (2, 3, 20):
        stories.late_task(cast, days, case)
    stories.late_clock(stories.transfer(cast, "ACCEPTED"), "TRF_REVIEW", 9)


def seen_by(cast: Any, who: str) -> WhoIsLate:
    return WhoIsLate(cast[who], timezone.now())


def test_supervision_the_brief_and_the_desk_agree_on_who_is_late(cast: Any, late: None) -> None:
    client = cast.browser("centre.supervisor")
    desk = {one.agency.code: one.number for one, _choice in client.get("/reminder-desk/").context["debtors"]}
    overview = client.get(PAGE).context["overview"].late
    brief = client.get("/one-page/").context["overview"].late
    assert desk == {one.agency.code: one.number for one in overview.agencies}
    assert desk == {one.agency.code: one.number for one in brief.agencies}
    assert desk["MOFCOM_SCB"] == 3


@pytest.mark.slow
@pytest.mark.parametrize("who", ["centre.supervisor", "customs.head", "commerce.lead"])
def test_every_number_of_late_items_leads_to_exactly_its_rows(cast: Any, late: None, who: str) -> None:
    client, found = cast.browser(who), seen_by(cast, who)
    numbers = {found.url: found.number, **{line.url: line.late.number for line in found.lines}}
    numbers |= {url: number for _name, number, url in found.by_resource()}
    numbers |= {found.url_of("", late_from=found.fresh_from): found.fresh}
    assert {url: len(client.get(url).context["page"].items) for url in numbers} == numbers
    assert found.number > 0


def test_a_line_says_since_when_and_why_and_what_is_new(cast: Any, late: None) -> None:
    line = next(line for line in seen_by(cast, "centre.supervisor").lines if line.late.agency.code == "MOFCOM_SCB")
    assert (line.late.number, line.late.fresh, line.days) == (3, 2, 20)
    assert line.why == "3 waiting for the result from the agency; not yet reminded"


@pytest.mark.slow
def test_a_supervisor_asks_the_coordinator_who_then_sees_the_request(cast: Any, late: None) -> None:
    client = cast.browser("centre.supervisor")
    assert "Ask the coordinator" in client.get(PAGE).content.decode()
    assert client.post("/supervision/ask/MOFCOM_SCB/").status_code == 302
    assert "Asked today" in client.get(PAGE).content.decode()
    assert Event.objects.get(verb=ASK).fields == "MOFCOM_SCB"
    shown = cast.browser("centre.coordinator").get(PAGE).content.decode()
    assert "asked for a reminder today" in shown
    assert "Send reminder" in shown


def test_who_was_reminded_today_is_not_reminded_again_from_the_overview(cast: Any, late: None) -> None:
    letter = stories.reminder(cast)
    lines = {line.late.agency.code: line for line in seen_by(cast, "centre.coordinator").lines}
    assert lines["MOFCOM_SCB"].act == "wait"
    assert "reminded once" in lines["MOFCOM_SCB"].why
    Reminder.objects.filter(pk=letter.pk).update(sent_at=timezone.now() - timedelta(days=1))
    lines = {line.late.agency.code: line for line in seen_by(cast, "centre.coordinator").lines}
    assert lines["MOFCOM_SCB"].act == "send"


def test_the_button_of_a_coordinator_opens_the_letter_about_all_late_items(cast: Any, late: None) -> None:
    line = next(line for line in seen_by(cast, "centre.coordinator").lines if line.late.agency.code == "MOFCOM_SCB")
    preview = cast.browser("centre.coordinator").get(line.act_url)
    assert len(preview.context["items"]) == 3


def test_an_agency_reads_of_its_own_items_and_those_owed_to_it(cast: Any, late: None) -> None:
    assert {one.agency.code for one in seen_by(cast, "police.head").agencies} == set()
    assert {one.agency.code for one in seen_by(cast, "commerce.head").agencies} == {"MOFCOM_SCB"}


def test_a_restricted_case_makes_no_agency_late_for_the_centre(cast: Any, late: None) -> None:
    Case.objects.update(handling="H3")
    assert seen_by(cast, "centre.supervisor").number == 0
    assert "Nothing is late." in cast.browser("centre.supervisor").get(PAGE).content.decode()


@pytest.mark.parametrize("who", ["customs.head", "customs.officer", "auditor"])
def test_only_the_centre_asks_its_coordinators(cast: Any, late: None, who: str) -> None:
    assert cast.browser(who).post("/supervision/ask/MOFCOM_SCB/").status_code == 403


def test_an_agency_that_does_not_exist_cannot_be_asked_about(cast: Any) -> None:
    assert cast.browser("centre.supervisor").post("/supervision/ask/NOWHERE/").status_code == 404
    assert cast.browser("centre.supervisor").get("/supervision/ask/MOFCOM_SCB/").status_code == 405


def test_the_sentence_says_how_many_more_than_a_week_ago(cast: Any, late: None) -> None:
    follow()
    overview = cast.browser("centre.supervisor").get(PAGE).context["overview"]
    before = Task.objects.filter(due_at__lt=timezone.now() - timedelta(days=7)).count() + 1  # and the filing decision
    assert overview.late.change == overview.late.number - before
    words = str(overview.sentences()[0][1])
    assert f"{overview.late.change} more</a> than a week ago" in words
    assert "late_from=" in words
    assert {line.change for line in overview.late.lines} == {0, 2}


def test_an_agency_reads_of_another_only_what_it_waits_for(cast: Any, late: None) -> None:
    line = next(line for line in seen_by(cast, "customs.head").lines if line.late.agency.code == "MOFCOM_SCB")
    Task.objects.filter(agency__code="MOFCOM_SCB").update(state="OPEN", assignee=None)
    call_command("rebuild_projections", verbosity=0)
    inside = next(line for line in seen_by(cast, "centre.supervisor").lines if line.late.agency.code == "MOFCOM_SCB")
    again = next(line for line in seen_by(cast, "customs.head").lines if line.late.agency.code == "MOFCOM_SCB")
    assert line.why.startswith("3 waiting for the result")
    assert inside.why.startswith("3 unclaimed")
    assert "unclaimed" not in again.why


@pytest.mark.slow
@pytest.mark.parametrize("who", ["centre.supervisor", "commerce.lead"])
def test_who_is_late_follows_the_filters_and_leads_to_the_rows_of_the_figure(cast: Any, who: str) -> None:
    gallium = [{"description": "镓", "hs_code": "8112929010", "net_weight_kg": "250"}]
    antimony = [{"description": "锑锭", "hs_code": "8110102000", "net_weight_kg": "250"}]
    stories.late_task(cast, 5, stories.shared_case(cast, items=gallium))
    for days in (2, 4):
        stories.late_task(cast, days, stories.shared_case(cast, items=antimony))
    follow()
    client = cast.browser(who)
    for mineral, number in (("gallium", 1), ("antimony", 2)):
        found = client.get(f"{PAGE}?mineral={mineral}").context["overview"].late
        assert (found.number, [one.late.number for one in found.lines]) == (number, [number])
        for url in (found.url, found.lines[0].url, *(url for _name, _number, url in found.by_resource())):
            assert client.get(url).context["total"] == number, url


def test_a_period_without_open_item_names_the_duty_that_was_not_performed(cast: Any) -> None:
    stories.late_clock(stories.decided(cast), "ADM_DELIVER", 4)
    causes = [line.why for line in seen_by(cast, "centre.supervisor").lines]
    assert [one for one in causes if one.startswith("1 not yet: served;")], causes


def test_causes_are_ranked_by_the_days_that_they_cost(cast: Any, late: None) -> None:
    stories.late_clock(stories.transfer(cast, "ACCEPTED"), "TRF_REVIEW", 40)
    ranked = seen_by(cast, "centre.supervisor").causes
    assert [(one.words, one.number, one.days) for one in ranked] == [
        ("waiting for the decision on filing by the agency", 2, 49),
        ("waiting for the result from the agency", 3, 25),
    ]
    assert [[agency.code for agency in one.agencies] for one in ranked] == [["GACC_ASB"], ["MOFCOM_SCB"]]
    shown = " ".join(cast.browser("centre.supervisor").get(PAGE).content.decode().split())
    assert "Waiting for the decision on filing by the agency" in shown


def readers(cast: Any) -> dict[str, Any]:
    """Everyone, and people of the centre and of an agency that are both."""
    found = {one.username: cast[one.username] for one in User.objects.all()}
    centre = found["centre.supervisor"]
    found["staff of the centre"] = replace(centre, roles=centre.roles | {Role.OFFICER})
    found["centre within customs"] = replace(found["customs.officer"], roles=frozenset({Role.OFFICER, Role.SUPERVISOR}))
    return found


def test_only_a_conference_waits_for_several_agencies(cast: Any, kept_back: None) -> None:
    """Otherwise late items would be counted twice, with each of their steps."""
    several = WorkItem.objects.filter(side="does", first=True).order_by().values("object_id").annotate(n=Count("pk"))
    assert {
        *WorkItem.objects.filter(object_id__in=several.filter(n__gt=1).values("object_id")).values_list("kind")
    } <= {("conference",)}


@pytest.mark.slow
@pytest.mark.parametrize("who", ["centre.supervisor", "commerce.lead"])
def test_what_is_new_follows_the_filters_and_leads_to_its_rows(cast: Any, who: str) -> None:
    for number, goods in ((1, ("镓", "8112929010")), (2, ("锑锭", "8110102000"))):
        items = [{"description": goods[0], "hs_code": goods[1], "net_weight_kg": "250"}]
        case = stories.shared_case(cast, items=items)
        for _time in range(number):
            stories.late_task(cast, 0, case)
    follow()
    client = cast.browser(who)
    for mineral, number in (("gallium", 1), ("antimony", 2)):
        since = dict(client.get(f"{PAGE}?mineral={mineral}").context["overview"].since)
        assert since.pop(f"{number} matter{'s' if number > 1 else ''} became late") == ""
        assert f"{number} task{'s' if number > 1 else ''} requested" in since
        for words, url in since.items():
            rows = client.get(url)
            assert [str(len(rows.context["page"].items))] == words.split()[:1], words
            assert mineral.title() in rows.content.decode()


def test_what_became_late_at_one_agency_leads_to_its_rows(cast: Any, late: None) -> None:
    stories.late_task(cast, 0, stories.shared_case(cast))
    client = cast.browser("centre.supervisor")
    for agency, is_late in (("MOFCOM_SCB", True), ("GACC_ASB", False)):
        since = client.get(f"{PAGE}?agency={agency}").context["overview"].since
        became = [(words.split()[0], url) for words, url in since if "became late" in words]
        assert bool(became) == is_late
        for number, url in became:
            items = client.get(url).context["page"].items
            assert [line.agency.code for line in items] == [agency] * int(number)
