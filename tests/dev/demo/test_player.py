"""A script is played completely or not at all, in chronological order, each action at its own time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.journal.models import Event
from agencies.kernel.errors import Forbidden
from cases.casefile.identifiers import check_identifier
from cases.casefile.models import Case
from cases.clocks.models import Clock
from cases.intake.models import Lead
from dev.demo.player import Player
from dev.demo.script import (
    CUSTOMS,
    DueSoon,
    HoursAgo,
    Script,
    company,
    invented_uscc,
    promote,
    report,
    step,
)
from dev.demo.triage import BAD_CHECKSUM
from tests import stories

pytestmark = pytest.mark.django_db


def _script(*steps, received=10, **rest):
    shown = report("T-1", "A title", "What happened.", parties=[company("某甲公司", number=invented_uscc(1))])
    return Script(shown, "GACC", received, steps, **rest)


@pytest.fixture
def player():
    return Player(timezone.now())


def test_a_script_is_played_once(player):
    assert player.play(_script()) is True
    assert player.play(_script()) is False
    assert Lead.objects.count() == 1


def test_a_script_that_an_officer_could_not_have_worked_leaves_nothing_behind(player):
    refused = _script(promote(9, CUSTOMS, "一案", "A case"), step(8, CUSTOMS, "case.close", reason="Officers may not."))
    with pytest.raises(Forbidden):
        player.play(refused)
    assert not Lead.objects.exists()
    assert not Event.objects.exists()


def test_threads_written_one_after_the_other_are_played_in_chronological_order(player):
    player.play(
        _script(
            promote(9, CUSTOMS, "一案", "A case"),
            step(2, CUSTOMS, "case.conclude", outcome="Nothing found.", **stories.NO_CRIME),
            step(5, CUSTOMS, "case.share", agency="MOFCOM_SCB", profile="full", reason="joint work"),
        )
    )
    rows = Event.objects.filter(stream__kind="case").order_by("seq")
    assert list(rows.values_list("verb", flat=True)) == ["open", "share", "conclude"]
    times = list(rows.values_list("happened_at", flat=True))
    assert times == sorted(times)


def test_an_invented_case_is_marked_and_a_published_one_is_not(player):
    player.play(_script(promote(9, CUSTOMS, "一案", "A case")))
    assert Case.objects.get().is_synthetic is True
    Case.objects.update(is_synthetic=False)
    published = Script(
        {**report("T-2", "Another", ""), "narrative": None},
        "GACC",
        9,
        (promote(8, CUSTOMS, "乙案", "B"),),
        synthetic=False,
    )
    player.play(published)
    assert not Case.objects.filter(is_synthetic=True).exists()


def test_a_later_report_is_a_revision_at_its_own_time(player):
    player.play(_script(revisions=((HoursAgo(3), {"title": "Another title"}),)))
    lead = Lead.objects.get()
    assert (lead.revision, lead.title) == (2, "Another title")
    assert lead.revisions.get(number=2).received_at == player.now - timedelta(hours=3)


def test_a_period_due_soon_ends_after_now(player):
    player.play(_script(received=DueSoon("INT_TRIAGE")))
    assert Clock.objects.get().due_at > player.now


def test_an_invented_credit_code_is_well_formed_and_the_bad_one_is_not():
    assert check_identifier("USCC", invented_uscc(7)) == ""
    assert check_identifier("USCC", BAD_CHECKSUM) == "checksum"
