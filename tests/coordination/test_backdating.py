"""An action recorded more than four hours late needs a paper that shows its time, and is marked; on pages and over the
API."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from agencies.confirmations.models import Confirmation
from agencies.journal.models import Event
from agencies.kernel.errors import Invalid, TransitionRefused
from agencies.kernel.records import Stateful
from agencies.kernel.resource import resource_of
from agencies.kernel.times import PAPER_AFTER
from agencies.kernel.work import atomic
from cases.casefile.actions import add_party, move_case
from cases.clocks.models import Clock
from coordination.prevention.diligence.models import Gap
from tests import stories
from tests.coordination.test_workflow_matrix import STAGES, WHO, perform, put
from tests.refusals import invalid_at

LATE = PAPER_AFTER + timedelta(minutes=1)
PAPER = "沪关缉记〔2026〕7号"
FACTS = "what must be true"


@pytest.mark.slow
@pytest.mark.parametrize("name", STAGES)
def test_every_action_recorded_late_needs_a_paper(cast, name):
    """Performed in each of its states: without a paper the error is at /paper, with one it is recorded and marked."""
    workflow, make = STAGES[name]
    thing = make(cast)
    for verb, line in workflow.transitions.items():
        if line.system or not WHO[name][verb]:
            continue
        actor = cast[min(WHO[name][verb])]
        with atomic():
            put(thing, min(line.sources))
            long_standing()
            thing.refresh_from_db()
            at = timezone.now() - LATE
            shown = refused(actor, thing, verb, happened_at=at.isoformat(), paper="")
            assert shown & {"/paper", FACTS}, (name, verb)
            chosen = any(ask.name == "paper" and ask.kind == "choice" for ask in line.fields)
            paper = {} if chosen else {"paper": PAPER}
            done = recorded(actor, thing, verb, happened_at=at.isoformat(), **paper)
            if done and isinstance(done.created, Confirmation):
                assert done.created.answers.get("paper", "") == paper.get("paper", ""), (name, verb)
            elif done and paper:
                shown = Event.objects.filter(agency_id=actor.agency_id, happened_at=at)
                assert PAPER in {event.note.data.get("paper") for event in shown.select_related("note")}, (name, verb)
            transaction.set_rollback(True)
        thing = type(thing).objects.get(pk=thing.pk)


@pytest.mark.slow
@pytest.mark.parametrize("name", STAGES)
def test_no_action_is_recorded_for_the_future(cast, name):
    """No action is recorded for a future time, with or without a paper."""
    workflow, make = STAGES[name]
    thing = make(cast)
    for verb, line in workflow.transitions.items():
        if line.system or not WHO[name][verb]:
            continue
        with atomic():
            put(thing, min(line.sources))
            thing.refresh_from_db()
            soon = (timezone.now() + timedelta(minutes=10)).isoformat()
            # If conditions refuse first, that is the answer: nothing is recorded either.
            shown = refused(cast[min(WHO[name][verb])], thing, verb, happened_at=soon)
            assert shown & {"/happened_at", FACTS}, (name, verb)
            transaction.set_rollback(True)
        thing = type(thing).objects.get(pk=thing.pk)


def long_standing():
    """All objects of the stage are a month old, so that an action may have happened yesterday."""
    long_ago = timezone.now() - timedelta(days=30)
    for model in apps.get_models():
        if issubclass(model, Stateful):
            since = {"since": long_ago} if any(field.name == "since" for field in model._meta.fields) else {}
            model._base_manager.update(state_since=long_ago, **since)
    Clock.objects.update(started_at=long_ago)
    Gap.objects.update(found_at=long_ago)
    Gap.objects.exclude(reported_at=None).update(reported_at=long_ago)


def refused(actor, thing, verb, **late):
    """The refused fields; conditions are checked before the input, so their refusal is an answer, too."""
    try:
        with atomic():
            perform(actor, thing, verb, **late)
    except Invalid as no:
        return {error.pointer for error in no.errors}
    except TransitionRefused:
        return {FACTS}
    return set()


def recorded(actor, thing, verb, **late):
    try:
        with atomic():
            return perform(actor, thing, verb, **late)
    except TransitionRefused:
        return None


def test_the_action_itself_refuses_so_no_door_can_forget_it(cast):
    case = stories.case(cast)
    at = timezone.now() - LATE
    type(case).objects.filter(pk=case.pk).update(state_since=at)
    with pytest.raises(Invalid) as no:
        add_party(case, actor=cast["customs.officer"], name="Example", kind="company", happened_at=at)
    assert [(error.pointer, error.code) for error in no.value.errors] == [("/paper", "paper")]
    assert "4 hours" in no.value.detail


def test_an_action_of_this_morning_needs_no_paper(cast):
    case = stories.case(cast)
    at = timezone.now() - PAPER_AFTER + timedelta(minutes=1)
    type(case).objects.filter(pk=case.pk).update(state_since=at)
    add_party(case, actor=cast["customs.officer"], name="Example", kind="company", happened_at=at)


def test_a_bad_time_and_a_missing_paper_are_named_together(cast):
    case = stories.case(cast)
    with invalid_at("/outcome", "/happened_at", "/paper"):
        move_case(case, "conclude", actor=cast["customs.lead"], happened_at=timezone.now() - timedelta(days=9))


def test_the_form_reports_the_paper_with_all_other_errors(cast):
    case = stories.case(cast)
    late = (timezone.localtime() - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    page = cast.browser("customs.officer").post(
        reverse("verb", args=["cases", case.pk, "add_party"]), {"happened_at": late, "version": case.version}
    )
    assert page.status_code == 400
    assert {"name", "kind", "paper"} <= set(page.context["form"].errors)


def test_the_timeline_marks_it_with_the_lag_and_the_paper(cast):
    case = stories.case(cast)
    at = timezone.now() - timedelta(days=2)
    type(case).objects.filter(pk=case.pk).update(state_since=at)
    add_party(case, actor=cast["customs.officer"], name="Example", kind="company", happened_at=at, paper=PAPER)
    text = cast.browser("customs.officer").get(reverse("case", args=[case.pk]) + "?tab=timeline").text
    assert "Recorded later, after 2 d" in text
    assert PAPER in text


def test_another_agency_sees_the_mark_and_not_internal_papers(cast):
    case = stories.shared_case(cast)
    at = timezone.now() - timedelta(days=2)
    type(case).objects.filter(pk=case.pk).update(state_since=at)
    classified = {"title": "New", "severity": "low", "handling": case.handling}
    resource_of(case).actions_of(case)["classify"](
        case, actor=cast["customs.officer"], happened_at=at, paper=PAPER, **classified
    )
    text = cast.browser("commerce.officer").get(reverse("case", args=[case.pk]) + "?tab=timeline").text
    assert "Recorded later" in text
    assert PAPER not in text
