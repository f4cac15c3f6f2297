"""Where visits appear, one test for each place. `tests/coordination/test_resources.py` runs it."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone, translation

from agencies.kernel.measures import METRICS
from agencies.kernel.resource import RESOURCES
from agencies.work.rebuilding import rebuild
from coordination.api.schema import document
from coordination.exchange.reminders.actions import send_letter
from coordination.exchange.reminders.late import late_items
from coordination.insight.metrics.asking import Question, ask_many
from coordination.insight.metrics.following import follow
from coordination.insight.search.actions import index_changed
from coordination.insight.supervision.late import WhoIsLate
from coordination.messaging.notifications.jobs import drain
from coordination.workspace.reassignment import hand_over_all
from dev.management.commands.write_docs import glossary_page, no_stall_page
from tests import stories

from .models import Visit

CUSTOMS, COMMERCE, POLICE = "customs.officer", "commerce.officer", "police.officer"
WHERE = "Warehouse in Yangshan"


def text_of(cast, who, address, **params):
    answer = cast.browser(who).get(address, params)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.fixture
def case(cast):
    return stories.shared_case(cast)


@pytest.fixture
def visit(cast, case):
    """Planned by customs with the commerce bureau, by the form of its verb on the case."""
    due = timezone.localtime(timezone.now() + timedelta(days=5)).strftime("%Y-%m-%dT%H:%M")
    form = reverse("verb", args=["cases", case.pk, "plan_visit"])
    answer = cast.browser(CUSTOMS).post(
        form, {"partner": "MOFCOM_SCB", "title": WHERE, "due_at": due, "version": case.version}
    )
    assert answer.status_code == 302, answer.content.decode()
    return Visit.objects.get()


@pytest.fixture
def late(visit):
    yesterday = timezone.now() - timedelta(days=1)
    Visit.objects.filter(pk=visit.pk).update(due_at=yesterday)
    list(rebuild("visit"))
    visit.refresh_from_db()
    return visit


def test_button_on_the_case(cast, case):
    assert reverse("verb", args=["cases", case.pk, "plan_visit"]) in text_of(cast, CUSTOMS, case_page(case))


def case_page(case):
    return reverse("case", args=[case.pk])


def test_tab_and_timeline_of_the_case(cast, case, visit):
    assert WHERE in text_of(cast, CUSTOMS, case_page(case), tab="visits")
    assert "planned a visit" in text_of(cast, CUSTOMS, case_page(case), tab="timeline")


def test_list_and_page_of_its_agencies_only(cast, visit):
    page = reverse("visit", args=[visit.pk])
    for who in (CUSTOMS, COMMERCE):
        assert WHERE in text_of(cast, who, reverse("visits"))
        assert WHERE in text_of(cast, who, page)
    assert WHERE not in text_of(cast, POLICE, reverse("visits"))
    assert cast.browser(POLICE).get(page).status_code == 404


def test_files(cast, visit):
    csv, xlsx = (cast.browser(CUSTOMS).post(reverse(name, args=["visits"])) for name in ("list_csv", "list_xlsx"))
    assert WHERE in b"".join(csv.streaming_content if csv.streaming else [csv.content]).decode()
    assert xlsx.status_code == 200


def test_api_and_schema(cast, visit):
    [row] = cast.browser(CUSTOMS).get("/api/v1/visits/").json()["results"]
    assert (row["state"], row["title"]) == ("PLANNED", WHERE)
    assert cast.browser(POLICE).get(f"/api/v1/visits/{visit.pk}/").status_code == 404
    paths = document("en")["paths"]
    assert {"/api/v1/visits/", "/api/v1/visits/{id}/", "/api/v1/visits/{id}/join/"} <= paths.keys()
    assert "/api/v1/cases/{id}/plan_visit/" in paths


def test_home_queue_and_board(cast, visit):
    assert WHERE in text_of(cast, COMMERCE, reverse("home"))
    assert WHERE in text_of(cast, COMMERCE, reverse("queues"))
    assert WHERE in text_of(cast, COMMERCE, reverse("board"), resource="visits")
    assert WHERE not in text_of(cast, POLICE, reverse("queues"))


def test_navigation_with_the_number_of_what_waits(cast, visit):
    for who, number in ((COMMERCE, 1), (CUSTOMS, 0)):
        pages = {item["name"]: item for item in cast.browser(who).get(reverse("home")).context["nav"]}
        assert (str(pages["visits"]["label"]), pages["visits"]["count"]) == ("Visits", number), who
    between = next(group for group in _more(cast, COMMERCE) if str(group["label"]) == "Between agencies")
    assert "visits" in [item["name"] for item in between["entries"]]


def _more(cast, who):
    return cast.browser(who).get(reverse("home")).context["nav_more"]


def test_workload(cast, visit):
    page = cast.browser("commerce.lead").get(reverse("load"), {"unit": "MOFCOM_SCB"})
    assert "Visits" in [str(noun) for noun in page.context["numbers"].nouns]
    assert [row.line.what for row in page.context["rows"]] == [WHERE]
    stories.walk(cast, visit, [("join", COMMERCE, {})])
    page = cast.browser("commerce.lead").get(reverse("load"), {"person": COMMERCE})
    numbers = next(one.numbers for one in page.context["numbers"].people if one.person.username == COMMERCE)
    assert (numbers.by_kind["visit"], numbers.weight) == (1, 1)
    assert [row.line.what for row in page.context["rows"]] == [WHERE]
    people = cast.browser("commerce.lead").get("/api/v1/load/").json()["people"]
    assert [one["numbers"]["visits"] for one in people if one["username"] == COMMERCE] == [1]


def test_notifications(cast, visit):
    stories.walk(cast, visit, [("join", COMMERCE, {})])
    drain()
    assert WHERE in text_of(cast, CUSTOMS, reverse("notices"))


def test_search(cast, visit):
    index_changed()
    assert WHERE in text_of(cast, CUSTOMS, reverse("search"), q="Yangshan")
    assert WHERE not in text_of(cast, POLICE, reverse("search"), q="Yangshan")


def test_reminders(cast, late):
    found = [row for rows in late_items(cast[CUSTOMS]) for row in rows if row.pk == late.pk]
    assert [row.resource for row in found] == ["visit"]
    letter = send_letter([f"visit:{late.pk}"], actor=cast[CUSTOMS])
    assert WHERE in text_of(cast, COMMERCE, reverse("reminder", args=[letter.pk]))
    assert WHERE in text_of(cast, CUSTOMS, reverse("reminder_desk"), resource="visit")


def test_supervision_of_lateness(cast, late):
    for who in ("centre.supervisor", COMMERCE):
        found = WhoIsLate(cast[who], timezone.now()).by_resource()
        assert ("Visits", 1) in [(str(name), number) for name, number, _url in found], who


def test_handover(cast, visit):
    stories.walk(cast, visit, [("join", COMMERCE, {})])
    colleague = cast.user("commerce.lead")
    hand_over_all(cast.user(COMMERCE), actor=cast["commerce.lead"], to=colleague, reason="moves")
    visit.refresh_from_db()
    assert visit.handler == colleague


def test_figure(cast, visit):
    follow()
    today = timezone.localdate()
    [answer] = ask_many(cast["centre.supervisor"], [Question("visits_open", today, today)])
    assert answer.total.value == 1
    assert str(METRICS["visits_open"].name) == "Open visits"


def test_documents():
    assert "| visit | 走访 | Visit |" in glossary_page()
    assert "| visit |" in no_stall_page()


def test_both_languages(cast, visit):
    with translation.override("zh-hans"):
        assert str(RESOURCES["visits"].label) == "走访"


def test_its_migration_is_current():
    call_command("makemigrations", "visits", "--check", "--dry-run")
