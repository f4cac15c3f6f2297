"""A report repeated late does not overwrite a newer one, however the source states the order."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.idempotency.actions import KEPT
from cases.intake.models import Lead, Revision
from cases.intake.reading import read_lead
from tests import stories


@pytest.fixture
def send(machine):
    sender, page = machine(), stories.content(source_ref="ordered")

    def sent(title, *, tag=None, **changes):
        headers = {} if tag is None else {"if-match": tag}
        body = page | {"title": title} | changes
        before = Lead.objects.values_list("revision", flat=True).first()
        answer = sender.client.post("/api/v1/leads/", body, content_type="application/json", headers=headers)
        answer.changed = changed_by(answer, before)
        return answer

    return sent


def result(answer):
    assert answer.status_code in (200, 201), answer.content
    return answer.changed


def changed_by(answer, before):
    """The effect of a report, as its sender sees it: status, `stale` and revision."""
    data = answer.json()
    if answer.status_code == 201:
        return "new"
    return "stale" if data.get("stale") else "revised" if data.get("revision") != before else "unchanged"


def titles():
    return [revision.content["title"] for revision in Lead.objects.get().revisions.all()]


def test_every_receipt_shows_what_the_report_changed_and_a_late_repeat_changes_nothing(send):
    answers = [send(title) for title in ("A", "A", "B", "A")]
    assert [result(answer) for answer in answers] == ["new", "unchanged", "revised", "stale"]
    assert (answers[3].status_code, answers[3].json()["revision"]) == (200, 2)
    assert Lead.objects.get().title == "B"
    assert titles() == ["A", "B"]


def test_after_the_time_of_repeats_earlier_content_is_a_change_back(send):
    for title in ("A", "B"):
        send(title)
    Revision.objects.filter(number=1).update(received_at=timezone.now() - KEPT - timedelta(minutes=1))
    assert result(send("A")) == "revised"
    assert Lead.objects.get().title == "A"


def test_a_source_with_the_present_revision_may_revert_at_once(send):
    send("A")
    tag = send("B").headers["ETag"]
    assert tag == '"2"'
    assert result(send("A", tag=tag)) == "revised"
    assert Lead.objects.get().title == "A"


def test_an_older_revision_is_refused_with_the_present_one_unless_it_repeats_the_present_content(send):
    send("A")
    for _time in range(2):
        assert send("B", tag='"1"').status_code == 200
    answer = send("C", tag='"1"')
    assert (answer.status_code, answer.json()["version"], answer.headers["ETag"]) == (412, 2, '"2"')
    assert titles() == ["A", "B"]


def test_a_source_whose_clock_was_set_back_says_which_revision_it_replaces(send):
    """Its versions are times, and the first one is of a fast clock."""
    send("A", source_version="2026-03-09T08:00:00Z")
    assert result(send("B", source_version="2026-03-01T08:00:00Z")) == "stale"
    assert result(send("B", tag='"1"')) == "revised"
    assert Lead.objects.get().title == "B"


def test_there_is_nothing_to_match_before_the_first_report(send):
    assert send("A", tag='"1"').status_code == 412
    assert not Lead.objects.exists()


@pytest.mark.parametrize(
    "versions",
    [
        (1, 3, 2),
        ("2026-03-01T08:00:00+08:00", "2026-03-01T08:00:00.5+08:00", "2026-03-01T00:00:00.25Z"),
        (0, 10**18, 9),
    ],
)
def test_an_older_version_of_the_source_is_kept_in_the_history_and_never_becomes_current(send, versions):
    first, newest, late = versions
    send("A", source_version=first)
    send("C", source_version=newest)
    for _time in range(2):
        answer = send("B", source_version=late)
        assert (result(answer), answer.json()["revision"]) == ("stale", 2)
    lead = Lead.objects.get()
    assert (lead.title, titles()) == ("C", ["A", "C", "B"])
    assert [revision.is_late for revision in lead.revisions.all()] == [False, False, True]
    assert result(send("D", source_version=newest)) == "revised"
    lead.refresh_from_db()
    assert (lead.title, lead.revision) == ("D", 4)
    assert read_lead(lead).comparison.older == 2


def test_the_page_of_the_lead_shows_which_revision_arrived_late(send, cast):
    for version, title in ((1, "A"), (3, "C"), (2, "B")):
        send(title, source_version=version)
    page = cast.browser("customs.officer").get(f"/leads/{Lead.objects.get().pk}/").content.decode()
    assert "Revision 3 is older than the one before it and arrived late, so it did not replace it." in page


def test_a_newer_version_with_earlier_content_is_a_change_back(send):
    for version, title in enumerate("AB"):
        send(title, source_version=version)
    assert result(send("A", source_version=2)) == "revised"


def test_a_newer_version_with_the_same_content_is_stored(send):
    send("A", source_version=1)
    assert result(send("A", source_version=5)) == "unchanged"
    assert result(send("B", source_version=4)) == "stale"
    assert Lead.objects.get().title == "A"


def test_a_late_revision_is_no_news_for_the_handler(cast, send):
    send("C", source_version=3)
    lead = Lead.objects.get()
    stories.walk(cast, lead, [("take_up", "customs.officer", {})])
    send("B", source_version=2)
    assert not Lead.objects.with_news().get().has_news
    page = cast.browser("customs.officer").get(f"/leads/{lead.pk}/")
    assert page.status_code == 200


def test_a_version_of_another_kind_than_before_is_refused_by_name(send):
    send("A", source_version=1)
    answer = send("B", source_version="2026-03-01T08:00:00+08:00")
    assert answer.status_code == 400
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [("/source_version", "kind")]


@pytest.mark.parametrize(
    "version",
    [-1, 10**18 + 1, True, 1.5, "1", "2026-03-01", "2026-03-01T08:00:00", "9999-12-31T23:59:59-08:00", [], {}],
)
def test_a_version_that_is_neither_number_nor_moment_is_refused_by_name(send, version):
    answer = send("A", source_version=version)
    assert answer.status_code == 400
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/source_version"]


def test_a_report_typed_by_hand_counts_by_its_arrival(cast):
    page = stories.content(source_ref="by hand")
    for title in ("A", "B", "A"):
        lead = stories.lead(cast, **page | {"title": title})
    assert (lead.title, lead.revision) == ("A", 3)
