"""A story is played completely or not at all, in chronological order, each action at its own time."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from agencies.journal.models import Event
from agencies.kernel.errors import Forbidden
from cases.casefile.identifiers import check_identifier
from cases.casefile.models import Case
from cases.clocks.models import Clock
from cases.intake.models import Lead
from dev.demo.player import Player
from dev.demo.story_files import INVENTED, LEADS, USUAL, stories
from tests.stories import NO_CRIME

pytestmark = pytest.mark.django_db

OFFICER = "customs.officer"


def a_story(*steps: dict[str, Any], **rest: Any) -> dict[str, Any]:
    parties = [{"role": "exporter", "kind": "company", "name": "某甲公司"}]
    report = {"source_ref": "T-1", "title": "A title", "narrative": "What happened.", "parties": parties}
    return {"agency": "GACC", "received": {"days": 10}, "report": {**USUAL, **report}, "steps": steps, **rest}


def a_step(days: int, verb: str, on: str = "case", **fields: Any) -> dict[str, Any]:
    return {"days": days, "who": OFFICER, "verb": verb, "object": on, "fields": fields}


def promoted(days: int) -> dict[str, Any]:
    kept = {"title": "一案", "title_en": "A case", "handling": "H1", "violation_types": []}
    return {**a_step(days, "promote", "lead", **kept), "makes": "case"}


@pytest.fixture
def player():
    return Player(timezone.now())


def test_a_story_is_played_once(player):
    assert player.play(a_story()) is True
    assert player.play(a_story()) is False
    assert Lead.objects.count() == 1


def test_a_story_that_an_officer_could_not_have_worked_leaves_nothing_behind(player):
    refused = a_story(promoted(9), a_step(8, "close", reason="Officers may not."))
    with pytest.raises(Forbidden):
        player.play(refused)
    assert not Lead.objects.exists()
    assert not Event.objects.exists()


def test_threads_written_one_after_the_other_are_played_in_chronological_order(player):
    player.play(
        a_story(
            promoted(9),
            a_step(2, "conclude", outcome="Nothing found.", **NO_CRIME),
            a_step(5, "share", agency="MOFCOM_SCB", profile="full", reason="joint work"),
        )
    )
    rows = Event.objects.filter(stream__kind="case").order_by("seq")
    assert list(rows.values_list("verb", flat=True)) == ["open", "share", "conclude"]
    times = list(rows.values_list("happened_at", flat=True))
    assert times == sorted(times)


def test_an_invented_case_is_marked_and_a_published_one_is_not(player):
    player.play(a_story(promoted(9)))
    assert Case.objects.get().is_synthetic is True
    Case.objects.update(is_synthetic=False)
    report = {**USUAL, "source_ref": "T-2", "title": "Another"}
    player.play(a_story(promoted(8), sample="PC001", report=report, received={"days": 9}))
    assert not Case.objects.filter(is_synthetic=True).exists()


def test_a_later_report_is_a_revision_at_its_own_time(player):
    player.play(a_story(revisions=[{"hours": 3, "changes": {"title": "Another title"}}]))
    lead = Lead.objects.get()
    assert (lead.revision, lead.title) == (2, "Another title")
    assert lead.revisions.get(number=2).received_at == player.now - timedelta(hours=3)


def test_a_period_due_soon_ends_after_now(player):
    player.play(a_story(received={"due_soon": "INT_TRIAGE"}))
    assert Clock.objects.get().due_at > player.now


def test_invented_credit_codes_are_well_formed_but_for_one():
    """They belong to no region, so no company can have them."""
    parties = [party for story in stories(*INVENTED, LEADS) for party in story["report"].get("parties", ())]
    codes = [one["value"] for party in parties for one in party.get("identifiers", ()) if one["scheme"] == "USCC"]
    assert {code[:8] for code in codes} == {"91000000"}
    assert Counter(check_identifier("USCC", code) for code in codes) == {"": len(codes) - 1, "checksum": 1}


def test_a_part_is_played_as_many_days_earlier_as_its_story_says():
    [story] = [one for one in stories("non_filings") if one["report"]["source_ref"] == "SYN-NF-01"]
    days = {step["verb"]: step["days"] for step in story["steps"]}
    assert (days["add_act"], days["deliver"], days["accept"], days["not_file"]) == (11, 8, 4, 2)
