"""Filing review of an economic crime: three days, at most ten, thirty and thirty more, extended by whom the rule
names."""

import pytest

from agencies.kernel.errors import TransitionRefused
from agencies.kernel.resource import RESOURCES
from cases.clocks.models import Clock
from coordination.actions.performing import perform
from tests import stories

SENDER, POLICE, HEAD = "commerce.officer", "police.officer", "police.head"


@pytest.fixture
def review(cast):
    """A transfer of illegal business at the economic-crime police, under review."""
    data = {
        **{"offence": "ILLEGAL_BUSINESS", "title": "Licences sold", "report": "Facts."},
        "team": [cast[SENDER].id, cast["commerce.lead"].id],
    }
    made = perform(RESOURCES["cases"], cast[SENDER], stories.case(cast, SENDER), "draft_transfer", data).created
    ways = [("submit", SENDER), ("approve", "commerce.head"), ("deliver", SENDER), ("accept", POLICE)]
    stories.walk(cast, made, [(verb, who, stories.ON_PAPER if verb == "approve" else {}) for verb, who in ways])
    return made, Clock.objects.running().about(made).get(rule__code="TRF_REVIEW_ECO")


def extend(cast, clock, step, who=HEAD):
    stories.walk(cast, clock, [("extend", who, {"step": step, "paper": "1", "reason": "Many licences"})])


def test_it_runs_three_days_and_by_its_steps_to_seventy_at_most(cast, review):
    _transfer, clock = review
    days = [(clock.due_at - clock.started_at).days]
    for step in ("2", "3"):
        extend(cast, clock, step)
        days.append((clock.due_at - clock.started_at).days)
    assert days[0] < 10 <= 29 <= days[1] < days[2]
    with pytest.raises(TransitionRefused):
        extend(cast, clock, "3")


def test_the_page_shows_who_may_extend_it_and_that_it_was(cast, review):
    transfer, clock = review
    for who in (SENDER, POLICE):
        page = cast.browser(who).get(f"/referrals/{transfer.pk}/").content.decode()
        assert "30 days if major, difficult or cross-regional" in page
        assert "extended once" not in page
    extend(cast, clock, "1")
    assert "extended once" in cast.browser(SENDER).get(f"/referrals/{transfer.pk}/").content.decode()
