"""What one version of a playbook changed is told in words, not in the names of the file's columns."""

from django.utils import translation

from coordination.playbooks.reading import COLUMNS, TOLD, WORDS, Changed

STEP = dict.fromkeys(TOLD, "") | {"owner": "own", "mandatory": True, "papers": [], "facts": [], "depends_on": []}


def told(language, **changes):
    with translation.override(language):
        return [(str(name), was, now) for name, was, now in Changed(STEP, STEP | changes).cells]


def test_every_column_has_its_words():
    assert set(WORDS) == set(COLUMNS)


def test_a_step_that_need_not_be_done_any_more_says_so():
    assert told("en", mandatory=False) == [("May it be left undone", "no", "yes")]
    assert told("zh-hans", mandatory=False) == [("是否可以不办", "否", "是")]


def test_who_does_it_is_named():
    assert told("en", owner="police") == [("Who does it", "the organ that conducts the proceeding", "public security")]
