"""Outside the remit of public security: returned within 24 hours, with the competent agency named."""

from cases.casefile.models import Hold
from cases.clocks.models import Clock
from coordination.exchange.referrals.presentation import shown
from coordination.exchange.tasks.models import Task
from tests import stories

SENDER, POLICE = "customs.officer", "antismuggling.officer"


def test_the_sender_learns_the_competent_agency_which_learns_nothing_and_the_police_keep_the_envelope(cast):
    transfer = stories.transfer(cast, "OUT_OF_SCOPE")
    result = shown(transfer, cast[SENDER])
    assert (result["competent"], result["ending_reason"]) == ("MOFCOM_SCB", "A matter of licences")
    result = shown(transfer, cast[POLICE])
    assert (result["sight"], result["ending_reason"]) == ("envelope", "A matter of licences")
    assert "packages" not in result
    assert shown(transfer, cast["commerce.officer"]) == {"sight": "nothing"}
    page = f"/referrals/{transfer.pk}/"
    assert "The file was returned" in cast.browser(POLICE).get(page).text
    assert cast.user("commerce.officer").agency.name_en in cast.browser(SENDER).get(page).text


def test_it_ends_there_and_nothing_runs_or_waits_any_more(cast):
    transfer = stories.transfer(cast, "OUT_OF_SCOPE")
    assert not Clock.objects.running().about(transfer).exists()
    assert not Task.objects.open().filter(source=transfer.pk).exists()
    assert not Hold.objects.standing().filter(source=transfer.pk).exists()
