"""The database holds no plain text of a confidential letter."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django.fixtures import Settings

from agencies.journal.models import Event
from agencies.kernel.encryption import PREFIX
from agencies.kernel.resource import RESOURCES
from coordination.actions.performing import perform
from coordination.config import production
from coordination.exchange.confidential.models import ConfidentialLetter
from tests import stories

WORDS = {
    "addressee": "Zirkonium-Aufsicht",
    "official": "Hauptmann Quecksilber",
    "facts": "Er nahm Wolframkarbid",
}
LATER = {"number": "密〔2026〕88号", "result": "Antimonverfahren", "reason": "Kobaltgrund"}


def everything_stored() -> Iterator[str]:
    """Every value of every column of every table, as stored."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - its own tables
            for row in cursor.fetchall():
                yield from (str(value) for value in row)


def a_whole_letter(cast: Any) -> ConfidentialLetter:
    case = stories.case(cast)
    answer = cast.browser("customs.officer").post(f"/cases/{case.pk}/do/draft_confidential_letter/", WORDS)
    letter: ConfidentialLetter = ConfidentialLetter.objects.get()
    assert answer.status_code == 302
    resource, officer = RESOURCES["confidential-letters"], cast["customs.officer"]
    perform(
        resource, officer, letter, "edit", WORDS | {"facts": "Er nahm mehr Wolframkarbid", "reason": LATER["reason"]}
    )
    perform(resource, officer, letter, "submit", {"to": cast["customs.head"].id, "reason": LATER["reason"]})
    perform(resource, cast["customs.head"], letter, "approve", {"reason": LATER["reason"]})
    perform(resource, officer, letter, "send", {"number": LATER["number"]})
    perform(resource, officer, letter, "receive", {})
    perform(resource, officer, letter, "answer", {"result": LATER["result"]})
    return ConfidentialLetter.objects.get()


def test_its_text_is_in_no_table(cast: Any) -> None:
    a_whole_letter(cast)
    shown = [*WORDS.values(), *LATER.values(), "mehr Wolframkarbid"]
    escaped = [word.encode("ascii", "backslashreplace").decode() for word in shown]
    for stored in everything_stored():
        assert not any(word in stored for word in [*shown, *escaped]), stored[:200]


def test_named_people_read_all_of_it(cast: Any) -> None:
    letter = a_whole_letter(cast)
    page = cast.browser("customs.officer").get(f"/confidential-letters/{letter.pk}/").content.decode()
    for word in [WORDS["addressee"], WORDS["official"], "mehr Wolframkarbid", *LATER.values()]:
        assert word in page
    api = cast.browser("customs.officer").get(f"/api/v1/confidential-letters/{letter.pk}/").json()
    assert (api["official"], api["number"], api["result"]) == (WORDS["official"], LATER["number"], LATER["result"])


def test_notes_of_other_events_are_stored_as_before(cast: Any) -> None:
    stories.shared_case(cast)
    note = Event.objects.filter(verb="share").first().note
    assert note.reason == "joint work"
    assert not any(stored.startswith(PREFIX) for stored in everything_stored())


def test_without_its_key_nothing_starts_and_no_other_key_is_made(cast: Any, settings: Settings, tmp_path: Path) -> None:
    stories.confidential(cast)
    settings.CONTENT_KEY_FILE = tmp_path / "content-key.json"
    assert "lacks the content key" in production.refusal()
    with pytest.raises(CommandError, match="restore it from the backup"):
        call_command("protect_data")
    assert not settings.CONTENT_KEY_FILE.exists()


@pytest.mark.django_db
def test_without_encrypted_texts_a_missing_key_hinders_nothing(settings: Settings, tmp_path: Path) -> None:
    settings.CONTENT_KEY_FILE = tmp_path / "content-key.json"
    assert production.refusal() == ""
