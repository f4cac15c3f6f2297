"""Police file a crime that they found themselves, without a transfer."""

import pytest

from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from cases.casefile.models import Hold
from cases.proceedings.actions import file_criminal
from cases.proceedings.models import Proceeding
from tests import stories


def _file(cast, matter, by="antismuggling.deputy", **given):
    return file_criminal(matter, actor=cast[by], reason="Facts of a crime are established.", **given)


def test_the_antismuggling_bureau_files_from_its_own_lead(cast):
    matter = stories.case(cast, "antismuggling.officer")
    filed = _file(cast, matter, offence="SMUG_PROHIBITED", external_number="海缉立〔2026〕901号")
    matter.refresh_from_db()
    assert (filed.kind, filed.state, filed.offence.code) == ("criminal", "CRIMINAL_CASE", "SMUG_PROHIBITED")
    assert matter.state == "HANDLING"
    assert set(matter.holds.standing().values_list("verb", flat=True)) == {Hold.Verb.CONCLUDE, Hold.Verb.PUNISH}


def test_a_case_recorded_from_papers_may_lack_offence_and_number(cast):
    filed = _file(cast, stories.case(cast, "police.officer"), by="police.head")
    assert (filed.offence, filed.external_number) == (None, "")


def test_police_with_a_status_share_cannot_file(cast):
    with pytest.raises(Forbidden):
        _file(cast, stories.shared_case(cast, "GACC_ASB", profile="status"))


def test_a_number_is_used_once_in_an_agency_and_an_unknown_offence_is_refused(cast):
    _file(cast, stories.case(cast, "police.officer"), by="police.deputy", external_number="A-1")
    with pytest.raises(TransitionRefused, match="A-1"):
        _file(cast, stories.case(cast, "police.officer"), by="police.deputy", external_number="A-1")
    assert Proceeding.objects.filter(external_number="A-1").count() == 1
    with pytest.raises(Invalid):
        _file(cast, stories.case(cast, "police.officer"), by="police.deputy", offence="NONE")
