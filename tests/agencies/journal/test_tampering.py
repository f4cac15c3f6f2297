"""How an attacker with the database password could rewrite history, and where the verifier detects it."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from agencies.journal import triggers
from agencies.journal.actions import erase_note
from agencies.journal.digests import digest
from agencies.journal.models import Event, EventNote, Involvement, Stream
from agencies.kernel.work import atomic
from tests import stories
from tests.journal import verify_streams
from tests.work_items import watch

pytestmark = pytest.mark.both_databases  # triggers protect the journal


@pytest.fixture
def chain(cast):
    """The stream of a case without its triggers, as the owner of the database could remove them."""
    case = stories.shared_case(cast)
    stories.proceeding(cast, "INVESTIGATE", case)
    stream = Stream.objects.get(kind="case", subject=case.pk)
    assert stream.head_seq >= 6
    assert not list(verify_streams())
    tables = (triggers.TABLE, triggers.INVOLVEMENT)
    for table in tables:
        triggers.drop(connection, table)
    yield stream
    for table in tables:
        triggers.install(connection, table)


def events(stream):
    return Event.objects.filter(stream=stream).order_by("seq")


def rewrite(event, **content):
    """Changes the hashed text together with its digest, as an attacker who knows the scheme would."""
    body = json.dumps({**json.loads(event.body), **content}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    Event.objects.filter(pk=event.pk).update(body=body, digest=digest(body, event.algorithm))


def edit_a_column(stream):
    Event.objects.filter(stream=stream, seq=3).update(verb="nothing")
    return 3


def edit_the_text(stream):
    event = events(stream)[1]
    Event.objects.filter(pk=event.pk).update(body=event.body.replace("share", "shame"))
    return 2


def edit_text_and_digest(stream):
    rewrite(events(stream)[1], verb="unshare")
    return 2  # the column differs before the next row does


def edit_everything_of_one_row(stream):
    event = events(stream)[1]
    rewrite(event, verb="unshare")
    Event.objects.filter(pk=event.pk).update(verb="unshare")
    return 3


def change_the_actor(stream):
    Event.objects.filter(stream=stream, seq=4).update(actor_id="another person")
    return 4


def change_the_time(stream):
    event = events(stream)[3]
    Event.objects.filter(pk=event.pk).update(happened_at=event.recorded_at.replace(year=2020))
    return 4


def delete_a_row(stream):
    event = events(stream)[2]
    EventNote.objects.filter(event=event).delete()
    event.involvements.all().delete()
    Event.objects.filter(pk=event.pk).delete()
    return 3


def cut_the_tail(stream):
    event = events(stream).last()
    EventNote.objects.filter(event=event).delete()
    event.deliveries.all().delete()
    event.involvements.all().delete()
    Event.objects.filter(pk=event.pk).delete()
    return stream.head_seq


def swap_two_rows(stream):
    first, second = events(stream)[2], events(stream)[3]
    Event.objects.filter(pk=first.pk).update(seq=9999)
    Event.objects.filter(pk=second.pk).update(seq=first.seq)
    Event.objects.filter(pk=first.pk).update(seq=second.seq)
    return 3


def change_a_note(stream):
    EventNote.objects.filter(event=events(stream)[1]).update(reason="another reason")
    return 2


def delete_an_involvement(stream):
    """Removes an involvement, so that the person could decide what they drafted."""
    involved = Involvement.objects.filter(event__stream=stream).order_by("event").first()
    seq = involved.event.seq
    involved.delete()
    return seq


def move_a_row_to_another_case(stream):
    other = Stream.objects.exclude(pk=stream.pk).filter(kind="lead").first()
    event = events(stream).last()
    Event.objects.filter(pk=event.pk).update(stream=other, seq=other.head_seq + 1)
    return stream.head_seq


TAMPERINGS = (
    *(edit_a_column, edit_the_text, edit_text_and_digest, edit_everything_of_one_row, change_the_actor),
    *(change_the_time, delete_a_row, cut_the_tail, swap_two_rows, change_a_note),
    *(move_a_row_to_another_case, delete_an_involvement),
)


@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda tamper: tamper.__name__)
def test_the_verifier_names_the_first_broken_row(chain, tamper):
    seq = tamper(chain)
    watch.forget()  # work items were derived from the events before they were tampered with
    found = {broken.stream: broken for broken in verify_streams()}
    assert found[f"case:{chain.subject}"].seq == seq


def test_the_command_names_the_row_and_fails(chain):
    edit_a_column(chain)
    out = StringIO()
    with pytest.raises(CommandError, match="broken stream") as exited:
        call_command("verify_audit", "--json", stdout=out)
    content = json.loads(out.getvalue())
    assert [one["seq"] for one in content["breaks"] if one["stream"] == chain.name] == [3]
    assert exited.value.returncode == 1


def test_a_lawful_erasure_leaves_the_chain_valid_and_is_recorded(cast, chain):
    event = events(chain)[1]
    erased = erase_note(event, actor=cast["secadmin"], reason="PIPL art. 47", paper="2026-7")
    assert not list(verify_streams())
    assert events(chain)[1].remark is None
    assert (erased.refers_to, erased.remark.data) == (event, {"paper": "2026-7"})


def test_a_note_missing_without_an_erasure_event_is_a_fault(chain):
    EventNote.objects.filter(event=events(chain)[1]).delete()
    [broken] = verify_streams()
    assert (broken.stream, broken.seq) == (chain.name, 2)
    assert "no event records" in broken.why


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_event SET verb = 'x'",
        "DELETE FROM journal_event",
        "UPDATE journal_involvement SET object_kind = 'x'",
        "DELETE FROM journal_involvement",
    ],
)
def test_the_database_refuses_changes_of_events_and_involvements(cast, statement):
    stories.transfer(cast)
    with pytest.raises(DatabaseError, match="append-only"), atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
@pytest.mark.parametrize("table", [triggers.TABLE, triggers.INVOLVEMENT])
def test_the_database_refuses_to_truncate_events_and_involvements(db, table):
    with pytest.raises(DatabaseError, match="append-only"), atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table} CASCADE")
