"""County police and others who do not use the system: the side that holds their numbered paper records their steps."""

from datetime import datetime

import pytest
from django.utils import timezone

from agencies.journal.models import Event
from agencies.kernel.errors import Forbidden
from agencies.kernel.resource import resource_of
from agencies.organisations.models import Agency
from cases.casefile.models import Case
from cases.custody.models import GoodsLot
from cases.proceedings.models import Proceeding, Suspect
from cases.proceedings.persons import add_suspect
from coordination.exchange.referrals.actions import record_return
from coordination.exchange.referrals.models import Referral
from tests import stories
from tests.kept_stories import story
from tests.refusals import invalid_at

SENDER, POLICE = "customs.officer", "PPSD_31"


@story
def at_county_police(cast):
    """Delivered to provincial police, none of whom use the system."""
    made = stories.transfer(cast, "APPROVED")
    Referral.objects.filter(pk=made.pk).update(receiver=Agency.objects.get(code=POLICE))
    made.refresh_from_db()
    stories.walk(cast, made, [("deliver", SENDER, {})])
    return made


def recorded(cast, thing, verb, agency=POLICE, **given):
    """By an officer; a head's step by a head, after a second person's confirmation."""
    paper = str(stories.incoming(cast, matter=thing.case, agency=agency).pk)
    proxy = resource_of(thing).workflow_of(thing).proxy_of(verb, cast["customs.lead"], thing)
    if proxy is not None and proxy.of_chief:
        stories.seconded(cast, thing, verb, paper=paper, **given)
    else:
        stories.walk(cast, thing, [(verb, SENDER, {"paper": paper, **given})])


def received_by_county_police(cast):
    made = at_county_police(cast)
    recorded(cast, made, "accept")
    return made


def test_their_receipt_is_recorded_by_the_sender_who_does_not_become_its_handler(cast):
    made = received_by_county_police(cast)
    assert (made.state, made.handler) == ("ACCEPTED", None)


def test_without_their_paper_it_is_not(cast):
    with invalid_at("/paper"):
        stories.walk(cast, at_county_police(cast), [("accept", SENDER, {})])


def test_their_whole_way_is_recorded_and_their_letters_are_theirs(cast):
    made = received_by_county_police(cast)
    recorded(cast, made, "not_file", ending_reason="No crime")
    stories.walk(cast, made, [("ask_reconsideration", SENDER, {"letter": "There is one"})])
    recorded(cast, made, "uphold", letter="There is none")
    assert made.state == "UPHELD"
    assert [letter.agency.code for letter in made.letters.all()] == ["GACC", POLICE]


def test_so_is_their_filing_which_opens_their_proceeding(cast):
    made = received_by_county_police(cast)
    recorded(cast, made, "file", external_number="沪公立〔2026〕1号")
    assert (made.state, made.proceeding.agency.code) == ("FILED", POLICE)


def test_the_second_person_reads_for_whom_and_when_in_shanghai_a_chiefs_step_is_recorded(cast):
    made = received_by_county_police(cast)
    paper = str(stories.incoming(cast, matter=made.case, agency=POLICE).pk)
    asked = stories.seconded(cast, made, "file", paper=paper, external_number="沪公立〔2026〕1号")
    page = cast.browser("customs.officer").get(f"/confirmations/{asked.pk}/").content.decode()
    assert f"<dt>Recorded for</dt><dd>{Agency.objects.get(code=POLICE).name}</dd>" in page
    happened = timezone.localtime(datetime.fromisoformat(asked.answers["happened_at"]))
    assert f"<dt>Time of the event</dt><dd>{happened:%Y-%m-%d %H:%M}</dd>" in page


def test_the_agency_records_for_a_procuratorate_that_does_not_use_the_system(cast):
    made = stories.supervision(cast)
    Agency.objects.filter(code="SPP").update(signs_in=False)
    made.refresh_from_db()
    recorded(cast, made, "ask_reasons", agency="SPP", letter="Why?")
    recorded(cast, made, "order_filing", agency="SPP", letter="File.")
    assert (made.state, made.handler) == ("ORDERED", None)
    assert {letter.agency.code for letter in made.letters.exclude(verb="suggest")} == {"SPP"}


def test_police_in_the_system_explain_themselves(cast):
    made = stories.supervision(cast, "REASONS_ASKED")
    with pytest.raises(Forbidden):
        recorded(cast, made, "explain", agency="GACC_ASB", letter="Because.")


def test_absent_police_who_file_as_ordered_are_recorded_by_the_agency(cast):
    made = stories.supervision(cast, "ORDERED")
    Agency.objects.filter(code="GACC_ASB").update(signs_in=False)
    made = Referral.objects.get(pk=made.pk)
    recorded(cast, made, "obey", agency="GACC_ASB", external_number="海缉立〔2026〕77号")
    made.parent.refresh_from_db()
    assert (made.state, made.parent.state, made.parent.proceeding.handler) == ("ORDER_OBEYED", "FILED", None)


def sent_back_by_county_police(cast):
    case = stories.case(cast)
    letter = stories.incoming(cast, matter=case, agency=POLICE)
    return record_return(case, actor=cast[SENDER], paper=str(letter.pk), report="No crime")


def test_what_an_absent_sender_writes_later_is_recorded_by_who_got_its_letter_and_by_no_third_agency(cast):
    back = sent_back_by_county_police(cast)
    with pytest.raises(Forbidden):
        stories.walk(cast, back, [("withdraw", "commerce.officer", {"paper": "x", "ending_reason": "New evidence"})])
    recorded(cast, back, "withdraw", ending_reason="New evidence")
    event = Event.objects.get(object_id=back.pk, verb="withdraw")
    assert (back.state, event.on_behalf_of_id) == ("WITHDRAWN", back.sender_id)


def test_no_one_learns_of_or_records_what_an_absent_sender_has_not_sent(cast):
    draft = stories.assistance(cast)
    Agency.objects.filter(code="GACC").update(signs_in=False)
    draft = Referral.objects.get(pk=draft.pk)
    with pytest.raises(Forbidden):
        stories.walk(cast, draft, [("withdraw", "commerce.officer", {"paper": "x", "ending_reason": "x"})])


def held_by_county_police(cast):
    """Provincial police filed; customs, the lead agency, records their file from paper."""
    made = received_by_county_police(cast)
    recorded(cast, made, "file", external_number="沪公立〔2026〕1号")
    return Proceeding.objects.get(pk=made.proceeding_id)


def on_paper(cast, inside):
    return {"paper": str(stories.incoming(cast, matter=inside.case, agency=POLICE).pk)}


@pytest.mark.slow
def test_their_suspects_and_measures_are_recorded_by_the_lead_agency_alone(cast):
    inside = held_by_county_police(cast)
    party = str(inside.case.parties.create(name="某甲", kind="person").pk)
    add_suspect(inside, actor=cast[SENDER], party=party, **on_paper(cast, inside))
    line = Suspect.objects.get(proceeding=inside)
    assert Suspect.objects.visible_to(cast[SENDER]).filter(pk=line.pk).exists()
    assert not Suspect.objects.visible_to(cast["commerce.officer"]).filter(pk=line.pk).exists()
    warrant = stories.incoming(cast, matter=inside.case, agency=POLICE, number="拘字〔2026〕9号")
    stories.walk(cast, line, [("detain", SENDER, {"paper": str(warrant.pk), "reason": "as the law asks"})])
    measure = line.measures.get()
    assert measure.paper.startswith("拘字〔2026〕9号")
    stories.walk(cast, measure, [("release", SENDER, {**on_paper(cast, inside), "reason": "bail"})])
    assert measure.state == "ENDED"
    event = Event.objects.get(object_id=measure.pk, verb="release")
    assert event.on_behalf_of_id == inside.agency_id
    for where in (f"/proceedings/{inside.pk}/", "/proceedings/persons/"):
        assert "某甲" in cast.browser(SENDER).get(where).content.decode(), where


def test_once_those_police_use_the_system_the_lead_agency_no_longer_reads_or_records(cast):
    inside = held_by_county_police(cast)
    party = str(inside.case.parties.create(name="某甲", kind="person").pk)
    add_suspect(inside, actor=cast[SENDER], party=party, **on_paper(cast, inside))
    Agency.objects.filter(code=POLICE).update(signs_in=True)
    line = Suspect.objects.get(proceeding=inside)
    assert not Suspect.objects.visible_to(cast[SENDER]).exists()
    with pytest.raises(Forbidden):
        stories.walk(cast, line, [("drop", "customs.lead", {"reason": "no crime"})])


@pytest.mark.slow
def test_goods_that_absent_police_hand_back_come_over_from_their_paper(cast):
    inside = held_by_county_police(cast)
    lot = stories.lot(cast, inside.case)
    GoodsLot.objects.filter(pk=lot.pk).update(custodian=inside.agency)
    letter = stories.incoming(cast, matter=inside.case, agency=POLICE)
    case = Case.objects.get(pk=inside.case_id)
    back = record_return(case, actor=cast[SENDER], paper=str(letter.pk), report="No crime")
    stories.walk(cast, back, [("accept", SENDER, {})])
    recorded(cast, back, "hand_goods", lots=[str(lot.pk)])
    lot.refresh_from_db()
    assert (lot.state, lot.offered_to.code, lot.offers_title) == ("OFFERED", "GACC", True)
