"""Steps disclose nothing to another agency, the other side of a bureau, or through the chain of a case."""

import pytest
from django.urls import reverse

from agencies.journal.models import Event
from agencies.kernel.errors import TransitionRefused
from cases.casefile.models import Case
from cases.proceedings.actions import open_proceeding
from cases.proceedings.models import Proceeding
from cases.proceedings.on_case import inside_of_walled
from cases.sharing.actions import unshare_case
from coordination.automation.playbooks.actions import apply_playbook
from coordination.exchange.tasks.models import Task
from tests import stories
from tests.kept_stories import story

from .following import follow
from .test_apply import of_type, steps, task_of


@pytest.fixture
@story
def both_sides(cast):
    """The bureau conducts the criminal case (its lead) and a customs proceeding (its officer) in one case."""
    case = of_type(cast, stories.case(cast), "false_declaration")
    stories.transfer(cast, "FILED", case)
    criminal = Proceeding.objects.get(case=case, kind="criminal")
    Proceeding.objects.filter(pk=criminal.pk).update(handler=cast["antismuggling.lead"].id)
    customs = open_proceeding(Case.objects.get(pk=case.pk), actor=cast["antismuggling.officer"], kind="customs")
    follow(cast)
    return criminal, customs


def test_the_two_sides_of_a_bureau_do_not_see_each_others_steps(cast, both_sides):
    criminal, customs = both_sides
    assert steps(criminal)
    assert steps(customs)
    seen = Task.objects.visible_to(cast["antismuggling.officer"])
    assert seen.filter(proceeding=customs).exists()
    assert not seen.filter(proceeding=criminal).exists()
    assert not Task.objects.visible_to(cast["antismuggling.lead"]).filter(proceeding=customs).exists()
    head = Task.objects.visible_to(cast["antismuggling.head"])
    assert head.filter(proceeding=criminal).exists()
    assert head.filter(proceeding=customs).exists()


def test_pages_api_and_timeline_keep_the_wall(cast, both_sides):
    criminal, customs = both_sides
    hidden = task_of(criminal, "C_INTERROGATE")
    client = cast.browser("antismuggling.officer")
    assert client.get(reverse("task", args=[hidden.pk])).status_code == 404
    assert client.get(f"/api/v1/tasks/{hidden.pk}/").status_code == 404
    shown = client.get(f"/api/v1/cases/{criminal.case_id}/playbooks/").json()
    assert {one["proceeding"] for one in shown} == {str(customs.pk)}
    page = client.get(reverse("case", args=[criminal.case_id]) + "?tab=tasks").content.decode()
    assert "Interrogate the suspects" not in page
    assert "Interrogate the suspects" not in client.get("/tasks/").content.decode()
    assert hidden.pk in inside_of_walled(cast["antismuggling.officer"], criminal.case_id)
    with pytest.raises(Exception, match="Another role"):
        apply_playbook(criminal, actor=cast["antismuggling.officer"], playbook="concealment")


def test_automatic_steps_notify_only_the_proceedings_agency(cast):
    case = of_type(cast, stories.shared_case(cast), "false_declaration")
    opened = stories.proceeding(cast, matter=case)
    follow(cast)
    applied = Event.objects.filter(verb="apply_playbook", object_id=opened.pk)
    assert applied.readable_by_agency(cast["customs.officer"].agency_id).exists()
    assert not applied.readable_by_agency(cast["commerce.officer"].agency_id).exists()
    timeline = reverse("case", args=[case.pk]) + "?tab=timeline"
    assert "applied a playbook" in cast.browser("customs.officer").get(timeline).content.decode()
    assert "applied a playbook" not in cast.browser("commerce.officer").get(timeline).content.decode()


def test_an_agency_that_was_asked_once_sees_its_task_after_the_share_ends_and_no_playbook(cast):
    case = of_type(cast, stories.shared_case(cast), "false_declaration")
    moved = stories.proceeding(cast, "FILED_ADM", case)
    follow(cast)
    asked = task_of(moved, "CONTROL_STATUS")
    with pytest.raises(TransitionRefused):  # it still has open work there
        unshare_case(Case.objects.get(pk=case.pk), actor=cast["customs.officer"], agency="MOFCOM_SCB", reason="done")
    for task in Task.objects.filter(proceeding=moved, agency__code="MOFCOM_SCB"):
        stories.walk(cast, task, [("waive", "customs.lead", {"reason": "Not needed"})])
    unshare_case(Case.objects.get(pk=case.pk), actor=cast["customs.officer"], agency="MOFCOM_SCB", reason="done")
    page = cast.browser("commerce.officer").get(reverse("task", args=[asked.pk])).content.decode()
    assert "Establish the control status" in page
    assert moved.external_number not in page
    assert case.title not in page
