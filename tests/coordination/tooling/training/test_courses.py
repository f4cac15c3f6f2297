"""The training system: a matter for each role on its own database, and steps that detect completion."""

from io import StringIO

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import override_settings

from agencies.people.models import User
from cases.casefile.models import Case
from cases.intake.models import Lead
from cases.sharing.actions import share_case
from coordination.config import production
from coordination.tooling.training.courses import COURSES
from coordination.tooling.training.staging import matter_of, stage, stage_all
from tests import stories
from tests.kept_stories import story

pytestmark = pytest.mark.slow
PRACTISE = {
    "officer": "customs.officer",
    "lead": "customs.lead",
    "head": "customs.head",
    "receiver": "antismuggling.head",
    "investigator": "police.officer",
    "asked": "commerce.officer",
    "coordinator": "centre.coordinator",
}


@story
def staged(cast):
    return stage_all()


@pytest.fixture
def training(cast):
    """Not by the fixture `settings`, with which no story would be kept: all begin with the same matters."""
    with override_settings(TRAINING=True):
        assert staged(cast) == len(COURSES)
        yield


def course(key):
    return next(one for one in COURSES if one.key == key)


def steps(cast, key):
    (shown,) = cast.browser(PRACTISE[key]).get("/training/").context["courses"]
    assert shown["course"].key == key
    return [row["done"] for row in shown["rows"]]


def test_every_course_has_a_person_and_a_matter_they_see(cast, training):
    assert set(PRACTISE) == {one.key for one in COURSES}
    for key, who in PRACTISE.items():
        shown = cast.browser(who).get("/training/")
        (found,) = shown.context["courses"]
        assert found["course"].key == key
        for row in found["rows"]:
            assert row["url"], (key, row["words"])
            assert cast.browser(who).get(row["url"]).status_code == 200
        assert "all content is fictitious" in shown.text


def test_every_other_page_has_the_training_banner(cast, training):
    for path in ("/", "/cases/", "/login/"):
        assert "Training system" in cast.browser("customs.officer").get(path, follow=True).text, path


def test_staging_twice_is_staging_once(cast, training):
    assert stage_all() == 0


def test_the_head_s_step_is_done_by_deciding(cast, training):
    assert steps(cast, "head") == [None, False]
    stories.walk(cast, matter_of(course("head")).referral, [("approve", "customs.head", stories.ON_PAPER)])
    assert steps(cast, "head") == [None, True]


def test_an_officer_completes_their_course(cast, training):
    lead = matter_of(course("officer")).lead
    stories.walk(cast, lead, [("take_up", "customs.officer", {})])
    assert steps(cast, "officer") == [True, *[False] * 6]
    data = {"title": "Practice", "handling": "H1", "violation_types": ["concealment"]}
    stories.walk(cast, lead, [("promote", "customs.officer", data)])
    case = Case.objects.get(leads=lead)
    stories.proceeding(cast, matter=case)
    stories.note(cast, matter=case)
    share_case(case, actor=cast["customs.officer"], agency="MOFCOM_SCB", profile="full", reason="licences")
    stories.task(cast, "ASKED", case)
    assert steps(cast, "officer") == [True, True, True, True, True, False, False]
    stories.transfer(cast, "HEAD_DECISION", case)
    assert steps(cast, "officer") == [True] * 7


def test_an_investigator_of_the_police_goes_from_the_filed_case_to_the_arrest(cast, training):
    matter = matter_of(course("investigator"))
    assert steps(cast, "investigator") == [None, *[False] * 5]
    (suspected,) = matter.case.parties.filter(kind="person")
    stories.walk(cast, matter.proceeding, [("add_line", "police.officer", {"party": str(suspected.pk)})])
    suspect = matter_of(course("investigator")).suspect
    stories.walk(cast, suspect, [("detain", "police.officer", {"paper": "练习拘字〔2026〕1号"})])
    assert steps(cast, "investigator") == [None, True, True, False, False, False]
    held = matter_of(course("investigator")).measure
    stories.walk(cast, held, [(verb, "police.officer", {}) for verb in ("deliver", "question")])
    assert steps(cast, "investigator")[3] is False
    stories.walk(cast, held, [("notify_family", "police.officer", {})])
    stories.walk(cast, suspect, [("request_arrest", "police.officer", {"paper": "练习提捕字〔2026〕1号"})])
    assert steps(cast, "investigator") == [None, True, True, True, True, False]
    shared = {"agency": "MOFCOM_SCB", "profile": "full", "reason": "licences"}
    asked = {"agency": "MOFCOM_SCB", "title": "Are these licences genuine?"}
    stories.walk(cast, matter.case, [("share", "police.officer", shared), ("ask_task", "police.officer", asked)])
    assert steps(cast, "investigator") == [None, *[True] * 5]


def test_commerce_sees_the_task_and_not_the_suspect(cast, training):
    matter = matter_of(course("investigator"))
    (suspected,) = matter.case.parties.filter(kind="person")
    stories.walk(cast, matter.proceeding, [("add_line", "police.officer", {"party": str(suspected.pk)})])
    suspect = matter_of(course("investigator")).suspect
    share_case(matter.case, actor=cast["police.officer"], agency="MOFCOM_SCB", profile="full", reason="licences")
    assert suspect not in type(suspect).objects.visible_to(cast["commerce.officer"])


def test_the_commerce_course_is_done_step_by_step(cast, training):
    task = matter_of(course("asked")).task
    assert steps(cast, "asked") == [False, False, False]
    stories.walk(cast, task, [("accept", "commerce.officer", {}), ("claim", "commerce.officer", {})])
    stories.walk(cast, task, [("complete", "commerce.officer", {"result": "None"})])
    assert steps(cast, "asked") == [True, True, True]


def test_the_coordinator_s_matter_is_overdue(cast, training):
    referral = matter_of(course("coordinator")).referral
    assert referral in type(referral).objects.overdue()


def test_beginning_again_makes_a_fresh_matter_and_only_of_ones_own_course(cast, training):
    before = matter_of(course("officer")).lead
    browser = cast.browser("customs.officer")
    assert browser.post("/training/reset/", {"course": "officer"}).status_code == 302
    after = matter_of(course("officer")).lead
    assert after.pk != before.pk
    assert browser.post("/training/reset/", {"course": "head"}).status_code == 404
    assert browser.post("/training/reset/", {"course": "\x00"}).status_code == 404


def test_outside_a_training_system_there_is_no_course_and_none_is_made(cast):
    assert cast.browser("customs.officer").get("/training/").status_code == 404
    assert cast.browser("customs.officer").post("/training/reset/", {"course": "officer"}).status_code == 404
    assert "Training system" not in cast.browser("customs.officer").get("/").text
    with pytest.raises(ImproperlyConfigured):
        stage(COURSES[0])
    with pytest.raises(CommandError):
        call_command("prepare_training", stdout=StringIO())
    assert not Lead.objects.exists()


def test_a_database_in_which_people_work_is_refused(cast, settings):
    settings.TRAINING = True
    somebody = cast.user("customs.officer")
    User.objects.create_user("real.person", agency=somebody.agency, name_zh="真人")
    assert any("another" in fault for fault in production.faults())
    with pytest.raises(CommandError, match="accounts of real people"):
        call_command("prepare_training", stdout=StringIO())
    assert not Lead.objects.exists()


def test_the_demonstration_is_not_loaded_into_it(settings, db):
    settings.TRAINING = True
    with pytest.raises(CommandError):
        call_command("demonstrate", stdout=StringIO())
