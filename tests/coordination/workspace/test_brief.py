"""The brief of a case says in both languages what the reader sees on its pages, and nothing else."""

from cases.casefile.models import Case
from cases.clocks.models import Clock
from cases.sharing.actions import share_case
from coordination.workspace.brief import briefs_of
from tests import stories


def texts(cast, who, case):
    return {brief.language: brief.text for brief in briefs_of(case, cast[who])}


def test_it_names_case_parties_goods_holder_and_deadlines_in_both_languages(cast):
    case = stories.shared_case(cast)
    transfer = stories.transfer(cast, "DELIVERED", case)
    found = texts(cast, "customs.officer", Case.objects.get(pk=case.pk))
    for text in found.values():
        assert case.number in text
        assert case.parties.get().name in text
        assert case.items.get().description in text
        assert transfer.number in text
    assert "General Administration of Customs" in found["en"]
    assert "海关总署" in found["zh-hans"]
    assert "Receipt" in found["en"]


def test_a_reader_of_the_status_reads_no_contents(cast):
    case = stories.shared_case(cast)
    share_case(case, actor=cast["customs.officer"], agency="MPS_ECID", profile="status", reason="campaign")
    found = texts(cast, "police.officer", Case.objects.get(pk=case.pk))["en"]
    assert "Its contents are not shared with your agency." in found
    assert case.parties.get().name not in found
    assert case.items.get().description not in found


def test_what_ended_is_counted(cast):
    transfer = stories.transfer(cast, "DELIVERED")
    ended = stories.transfer(cast, "REFUSED_INTERNAL", transfer.case)
    found = texts(cast, "customs.officer", Case.objects.get(pk=transfer.case_id))
    assert transfer.number in found["en"]
    assert "1 proceeding or referral has ended." in found["en"]
    assert str(ended.get_state_display()) not in found["en"]


def test_many_parties_are_counted(cast):
    case = stories.case(cast)
    for name in ("B Ltd", "C Ltd", "D Ltd", "E Ltd"):
        stories.walk(cast, case, [("add_party", "customs.officer", {"name": name, "kind": "company"})])
    text = texts(cast, "customs.officer", Case.objects.get(pk=case.pk))["en"]
    assert "C Ltd (5 in all)." in text
    assert "E Ltd" not in text


def test_late_work_is_said_to_be_late(cast):
    transfer = stories.transfer(cast, "DELIVERED")
    rule = Clock.objects.about(transfer).running().duties().first().rule
    stories.late_clock(transfer, rule.code)
    assert "GACC Anti-Smuggling Bureau is late." in texts(cast, "customs.officer", transfer.case)["en"]


def test_the_page_links_each_sentence_and_only_readers_open_it(cast):
    case = stories.shared_case(cast)
    transfer = stories.transfer(cast, "DELIVERED", case)
    page = cast.browser("customs.officer").get(f"/cases/{case.pk}/brief/")
    assert f'href="/referrals/{transfer.pk}/"' in page.text
    assert f'href="/cases/{case.pk}/brief/"' in cast.browser("customs.officer").get(f"/cases/{case.pk}/").text
    assert cast.browser("police.officer").get(f"/cases/{case.pk}/brief/").status_code == 404
    assert cast.browser("sysadmin").get(f"/cases/{case.pk}/brief/").status_code in (403, 404)
