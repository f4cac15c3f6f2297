"""Keys of machines: issued once, stored as digests, and recorded in the journal without the secret."""

import json
import re
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from agencies.journal.models import Event, EventNote
from agencies.kernel.actor import SYSTEM
from agencies.kernel.errors import Invalid, TransitionRefused
from agencies.machines.actions import create_key, find_key, revoke_key
from agencies.machines.models import ApiClient, ApiKey
from agencies.organisations.models import Agency
from tests.journal import verify_streams

pytestmark = pytest.mark.django_db
KEY = re.compile(r"[A-Za-z0-9_.-]{48,}")


def issue(*arguments: str) -> str:
    out = StringIO()
    call_command("create_api_client", *arguments, stdout=out)
    return out.getvalue()


def customs() -> Agency:
    return Agency.objects.get(code="GACC")


def test_the_command_prints_the_key_and_nothing_else_and_the_same_name_gets_another_key():
    printed = issue("risk engine", "--agency", "GACC", "--scope", "leads:write")
    assert printed.endswith("\n")
    assert printed.count("\n") == 1
    assert KEY.fullmatch(printed.strip())
    key = find_key(printed.strip())
    assert key is not None
    assert (key.client.name, key.client.agency, key.scopes) == ("risk engine", customs(), "leads:write")
    second = issue("risk engine", "--agency", "GACC", "--scope", "leads:write").strip()
    assert printed.strip() != second
    assert ApiClient.objects.count() == 1
    assert find_key(printed.strip())
    assert find_key(second)
    with pytest.raises(CommandError, match="two valid keys"):
        issue("risk engine", "--agency", "GACC", "--scope", "leads:write")


def test_the_code_of_a_unit_selects_its_agency_and_json_is_json_only():
    key = find_key(issue("x", "--agency", "GACC_RISK", "--scope", "leads:write").strip())
    assert key is not None
    assert key.client.agency == customs()
    output = json.loads(issue("x", "--agency", "GACC", "--scope", "leads:write", "--scope", "leads:read", "--json"))
    assert output["scopes"] == ["leads:read", "leads:write"]
    assert find_key(output["key"])


def test_an_unknown_agency_or_scope_is_refused():
    for code in ("NOBODY", ""):
        with pytest.raises(CommandError, match="no agency"):
            issue("x", "--agency", code, "--scope", "leads:write")
    with pytest.raises(CommandError):
        issue("x", "--agency", "GACC", "--scope", "everything")
    with pytest.raises(Invalid):
        create_key("x", customs(), [], actor=SYSTEM)


def test_the_secret_is_neither_in_the_tables_nor_in_the_journal():
    issued = create_key("x", customs(), ["leads:write"], actor=SYSTEM)
    secret = issued.text.split(".", 1)[1]
    row = ApiKey.objects.get()
    assert secret not in "".join(str(value) for value in vars(row).values())
    event = Event.objects.get(object_kind="machine")
    note = EventNote.objects.get(event=event)
    assert secret not in event.body + json.dumps(note.data) + note.reason
    assert row.secret_hash not in event.body + json.dumps(note.data)
    assert (event.verb, note.data["prefix"]) == ("create_key", row.prefix)
    assert not list(verify_streams())


def test_the_secret_is_not_in_what_a_log_would_print_of_a_new_key():
    issued = create_key("risk", Agency.objects.get(code="GACC"), ["leads:write"], actor=SYSTEM)
    assert issued.text.partition(".")[2] not in repr(issued)


def test_a_revoked_expired_or_disconnected_key_is_refused():
    issued = create_key("x", customs(), ["leads:write"], actor=SYSTEM)
    revoke_key(issued.key, actor=SYSTEM, reason="lost")
    assert find_key(issued.text) is None
    with pytest.raises(TransitionRefused):
        revoke_key(issued.key, actor=SYSTEM, reason="lost")
    late = create_key("x", customs(), ["leads:write"], actor=SYSTEM, expires_at=timezone.now() + timedelta(hours=1))
    assert find_key(late.text)
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=False):
        assert find_key(late.text) is None
    cut = create_key("y", customs(), ["leads:write"], actor=SYSTEM)
    ApiClient.objects.filter(name="y").update(is_active=False)
    assert find_key(cut.text) is None


@pytest.mark.parametrize(
    "change", [str.upper, lambda t: t[:-1], lambda t: t + "x", lambda t: t.split(".")[0], lambda t: ""]
)
def test_a_nearly_correct_key_is_refused(change):
    text = create_key("x", customs(), ["leads:write"], actor=SYSTEM).text
    assert find_key(change(text)) is None
