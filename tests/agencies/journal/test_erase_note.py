"""`manage.py erase_note`: notes are erased by a numbered paper, and the chain records it."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from agencies.journal import checkpoints
from agencies.journal.models import Event
from agencies.journal.verify import verify_stream
from tests import stories

pytestmark = pytest.mark.both_databases  # the only statement that the triggers of the journal let pass

PAPER = {"paper": "商安函〔2026〕7号", "reason": "PIPL art. 47"}


@pytest.fixture
def event(cast):
    case = stories.shared_case(cast)
    return Event.objects.get(object_kind="case", object_id=case.pk, verb="share")


def erase(event, **given):
    out = StringIO()
    call_command("erase_note", str(event.pk), **{**PAPER, "yes": True, **given}, stdout=out)
    return out.getvalue()


def test_the_operator_types_the_event_id_and_its_note_is_erased(event, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda prompt: str(event.pk))
    output = erase(event, yes=False)
    assert event.stream.name in output
    erased = Event.objects.get(pk=event.pk)
    assert erased.remark is None
    last = Event.objects.get(verb="erase_note")
    assert (last.refers_to_id, last.stream_id, last.object_id) == (event.pk, event.stream_id, event.object_id)
    assert last.actor_kind == "system"
    assert (last.remark.data, last.remark.reason) == ({"paper": PAPER["paper"]}, "PIPL art. 47")
    assert verify_stream(event.stream) is None


def test_nothing_is_erased_without_the_operators_confirmation_a_ground_and_a_known_event(event, monkeypatch):
    for blank in ("paper", "reason"):
        with pytest.raises(CommandError, match="required"):
            erase(event, **{blank: " "})
    with pytest.raises(CommandError, match="no event 999999"):
        call_command("erase_note", "999999", **PAPER, yes=True, stdout=StringIO())
    monkeypatch.setattr("builtins.input", lambda prompt: "y")
    with pytest.raises(CommandError, match="Nothing was erased"):
        erase(event, yes=False)
    assert Event.objects.get(pk=event.pk).remark is not None


def test_a_note_is_erased_only_once_and_the_case_page_says_so(event, cast):
    erase(event)
    with pytest.raises(CommandError, match="erased already"):
        erase(event)
    assert Event.objects.filter(verb="erase_note").count() == 1
    shown = cast.browser("customs.officer").get(f"/cases/{event.object_id}/?tab=timeline").content.decode()
    assert "erased the content of an earlier record" in shown


def test_a_note_that_proves_other_changes_is_not_erased(event, settings, tmp_path):
    settings.CHECKPOINT_FILE = tmp_path / "checkpoints.jsonl"
    erase(event)
    checkpoints.write_checkpoints()
    for proof in Event.objects.filter(verb__in=["erase_note", "checkpoint"]):
        with pytest.raises(CommandError, match="prove"):
            erase(proof)
        assert Event.objects.get(pk=proof.pk).remark is not None
