"""Two agencies ask customs about one container: neither learns of the other, of its reason, or that there is one."""

import re

import pytest
from django.urls import reverse

from agencies.work.models import WorkItem
from cases.sharing.actions import share_case
from coordination.insight.search.actions import index_changed
from coordination.messaging.notifications.jobs import drain
from coordination.prevention.stops.models import CargoHold, Stop
from tests import stories
from tests.journal import verify_streams
from tests.stories.stops import CONTAINER, DECLARED

CUSTOMS, COMMERCE, BUREAU, COORDINATOR = (
    *("customs.officer", "commerce.officer", "antismuggling.officer", "centre.coordinator"),
)
OF_THE_REQUEST = [re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"'), re.compile(r"[0-9a-f]{32}(?![0-9a-f-])")]


@pytest.fixture
def case(cast):
    """Customs lead it; commerce and the anti-smuggling bureau read all of it."""
    made = stories.shared_case(cast)
    share_case(made, actor=cast["customs.lead"], agency="GACC_ASB", profile="full", reason="joint work")
    return made


@pytest.fixture
def ours(cast, case):
    """The stop of commerce, answered with a hold."""
    return stories.stop(cast, "HELD", matter=case, container=CONTAINER)


def answers(cast, who, case, stop):
    """Every answer in which another stop of the same goods could show."""
    index_changed()
    drain()
    page = reverse("case", args=[case.pk])
    asked = [
        (reverse("stop", args=[stop.pk]), {}),
        (reverse("stops"), {}),
        *((reverse("stops"), {"goods_no": number}) for number in (CONTAINER, DECLARED)),
        (reverse("stops"), {"holding": "1"}),
        ("/api/v1/stops/", {}),
        (f"/api/v1/stops/{stop.pk}/", {}),
        ("/api/v1/stops/", {"case": str(case.pk)}),
        *((page, {"tab": tab}) for tab in ("stops", "timeline", "overview", "clocks")),
        (reverse("search"), {"q": "Example Metals"}),
        ("/api/v1/search/", {"q": CONTAINER}),
        *((reverse(name), {}) for name in ("home", "queues", "notices", "cases", "reminder_desk")),
        (reverse("board"), {"resource": "stops"}),
        (reverse("inspection_new"), {}),
        (reverse("verb", args=["cases", case.pk, "request_inspection"]), {}),
    ]
    found = {}
    for address, params in asked:
        answer = cast.browser(who).get(address, params)
        content = answer.content.decode()
        for pattern in OF_THE_REQUEST:
            content = pattern.sub("", content)
        found[address, tuple(params.items())] = (answer.status_code, answer.get("Location"), content)
    return found


def same(before, after):
    return [key for key in before if before[key] != after[key]]


@pytest.mark.slow
def test_another_stop_of_the_same_goods_changes_no_byte_for_a_sender(cast, case, ours, time_machine_still):
    for who in (COMMERCE, "commerce.lead"):
        before = answers(cast, who, case, ours)
        theirs = stories.stop(cast, "DETAINED", matter=case, by="antismuggling", container=CONTAINER, declaration_no="")
        assert theirs.hold == Stop.objects.get(pk=ours.pk).hold
        assert same(before, answers(cast, who, case, ours)) == []


@pytest.mark.slow
def test_nor_does_its_lifting(cast, case, ours, time_machine_still):
    theirs = stories.stop(cast, "HELD", matter=case, by="antismuggling", container=CONTAINER)
    stories.walk(cast, ours, [("lift", "commerce.lead", {"reason": "Done"})])
    assert CargoHold.objects.get().until is None
    before = answers(cast, COMMERCE, case, ours)
    assert "Lifted for your agency" in before[reverse("stop", args=[ours.pk]), ()][2]
    stories.walk(cast, theirs, [("lift", "antismuggling.lead", {"reason": "Done"})])
    assert CargoHold.objects.get().until is not None
    assert same(before, answers(cast, COMMERCE, case, ours)) == []


def test_the_hold_is_shown_to_customs_alone(cast, ours):
    url = f"/api/v1/stops/{ours.pk}/"
    assert cast.browser(CUSTOMS).get(url).json()["hold"]["container"] == CONTAINER
    assert "Hold of the goods" in cast.browser(CUSTOMS).get(reverse("stop", args=[ours.pk])).content.decode()
    for who in (COMMERCE, COORDINATOR):
        assert cast.browser(who).get(url).json()["hold"] is None
        assert "Hold of the goods" not in cast.browser(who).get(reverse("stop", args=[ours.pk])).content.decode()


def test_readers_of_the_case_see_neither_stop_nor_event(cast, case, ours):
    reader = "antismuggling.officer"
    assert cast.browser(reader).get(reverse("stop", args=[ours.pk])).status_code == 404
    assert cast.browser(reader).get(f"/api/v1/stops/{ours.pk}/").status_code == 404
    timeline = cast.browser(reader).get(reverse("case", args=[case.pk]), {"tab": "timeline"}).content.decode()
    assert "inspection request" not in timeline
    assert not WorkItem.objects.visible_to(cast[reader]).filter(object_id=ours.pk).exists()


def test_customs_do_not_see_a_draft_and_no_case_of_which_they_are_no_reader(cast):
    draft = stories.stop(cast, "HEAD_DECISION", "notice")
    assert cast.browser(CUSTOMS).get(reverse("stop", args=[draft.pk])).status_code == 404
    secret = stories.case(cast, "antismuggling.officer", title="Ring of exporters")
    sent = stories.stop(cast, matter=secret, by="antismuggling")
    shown = cast.browser(CUSTOMS).get(reverse("stop", args=[sent.pk])).content.decode()
    assert sent.title in shown
    assert secret.number not in shown
    assert cast.browser(CUSTOMS).get(f"/api/v1/stops/{sent.pk}/").json()["case"] is None
    assert secret.number not in cast.browser(CUSTOMS).get(reverse("stops")).content.decode()


def test_the_centre_sees_what_was_sent_but_not_of_a_restricted_case(cast):
    sent = stories.stop(cast)
    restricted = stories.case(cast, "antismuggling.officer", handling="H3", handling_code="H3")
    hidden = stories.stop(cast, matter=restricted, by="antismuggling")
    draft = stories.stop(cast, "DRAFT")
    assert set(Stop.objects.visible_to(cast[COORDINATOR])) == {sent}
    assert set(Stop.objects.visible_to(cast[CUSTOMS])) == {sent, hidden}
    assert set(Stop.objects.visible_to(cast[COMMERCE])) == {sent, draft}
    assert not list(verify_streams())
