"""Encrypted texts are bound to their row and field, unreadable without the key, and never stored as plain text."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from agencies.kernel import content_key
from agencies.kernel.encryption import PREFIX, Ciphertext, DecryptionError, decrypt, derived_key, encrypt
from agencies.kernel.work import atomic
from coordination.exchange.confidential.models import ConfidentialLetter
from tests import stories


@pytest.fixture
def key_file(settings: Settings, tmp_path: Path) -> Path:
    settings.CONTENT_KEY_FILE = tmp_path / "kept apart" / "key.json"
    return settings.CONTENT_KEY_FILE


def test_a_text_is_encrypted_differently_each_time_and_not_decrypted_once_changed(key_file: Path) -> None:
    first, second = (encrypt("某关员", "letters.official:1") for _ in range(2))
    assert first != second
    assert "某关员" not in first
    assert decrypt(first, "letters.official:1") == decrypt(second, "letters.official:1") == "某关员"
    stored = encrypt("certain facts", "here")
    changed = stored[:-6] + ("A" if stored[-6] != "A" else "B") + stored[-5:]
    with pytest.raises(DecryptionError):
        decrypt(Ciphertext(changed), "here")


@pytest.mark.parametrize("place", ["letters.official:2", "letters.facts:1", "cases.official:1"])
def test_a_text_is_decrypted_only_in_its_own_place(key_file: Path, place: str) -> None:
    with pytest.raises(DecryptionError, match="belongs to another row"):
        decrypt(encrypt("certain facts", "letters.official:1"), place)


def test_the_key_file_is_for_its_owner_alone_and_made_once(key_file: Path) -> None:
    assert content_key.make(key_file)
    made = key_file.read_bytes()
    assert not content_key.make(key_file)
    assert key_file.read_bytes() == made
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert [path.name for path in key_file.parent.iterdir()] == [key_file.name]


def test_a_text_names_its_key_and_a_missing_key_is_reported_by_id(key_file: Path) -> None:
    stored = encrypt("certain facts", "here")
    content = json.loads(key_file.read_text())
    assert stored.key_id == content["current"]
    key_file.unlink()
    content_key.make(key_file)
    with pytest.raises(content_key.KeyMissing, match=stored.key_id):
        decrypt(stored, "here")


def test_a_file_with_a_newer_key_still_decrypts_texts_of_the_older_one(key_file: Path, tmp_path: Path) -> None:
    stored, older = encrypt("certain facts", "here"), json.loads(key_file.read_text())
    content_key.make(tmp_path / "newer.json")
    newer = json.loads((tmp_path / "newer.json").read_text())
    key_file.unlink()
    key_file.write_text(json.dumps({"current": newer["current"], "keys": older["keys"] | newer["keys"]}))
    assert decrypt(stored, "here") == "certain facts"
    assert encrypt("more", "here").key_id == newer["current"]


def test_production_makes_no_key_by_itself(key_file: Path, settings: Settings) -> None:
    settings.PRODUCTION = True
    with pytest.raises(content_key.KeyMissing, match="protect_data"):
        encrypt("certain facts", "here")
    assert not key_file.exists()


def test_keys_of_different_purposes_differ_and_are_stable(key_file: Path) -> None:
    assert derived_key("one") == derived_key("one") != derived_key("two")


@pytest.mark.django_db
def test_a_plain_text_is_never_stored(cast: Any) -> None:
    letter = stories.confidential(cast, "DRAFT")
    with pytest.raises(TypeError, match="encrypted_for"), atomic():
        ConfidentialLetter.objects.filter(pk=letter.pk).update(facts="in plain")
    kept = ConfidentialLetter.objects.filter(pk=letter.pk).values_list("facts", flat=True).get()
    assert kept.startswith(PREFIX)


@pytest.mark.django_db
def test_a_text_copied_from_another_row_or_written_in_plain_by_sql_is_refused(cast: Any) -> None:
    one, other = stories.confidential(cast, "DRAFT"), stories.confidential(cast, "DRAFT")
    stolen = ConfidentialLetter.objects.filter(pk=one.pk).values_list("facts", flat=True).get()
    ConfidentialLetter.objects.filter(pk=other.pk).update(facts=stolen)
    with pytest.raises(DecryptionError, match="another row"):
        ConfidentialLetter.objects.get(pk=other.pk).facts.strip()
    letter = stories.confidential(cast, "DRAFT")
    ConfidentialLetter.objects.filter(pk=letter.pk).update(facts=Ciphertext("He did nothing."))
    with pytest.raises(DecryptionError, match="not encrypted"):
        ConfidentialLetter.objects.get(pk=letter.pk)
