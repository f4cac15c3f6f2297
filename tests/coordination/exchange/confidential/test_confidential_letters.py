"""A lead on an official's offence, on a shared case, is visible only to the people it names."""

from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import call_command

from agencies.journal.models import Event
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.kernel.resource import RESOURCES
from agencies.organisations.models import Agency
from agencies.people.models import OfficeHolder
from cases.casefile.models import Case
from coordination.actions.correcting import own_records
from coordination.actions.performing import perform
from coordination.exchange.confidential.actions import draft_confidential_letter
from coordination.exchange.confidential.models import ConfidentialLetter
from coordination.exchange.corrections.record import dependent_rows
from coordination.exchange.letters.models import Letter, OpenQuerySet
from coordination.workspace.worklist import worklist
from tests import stories
from tests.refusals import invalid_at

NAMED = {"customs.officer", "customs.head", "procurator"}
OTHERS = {"customs.lead", "customs.legal", "commerce.head", "antismuggling.head", "centre.coordinator"}
TOLD = {"addressee": "驻署纪检监察组", "official": "某关员", "facts": "He let the containers pass."}


def seen_by(cast, who):
    return ConfidentialLetter.objects.visible_to(cast[who])


def test_only_named_people_see_it(cast):
    stories.confidential(cast)
    assert {who for who in NAMED | OTHERS if seen_by(cast, who).exists()} == NAMED


def test_nobody_meets_it_in_a_file_search_notice_figure_or_work_item_and_it_inherits_nothing():
    """Each of these would be a row by which others learn that there is a letter."""
    declared = RESOURCES["confidential-letters"]
    named = ("search", "notices", "measures", "letters", "routed", "work", "changes", "bulk", "news_on", "sentences")
    assert [name for name in named if getattr(declared, name)] == []
    listing = declared.listing
    assert (listing.page, listing.columns, declared.summary.sight) == ("", (), None)
    assert not issubclass(ConfidentialLetter, Letter)
    assert not isinstance(ConfidentialLetter.objects.all(), OpenQuerySet)


def test_the_head_learns_of_it_only_on_submission(cast):
    letter = stories.confidential(cast, "DRAFT")
    assert not seen_by(cast, "customs.head").exists()
    stories.walk(cast, letter, [("submit", "customs.officer", {"to": cast["customs.head"].id})])
    assert seen_by(cast, "customs.head").exists()


def test_a_named_colleague_sees_the_letter_until_removed(cast):
    letter = stories.confidential(cast, "DRAFT")
    person = cast["customs.lead"].id
    stories.walk(cast, letter, [("name", "customs.officer", {"people": [person], "reason": "helps"})])
    assert seen_by(cast, "customs.lead").exists()
    stories.walk(cast, letter, [("strike", "customs.officer", {"person": person, "reason": "knows the suspect"})])
    assert not seen_by(cast, "customs.lead").exists()


def test_neither_drafter_nor_decider_is_struck_out(cast):
    letter = stories.confidential(cast)
    for who in ("customs.officer", "customs.head"):
        with pytest.raises(Invalid):
            stories.walk(cast, letter, [("strike", "customs.officer", {"person": cast[who].id, "reason": "no"})])
    assert seen_by(cast, "customs.head").exists()


def test_naming_no_one_is_reported(cast):
    with invalid_at("/people"):
        perform(
            RESOURCES["confidential-letters"],
            cast["customs.officer"],
            stories.confidential(cast),
            "name",
            {"reason": "why"},
        )


def test_it_leaves_nothing_on_the_case(cast):
    case = stories.shared_case(cast)
    before = Case.objects.get(pk=case.pk)
    stories.confidential(cast, "ANSWERED", case)
    after = Case.objects.get(pk=case.pk)
    assert (before.version, before.updated_at, before.due_at) == (after.version, after.updated_at, after.due_at)
    assert not case.tasks.exists()
    assert not case.holds.exclude(because="proceeding").exists()
    assert {event.stream.kind for event in Event.objects.filter(object_kind="confidential")} == {"confidential"}


def test_it_does_not_block_concluding_and_is_in_no_correction(cast):
    case = stories.case(cast)
    letter = stories.confidential(cast, matter=case)
    stories.walk(cast, case, [("conclude", "customs.officer", {"outcome": "done", **stories.NO_CRIME})])
    concluded = Event.objects.get(object_id=case.pk, verb="conclude")
    stories.confidential(cast, matter=case)
    assert list(dependent_rows(concluded, list(Event.objects.filter(pk__lt=concluded.pk)[:1]))) == []
    assert own_records(letter, cast["customs.lead"]) == []
    assert cast.browser("customs.officer").get(f"/confidential-letters/{letter.pk}/correct/").status_code == 404


def test_it_may_be_written_about_a_closed_case_and_only_by_agencies_with_a_share(cast):
    case = stories.concluded(cast)
    stories.walk(cast, case, [("close", "customs.lead", {"reason": "done"})])
    assert draft_confidential_letter(case, actor=cast["customs.officer"], **TOLD).state == "DRAFT"
    with pytest.raises(Forbidden):
        draft_confidential_letter(stories.case(cast), actor=cast["police.officer"], **TOLD)


def test_only_the_named_head_decides_and_only_while_in_office(cast):
    letter = stories.confidential(cast)
    for who in ("customs.lead", "commerce.head", "customs.officer"):
        with pytest.raises(Forbidden):
            stories.walk(cast, letter, [("approve", who, {})])
    holder = OfficeHolder.objects.get(user=cast["customs.head"].id)
    OfficeHolder.objects.filter(pk=holder.pk).update(since="2026-01-01", until="2026-01-02")
    cast.pop("customs.head")
    with pytest.raises(Forbidden):
        stories.walk(cast, letter, [("approve", "customs.head", {})])
    stories.walk(cast, letter, [("take_back", "customs.officer", {"reason": "out of office"})])
    assert letter.state == "DRAFT"


@pytest.mark.parametrize(
    ("language", "words"), [("en", "returned the letter for revision"), ("zh-hans", "退回函件修改")]
)
def test_the_head_returns_it_for_revision_and_the_drafter_reads_what_to_revise(cast, language, words):
    letter = stories.confidential(cast)
    with pytest.raises(Forbidden):
        stories.walk(cast, letter, [("revise", "customs.officer", {"to_revise": "x"})])
    stories.walk(cast, letter, [("revise", "customs.head", {"to_revise": "Name the containers."})])
    letter.refresh_from_db()
    assert letter.state == "DRAFT"
    page = cast.browser("customs.officer", language).get(f"/confidential-letters/{letter.pk}/").text
    assert words in page
    assert "Name the containers." in page
    stories.walk(cast, letter, [("submit", "customs.officer", {"to": cast["customs.head"].id})])
    letter.refresh_from_db()
    assert (letter.state, letter.to_revise) == ("HEAD_DECISION", "")


def test_authors_team_members_and_foreign_heads_do_not_decide(cast):
    letter = draft_confidential_letter(stories.case(cast), actor=cast["customs.head"], **TOLD)
    for who in ("customs.head", "police.head"):
        with invalid_at("/to"):
            stories.walk(cast, letter, [("submit", "customs.head", {"to": cast[who].id})])


def test_where_the_head_is_the_suspect_the_one_above_decides_without_seeing_the_case(cast):
    Agency.objects.filter(code="GACC").update(parent=Agency.objects.get(code="MOFCOM_SCB"))
    letter = stories.confidential(cast, "DRAFT")
    stories.walk(cast, letter, [("submit", "customs.officer", {"to": cast["commerce.head"].id})])
    assert not seen_by(cast, "customs.head").exists()
    page = cast.browser("commerce.head").get("/approvals/")
    assert TOLD["facts"] in page.content.decode()
    assert letter.case.number not in page.content.decode()
    assert (
        letter.case.number
        not in cast.browser("commerce.head").get(f"/confidential-letters/{letter.pk}/").content.decode()
    )
    stories.walk(cast, letter, [("approve", "commerce.head", {})])
    assert letter.state == "APPROVED"


def lines(cast, who):
    found = worklist(cast[who])
    decided = {line.key for line in found.lines} - {line.key for line in found.apart}
    return [
        ("decide" if line.key in decided else "mine", line.why) for line in found.lines if line.key[0] == "confidential"
    ]


def test_it_is_shown_to_the_person_who_must_act_next(cast):
    stories.confidential(cast)
    assert [key for key, _why in lines(cast, "customs.head")] == ["decide"]
    assert lines(cast, "customs.officer") == []
    stories.confidential(cast, "SENT")
    assert [key for key, _why in lines(cast, "procurator")] == ["mine"]
    assert [key for key, _why in lines(cast, "customs.officer")] == ["mine"]
    assert lines(cast, "customs.lead") == []


@pytest.mark.slow
def test_case_and_navigation_show_it_to_named_people_only(cast):
    letter = stories.confidential(cast)
    for who, shown in (("customs.officer", True), ("customs.lead", False)):
        answer = cast.browser(who).get(f"/cases/{letter.case_id}/")
        assert (str(letter.pk) in answer.text) == shown, who
        assert ("/confidential-letters/" in [item["url"] for item in answer.context["nav"]]) == shown, who


def test_the_page_shows_named_people_and_events(cast):
    letter = stories.confidential(cast, "ANSWERED")
    text = cast.browser("procurator").get(f"/confidential-letters/{letter.pk}/").content.decode()
    for words in (TOLD["official"], "approved the letter", "Filed", cast.user("customs.head").name_en):
        assert words in text


def test_an_official_s_offence_in_a_transfer_points_to_it(cast):
    answer = cast.browser("customs.officer").post(
        f"/cases/{stories.case(cast).pk}/do/draft_transfer/", {"offence": "FAILURE_TO_TRANSFER", "title": "x"}
    )
    assert "Draft confidential letter" in answer.content.decode()


def test_the_auditor_reads_none_of_it_and_the_chain_is_checked_all_the_same(cast):
    letter = stories.confidential(cast)
    browser = cast.browser("auditor")
    assert browser.get("/journal/", {"object": "confidential"}).context["lines"] == []
    assert browser.get(f"/journal/confidential/{letter.pk}/").status_code == 404
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert "the journal holds" in out.getvalue()


def test_a_stale_page_is_reported(cast):
    letter = stories.confidential(cast, "DRAFT")
    with pytest.raises(TransitionRefused):
        stories.walk(cast, letter, [("edit", "customs.officer", {**TOLD, "version": letter.version - 1})])


def test_no_machine_sees_one(cast):
    stories.confidential(cast)
    machine = replace(cast["customs.officer"], kind="machine")
    assert not ConfidentialLetter.objects.visible_to(machine).exists()
