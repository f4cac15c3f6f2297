"""A timeline knows verb and state but not the kind: two kinds must not describe the same step differently."""

from coordination.exchange.referrals.models import Referral
from coordination.exchange.referrals.workflow import BY_KIND
from tests import stories


def test_every_kind_has_its_table():
    assert set(BY_KIND) == set(Referral.Kind)


def test_no_two_kinds_describe_the_same_step_differently():
    data = {}
    for workflow in BY_KIND.values():
        for verb, line in workflow.transitions.items():
            if line.to:
                data.setdefault((verb, line.to), set()).add(str(workflow.labels[verb].sentence))
    assert {step: words for step, words in data.items() if len(words) > 1} == {}


def test_a_letter_of_the_centre_is_read_on_the_page_of_the_matter(cast):
    matter = stories.matter(cast, "OPINED")
    for who in ("customs.officer", "commerce.officer", "centre.coordinator"):
        page = cast.browser(who).get(f"/referrals/{matter.pk}/").content.decode()
        assert "It is about qualification." in page
        assert "gave its written opinion on competence" in page
