"""A letter about an exporter under investigation waits, and its agency does not find out for whom and why."""

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from agencies.journal.models import Event
from agencies.kernel.errors import Forbidden, TransitionRefused
from agencies.kernel.resource import RESOURCES
from agencies.kernel.work import atomic, touch
from coordination.actions.rehearsal import rehearse
from coordination.messaging.notifications.jobs import drain
from coordination.prevention.warnings.actions import ACTIONS, RELEASE_ACTIONS
from coordination.prevention.warnings.concerned import concerns
from coordination.prevention.warnings.models import ExporterLetter, Release
from tests import stories
from tests.refusals import refused_for
from tests.stories.exporter_letters import LEAD, OFFICER, named, service

REASON = {"reason": "The search of the 7th is over."}
# Differences between two equal requests: form token and request id.
OF_THE_REQUEST = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"|[0-9a-f]{32}(?![0-9a-f-])')


def restricted(cast):
    """A restricted case of customs about the exporter."""
    case = stories.case(cast, handling="H3", handling_code="H3")
    named(cast, case, "customs.officer")
    return case


def of(letter):
    return ExporterLetter.objects.get(pk=letter.pk)


LEADS = {"GACC": "customs.lead", "GACC_ASB": "antismuggling.lead", "MPS_ECID": "police.lead"}


def decide(cast, letter, agency, verb):
    release = letter.releases.get(state="WAITING", agency__code=agency)
    stories.walk(cast, release, [(verb, LEADS[agency], REASON)])


def decided(cast, letter):
    """Each asked agency releases the letter."""
    for agency in letter.releases.filter(state="WAITING").values_list("agency__code", flat=True):
        decide(cast, letter, agency, "release")


def test_a_letter_waits_until_the_investigating_agency_has_released_it(cast):
    release = stories.release(cast)
    assert release.agency.code == "GACC_ASB"
    stories.walk(cast, release, [("release", "antismuggling.lead", REASON)])
    letter = of(release.letter)
    assert (letter.state, letter.number) == ("RELEASED", "")
    stories.walk(cast, letter, [("send", LEAD, {})])
    assert (letter.state, bool(letter.number)) == ("SENT", True)


def test_a_letter_is_released_at_the_time_of_the_latest_release(cast):
    with time_machine.travel(timezone.now() - timedelta(days=3), tick=False):
        release = stories.release(cast)
    at, paper = timezone.now() - timedelta(days=2), {"paper": "缉私〔2026〕3号"}
    stories.walk(cast, release, [("release", "antismuggling.lead", REASON | paper | {"happened_at": at})])
    letter = of(release.letter)
    assert (letter.state, letter.state_since) == ("RELEASED", at)


def test_a_refusal_is_told_without_who_and_why_and_may_be_asked_again(cast):
    letter = stories.release(cast, "REFUSED").letter
    assert of(letter).state == "NOT_RELEASED"
    page = cast.browser(LEAD).get(f"/exporter-letters/{letter.pk}/").text
    assert "Not released; ask again later or withdraw." in page
    for secret in ("The search is over.", "antismuggling.lead", cast.user("antismuggling.lead").name):
        assert secret not in page
    stories.walk(cast, letter, [("ask_again", LEAD, {})])
    assert (letter.state, letter.releases.filter(state="WAITING").count()) == ("AWAITS_RELEASE", 1)
    decided(cast, letter)
    assert of(letter).state == "RELEASED"


def test_once_the_matter_has_ended_asking_again_releases_at_once(cast):
    release = stories.release(cast, "REFUSED")
    release.proceedings.get().case.parties.get(name="深圳海纳金属有限公司").identifiers.all().delete()
    release.proceedings.get().case.parties.filter(name="深圳海纳金属有限公司").delete()
    letter = of(release.letter)
    stories.walk(cast, letter, [("ask_again", LEAD, {})])
    assert letter.state == "RELEASED"


def test_a_new_matter_between_release_and_sending_is_asked_for_again(cast):
    letter = of(stories.release(cast, "RELEASED").letter)
    restricted(cast)
    stories.walk(cast, letter, [("send", LEAD, {})])
    assert letter.state == "AWAITS_RELEASE"
    assert letter.releases.get(state="WAITING").agency.code == "GACC"
    decided(cast, letter)
    letter.refresh_from_db()
    stories.walk(cast, letter, [("send", LEAD, {})])
    assert letter.state == "SENT"


def test_every_asked_agency_has_to_release(cast):
    about = stories.exporter(cast)
    stories.investigated(cast)
    restricted(cast)
    letter = stories.exporter_letter(cast, "AWAITS_RELEASE", about=about)
    first, second = letter.releases.order_by("agency")
    stories.walk(cast, first, [("release", "customs.lead", REASON)])
    assert of(letter).state == "AWAITS_RELEASE"
    stories.walk(cast, second, [("release", "antismuggling.lead", REASON)])
    assert of(letter).state == "RELEASED"


def test_a_referral_between_two_police_agencies_needs_both_also_after_a_refusal(cast):
    about, enquiry = stories.exporter(cast), stories.identity(cast, "SENT")
    named(cast, enquiry.case)
    letter = stories.exporter_letter(cast, "AWAITS_RELEASE", about=about)
    decide(cast, letter, "GACC_ASB", "release")
    decide(cast, letter, "MPS_ECID", "refuse")
    letter = of(letter)
    stories.walk(cast, letter, [("ask_again", LEAD, {})])
    assert (letter.state, letter.releases.get(state="WAITING").agency.code) == ("AWAITS_RELEASE", "MPS_ECID")


def test_a_refusal_or_a_withdrawal_ends_the_other_requests(cast):
    about = stories.exporter(cast)
    stories.investigated(cast)
    restricted(cast)
    letter = stories.exporter_letter(cast, "AWAITS_RELEASE", about=about)
    stories.walk(cast, letter.releases.order_by("agency")[0], [("refuse", "customs.lead", REASON)])
    assert sorted(letter.releases.values_list("state", flat=True)) == ["LAPSED", "REFUSED"]
    letter = of(letter)
    stories.walk(cast, letter, [("ask_again", LEAD, {}), ("withdraw", OFFICER, {"reason": "No longer needed"})])
    assert not letter.releases.filter(state="WAITING").exists()


@pytest.mark.slow
def test_the_name_in_another_writing_is_found_and_another_name_is_not(cast):
    about = stories.exporter(cast, uscc="")
    case = stories.criminal(cast).case
    stories.add_party(case, actor=cast["antismuggling.officer"], kind="company", role="exporter", name="另一家公司")
    assert concerns(about, asking=about.agency_id) == []
    stories.add_party(
        case, actor=cast["antismuggling.officer"], kind="company", role="exporter", name="深圳海纳金属有限公司。"
    )
    assert [one.agency.code for one in concerns(about, asking=about.agency_id)] == ["GACC_ASB"]


def test_the_asked_agency_sees_the_exporter_and_its_own_matters_alone(cast):
    release = stories.release(cast)
    page = cast.browser("antismuggling.head").get(f"/releases/{release.pk}/").text
    case = release.proceedings.get().case
    for shown in ("深圳海纳金属有限公司", "Warning letter", case.number):
        assert shown in page
    for hidden in ("Ask Lin.", "Antimony needs a licence.", "Bureau of Security and Control", str(release.letter_id)):
        assert hidden not in page
    answer = cast.browser("antismuggling.head").get(f"/api/v1/releases/{release.pk}/")
    assert str(release.letter_id) not in answer.text
    assert {"resource": "cases", "id": str(case.pk)} in answer.json()["matters"]


@pytest.mark.slow
def test_only_people_who_decide_see_a_release(cast):
    release = stories.release(cast)
    for who in ("antismuggling.lead", "antismuggling.head"):
        assert "深圳海纳金属有限公司" in cast.browser(who).get("/releases/").text
        assert "wait for your release" in cast.browser(who).get("/").text
    for who in ("antismuggling.officer", OFFICER, LEAD, "customs.head", "centre.coordinator", "centre.supervisor"):
        assert cast.browser(who).get(f"/releases/{release.pk}/").status_code == 404, who
        assert "深圳海纳金属有限公司" not in cast.browser(who).get("/releases/").text, who


def test_a_lead_behind_the_wall_of_the_bureau_does_not_see_it(cast):
    """The lead handles the administrative side of the case that the bureau investigates."""
    release = stories.release(cast)
    case = release.proceedings.get().case
    stories.walk(cast, case, [("open_proceeding", "antismuggling.lead", {"kind": "customs"})])
    case.proceedings.filter(kind="customs", agency=release.agency).update(handler=cast.user("antismuggling.lead"))
    with atomic():
        touch("proceeding", *case.proceedings.values_list("pk", flat=True))
    assert cast.browser("antismuggling.lead").get(f"/releases/{release.pk}/").status_code == 404
    assert cast.browser("antismuggling.head").get(f"/releases/{release.pk}/").status_code == 200


def test_a_confidential_letter_asks_the_people_whom_it_names(cast):
    about = stories.exporter(cast)
    case = stories.case(cast)
    named(cast, case, "customs.officer")
    stories.confidential(cast, "DRAFT", case)
    letter = stories.exporter_letter(cast, "AWAITS_RELEASE", about=about)
    release = letter.releases.get()
    for who in ("customs.lead", "customs.head", "centre.coordinator", "auditor"):
        assert cast.browser(who).get(f"/releases/{release.pk}/").status_code in (403, 404), who
    with pytest.raises(Forbidden):
        RELEASE_ACTIONS["release"](release, actor=cast["customs.head"], **REASON)
    stories.walk(cast, release, [("release", "customs.officer", REASON)])
    assert of(letter).state == "RELEASED"
    stored = Release.objects.filter(pk=release.pk).values_list("reason", flat=True).get()
    assert REASON["reason"] not in str(stored)
    kinds = set(Event.objects.filter(object_id=release.pk).values_list("stream__kind", flat=True))
    assert kinds == {"confidential"}


@contextmanager
def undone():
    """A world that is forgotten afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def answers(cast, letter):
    """What people of the writing agency and the centre read of the letter, on pages and over the API."""
    drain()
    found = {}
    for who in (OFFICER, LEAD, "commerce.head", "centre.coordinator"):
        browser = cast.browser(who)
        for path in (
            f"/exporter-letters/{letter.pk}/",
            "/exporter-letters/",
            f"/exporters/{letter.exporter_id}/",
            "/releases/",
            "/",
            "/queues/",
            "/notices/",
            f"/api/v1/exporter-letters/{letter.pk}/",
            "/api/v1/exporter-letters/",
            f"/api/v1/exporter-letters/{letter.pk}/timeline/",
        ):
            answer = browser.get(path)
            found[who, path] = (answer.status_code, answer.get("ETag"), OF_THE_REQUEST.sub("", answer.text))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("verb", ["", "release", "refuse"])
def test_one_and_two_asked_agencies_differ_in_no_byte(cast, verb):
    about = stories.exporter(cast)
    letter = stories.exporter_letter(cast, "READ", "warning", about)
    stories.investigated(cast)
    seen, now = [], timezone.now()
    for others in (False, True):
        with time_machine.travel(now, tick=False) as clock, undone():
            if others:
                restricted(cast)
            sent = of(letter)
            stories.walk(cast, sent, [("send", LEAD, {})])
            assert sent.releases.count() == 1 + others
            clock.shift(60)
            if verb == "refuse":
                stories.walk(cast, sent.releases.order_by("-agency")[0], [("refuse", "antismuggling.lead", REASON)])
            elif verb:
                decided(cast, sent)
            seen.append(answers(cast, of(letter)))
    assert of(letter).state == "READ"
    differing = [key for key in seen[0] if seen[0][key] != seen[1][key]]
    assert differing == []


def test_the_effects_of_sending_are_not_shown_beforehand(cast):
    """A preview would tell whether there is an investigation, and leave no trace."""
    letter = stories.exporter_letter(cast, "READ")
    address = f"/exporter-letters/{letter.pk}/do/send/"
    browser = cast.browser(LEAD)
    assert "Preview the effects" not in browser.get(address).text
    answer = browser.post(address, {"rehearse": "1", "version": letter.version})
    assert (answer.status_code, of(letter).state) == (409, "READ")
    with refused_for("unforeseen"):
        rehearse(RESOURCES["exporter-letters"], cast[LEAD], letter, "send", {})


def test_nobody_sends_without_the_release(cast):
    letter = of(stories.release(cast).letter)
    for verb, given in (("send", {}), ("ask_again", {}), ("serve", service())):
        with refused_for("state"):
            ACTIONS[verb](letter, actor=cast[LEAD], **given)
    with pytest.raises(Forbidden):
        ACTIONS["release"](letter, actor=cast["commerce.head"])


def test_a_suspension_notice_is_issued_by_the_responsible_person_after_the_release(cast):
    letter = of(stories.release(cast, "RELEASED", kind="suspension").letter)
    assert letter.state == "RELEASED"
    assert letter.title in cast.browser("commerce.head").get("/approvals/").text
    with pytest.raises(Forbidden):
        ACTIONS["issue"](letter, actor=cast[LEAD])
    stories.walk(cast, letter, [("issue", "commerce.head", {})])
    assert letter.state == "SENT"


def test_who_decided_to_send_is_on_record_when_the_letter_waits(cast):
    letter = of(stories.release(cast).letter)
    acts = Event.objects.filter(object_id=letter.pk).order_by("pk").values_list("verb", "actor_id")
    assert list(acts)[-2:] == [("decide", cast[LEAD].id), ("ask_release", "system")]


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
def test_two_people_who_decide_at_once_leave_one_letter_released_or_not(cast):
    """One releases, another refuses; whoever comes second is refused, and the letter follows the first."""
    about = stories.exporter(cast)
    stories.investigated(cast)
    letter = stories.exporter_letter(cast, "AWAITS_RELEASE", about=about)
    release, start = letter.releases.get(), Barrier(2)

    def act(verb, who):
        start.wait()
        try:
            RELEASE_ACTIONS[verb](Release.objects.get(pk=release.pk), actor=cast[who], **REASON)
        except TransitionRefused:
            return False
        finally:
            connection.close()
        return True

    people = [("release", "antismuggling.lead"), ("refuse", "antismuggling.head")]
    cast["antismuggling.lead"], cast["antismuggling.head"]
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda one: act(*one), people))
    assert sorted(done) == [False, True]
    states = {True: ("RELEASED", "RELEASED"), False: ("REFUSED", "NOT_RELEASED")}
    assert (Release.objects.get(pk=release.pk).state, of(letter).state) == states[done[0]]


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
def test_two_people_who_send_at_once_take_one_number(cast):
    letter, start = stories.exporter_letter(cast, "READ"), Barrier(2)
    cast[LEAD], cast["commerce.head"]

    def send(who):
        start.wait()
        try:
            ACTIONS["send"](of(letter), actor=cast[who])
        except TransitionRefused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(send, (LEAD, "commerce.head"))) == [False, True]
    assert of(letter).number.endswith("1号")
    assert Event.objects.filter(object_id=letter.pk, verb="send").count() == 1
