"""The texts of the forms, and how they are filled."""

from unittest.mock import patch

import pytest

from cases.papers.texts import FIELD, FORMS, blanks, fill
from coordination.documents import contexts, inside, instruction_sheets
from coordination.prevention.stops import sheet as stops
from coordination.prevention.warnings import sheet as letters
from tests import stories


def test_known_fields_are_filled_others_marked_and_an_optional_line_without_facts_is_left_out():
    filled = fill("　　{当事人}涉嫌{涉嫌罪名}。", {"当事人": "某公司"})
    assert filled.text == "　　某公司涉嫌【涉嫌罪名】。"
    assert (filled.known, filled.unknown, filled.share) == (("当事人",), ("涉嫌罪名",), 0.5)
    assert blanks(filled.text) == ["涉嫌罪名"]
    text = "一\n?二{运输情况}\n三"
    assert fill(text, {}).text == "一\n三"
    assert fill(text, {"运输情况": "洋山"}).text == "一\n二洋山\n三"


def test_the_required_forms_exist():
    wanted = {
        *("TRF_LETTER", "TRF_INVREP", "TRF_GOODSLIST", "TRF_RECEIPT", "SUPPL", "FILE_CRM", "NOFILE", "RECON_REQ"),
        *("RECON_DEC", "REV_LETTER", "ASSIST", "ASSIST_RE", "PRENOTICE", "DECISION", "NO_PENALTY", "SERVICE"),
    }
    assert wanted <= set(FORMS)


@pytest.mark.slow
def test_every_field_of_a_text_can_be_filled(cast):
    """A misspelt field would never be filled."""
    by_hand = {"答复期限", "犯罪事实", "犯罪证据", "逮捕必要性", "听证地点", "听证主持人", "要求的措施"}
    case = stories.transfer(cast, "FILED").case
    referral, line = case.referrals.get(), stories.decision(cast)
    offered = set()
    measure, suspect = stories.property_measure(cast), stories.suspect(cast)
    of_proceedings = ((line.proceeding, "FILE_ADM"), (measure, "DETAIN"), (suspect, "ARREST_REQ"))
    letter = stories.instruction(cast)
    for thing, form in ((referral, "TRF_LETTER"), (line, "DECISION"), *of_proceedings, (letter, "DIR_ASK_UP")):
        offered |= set(all_fields(thing, FORMS[form]))
    offered |= set(fields_of_prevention(cast))
    for form in FORMS.values():
        assert set(FIELD.findall(form.text)) - offered - by_hand == set(), form.code


def all_fields(thing, form):
    """Including fields unknown for this object."""
    kept = contexts.known
    try:
        contexts.known = inside.known = instruction_sheets.known = lambda fields: fields
        return contexts.filling_of(thing, form).fields
    finally:
        contexts.known = inside.known = instruction_sheets.known = kept


def fields_of_prevention(cast):
    """The same of a letter to an exporter and of a stop."""
    letter, stop = stories.exporter_letter(cast), stories.stop(cast)
    with patch.object(letters, "known", dict), patch.object(stops, "known", dict):
        return {**letters.paper_data(letter).fields, **stops.paper_data(stop).fields}


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.code)
def test_every_form_has_what_a_paper_needs(form):
    assert form.name_zh
    assert form.name_en
    assert form.mark
    assert form.side in ("sender", "receiver", "agency")
    assert form.signer in ("chief", "staff", "subject")
    assert form.sent in ("issue", "receipt", "never")
    assert set(form.beside) <= set(FORMS)
    assert form.text.strip()
