"""The people of the benchmark see what the account sees of which they are copies, and have unread notifications."""

from typing import Any

from agencies.people.sight import actor_for
from cases.casefile.models import Case
from coordination.workspace.inbox import unread
from dev.bench.crowd import crowd
from tests import stories


def test_copies_of_an_account_see_its_cases_and_have_unread_notifications(cast: Any) -> None:
    case = stories.case(cast)
    people = crowd("customs.officer", 2)
    assert len({person.username for person in people}) == 2
    for person in people:
        actor = actor_for(person)
        assert Case.objects.visible_to(actor).get() == case
        assert unread(actor) > 0
