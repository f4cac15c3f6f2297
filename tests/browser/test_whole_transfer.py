"""A complete transfer in a browser: detained goods, two suspects, one judgment and one penalty."""

from functools import cache

import pytest

from cases.custody.models import GoodsLot
from cases.proceedings.models import Decision, Measure, Suspect
from coordination.exchange.referrals.models import Referral
from tests import stories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PEOPLE = [{"role": "declarant", "kind": "person", "name": name, "country": "CHN"} for name in ("甲某", "乙某")]


def does(who, resource, thing, verb, **answers):
    """Performs a verb on its own page, as links of tasks and notifications open it."""
    who.goes_to(f"/{resource}/{thing.pk}/do/{verb}/").reads_papers()
    for name, answer in answers.items():
        who.fill_in(name, answer)
    who.submits("main form.cv-form .cv-actions button")
    thing.refresh_from_db()


def head_first(who, line, name):
    """The first option that the page offers."""
    who.goes_to(f"/decisions/{line.pk}/do/mitigate/")
    return who.page.locator(f"main [name={name}] option:not([value=''])").first.get_attribute("value")


def detain_goods(who, case, team):
    """The container is taken into custody and detained in customs' own proceeding."""
    customs = who("customs.officer")
    does(customs, "cases", case, "open_proceeding", kind="customs")
    own = case.proceedings.get(kind="customs")
    does(who("customs.lead"), "proceedings", own, "file", external_number="沪关缉违字〔2026〕1号")
    does(customs, "proceedings", own, "investigate", team=team)
    does(
        *(customs, "cases", case, "take_goods"),
        description="Container TCLU1234567 with antimony ingots", quantity="25000", unit="kg", location="Yangshan",
        paper="沪关扣〔2026〕1号",
    )  # fmt: skip
    lot = GoodsLot.objects.get()
    does(
        *(customs, "proceedings", own, "order_measure"),
        measure="detention", lots=[str(lot.pk)], authority="Head", paper="沪关扣〔2026〕1号", reason="Evidence",
    )  # fmt: skip
    for party in case.parties.all():
        does(customs, "proceedings", own, "add_line", party=str(party.pk))
    customs.goes_to(f"/cases/{case.pk}/").looks_right()
    return own


def refuse_and_order_filing(who, case, team):
    """The transfer is not filed, the refusal is upheld, and the procuratorate orders the filing."""
    customs, police, chief = who("customs.officer"), who("antismuggling.officer"), who("antismuggling.head")
    procurator = who("procurator")
    does(
        *(customs, "cases", case, "draft_transfer"),
        offence="SMUG_PROHIBITED", receiver="GACC_ASB", title="Suspected smuggling", report="Facts and evidence.",
        team=team, parties=[str(party.pk) for party in case.parties.all()],
    )  # fmt: skip
    transfer = Referral.objects.get()
    does(customs, "referrals", transfer, "submit")
    does(who("customs.head"), "referrals", transfer, "approve", incomplete_because="On the paper file.")
    does(customs, "referrals", transfer, "deliver")
    does(police, "referrals", transfer, "accept")
    does(chief, "referrals", transfer, "not_file", ending_reason="No intent")
    customs.goes_to(f"/referrals/{transfer.pk}/").looks_right()
    does(customs, "referrals", transfer, "ask_reconsideration", letter="The false name was chosen by both.")
    does(who("antismuggling.deputy"), "referrals", transfer, "uphold", letter="The evidence is the same.")
    does(customs, "referrals", transfer, "suggest_supervision", procuratorate="SPP", grounds="See the file.")
    supervision = Referral.objects.get(kind=Referral.Kind.SUPERVISION)
    does(procurator, "referrals", supervision, "ask_reasons", letter="Explain within seven days.")
    does(police, "referrals", supervision, "explain", letter="No intent was found.")
    does(
        who("procurator.head"), "referrals", supervision, "order_filing", letter="Intent follows from the papers. File."
    )
    procurator.goes_to(f"/referrals/{supervision.pk}/").looks_right()
    does(chief, "referrals", supervision, "obey", external_number="海缉立〔2026〕1号")
    transfer.refresh_from_db()
    assert transfer.state == Referral.State.FILED
    assert transfer.proceeding is not None
    return transfer


def arrest_one_and_return_the_other(who, case, transfer, second):
    """The goods are handed over; one suspect is arrested, the matter of the other returns."""
    customs, police, chief = who("customs.officer"), who("antismuggling.officer"), who("antismuggling.head")
    criminal = transfer.proceeding
    does(customs, "referrals", transfer, "hand_goods")
    for party in case.parties.all():
        does(police, "proceedings", criminal, "add_line", party=str(party.pk))
    one, other = Suspect.objects.exclude(party=second).get(), Suspect.objects.get(party=second)
    does(police, "suspects", one, "detain", paper="拘〔2026〕1号")
    custody = Measure.objects.get(suspect=one)
    for verb in ("deliver", "question", "notify_family"):
        does(police, "measures", custody, verb)
    does(police, "suspects", one, "request_arrest")
    does(police, "suspects", one, "approve_arrest")
    does(police, "suspects", one, "arrest", paper="捕〔2026〕1号")
    police.goes_to(f"/proceedings/persons/?proceeding={criminal.pk}").looks_right()
    does(chief, "suspects", other, "drop", reason="A minor part, without intent")
    does(
        *(chief, "cases", case, "return_matter"),
        receiver="GACC", origin=str(criminal.pk), parties=[str(second.pk)], ground="minor", title="Back for a penalty",
        report="No crime of this party.",
    )  # fmt: skip
    back = Referral.objects.get(kind=Referral.Kind.REVERSE)
    does(chief, "referrals", back, "send")
    does(customs, "referrals", back, "accept")
    return one, other


def penalize_one(who, own, second):
    """A penalty for the returned party."""
    customs, head = who("customs.officer"), who("customs.head")
    own.refresh_from_db()
    line = Decision.objects.get(party=second)
    does(customs, "decisions", line, "notify", **stories.notice())
    does(customs, "decisions", line, "assess_transfer", assessed="administrative", reason="The police found no crime.")
    does(
        customs,
        "decisions",
        line,
        "serve_notice",
        notice_number="署罚告〔2026〕1号",
        **stories.by_person("serve_notice"),
    )
    does(customs, "decisions", line, "hear_party", statement="It was careless.", **stories.by_person("hear_party"))
    does(customs, "decisions", line, "waive_hearing", **stories.by_person("waive_hearing"))
    does(customs, "decisions", line, "review")
    does(who("customs.legal"), "decisions", line, "record_review", **stories.REVIEWED)
    does(customs, "decisions", line, "record_discussion", **stories.DISCUSSED)
    customs.goes_to(f"/decisions/{line.pk}/").looks_right()
    does(
        *(head, "decisions", line, "mitigate"),
        fine_cny="50000", penalties=["fine"], ground_kind=head_first(head, line, "ground_kind"), ground="Minor part",
    )  # fmt: skip
    does(customs, "decisions", line, "serve", service="on_the_spot", **stories.by_person("serve"))
    does(customs, "decisions", line, "pay", on="fine", amount="50000", receipt="R-1")
    does(customs, "decisions", line, "perform")
    assert line.state == Decision.State.PERFORMED


def judge_the_other(who, criminal, one):
    """A judgment for the other one."""
    police = who("antismuggling.officer")
    does(who("antismuggling.head"), "proceedings", criminal, "prosecute_opinion")
    does(police, "proceedings", criminal, "prosecute")
    does(police, "proceedings", criminal, "judge", outcome_reason="Guilty")
    does(
        police,
        "suspects",
        one,
        "convict",
        charge="走私国家禁止进出口的货物罪",
        sentence="fixed_term",
        sentence_months="30",
    )


def test_a_transfer_from_detained_goods_to_one_judgment_and_one_penalty(person, cast):
    case = stories.case(cast, parties=PEOPLE)
    second = case.parties.get(name="乙某")
    who = cache(lambda username: person("en").signs_in(username, stories.PASSWORD))
    team = [cast["customs.officer"].id, cast["customs.lead"].id]
    own = detain_goods(who, case, team)
    transfer = refuse_and_order_filing(who, case, team)
    one, other = arrest_one_and_return_the_other(who, case, transfer, second)
    penalize_one(who, own, second)
    judge_the_other(who, transfer.proceeding, one)
    assert (one.state, other.state) == (Suspect.State.JUDGED, Suspect.State.DROPPED)
    who("antismuggling.officer").goes_to(f"/proceedings/{transfer.proceeding_id}/").looks_right()
    who("customs.officer").goes_to(f"/cases/{case.pk}/?tab=timeline").looks_right()
