"""Texts contain no control characters and no direction marks, and have one spelling."""

import ast
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.kernel.errors import Invalid
from agencies.kernel.search_parts import Phrase
from agencies.kernel.text_files import read_submitted_text
from agencies.kernel.texts import TextField, character_error, latin_lookalike, normalise_text
from agencies.kernel.uploads import Verdict
from cases.casefile.identifiers import normalize_identifier
from coordination.insight.search.words import fold, words_of

REFUSED = ["\x00", "\x1b", "\x7f", "\x85", "\u202e", "\u2066", "\u200f", "\u2028", "\ud800", "\ufffe", "\U000e0041"]


@pytest.mark.parametrize("character", REFUSED)
def test_a_control_character_is_refused_with_its_place(character):
    with pytest.raises(forms.ValidationError, match=f"Character 3 .*U\\+{ord(character):04X}"):
        TextField().clean(f"ab{character}c")


def test_line_breaks_tabs_and_every_script_are_accepted():
    for text in ("one\r\ntwo\tthree", "移〔2026〕3号（密）", "שלום", "مرحبا", "👩‍👧", "नमस्ते", "Zoë"):
        assert character_error(text) == ""
        assert TextField(strip=False).clean(text) == text


def test_a_file_with_control_characters_is_refused_at_the_file():
    file = SimpleUploadedFile("a.csv", "a\n\u202eb".encode())
    file.verdict = Verdict()
    with pytest.raises(Invalid, match="U\\+202E"):
        read_submitted_text({"file": file})


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Нuаrui Trаding", "Huarui Trading"),  # Cyrillic
        ("Ηuarui Τrading", "Huarui Trading"),  # Greek
        ("Ｈｕａｒｕｉ Ｔｒａｄｉｎｇ", "Huarui Trading"),  # full width
        ("HUАRUI", "huarui"),
    ],
)
def test_search_finds_lookalike_letters(typed, meant):
    assert typed != meant
    assert fold(typed) == fold(meant)
    assert len(fold(typed)) == len(typed)
    assert words_of([Phrase("", typed, "name")]) == words_of([Phrase("", meant, "name")])
    assert normalize_identifier(typed) == normalize_identifier(meant)


def test_search_finds_words_of_another_alphabet_and_forms_remove_invisible_characters():
    assert fold("МОСКВА") == fold("москва")
    assert latin_lookalike("ш") == "ш"
    assert normalise_text("\ufeffHua\u200brui\u00ad Zoe\u0308") == "Huarui Zoë"
    assert TextField(required=False).clean("\u200b") == ""
    with pytest.raises(forms.ValidationError, match="required"):
        TextField().clean("\u200b")


def test_every_text_field_of_a_form_uses_the_common_class():
    """No form may accept what the others refuse."""
    strange = []
    for folder in ("agencies", "cases", "coordination"):
        for path in sorted((Path(settings.BASE_DIR) / folder).rglob("*.py")):
            source = path.read_text(encoding="utf-8")
            if path.name == "texts.py" or "migrations" in path.parts or "CharField" not in source:
                continue
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.Attribute) and ast.unparse(node) == "forms.CharField":
                    strange.append(f"{path.name}:{node.lineno}")
    assert strange == []
