"""The police do not file: the sender requests reconsideration within three days (D310 art. 9)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.kernel.errors import TransitionRefused
from cases.clocks.models import Clock
from coordination.exchange.referrals.presentation import shown
from coordination.exchange.tasks.models import Task
from tests import stories
from tests.stories.basics import running

SENDER, POLICE, HEAD = "customs.officer", "antismuggling.officer", "antismuggling.head"
ASK = ("ask_reconsideration", SENDER, {"letter": "The declaration was false twice."})


def test_asking_stops_them_and_gives_the_police_three_days(cast):
    transfer = stories.transfer(cast, "NOT_FILED")
    stories.walk(cast, transfer, [ASK])
    assert (transfer.state, running(transfer)) == ("RECONSIDERATION", {"TRF_RECON_DECIDE"})
    assert transfer.holder.code == "GACC_ASB"
    assert Task.objects.open().get(source=transfer.pk).step == "DECIDE_RECONSIDERATION"


def test_the_right_to_ask_lapses_and_the_refusal_names_the_way_that_is_left(cast):
    transfer = stories.transfer(cast, "NOT_FILED")
    stories.received(cast, transfer)
    long_ago = timezone.now() - timedelta(days=30)
    Clock.objects.about(transfer).filter(rule__code="TRF_RECON_APPLY").update(
        started_at=long_ago, due_at=long_ago, breach_at=long_ago
    )
    with pytest.raises(TransitionRefused) as no:
        stories.walk(cast, transfer, [ASK])
    assert [missing.code for missing in no.value.missing] == ["lapsed"]
    assert "procuratorate" in no.value.missing[0].detail
    transfer.refresh_from_db()
    assert transfer.state == "NOT_FILED"
    stories.walk(cast, transfer, [("suggest_supervision", SENDER, {"procuratorate": "SPP", "grounds": "A crime."})])
    assert transfer.state == "SUPERVISED"


def test_on_reconsideration_the_police_may_file_after_all(cast):
    transfer = stories.transfer(cast, "RECONSIDERATION")
    stories.walk(cast, transfer, [("file", "antismuggling.deputy", {"external_number": "海缉立〔2026〕901号"})])
    assert (transfer.state, transfer.proceeding.kind) == ("FILED", "criminal")
    stories.received(cast, transfer)
    assert running(transfer) == {"TRF_GOODS"}


@pytest.mark.parametrize("state", ["NOT_FILED", "RECONSIDERATION", "UPHELD", "SUPERVISED"])
def test_the_sender_may_accept_the_non_filing_at_any_time_and_then_it_is_final(cast, state):
    transfer = stories.transfer(cast, state)
    assert shown(transfer, cast[POLICE])["sight"] == "package", "the police keep it while a remedy is open"
    stories.walk(cast, transfer, [("accept_non_filing", SENDER, {})])
    assert (transfer.state, running(transfer)) == ("NOT_FILED_FINAL", set())
    assert not Task.objects.open().filter(source=transfer.pk).exists()


def test_both_sides_read_the_letters_and_what_is_next_and_no_one_else(cast):
    transfer = stories.transfer(cast, "UPHELD")
    for who in (SENDER, POLICE):
        assert [letter["verb"] for letter in shown(transfer, cast[who])["letters"]] == ["ask_reconsideration", "uphold"]
    assert transfer.holder.code == "GACC"
    page = cast.browser(SENDER).get(f"/referrals/{transfer.pk}/").content.decode()
    for words in ("There was a false declaration", "Nothing new", "Request supervision of filing"):
        assert words in page
    assert shown(transfer, cast["procurator"])["letters"] == []
    assert shown(transfer, cast["commerce.officer"]) == {"sight": "nothing"}


def test_when_the_non_filing_is_final_the_file_goes_back(cast):
    transfer = stories.transfer(cast, "UPHELD")
    stories.walk(cast, transfer, [("accept_non_filing", SENDER, {})])
    result = shown(transfer, cast[POLICE])
    assert result["sight"] == "envelope"
    assert "packages" not in result
    # The police keep what they wrote.
    assert result["ending_reason"] == "No crime"
    assert [letter["verb"] for letter in result["letters"]] == ["uphold"]


@pytest.mark.slow
def test_the_procuratorate_has_no_more_than_the_copy_until_it_is_asked(cast):
    for state in ("NOT_FILED", "RECONSIDERATION", "UPHELD", "NOT_FILED_FINAL"):
        assert shown(stories.transfer(cast, state), cast["procurator"])["sight"] == "envelope", state
