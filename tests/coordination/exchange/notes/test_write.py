"""Writing notes: audience, subject and mentions."""

import pytest

from agencies.journal.models import Event
from agencies.kernel.errors import Forbidden, Invalid
from agencies.people.models import Membership
from cases.sharing.actions import share_case
from coordination.exchange.notes.actions import edit_note, withdraw_note
from coordination.exchange.notes.models import Note
from tests import stories
from tests.refusals import invalid_at


def reads(cast, who, note):
    return Note.objects.visible_to(cast[who]).filter(pk=note.pk).exists()


def test_a_note_for_the_unit_stays_in_the_unit_and_former_members_do_not_read_it(cast):
    note = stories.note(cast, "unit:GACC_RISK")
    assert reads(cast, "customs.lead", note)
    assert not reads(cast, "customs.legal", note)  # of the agency, not of the unit
    Membership.objects.filter(user=cast.user("customs.lead")).update(until="2026-01-01")
    Membership.objects.create(user=cast.user("customs.lead"), unit=note.agency, role="officer")
    cast.pop("customs.lead", None)
    assert not reads(cast, "customs.lead", note)


def test_a_note_for_the_agency_stays_in_the_agency_and_the_centre_does_not_read_it(cast):
    note = stories.note(cast, matter=stories.shared_case(cast))
    assert reads(cast, "customs.legal", note)
    assert not reads(cast, "commerce.officer", note)
    assert not reads(cast, "centre.coordinator", note)


def test_a_note_for_all_is_visible_to_every_reader_of_the_contents(cast):
    case = stories.shared_case(cast)
    share_case(case, actor=cast["customs.officer"], agency="MPS_ECID", profile="status", reason="campaign")
    note = stories.note(cast, "case", case)
    assert reads(cast, "commerce.officer", note)
    assert reads(cast, "centre.coordinator", note)
    assert not reads(cast, "police.officer", note)  # sees only the status of the case
    assert not reads(cast, "procurator", note)


def test_a_note_about_a_draft_is_hidden_like_the_draft(cast):
    transfer = stories.transfer(cast, matter=stories.shared_case(cast))
    note = stories.note(cast, "case", transfer.case, about=f"referral:{transfer.pk}")
    assert reads(cast, "customs.legal", note)
    assert not reads(cast, "commerce.officer", note)


def test_notes_are_written_by_readers_of_the_contents_for_own_units_only(cast):
    with invalid_at("/audience"):
        stories.note(cast, "unit:MOFCOM_SCB")
    case = stories.shared_case(cast, "MPS_ECID", "status")
    with pytest.raises(Forbidden):
        stories.note(cast, "agency", case, by="police.officer")


def test_a_note_moves_nothing_of_its_case(cast):
    case = stories.case(cast)
    stories.note(cast, "case", case)
    was = (case.version, case.updated_at)
    case.refresh_from_db()
    assert (case.version, case.updated_at) == was


def test_a_colleague_and_a_unit_are_named_in_chinese_text_without_spaces(cast):
    note = stories.note(cast, text="请@customs.lead核对，抄@GACC_RISK。邮箱 a@b.example 不算。")
    assert {one.person.username for one in note.mentions.all() if one.person} == {"customs.lead"}
    assert {one.unit.code for one in note.mentions.all() if one.unit} == {"GACC_RISK"}
    assert Note.objects.mentioning(cast["customs.lead"]).get() == note


@pytest.mark.parametrize("name", ["commerce.officer", "MOFCOM_SCB", "nobody.at.all", "MPS_ECID"])
def test_mentioning_a_non_reader_fails_like_an_unknown_name(cast, name):
    case = stories.shared_case(cast)
    with pytest.raises(Invalid) as refused:
        stories.note(cast, "agency", case, text=f"Ask @{name}")
    (error,) = refused.value.errors
    assert error.detail.replace(name, "X") == (
        "No person or unit of this name may read the note: X. Change the visibility, or remove the @."
    )
    assert not Note.objects.exists()


def test_an_agency_that_reads_the_case_is_named_in_a_note_for_all_but_not_its_people(cast):
    case = stories.shared_case(cast)
    note = stories.note(cast, "case", case, text="@MOFCOM_SCB please check")
    assert Note.objects.mentioning(cast["commerce.lead"]).get() == note
    with pytest.raises(Invalid):
        stories.note(cast, "case", case, text="@commerce.lead please check")


def test_a_handler_named_on_the_case_may_be_named_in_a_note(cast):
    inside = stories.proceeding(cast, "INVESTIGATE", stories.shared_case(cast))
    inside.handler = cast.user("customs.officer")
    inside.save()
    note = stories.note(cast, "case", inside.case, by="commerce.officer", text="@customs.officer which port?")
    assert note.mentions.get().person.username == "customs.officer"


def test_an_edited_note_keeps_versions_outside_the_chain_and_notifies_mentions_once(cast):
    note = stories.note(cast, text="Zinc. @customs.lead")
    edit_note(note, actor=cast["customs.officer"], text="Antimony. @customs.lead @customs.legal")
    note.refresh_from_db()
    assert (note.text, note.edits) == ("Antimony. @customs.lead @customs.legal", 1)
    assert [event.remark.data["text"] for event in note.versions()] == ["Zinc. @customs.lead", note.text]
    assert note.mentions.count() == 2
    bodies = Event.objects.filter(object_kind="note").values_list("body", flat=True)
    assert len(bodies) == 2
    assert not any(word in body for body in bodies for word in ("Zinc", "Antimony"))


def test_only_its_author_edits_a_note_and_their_lead_may_withdraw_it(cast):
    note = stories.note(cast)
    with pytest.raises(Forbidden):
        edit_note(note, actor=cast["customs.lead"], text="Better")
    withdraw_note(note, actor=cast["customs.lead"], reason="names an informant")
    note.refresh_from_db()
    assert (note.state, note.reason) == ("WITHDRAWN", "names an informant")
