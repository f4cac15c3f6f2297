"""An officer applies for an extension; the office holder grants or refuses it, and those concerned are notified."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.kernel.errors import Forbidden
from agencies.kernel.resource import RESOURCES
from cases.clocks.actions import ACTIONS, apply_for_extension, extend_clock
from cases.clocks.models import Clock, ClockApplication
from coordination.actions.performing import perform
from coordination.messaging.notifications.jobs import drain
from coordination.messaging.notifications.models import InboxItem
from coordination.workspace.approvals import waiting_page
from tests import stories
from tests.refusals import invalid_at, refused_for

OFFICER, HEAD = "customs.officer", "customs.head"
REASON = "The laboratory needs six weeks more."


def detention(cast):
    """Goods under detention for a year, which the head of customs may extend by another."""
    return Clock.objects.about(stories.property_measure(cast)).get(rule__code="CUS_DETAIN_GOODS")


def applied(cast, **given):
    clock = detention(cast)
    apply_for_extension(clock, actor=cast[OFFICER], step="1", reason=REASON, **given)
    return Clock.objects.get(pk=clock.pk)


def pending_for(cast, who):
    return {one.pk: one for one in waiting_page(cast[who], {}).items}


def test_the_approvals_list_an_application_with_its_reason_long_before_the_period_ends(cast):
    clock = detention(cast)
    assert clock.pk not in pending_for(cast, HEAD)
    apply_for_extension(clock, actor=cast[OFFICER], step="1", reason=REASON)
    assert clock.pk in pending_for(cast, HEAD)
    page = cast.browser(HEAD).get("/approvals/", {"resource": "clocks", "id": str(clock.pk)}).content.decode()
    assert REASON in page
    assert cast.user(OFFICER).name_en in page
    assert 'value="1" selected' in page


def test_the_head_is_notified_of_the_application_and_the_officer_of_a_refusal_after_which_a_new_one_is_possible(cast):
    clock = applied(cast)
    was = clock.due_at
    drain()
    assert InboxItem.objects.filter(person=cast.user(HEAD), because="decides", event__object_id=clock.pk).exists()
    ACTIONS["refuse"](clock, actor=cast[HEAD], reason="Six weeks remain.")
    drain()
    item = InboxItem.objects.get(person=cast.user(OFFICER), event__object_id=clock.pk)
    assert (item.because, item.event.verb) == ("in_hand", "refuse")
    clock.refresh_from_db()
    assert clock.due_at == was
    apply_for_extension(clock, actor=cast[OFFICER], step="1", reason="The ground is shown now.")
    assert [one.outcome for one in clock.applications.all()] == ["refused", ""]


def test_granting_answers_it_and_moves_the_end(cast):
    clock = applied(cast, length=1)
    was = clock.due_at
    extend_clock(clock, actor=cast[HEAD], step="1", length=1, paper="No. 7", reason="agreed")
    clock.refresh_from_db()
    assert clock.due_at > was
    assert clock.applications.get().outcome == ClockApplication.Outcome.GRANTED
    assert clock.pk not in pending_for(cast, HEAD)


def test_an_application_returned_for_revision_is_entered_again_from_what_it_said(cast):
    clock = applied(cast, length=1)
    perform(RESOURCES["clocks"], cast[HEAD], clock, "revise", {"reason": "Name the laboratory."})
    assert [one.outcome for one in clock.applications.all()] == ["returned"]
    assert clock.pk not in pending_for(cast, HEAD)
    drain()
    item = InboxItem.objects.get(person=cast.user(OFFICER), event__object_id=clock.pk)
    assert item.event.verb == "revise"
    assert "Name the laboratory." in cast.browser(OFFICER).get(f"/deadlines/{clock.pk}/").text
    form = cast.browser(OFFICER).get(f"/clocks/{clock.pk}/do/apply/").text
    assert 'value="1" selected' in form
    apply_for_extension(clock, actor=cast[OFFICER], step="1", length=1, reason="Laboratory No. 3 needs six weeks.")
    assert clock.pk in pending_for(cast, HEAD)


def test_an_office_holder_does_not_grant_their_own_application(cast):
    clock = detention(cast)
    apply_for_extension(clock, actor=cast[HEAD], step="1", reason=REASON)
    clock.refresh_from_db()
    with refused_for("applicant"):
        extend_clock(clock, actor=cast[HEAD], step="1", paper="No. 7", reason="agreed")
    assert pending_for(cast, HEAD)[clock.pk].thing.barred


def test_nothing_is_applied_for_beyond_the_legal_length_or_after_the_end_nor_refused_without_application(cast):
    clock = detention(cast)
    with invalid_at("/length"):
        apply_for_extension(clock, actor=cast[OFFICER], step="1", length=5, reason=REASON)
    assert not clock.applications.exists()
    with refused_for("application"):
        ACTIONS["refuse"](clock, actor=cast[HEAD], reason="No.")
    over = timezone.now() - timedelta(days=1)
    Clock.objects.filter(pk=clock.pk).update(due_at=over, breach_at=over)
    with refused_for("ended"):
        apply_for_extension(Clock.objects.get(pk=clock.pk), actor=cast[OFFICER], step="1", reason=REASON)


def test_an_extension_granted_outside_is_not_applied_for_here(cast):
    """The procuratorate extends custody for investigation; it is asked on paper."""
    custody = Clock.objects.about(stories.arrested(cast, stories.suspect(cast))).get(rule__code="CRM_INVEST")
    with refused_for("office"):
        apply_for_extension(custody, actor=cast["antismuggling.officer"], step="1", reason=REASON)


def test_one_application_is_pending_at_a_time_and_its_reason_read_by_its_own_agency_alone(cast):
    clock = applied(cast)
    with pytest.raises(Forbidden):
        apply_for_extension(clock, actor=cast["commerce.officer"], step="1", reason="x")
    page = cast.browser("commerce.officer").get(f"/deadlines/{clock.pk}/")
    assert page.status_code == 200
    assert REASON not in page.content.decode()
    own = cast.browser(OFFICER).get(f"/deadlines/{clock.pk}/").content.decode()
    assert REASON in own
    with refused_for("application"):
        apply_for_extension(clock, actor=cast["customs.lead"], step="1", reason="me too")
