"""Mentions by name, and the completion of a name that is being typed."""

import pytest

from agencies.kernel.errors import Forbidden, Invalid
from agencies.kernel.pinyin import matches_name, spellings
from coordination.exchange.notes.mentions import suggest
from tests import stories

pytestmark = pytest.mark.django_db


def suggested(cast, who, case, typed):
    return [one.mention for one in suggest(case, typed, actor=cast[who])]


def test_a_name_is_found_by_its_pinyin_its_initials_and_its_characters():
    assert "shenruogu" in spellings("沈若谷")
    assert "srg" in spellings("沈若谷")
    assert all(matches_name(typed, "沈若谷") for typed in ("", "沈", "若谷", "shenr", "srg", "SRG"))
    assert not matches_name("ruogu x", "沈若谷")


def test_a_colleague_and_an_agency_that_reads_the_case_are_mentioned_by_a_chinese_name_that_text_follows(cast):
    lead = cast.user("customs.lead")
    note = stories.note(cast, text=f"请@{lead.name_zh}核对净重，抄@GACC_RISK。")
    assert {one.person for one in note.mentions.all() if one.person} == {lead}
    assert [one.unit.code for one in note.mentions.all() if one.unit] == ["GACC_RISK"]
    case = stories.shared_case(cast)
    agency = cast.user("commerce.officer").agency
    note = stories.note(cast, "case", case, text=f"请@{agency.name_zh}认定")
    assert note.mentions.get().unit == agency


def test_two_colleagues_of_one_name_are_told_apart_by_their_sign_in_names(cast):
    case = stories.case(cast)
    lead, legal = cast.user("customs.lead"), cast.user("customs.legal")
    legal.name_zh = lead.name_zh
    legal.save()
    with pytest.raises(Invalid) as refused:
        stories.note(cast, "agency", case, text=f"请@{lead.name_zh}核对")
    (error,) = refused.value.errors
    assert (error.pointer, error.code) == ("/text", "ambiguous")
    assert "@customs.lead" in error.detail
    assert "@customs.legal" in error.detail
    assert {"customs.lead", "customs.legal"} <= set(suggested(cast, "customs.officer", case, lead.name_zh))


def test_a_chinese_name_without_a_reader_is_refused_like_any_unknown_name(cast):
    case = stories.shared_case(cast)
    name = cast.user("commerce.officer").name_zh
    details = []
    for typed in (name, "某某某"):
        with pytest.raises(Invalid) as refused:
            stories.note(cast, "case", case, text=f"请@{typed}")
        details.append(refused.value.errors[0].detail.replace(typed, "X"))
    assert details[0] == details[1]


def test_a_name_is_completed_from_colleagues_and_agencies_that_read_the_case_only(cast):
    case = stories.shared_case(cast)
    lead, other = cast.user("customs.lead"), cast.user("commerce.officer")
    letters = next(one for one in spellings(lead.name_zh) if len(one) == len(lead.name_zh))
    for typed in (lead.name_zh[0], letters, "customs.lead"):
        assert lead.name_zh in suggested(cast, "customs.officer", case, typed)
    assert suggested(cast, "customs.officer", case, other.name_zh) == []
    assert other.agency.name_zh in suggested(cast, "customs.officer", case, other.agency.name_zh[:2])
    assert suggested(cast, "customs.officer", case, "公安部") == []  # does not read the case
    everybody = {one.detail for one in suggest(case, "customs.", actor=cast["customs.officer"])}
    assert "customs.admin" not in everybody  # an account administrator reads no case
    assert "customs.officer" not in everybody  # oneself


def test_a_handler_of_another_agency_is_suggested_once_the_case_names_them(cast):
    case = stories.shared_case(cast)
    handler = cast.user("customs.officer")
    assert suggested(cast, "commerce.officer", case, handler.name_zh) == []
    stories.proceeding(cast, "INVESTIGATE", case)
    assert suggested(cast, "commerce.officer", case, handler.name_zh) == [handler.name_zh]


def test_who_writes_no_note_completes_no_name(cast):
    case = stories.shared_case(cast, "MPS_ECID", "status")
    with pytest.raises(Forbidden):
        suggest(case, "", actor=cast["police.officer"])
    address = f"/api/v1/cases/{case.pk}/mentions/"
    assert cast.browser("police.officer").get(address).status_code == 404
    assert cast.browser("customs.admin").get(address).status_code in (403, 404)
    found = cast.browser("customs.officer").get(address, {"q": "customs.l"}).json()["people"]
    assert {one["detail"] for one in found} == {"customs.lead", "customs.legal"}


def test_the_form_of_a_note_names_where_its_names_come_from(cast):
    note = stories.note(cast)
    browser = cast.browser("customs.officer")
    address = f"/api/v1/cases/{note.case_id}/mentions/"
    for page in (
        f"/cases/{note.case_id}/do/write_note/",
        f"/cases/{note.case_id}/?tab=notes",
        f"/notes/{note.pk}/do/edit/",
    ):
        assert f'data-mentions="{address}"' in browser.get(page).content.decode(), page
    assert "data-mentions" not in browser.get(f"/cases/{note.case_id}/do/ask_task/").content.decode()
