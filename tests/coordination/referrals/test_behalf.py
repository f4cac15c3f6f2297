"""County police and others who do not sign in: the side that holds their numbered paper records their steps."""

import pytest

from agencies.kernel.refusals import Forbidden, Invalid
from agencies.organs.models import Agency
from coordination.referrals.models import Referral
from tests import stories

SENDER, POLICE = "customs.officer", "PPSD_31"


def at_county_police(cast):
    """Handed over to the police of a province, of whom nobody signs in."""
    made = stories.transfer(cast, "APPROVED")
    Referral.objects.filter(pk=made.pk).update(receiver=Agency.objects.get(code=POLICE))
    made.refresh_from_db()
    stories.walk(cast, made, [("deliver", SENDER, {})])
    return made


def recorded(cast, thing, verb, organ=POLICE, **given):
    paper = str(stories.incoming(cast, matter=thing.case, organ=organ).pk)
    stories.walk(cast, thing, [(verb, SENDER, {"paper": paper, **given})])


def test_their_receipt_is_recorded_by_the_sender_who_does_not_become_its_handler(cast):
    made = at_county_police(cast)
    recorded(cast, made, "accept")
    assert (made.state, made.handler) == ("ACCEPTED", None)


def test_without_their_paper_it_is_not(cast):
    with pytest.raises(Invalid) as no:
        stories.walk(cast, at_county_police(cast), [("accept", SENDER, {})])
    assert [error.pointer for error in no.value.errors] == ["/paper"]


def test_their_whole_way_is_recorded_and_their_letters_are_theirs(cast):
    made = at_county_police(cast)
    recorded(cast, made, "accept")
    recorded(cast, made, "not_file", ending_reason="No crime")
    stories.walk(cast, made, [("ask_reconsideration", SENDER, {"letter": "There is one"})])
    recorded(cast, made, "uphold", letter="There is none")
    assert made.state == "UPHELD"
    assert [letter.organ.code for letter in made.letters.all()] == ["GACC", POLICE]


def test_so_is_their_filing_which_opens_their_proceeding(cast):
    made = at_county_police(cast)
    recorded(cast, made, "accept")
    recorded(cast, made, "file", external_number="沪公立〔2026〕1号")
    assert (made.state, made.proceeding.organ.code) == ("FILED", POLICE)


def test_a_procuratorate_that_does_not_sign_in_is_recorded_by_the_agency(cast):
    made = stories.supervision(cast)
    Agency.objects.filter(code="SPP").update(signs_in=False)
    made.refresh_from_db()
    recorded(cast, made, "ask_reasons", organ="SPP", letter="Why?")
    recorded(cast, made, "order_filing", organ="SPP", letter="File.")
    assert (made.state, made.handler) == ("ORDERED", None)
    assert {letter.organ.code for letter in made.letters.exclude(verb="suggest")} == {"SPP"}


def test_police_who_sign_in_explain_themselves(cast):
    made = stories.supervision(cast, "REASONS_ASKED")
    with pytest.raises(Forbidden):
        recorded(cast, made, "explain", organ="GACC_ASB", letter="Because.")
