"""The auditor sees every action and no contents, and can verify the chains from the page."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from agencies.journal import triggers
from agencies.journal.models import Event, Stream
from coordination.tooling.operation.jobs import go_on
from tests import stories

PAGE = "/journal/"


@pytest.fixture
def auditor(cast: Any) -> Client:
    client: Client = cast.browser("auditor")
    return client


def page_of(stream: Stream) -> str:
    return f"{PAGE}{stream.kind}/{stream.subject}/"


def shown(client: Client, **given: str) -> list[Event]:
    items: list[Event] = client.get(PAGE, given).context["page"].items
    return items


def test_the_auditor_sees_actions_and_no_texts(cast: Any, auditor: Client) -> None:
    stories.shared_case(cast, title="Antimony through Vietnam")
    page = auditor.get(PAGE).content.decode()
    assert "customs.officer" in page
    assert "share" in page
    for written in ["Antimony", "joint work", "Density", "Example Metals", "林知远"]:
        assert written not in page


def test_filters_name_agency_person_verb_object_and_day(cast: Any, auditor: Client) -> None:
    made = stories.case(cast)
    stories.lead(cast, "commerce.officer")
    commerce = shown(auditor, agency="MOFCOM_SCB")
    assert {event.actor_id for event in commerce} == {cast["commerce.officer"].id}
    assert shown(auditor, username="commerce.officer") == commerce
    assert {event.object_id for event in shown(auditor, id=str(made.pk))} == {made.pk}
    assert {event.object_kind for event in shown(auditor, object="lead")} == {"lead"}
    assert {event.verb for event in shown(auditor, verb="promote")} == {"promote"}
    today = timezone.localdate().isoformat()
    assert len(shown(auditor, recorded_from=today, recorded_to=today)) == Event.objects.count()
    assert shown(auditor, recorded_to="2020-01-01") == []
    assert shown(auditor, username="nobody.at.all") == []


@pytest.mark.parametrize("wrong", [{"agency": "NONE"}, {"id": "x"}, {"recorded_from": "yesterday"}, {"object": "x"}])
def test_a_filter_that_is_not_understood_is_refused(auditor: Client, wrong: dict[str, str]) -> None:
    assert auditor.get(PAGE, wrong).status_code == 400


def verified(auditor: Client, url: str) -> str:
    """The result page of the verification once the worker has finished."""
    page = auditor.post(url)
    assert page.status_code == 302
    assert "The chain" not in auditor.get(page["Location"]).content.decode()
    go_on()
    return auditor.get(page["Location"]).content.decode()


def tamper(stream: Stream) -> None:
    triggers.drop(connection)
    Event.objects.filter(stream=stream, seq=1).update(verb="nothing_happened")
    triggers.install(connection)


def test_a_tampered_row_is_named(cast: Any, auditor: Client) -> None:
    made = stories.case(cast)
    stream = Stream.objects.get(kind="case", subject=made.pk)
    tamper(stream)
    page = verified(auditor, page_of(stream))
    assert f"The chain {stream.name} is broken at row 1" in page
    assert "Do not change anything." in page


def test_all_chains_are_read_in_one_go_and_each_broken_one_is_named(cast: Any, auditor: Client) -> None:
    broken = [Stream.objects.get(kind="case", subject=stories.case(cast).pk) for _ in range(2)]
    stories.case(cast)
    for stream in broken:
        tamper(stream)
    page = verified(auditor, PAGE)
    assert page.count("is broken at row 1") == 2
    assert all(f"The chain {stream.name} is broken" in page for stream in broken)


@pytest.mark.both_databases  # takes the triggers away
@pytest.mark.parametrize("rows", [1, 2, 3])
def test_a_whole_chain_holds_and_is_read_in_steps_that_join(
    cast: Any, auditor: Client, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    """For any step size, each row is read once, and a wrong row is found at a boundary too."""
    monkeypatch.setattr("coordination.tooling.journal_verification.ROWS", rows)
    stories.shared_case(cast)
    total = Event.objects.count()
    assert f"{total + 1} rows were read again and match" in verified(auditor, PAGE)  # and the start itself


def test_the_chain_of_an_agency_is_named_after_it(cast: Any, auditor: Client) -> None:
    cast.browser("customs.admin").post(
        f"/accounts/{cast.user('customs.officer').pk}/password/", {"reason": "forgot it"}
    )
    stream = Stream.objects.get(kind="agency")
    assert "General Administration of Customs" in auditor.get(page_of(stream)).content.decode()
