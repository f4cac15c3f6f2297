"""Faults that no chain reveals: rows cut with their head, deleted or recomputed chains, disabled triggers."""

import json
from contextlib import suppress
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection

from agencies.journal import checkpoints, triggers
from agencies.journal.actions import SYSTEM, Action, record_event
from agencies.journal.digests import canonical, digest
from agencies.journal.models import Event, EventNote, Stream
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM as THE_SYSTEM
from tests import stories

pytestmark = pytest.mark.both_databases  # takes the triggers away to forge a chain


@pytest.fixture
def chain(cast, settings, tmp_path):
    """The chain of a case after a checkpoint, without its triggers, as the owner of the database could remove them."""
    settings.CHECKPOINT_FILE = tmp_path / "apart" / "checkpoints.jsonl"
    case = stories.shared_case(cast)
    checkpoints.write_checkpoints()
    assert not found()
    triggers.drop(connection)
    yield Stream.objects.get(kind="case", subject=case.pk)
    triggers.install(connection)


def found():
    """Returns (stream, row) of every fault the command reports except triggers."""
    out = StringIO()
    with suppress(CommandError):
        call_command("verify_audit", "--json", stdout=out, stderr=StringIO())
    breaks = json.loads(out.getvalue())["breaks"]
    return [(one["stream"], one["seq"]) for one in breaks if one["stream"] not in triggers.APPEND_ONLY]


def an_hour_later():
    return time_machine.travel(times.now() + timedelta(hours=1))


def drop(events):
    EventNote.objects.filter(event__in=events).delete()
    for event in events:
        event.deliveries.all().delete()
    Event.objects.filter(pk__in=[event.pk for event in events]).delete()


def recompute(stream, **columns):
    """Recomputes each row, its digest, its link and the head, as an attacker who knows the scheme could."""
    before = ""
    for event in stream.events.order_by("seq"):
        content = json.loads(event.body) | {"previous": before}
        if columns:
            content["actor"] = [content["actor"][0], columns["actor_id"]]
        body = canonical(content)
        before, previous = digest(body, event.algorithm), before
        Event.objects.filter(pk=event.pk).update(body=body, digest=before, previous=previous, **columns)
    Stream.objects.filter(pk=stream.pk).update(head_hash=before)


def test_a_tail_cut_together_with_its_head_is_reported(chain):
    last, kept = list(chain.events.order_by("-seq")[:2])
    drop([last])
    Stream.objects.filter(pk=chain.pk).update(head_seq=kept.seq, head_hash=kept.digest)
    assert found() == [(chain.name, last.seq)]


def test_a_chain_recomputed_with_another_actor_is_reported(chain):
    recompute(chain, actor_id="another-person")
    assert found() == [(chain.name, chain.head_seq)]


def test_a_chain_deleted_as_a_whole_is_reported(chain):
    drop(list(chain.events.all()))
    Stream.objects.filter(pk=chain.pk).delete()
    assert found() == [(chain.name, chain.head_seq)]


def test_events_after_the_last_checkpoint_are_no_fault_and_one_is_written_every_hour_without_events(cast, chain):
    stories.proceeding(cast, "INVESTIGATE")
    assert found() == []
    assert checkpoints.write_checkpoints() == 1
    assert found() == []
    assert checkpoints.write_checkpoints() == 0
    with an_hour_later():
        assert checkpoints.write_checkpoints() == 1
        assert checkpoints.write_checkpoints() == 0
        assert found() == []


def test_many_events_take_several_checkpoints_and_each_stream_is_in_one(cast, chain, monkeypatch):
    monkeypatch.setattr(checkpoints, "MOST", 3)
    monkeypatch.setattr(checkpoints, "AGAIN", 0)
    for _ in range(4):
        stories.shared_case(cast)
    assert checkpoints.write_checkpoints() > 3
    heads = [head for line in checkpoints.read_file() for head in line.checkpoint["heads"]]
    recorded = {(kind, subject) for kind, subject, _seq, _digest in heads}
    streams = {(one.kind, str(one.subject)) for one in Stream.objects.exclude(kind="system")}
    assert streams <= recorded
    assert found() == []


def test_the_file_reveals_a_system_chain_cut_before_a_checkpoint(chain):
    record_event(SYSTEM, actor=THE_SYSTEM, action=Action("sweep", "user", SYSTEM.subject))
    checkpoints.write_checkpoints()
    system = Stream.objects.get(kind="system")
    drop(list(system.events.order_by("-seq")[:2]))
    last = system.events.order_by("-seq").first()
    Stream.objects.filter(pk=system.pk).update(head_seq=last.seq, head_hash=last.digest)
    assert ("checkpoint file", 2) in found()


def test_a_checkpoint_forged_by_the_owner_of_the_database_is_reported(chain):
    event = Event.objects.get(verb="checkpoint")
    note = event.note
    note.data = note.data | {"heads": []}
    note.data["mac"] = "0" * 64
    note.save()
    assert ("checkpoints", 1) in found()


def test_a_file_that_lost_lines_is_reported(settings, chain):
    with an_hour_later():
        checkpoints.write_checkpoints()
    Path(settings.CHECKPOINT_FILE).unlink()
    assert ("checkpoint file", 0) in found()


def test_the_next_run_makes_up_for_a_crash_between_commit_and_file(settings, chain, monkeypatch):
    with an_hour_later(), monkeypatch.context() as crash:
        crash.setattr(checkpoints, "_append", lambda content: None)
        assert checkpoints.write_checkpoints() == 1
    assert found() == []
    assert checkpoints.write_checkpoints() == 0
    assert len(list(checkpoints.read_file())) == 2
    assert found() == []
    assert Path(settings.CHECKPOINT_FILE).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("left", [0, 1, 30, -1], ids=["nothing", "one byte", "a part", "all but its end"])
def test_a_torn_last_line_is_set_aside_and_the_next_checkpoint_is_written(settings, chain, left, monkeypatch):
    monkeypatch.setattr(checkpoints, "PART", 20)
    path = Path(settings.CHECKPOINT_FILE)
    with an_hour_later():
        checkpoints.write_checkpoints()
    first, second = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(first + second[:left])
    assert found() == ([("checkpoint file", 2)] if left else [])
    with time_machine.travel(times.now() + timedelta(hours=2)):
        assert checkpoints.write_checkpoints() == 1
    assert path.read_bytes().startswith(first + second)
    assert len(list(checkpoints.read_file())) == 3
    if left:
        assert checkpoints.torn_file().read_bytes() == second[:left] + b"\n"
        assert checkpoints.torn_file().stat().st_mode & 0o077 == 0
        assert found() == [("checkpoint file", 0)]
        checkpoints.torn_file().unlink()
    assert found() == []


@pytest.mark.parametrize("damage", [b"", b"\xff\x00", b"{", b"[]", b"7", b'{"heads": [[1]], "before": "", "mac": ""}'])
def test_a_damaged_line_is_reported_by_its_number(settings, chain, damage):
    path = Path(settings.CHECKPOINT_FILE)
    for hours in (1, 2):
        with time_machine.travel(times.now() + timedelta(hours=hours)):
            checkpoints.write_checkpoints()
    first, _second, third = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(first + damage + b"\n" + third)
    assert found() == [("checkpoint file", 2), ("checkpoint file", 0)]
    with time_machine.travel(times.now() + timedelta(hours=4)):
        assert checkpoints.write_checkpoints() == 1
        assert found() == [("checkpoint file", 2), ("checkpoint file", 0)]


@pytest.mark.django_db
@pytest.mark.parametrize("table", triggers.APPEND_ONLY)
def test_each_missing_trigger_is_reported(table):
    assert triggers.find_faults(connection, table) == []
    triggers.drop(connection, table)
    try:
        assert [one.endswith("is gone") for one in triggers.find_faults(connection, table)] == [True, True]
        with pytest.raises(CommandError):
            call_command("verify_audit", stdout=StringIO())
    finally:
        triggers.install(connection, table)


@pytest.mark.django_db
@pytest.mark.postgres
@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("ALTER TABLE journal_event DISABLE TRIGGER ALL", "is switched off"),
        ("ALTER TABLE journal_event ENABLE REPLICA TRIGGER journal_event_no_change", "is switched off"),
        (
            "CREATE OR REPLACE FUNCTION journal_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RETURN NEW; END $$",
            "was changed",
        ),
    ],
)
def test_disabled_and_emptied_triggers_are_reported(statement, fault):
    with connection.cursor() as cursor:
        cursor.execute(statement)
    assert any(one.endswith(fault) for one in triggers.find_faults(connection, "journal_event"))


@pytest.mark.django_db
def test_a_replaced_trigger_on_sqlite_is_reported():
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has functions instead")
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER journal_event_no_update")
        cursor.execute("CREATE TRIGGER journal_event_no_update BEFORE UPDATE ON journal_event BEGIN SELECT 1; END")
    assert triggers.find_faults(connection, "journal_event") == ["the trigger journal_event_no_update was changed"]
