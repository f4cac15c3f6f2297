"""A supervisor watches a figure: notified once, with the numbers, and again only after it was back."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import OperationalError
from django.utils import timezone, translation

from agencies.kernel.errors import Forbidden, Invalid
from agencies.organisations.models import Agency
from agencies.people.models import Membership
from agencies.runs.models import Failure
from coordination.exchange.tasks.models import Task
from coordination.insight.metrics.asking import ask_many
from coordination.insight.metrics.following import follow
from coordination.insight.thresholds.actions import ACTIONS, check_thresholds, watch_figure
from coordination.insight.thresholds.models import Threshold
from coordination.messaging.notifications.actions import drain_outbox
from coordination.messaging.notifications.models import InboxItem
from tests import stories

AT_COMMERCE = {"agency": "MOFCOM_SCB", "kind": "task"}
WHO = "centre.supervisor"


def watch(cast: Any, who: str = WHO, **rest: Any) -> Threshold:
    return watch_figure(actor=cast[who], **{"metric": "overdue", "value": Decimal(1), "filters": AT_COMMERCE, **rest})


def check() -> int:
    """As the jobs run: figures follow, then thresholds are checked, then news are delivered."""
    follow()
    found = check_thresholds()
    drain_outbox()
    return found


def news(cast: Any, who: str = WHO) -> int:
    return InboxItem.objects.filter(person=cast.user(who), about_kind="threshold").count()


def make_late(cast: Any, case: Any, number: int) -> None:
    for _time in range(number):
        stories.late_task(cast, 3, case)


def settle() -> None:
    Task.objects.filter(due_at__lt=timezone.now()).update(due_at=timezone.now() + timedelta(days=90))


@pytest.mark.slow
def test_a_crossing_notifies_once_with_the_numbers_and_their_rows(cast: Any) -> None:
    case, threshold = stories.shared_case(cast), watch(cast)
    make_late(cast, case, 1)
    assert (check(), news(cast)) == (0, 0)  # one is not above one
    make_late(cast, case, 2)
    assert (check(), news(cast)) == (1, 1)
    assert (check(), news(cast)) == (0, 1)
    threshold.refresh_from_db()
    assert (threshold.state, threshold.found["value"]) == ("CROSSED", "3")
    client = cast.browser(WHO)
    page = client.get(f"/thresholds/{threshold.pk}/")
    assert client.get(page.context["crossing"]["url"]).context["total"] == 3
    assert client.get(page.context["now_url"]).context["total"] == 3
    assert "now 3" in client.get("/inbox/").content.decode()


@pytest.mark.slow
def test_it_is_quiet_after_acknowledgement_until_the_figure_was_back(cast: Any) -> None:
    case, threshold = stories.shared_case(cast), watch(cast)
    make_late(cast, case, 2)
    check()
    threshold.refresh_from_db()
    ACTIONS["acknowledge"](threshold, actor=cast[WHO])
    make_late(cast, case, 2)
    assert (check(), news(cast)) == (0, 1)
    settle()
    stories.note(cast, matter=case)  # an event, so that the figures follow
    assert check() == 0
    threshold.refresh_from_db()
    assert (threshold.state, threshold.found) == ("WATCHING", {})
    make_late(cast, case, 2)
    assert (check(), news(cast)) == (1, 2)


def test_time_alone_crosses_a_threshold(cast: Any) -> None:
    case, threshold = stories.shared_case(cast), watch(cast)
    for _time in range(2):
        stories.late_task(cast, -5, case)
    assert check() == 0
    with time_machine.travel(timezone.now() + timedelta(days=6)):
        assert check() == 1
    threshold.refresh_from_db()
    assert threshold.state == "CROSSED"


def test_its_words_are_plain_in_both_languages(cast: Any) -> None:
    watch(cast)
    watch(cast, metric="ontime", value=Decimal("0.9"), comparison="below", over="year", filters={})
    shown = {}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            shown[language] = [str(one) for one in Threshold.objects.order_by("created_at")]
    assert shown["en"][1] == "On-time rate of statutory duties below 90%, this year"
    assert shown["en"][0].startswith("Late (")
    assert shown["en"][0].endswith(") above 1")
    assert "低于 90%" in shown["zh-hans"][1]
    assert "高于 1" in shown["zh-hans"][0]


@pytest.mark.parametrize("who", ["customs.officer", "auditor", "sysadmin"])
def test_only_those_who_read_figures_watch_them(cast: Any, who: str) -> None:
    with pytest.raises(Forbidden):
        watch(cast, who, filters={})
    assert cast.browser(who).get("/thresholds/").status_code == 403


def test_nobody_watches_what_they_may_not_ask(cast: Any) -> None:
    with pytest.raises(Invalid):
        watch(cast, "customs.lead", filters={"agency": "MOFCOM_SCB"})
    officer = str(cast.user("customs.officer").pk)
    with pytest.raises(Invalid):
        watch(cast, metric="load", filters={"officer": officer})
    assert watch(cast, "customs.lead", metric="load", filters={"officer": officer}).state == "WATCHING"


def test_a_person_who_lost_the_right_is_no_longer_notified(cast: Any) -> None:
    case = stories.shared_case(cast)
    watch(cast, "commerce.lead", filters={"kind": "task"})
    make_late(cast, case, 3)
    leading = Membership.objects.get(user=cast.user("commerce.lead"), role="lead")
    leading.delete()
    assert check() == 0
    leading.save(force_insert=True)
    assert check() == 1


def test_others_see_neither_the_figure_nor_that_it_is_watched(cast: Any) -> None:
    threshold = watch(cast)
    for who in ("centre.coordinator", "customs.head"):
        client = cast.browser(who)
        assert client.get(f"/thresholds/{threshold.pk}/").status_code == 404
        assert client.get("/thresholds/").context["lines"] == []
        assert client.get("/api/v1/thresholds/").json()["results"] == []


@pytest.fixture
def lost(cast: Any) -> Threshold:
    """Customs takes part in a campaign, watches a figure of it, and then takes part no longer."""
    running = stories.campaign(cast, "RUNNING")
    number = running.number
    assert watch(cast, "customs.lead", metric="cases_open", filters={"campaign": number}).state == "WATCHING"
    running.members.remove(Agency.objects.get(code="GACC"))
    return Threshold.objects.get()


def test_what_can_no_longer_be_asked_ends_by_itself_and_disturbs_no_other(cast: Any, lost: Threshold) -> None:
    other = watch(cast, "customs.lead", metric="cases_open", comparison="below", value=Decimal(1_000), filters={})
    client = cast.browser("customs.lead")
    before = client.get("/thresholds/")
    assert {line["threshold"].pk: bool(line["lost"]) for line in before.context["lines"]} == {
        lost.pk: True,
        other.pk: False,
    }
    assert (check(), news(cast, "customs.lead")) == (2, 2)
    assert (check(), news(cast, "customs.lead")) == (0, 2)
    lost.refresh_from_db()
    other.refresh_from_db()
    assert (lost.state, lost.lost, other.state) == ("ENDED", "campaign", "CROSSED")
    shown = client.get("/thresholds/").content.decode()
    reason = f"Campaign: {lost.filters['campaign']} is no longer known, or you may no longer see it."
    assert reason in shown
    assert reason in client.get(f"/thresholds/{lost.pk}/").content.decode()
    listed = client.get("/api/v1/thresholds/").json()["results"]
    assert {one["lost"] for one in listed} == {reason, ""}


def test_a_figure_that_is_no_longer_counted_ends_too(cast: Any) -> None:
    threshold = watch(cast, filters={})
    Threshold.objects.update(metric="gone", found={"value": "3"})
    client = cast.browser(WHO)
    for path in ("/thresholds/", f"/thresholds/{threshold.pk}/"):
        assert "This figure is no longer counted." in client.get(path).content.decode()
    assert check() == 1
    assert "This figure is no longer counted." in client.get("/thresholds/").content.decode()


@pytest.mark.parametrize("error", [OperationalError("server closed the connection unexpectedly"), ValueError("x")])
def test_no_failure_of_the_system_ends_a_threshold(cast: Any, monkeypatch: Any, error: Exception) -> None:
    watch(cast, metric="cases_open", value=Decimal(1_000), filters={})
    watch(cast, metric="leads_open", comparison="below", value=Decimal(1_000), filters={})
    follow()

    def fails_for_cases(actor: Any, questions: Any) -> Any:
        if any(one.metric == "cases_open" for one in questions):
            raise error
        return ask_many(actor, questions)

    monkeypatch.setattr("coordination.insight.thresholds.asking.ask_many", fails_for_cases)
    if isinstance(error, OperationalError):
        with pytest.raises(OperationalError):
            check_thresholds()
    else:
        assert check_thresholds() == 1  # the other one
        assert Failure.objects.filter(queue="thresholds").count() == 1
    assert not Threshold.objects.filter(state="ENDED").exists()
    monkeypatch.undo()
    check_thresholds()
    assert set(Threshold.objects.values_list("metric", "state")) == {
        ("cases_open", "WATCHING"),
        ("leads_open", "CROSSED"),
    }


def test_any_figure_leads_to_the_form_and_the_form_to_the_watched_figure(cast: Any) -> None:
    make_late(cast, stories.shared_case(cast), 1)
    follow()
    client = cast.browser(WHO)
    rows = client.get("/supervision/figures/overdue/rows/?by=kind&value=task&agency=MOFCOM_SCB").content.decode()
    assert "Notify me when…" in rows
    form = "/thresholds/figures/overdue/?by=kind&value=task&agency=MOFCOM_SCB"
    assert client.get(form).context["now"] == "1"
    made = client.post(form, {"comparison": "above", "value": "1"})
    threshold = Threshold.objects.get()
    assert made["Location"] == f"/thresholds/{threshold.pk}/"
    assert (threshold.filters, threshold.metric) == (AT_COMMERCE, "overdue")


def test_a_share_is_entered_in_percent(cast: Any) -> None:
    client = cast.browser(WHO)
    client.post("/thresholds/figures/ontime/", {"comparison": "below", "value": "85", "over": "month"})
    assert Threshold.objects.get().value == Decimal("0.85")
    wrong = client.post("/thresholds/figures/ontime/", {"comparison": "near", "value": "many", "over": "month"})
    assert wrong.status_code == 400


def test_a_system_of_a_person_watches_over_the_api(cast: Any) -> None:
    client = cast.browser(WHO)
    body = {"metric": "overdue", "filters": AT_COMMERCE, "comparison": "above", "value": "10"}
    headers = {"Idempotency-Key": "a-key-of-this-test"}
    first = client.post("/api/v1/thresholds/", body, content_type="application/json", headers=headers)
    again = client.post("/api/v1/thresholds/", body, content_type="application/json", headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert [str(one.pk) for one in Threshold.objects.all()] == [first.json()["id"]] == [again.json()["id"]]
    unknown = {**body, "filters": {"colour": "red"}}
    refused = client.post(
        "/api/v1/thresholds/", unknown, content_type="application/json", headers={"Idempotency-Key": "b"}
    )
    assert refused.status_code == 400


def test_a_watched_figure_can_be_ended(cast: Any) -> None:
    threshold = watch(cast)
    ACTIONS["end"](threshold, actor=cast[WHO])
    make_late(cast, stories.shared_case(cast), 3)
    assert check() == 0


@pytest.mark.slow
def test_the_check_costs_the_same_for_many_figures(cast: Any, django_assert_max_num_queries: Any) -> None:
    watch(cast, value=Decimal(1_000))
    watch(cast, metric="cases_open", value=Decimal(999), filters={})
    check()
    with django_assert_max_num_queries(20) as first:
        check_thresholds()
    for number in range(5):
        watch(cast, metric="cases_open", value=Decimal(1_000 + number), filters={})
    with django_assert_max_num_queries(len(first.captured_queries)):
        check_thresholds()


@pytest.mark.slow
def test_nothing_is_checked_before_the_first_build_and_pages_say_so(cast: Any) -> None:
    watch(cast, metric="cases_open", comparison="below", value=Decimal(1_000), filters={})
    client = cast.browser(WHO)
    pages = ("/supervision/", "/", "/supervision/figures/leads/rows/")
    said = [("figures are being prepared" in client.get(path).content.decode()) for path in pages]
    assert (check_thresholds(), said) == (0, [True] * 3)
    assert client.get("/api/v1/metrics/leads/").json()["preparing"]
    assert check() == 1
    assert "figures are being prepared" not in client.get("/supervision/").content.decode()
    assert not client.get("/api/v1/metrics/leads/").json()["preparing"]
