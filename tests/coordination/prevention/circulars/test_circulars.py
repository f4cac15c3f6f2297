"""An agency writes one text to many exporters: another person reads it once, and each exporter gets a letter."""

import pytest
from django.utils import timezone

from agencies.kernel.errors import Forbidden
from agencies.people.models import User
from agencies.runs.models import Run
from agencies.runs.worker import work
from coordination.prevention.circulars import models
from coordination.prevention.circulars.actions import ACTIONS, EXPORTER_ACTIONS, begin, write_letter
from coordination.prevention.circulars.models import Circular
from coordination.prevention.warnings.actions import ACTIONS as LETTER_ACTIONS
from coordination.prevention.warnings.models import ExporterLetter
from coordination.tooling.operation.background_jobs import WORKS
from tests import stories
from tests.refusals import invalid_at, refused_for
from tests.stories.circulars import LEAD, OFFICER, SECOND, TEXT, add, exporters
from tests.stories.exporter_letters import answered, named, service

NAMES = ("上海甲公司", "上海乙公司", "上海丙公司")


def of(circular):
    return Circular.objects.get(pk=circular.pk)


def letters_of(circular):
    return ExporterLetter.objects.filter(addressee__circular=circular).order_by("exporter__name")


def test_an_officer_begins_a_circular_and_adds_all_exporters_of_the_list(cast):
    exporters(cast, *NAMES)
    browser = cast.browser(OFFICER)
    assert "New circular" in browser.get("/circulars/").text
    answer = browser.post("/circulars/new/", {"kind": "guidance", "title": "锑的许可", "text": TEXT})
    circular = Circular.objects.get()
    assert answer["Location"] == f"/circulars/{circular.pk}/"
    assert "Add to a circular" in browser.get("/exporters/").text
    chosen = {"action": "add_to_circular", "scope": "all", "seen": "3", "sure": "1", "circular": str(circular.pk)}
    browser.post("/lists/exporters/bulk/", chosen, follow=True)
    page = browser.get(f"/circulars/{circular.pk}/").text
    assert all(name in page for name in NAMES)
    assert "All 3 addressees" in page
    assert circular.addressees.count() == 3


def test_each_letter_is_read_before_with_the_name_of_its_addressee(cast):
    circular = stories.circular(cast, to=exporters(cast, *NAMES))
    page = cast.browser(LEAD).get(f"/circulars/{circular.pk}/sheets/").text
    for name in NAMES:
        assert f"{name}：自明年1月1日起，出口锑须申请许可。" in page
    assert "{企业名称}" not in page
    assert "Ask Lin." not in page


def test_each_exporter_gets_a_letter_with_its_own_number_and_its_own_course(cast):
    circular = stories.circular(cast, "SENT", to=exporters(cast, *NAMES))
    year = timezone.localdate().year
    letters = list(letters_of(circular))
    assert sorted(one.number for one in letters) == [f"商安控合规〔{year}〕{n}号" for n in (1, 2, 3)]
    assert [one.text.startswith(one.exporter.name) for one in letters] == [True] * 3
    stories.walk(cast, letters[0], [("serve", OFFICER, service()), ("answer", OFFICER, answered())])
    assert [one.state for one in letters_of(circular)].count("SENT") == 2
    page = cast.browser(OFFICER).get(f"/exporter-letters/{letters[1].pk}/").text
    assert "锑的许可" in page
    for other in NAMES:
        assert (other in page) == (other == letters[1].exporter.name)


def test_a_circular_is_written_to_its_end_by_another_job_after_a_killed_worker(cast):
    circular = stories.circular(cast, "SENDING", to=exporters(cast, *NAMES))
    run = Run.objects.get(kind="circular")
    first = circular.addressees.order_by("pk")[0]
    written = write_letter(circular.pk, first.exporter_id, actor=cast[LEAD])
    assert write_letter(circular.pk, first.exporter_id, actor=cast[LEAD]) == written
    work(WORKS, seconds=60)
    run.refresh_from_db()
    assert (run.state, run.found, of(circular).state) == ("DONE", {"written": 2}, "SENT")
    assert letters_of(circular).count() == 3
    with refused_for("state"):
        ACTIONS["send_all"](circular, actor=cast[LEAD])


def test_a_lead_has_the_rest_written_after_a_job_was_stopped_and_may_leave_it(cast):
    to = exporters(cast, *NAMES)
    circular = stories.circular(cast, "SENDING", to=to)
    with refused_for("running"):
        ACTIONS["resume"](circular, actor=cast[LEAD])
    stories.walk(cast, to[0], [("rest", OFFICER, {"reason": "It no longer exports."})])
    work(WORKS, seconds=60)
    assert (of(circular).state, letters_of(circular).count()) == ("SENDING", 2)
    assert "None: the exporter is no longer followed." in cast.browser(OFFICER).get(f"/circulars/{circular.pk}/").text
    stories.walk(cast, to[0], [("follow", OFFICER, {"reason": "It exports again."})])
    stories.walk(cast, circular, [("resume", LEAD, {})])
    work(WORKS, seconds=60)
    assert (of(circular).state, letters_of(circular).count()) == ("SENT", 3)


def test_a_lead_ends_a_circular_without_the_letters_that_are_left(cast):
    to = exporters(cast, *NAMES)
    circular = stories.circular(cast, "SENDING", to=to)
    stories.walk(cast, to[0], [("rest", OFFICER, {"reason": "It no longer exports."})])
    work(WORKS, seconds=60)
    circular = of(circular)
    stories.walk(cast, circular, [("end", LEAD, {"reason": "It left the trade."})])
    assert (circular.state, letters_of(circular).count()) == ("SENT", 2)


def test_who_wrote_it_or_chose_an_addressee_does_not_confirm_it(cast):
    first, second = exporters(cast, *NAMES[:2])
    circular = stories.circular(cast, to=[first])
    add(cast, circular, second, by=LEAD)
    stories.walk(cast, circular, [("finish", OFFICER, {})])
    for author in (OFFICER, LEAD):
        with refused_for("own"):
            ACTIONS["confirm"](circular, actor=cast[author])
    stories.walk(cast, circular, [("confirm", SECOND, {})])
    assert circular.state == "READ"


def test_for_many_addressees_two_different_persons_confirm(cast, monkeypatch):
    monkeypatch.setattr(models, "TWO_READERS_ABOVE", 2)
    circular = stories.circular(cast, "REVIEW", to=exporters(cast, *NAMES))
    stories.walk(cast, circular, [("confirm", LEAD, {})])
    assert circular.state == "REVIEW"
    assert "1 person still confirms the text." in cast.browser(OFFICER).get(f"/circulars/{circular.pk}/").text
    with refused_for("read"):
        ACTIONS["confirm"](circular, actor=cast[LEAD])
    with refused_for("state"):
        ACTIONS["send_all"](circular, actor=cast[LEAD])
    stories.walk(cast, circular, [("confirm", SECOND, {})])
    assert of(circular).state == "READ"


def test_a_returned_circular_is_confirmed_anew_and_addressees_change_in_the_draft_alone(cast):
    circular, (other,) = stories.circular(cast, "READ"), exporters(cast, NAMES[0])
    with invalid_at("/circular"):
        add(cast, circular, other)
    stories.walk(cast, circular, [("return", LEAD, {"reason": "Name the law"})])
    assert "Name the law" in cast.browser(OFFICER).get(f"/circulars/{circular.pk}/").text
    add(cast, circular, other)
    stories.walk(cast, circular := of(circular), [("finish", OFFICER, {})])
    assert (circular.state, circular.readers.count()) == ("REVIEW", 0)


def test_an_addressee_is_added_once_and_taken_off(cast):
    circular, exporter = stories.circular(cast), stories.exporter(cast)
    with invalid_at("/circular"):
        add(cast, circular, exporter)
    take_off = EXPORTER_ACTIONS["take_off_circular"]
    take_off(exporter, actor=cast[OFFICER], circular=str(circular.pk))
    with refused_for("circular"):
        take_off(exporter, actor=cast[OFFICER], circular=str(circular.pk))
    with refused_for("addressees"):
        ACTIONS["finish"](of(circular), actor=cast[OFFICER])


def test_a_text_with_another_field_and_a_talk_without_a_place_are_refused(cast):
    given = {"kind": "guidance", "title": "锑", "text": "{name}：请申请许可。"}
    with invalid_at("/text"):
        begin(actor=cast[OFFICER], **given)
    with invalid_at("/venue", "/due_at"):
        begin(actor=cast[OFFICER], **given | {"kind": "talk", "text": "请到会。"})
    with invalid_at("/venue"):
        begin(actor=cast[OFFICER], **given | {"text": "请申请许可。", "venue": "Room 3"})


def test_warnings_are_written_by_the_bureau_alone_and_sent_by_its_lead(cast):
    with invalid_at("/kind"):
        begin(actor=cast["customs.officer"], kind="warning", title="锑", text="请申请许可。")
    circular = stories.circular(cast, "READ", kind="warning")
    with pytest.raises(Forbidden):
        ACTIONS["send_all"](circular, actor=cast[OFFICER])


def test_no_other_agency_sees_a_circular_or_adds_its_exporters(cast):
    circular = stories.circular(cast)
    own = stories.exporter(cast, by="customs.officer")
    assert cast.browser("customs.lead").get(f"/circulars/{circular.pk}/").status_code == 404
    assert cast.browser("customs.lead").get(f"/circulars/{circular.pk}/sheets/").status_code == 404
    with invalid_at("/circular"):
        add(cast, circular, own, by="customs.officer")
    for reader in ("auditor", "sysadmin"):
        assert cast.browser(reader).get(f"/circulars/{circular.pk}/").status_code in (403, 404)
    centre = cast.browser("centre.coordinator").get(f"/circulars/{circular.pk}/").text
    assert "锑的许可" in centre
    assert "Ask Lin." not in centre


def test_a_talk_is_called_with_its_place_and_time(cast):
    circular = stories.circular(cast, "SENT", kind="talk")
    letter = letters_of(circular).get()
    assert (letter.kind, letter.venue, letter.due_at) == ("talk", "Room 3", circular.due_at)


def test_the_author_does_not_confirm_a_letter_of_the_circular_that_comes_back(cast):
    about = stories.exporter(cast)
    stories.investigated(cast)
    letter = letters_of(stories.circular(cast, "SENT", to=[about])).get()
    assert letter.state == "AWAITS_RELEASE"
    assert not letter.number
    release = letter.releases.get()
    stories.walk(cast, release, [("release", "antismuggling.lead", {"reason": "The search is over."})])
    letter = ExporterLetter.objects.get(pk=letter.pk)
    with pytest.raises(Forbidden):
        LETTER_ACTIONS["send"](letter, actor=cast[OFFICER])
    stories.walk(cast, letter, [("send", LEAD, {})])
    assert (letter.state, bool(letter.number)) == ("SENT", True)


def texts_of(cast, circular, run):
    """Everything that the circular and its job say to who sent it, before a letter is opened."""
    browser = cast.browser(LEAD)
    return [
        browser.get("/circulars/").text,
        browser.get(f"/runs/{run.pk}/").text,
        browser.get(f"/api/v1/circulars/{circular.pk}/").text,
        browser.get("/api/v1/circulars/").text,
        browser.get(f"/runs/{run.pk}/?rows=all").text,
    ]


@pytest.mark.slow
def test_no_number_of_the_circular_says_how_many_letters_wait(cast):
    to = [stories.exporter(cast), *exporters(cast, *NAMES[:2])]
    case = stories.investigated(cast)
    circular = stories.circular(cast, "SENT", to=to)
    run = Run.objects.get(kind="circular")
    assert run.found == {"written": 3}
    for text in texts_of(cast, circular, run):
        for secret in ("AWAITS_RELEASE", "Waits for release", case.number):
            assert secret not in text


@pytest.mark.slow
def test_reading_each_letter_before_asks_no_other_agency_and_tells_nothing(cast):
    about = stories.exporter(cast)
    circular = stories.circular(cast, "READ", to=[about])
    browser = cast.browser(LEAD)
    addresses = (f"/circulars/{circular.pk}/sheets/", f"/circulars/{circular.pk}/do/send_all/")
    before = [plain(browser.get(one).text) for one in addresses]
    named(cast, stories.criminal(cast).case)
    assert [plain(browser.get(one).text) for one in addresses] == before


def plain(text):
    """The text without what differs between two equal requests."""
    from tests.coordination.prevention.warnings.test_releases import OF_THE_REQUEST

    return OF_THE_REQUEST.sub("", text)


def test_a_starter_who_left_does_not_stop_the_circular(cast):
    circular = stories.circular(cast, "SENDING")
    User.objects.filter(username=LEAD).update(is_active=False)
    work(WORKS, seconds=60)
    assert Run.objects.get(kind="circular").state == "FAILED"
    stories.walk(cast, circular := of(circular), [("resume", SECOND, {})])
    work(WORKS, seconds=60)
    assert of(circular).state == "SENT"
