"""The receiver of a suspected crime: chosen by rows, with a reason; another choice needs its own reason."""

from datetime import date

import pytest

from agencies.kernel.errors import Invalid
from agencies.kernel.resource import RESOURCES
from agencies.organisations.models import Agency
from cases.casefile.routing import route_of, suggest_receiver
from cases.controls.models import Offence, OffenceRoute
from coordination.actions.performing import perform
from coordination.exchange.referrals.presentation import shown
from tests import stories
from tests.refusals import invalid_at

SENDER = "customs.officer"
TODAY = date(2026, 11, 24)


def draft(cast, who=SENDER, **changes):
    data = {"offence": "SMUG_PROHIBITED", "title": "Transfer", **changes}
    matter = stories.case(cast) if who == SENDER else stories.case(cast, who)
    return perform(RESOURCES["cases"], cast[who], matter, "draft_transfer", data).created


def suggested(cast, offence, sender, matter=None):
    found = suggest_receiver(
        matter or stories.case(cast),
        Offence.objects.get(code=offence),
        sender=Agency.objects.get(code=sender),
        day=TODAY,
    )
    return found.agency.code if found and found.agency else None


@pytest.mark.parametrize(
    ("offence", "sender", "receiver"),
    [
        ("SMUG_PROHIBITED", "GACC", "GACC_ASB"),
        ("SMUG_PROHIBITED", "CUS_5300", "ASB_5300"),
        ("SMUG_ORDINARY", "CUS_2200", "ASB_2200"),
        ("ILLEGAL_BUSINESS", "MOFCOM_SCB", "MPS_ECID"),
        ("ILLEGAL_BUSINESS", "CUS_5300", "PPSD_44"),
        ("FORGED_PAPERS", "MOFCOM_SCB", "MPS_ECID"),
        ("STATE_SECRETS_ABROAD", "MOFCOM_SCB", "MSS"),
    ],
)
def test_the_offence_and_the_senders_level_choose_the_agency(cast, offence, sender, receiver):
    assert suggested(cast, offence, sender) == receiver


def test_a_province_without_a_district_goes_by_where_the_goods_passed(cast):
    matter = stories.case(cast)
    sender = Agency.objects.filter(level="province", line="commerce").exclude(province="").first()
    assert suggested(cast, "SMUG_PROHIBITED", sender.code, matter) == "ASB_2200"
    matter.shipments.all().delete()
    assert suggested(cast, "SMUG_PROHIBITED", sender.code, matter) == "GACC_ASB"


def test_without_a_choice_the_draft_follows_the_row_and_keeps_it(cast):
    made = draft(cast)
    assert (made.receiver.code, made.suggested.code, made.route.code) == ("GACC_ASB", "GACC_ASB", "SMUG_PROHIBITED_ASB")
    assert made.overruled_because == ""


def test_another_agency_without_a_reason_is_refused_and_the_refusal_shows_what_is_suggested_and_why(cast):
    with pytest.raises(Invalid) as no:
        draft(cast, receiver="MPS_ECID")
    (error,) = no.value.errors
    assert error.pointer == "/overruled_because"
    assert "Anti-Smuggling Bureau" in error.detail
    assert "investigated by the anti-smuggling bureaus" in error.detail


def test_with_a_reason_it_goes_there_and_the_reason_is_kept_and_shown(cast):
    made = draft(cast, receiver="MPS_ECID", overruled_because="They investigate the same people already.")
    assert made.receiver.code == "MPS_ECID"
    routing = shown(made, cast[SENDER])["routing"]
    assert (routing["suggested"], routing["overruled_because"]) == (
        "GACC_ASB",
        "They investigate the same people already.",
    )
    page = cast.browser(SENDER).get(f"/referrals/{made.pk}/").content.decode()
    for words in ("They investigate the same people already.", "investigated by the anti-smuggling bureaus"):
        assert words in page


def test_the_other_side_does_not_read_why_it_was_preferred(cast):
    made = draft(cast, receiver="MPS_ECID", overruled_because="They are quicker.", report="Facts.")
    made.team.set([cast[SENDER].id, cast["customs.lead"].id])
    ways = [("submit", SENDER), ("approve", "customs.head"), ("deliver", SENDER), ("accept", "police.officer")]
    stories.walk(cast, made, [(verb, who, stories.ON_PAPER if verb == "approve" else {}) for verb, who in ways])
    assert "routing" not in shown(made, cast["police.officer"])


def test_another_offence_means_another_suggestion(cast):
    made = draft(cast)
    business = {"offence": "ILLEGAL_BUSINESS", "title": "Transfer"}
    with invalid_at("/overruled_because"):
        stories.walk(cast, made, [("edit", SENDER, business | {"receiver": "GACC_ASB"})])
    stories.walk(cast, made, [("edit", SENDER, business | {"receiver": "MPS_ECID"})])
    assert (made.receiver.code, made.route.code, made.overruled_because) == ("MPS_ECID", "ILLEGAL_BUSINESS_ECID", "")


def test_an_offence_of_an_official_is_not_recorded_on_a_shared_case(cast):
    with pytest.raises(Invalid) as no:
        draft(cast, offence="FAILURE_TO_TRANSFER", receiver="MPS_ECID", overruled_because="Why not")
    assert [error.pointer for error in no.value.errors] == ["/offence"]
    assert "named people only" in no.value.errors[0].detail


def test_the_draft_page_shows_with_each_offence_where_it_goes(cast):
    page = cast.browser(SENDER).get(f"/cases/{stories.case(cast).pk}/do/draft_transfer/").content.decode()
    for words in ("→ GACC Anti-Smuggling Bureau", "→ MPS Economic Crime", "→ supervisory agency"):
        assert words in page


def test_a_row_counts_from_its_day_to_its_day(cast):
    offence = Offence.objects.get(code="SMUG_PROHIBITED")
    OffenceRoute.objects.filter(offence=offence).update(effective_to=date(2026, 12, 31))
    later = OffenceRoute.objects.create(
        code="LATER",
        offence=offence,
        desk="ecid",
        reason_zh="新规定",
        reason_en="New rule",
        legal_basis="CPL art.19",
        confidence="U",
        effective_from=date(2027, 1, 1),
    )
    assert route_of(offence, date(2026, 12, 31)).desk == "antismuggling"
    assert route_of(offence, date(2027, 1, 1)) == later
    assert route_of(offence, date(1999, 1, 1)) is None
