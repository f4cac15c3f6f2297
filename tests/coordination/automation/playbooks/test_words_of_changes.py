"""Changes between versions of a playbook are described by labels, not by column names."""

from django.utils import translation

from cases.proceedings.models import Proceeding
from coordination.automation.playbooks.models import DueUnit
from coordination.automation.playbooks.reading import COLUMNS, COMPARED, WORDS, ChangedStep

STEP = dict.fromkeys(COMPARED, "") | {
    **{
        "kind": "commerce",
        "state": "VERIFY",
        "group": "start",
        "owner": "own",
        "days": None,
        "day_unit": "calendar_day",
    },
    **{"mandatory": True, "papers": [], "facts": [], "depends_on": []},
}
VERIFY = Proceeding.State.VERIFY.label


def described(language, **changes):
    with translation.override(language):
        return [(str(name), was, now) for name, was, now in ChangedStep(STEP, STEP | changes).cells]


def test_every_column_has_its_words():
    assert set(WORDS) == set(COLUMNS)


def test_a_step_that_became_optional_and_its_responsible_side_are_described():
    assert described("en", mandatory=False) == [("Optional step", "no", "yes")]
    assert described("zh-hans", mandatory=False) == [("是否可以不办", "否", "是")]
    assert described("en", owner="police") == [("Assigned agency", "the agency of the proceeding", "public security")]


def test_a_deadline_is_shown_in_everyday_words():
    assert described("en", days=3, day_unit=DueUnit.WORKING_DAY) == [
        ("Due", "no deadline", f"3 working days after “{VERIFY}”")
    ]
    [(_due, _was, now)] = described("zh-hans", follows="ADM_DECISION")
    assert "ADM_DECISION" not in now


def test_the_state_with_which_a_step_comes_has_its_name():
    [(name, was, now)] = described("en", state="DECIDED")
    assert (name, was) == ("Request stage", VERIFY)
    assert now != "DECIDED"


def test_facts_that_it_asks_for_are_named():
    assert described("en", facts=["violation_types", "end_user"]) == [
        ("Facts", "", "violation types, a party abroad: buyer, intermediary or end user")
    ]
