"""When the drafter of a confidential letter leaves, a person who already reads it continues; it is disclosed to no one
else."""

import pytest

from agencies.kernel.errors import Forbidden, TransitionRefused
from agencies.kernel.resource import RESOURCES
from agencies.people.models import User
from coordination.actions.performing import perform
from coordination.exchange.confidential.models import ConfidentialLetter
from coordination.workspace.worklist import worklist
from tests import stories
from tests.journal import latest_event, verify_streams
from tests.refusals import invalid_at

ALL = (
    *("customs.officer", "customs.lead", "customs.legal", "customs.head", "procurator", "commerce.head"),
    *("antismuggling.head", "centre.coordinator", "auditor"),
)


def knowing(cast):
    """Users who see a letter."""
    here = {who for who in ALL if User.objects.get(username=who).is_active}
    return {who for who in here if ConfidentialLetter.objects.visible_to(cast[who]).exists()}


def with_team(cast, state="HEAD_DECISION"):
    """A letter with a colleague on its team."""
    letter = stories.confidential(cast, state)
    data = {"people": [cast["customs.legal"].id], "reason": "works on it"}
    stories.walk(cast, letter, [("name", "customs.officer", data)])
    return letter


def drafter_leaves(cast, letter):
    User.objects.filter(pk=letter.drafter_id).update(is_active=False)
    cast.pop("customs.officer", None)
    return ConfidentialLetter.objects.get(pk=letter.pk)


def appoint(cast, letter, who="customs.legal", by="customs.head"):
    stories.walk(cast, letter, [("appoint", by, {"to": cast[who].id, "reason": "left for another post"})])


@pytest.mark.parametrize("state", ["HEAD_DECISION", "APPROVED", "SENT", "RECEIVED"])
def test_the_decider_appoints_a_reader_as_drafter_without_disclosure(cast, state):
    letter = with_team(cast, state)
    before = knowing(cast)
    letter = drafter_leaves(cast, letter)
    appoint(cast, letter)
    letter.refresh_from_db()
    assert letter.drafter == cast.user("customs.legal")
    assert knowing(cast) == before - {"customs.officer"}
    assert str(cast.user("customs.officer").pk) not in letter.parts
    assert latest_event("confidential", letter.pk).verb == "appoint"
    assert not list(verify_streams())


def test_the_new_drafter_has_the_same_actions(cast):
    letter = drafter_leaves(cast, with_team(cast))
    appoint(cast, letter)
    stories.walk(cast, letter, [("take_back", "customs.legal", {"reason": "facts missing"})])
    stories.walk(cast, letter, [("withdraw", "customs.legal", {"ending_reason": "cleared up"})])
    assert letter.state == "WITHDRAWN"


def test_unnamed_people_cannot_be_appointed(cast):
    letter = drafter_leaves(cast, with_team(cast))
    for who in ("customs.lead", "procurator", "commerce.head"):
        with invalid_at("/to"):
            appoint(cast, letter, who)
    assert cast.user("customs.officer") == ConfidentialLetter.objects.get(pk=letter.pk).drafter


@pytest.mark.parametrize("by", ["customs.legal", "procurator", "customs.lead", "commerce.head"])
def test_only_the_decider_appoints_a_successor(cast, by):
    letter = drafter_leaves(cast, with_team(cast))
    with pytest.raises(Forbidden):
        appoint(cast, letter, by=by)


def test_while_present_only_the_drafter_passes_it_on(cast):
    letter = with_team(cast)
    with pytest.raises(TransitionRefused, match="passes it on personally"):
        appoint(cast, letter)
    stories.walk(cast, letter, [("pass_on", "customs.officer", {"to": cast["customs.legal"].id, "reason": "moves"})])
    assert letter.drafter == cast.user("customs.legal")
    assert "customs.officer" in knowing(cast), "he wrote of it, so he may not decide on it: he stays named"
    stories.walk(cast, letter, [("strike", "customs.legal", {"person": cast["customs.officer"].id, "reason": "gone"})])
    assert "customs.officer" not in knowing(cast)


def test_without_other_named_people_the_page_explains_and_stays_closed(cast):
    letter = drafter_leaves(cast, stories.confidential(cast))
    before = knowing(cast)
    with pytest.raises(TransitionRefused, match="No colleague who could continue the letter"):
        perform(
            RESOURCES["confidential-letters"], cast["customs.head"], letter, "appoint", {"to": "", "reason": "left"}
        )
    assert knowing(cast) == before == {"customs.head", "procurator"}


def test_before_a_decision_any_team_member_may_submit_the_letter(cast):
    letter = drafter_leaves(cast, with_team(cast, "DRAFT"))
    assert knowing(cast) == {"customs.legal", "procurator"}
    stories.walk(cast, letter, [("submit", "customs.legal", {"to": cast["customs.head"].id})])
    appoint(cast, letter)
    letter.refresh_from_db()
    assert letter.drafter == cast.user("customs.legal")


def test_while_the_drafter_is_present_the_team_does_not_submit(cast):
    with pytest.raises(Forbidden):
        stories.walk(cast, with_team(cast, "DRAFT"), [("submit", "customs.legal", {"to": cast["customs.head"].id})])


def why(cast, who):
    return [str(line.why) for line in worklist(cast[who]).lines if line.key[0] == "confidential"]


def test_only_the_next_person_has_it_as_work(cast):
    letter = with_team(cast, "SENT")
    assert why(cast, "customs.head") == []
    drafter_leaves(cast, letter)
    assert "drafter has left" in why(cast, "customs.head")[0]
    assert why(cast, "customs.lead") == why(cast, "customs.legal") == []


def test_the_page_warns_a_drafter_without_team_and_a_letter_without_drafter(cast):
    letter = stories.confidential(cast, "DRAFT")
    letter.named_people.exclude(user=letter.drafter).delete()
    page = f"/confidential-letters/{letter.pk}/"
    assert "Only you know of this letter" in cast.browser("customs.officer").get(page).content.decode()
    other = drafter_leaves(cast, with_team(cast))
    page = f"/confidential-letters/{other.pk}/"
    assert "The drafter has left" in cast.browser("customs.head").get(page).content.decode()
    assert "起草人已离开" in cast.browser("customs.head", "zh-hans").get(page).content.decode()


def test_the_head_appoints_in_the_browser_and_over_the_api(cast):
    first = drafter_leaves(cast, with_team(cast))
    data = {"to": cast["customs.legal"].id, "reason": "left", "version": first.version}
    answer = cast.browser("customs.head").post(f"/confidential-letters/{first.pk}/do/appoint/", data)
    assert answer.status_code == 302
    User.objects.filter(username="customs.officer").update(is_active=True)
    second = drafter_leaves(cast, with_team(cast))
    data["version"] = second.version
    url = f"/api/v1/confidential-letters/{second.pk}/appoint/"
    assert cast.browser("customs.head").post(url, data, content_type="application/json").status_code == 200
    stale = cast.browser("customs.head").post(url, data, content_type="application/json")
    assert stale.status_code == 409
