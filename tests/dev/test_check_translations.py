"""Findings of the catalogue check. `make lint` runs gettext's extraction."""

import shutil
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from dev.management.commands.check_translations import (
    SOURCES,
    catalogue_path,
    compare,
    errors_of_gettext,
    other_catalogues,
)

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=1; plural=0;\\n"\n\n'


def catalogue(text: str) -> Catalog:
    return read_po(BytesIO((HEADER + text).encode()), locale="zh_Hans")


def faults(used: str, translated: str) -> list[str]:
    return sorted(compare(catalogue(used), catalogue(translated)))


def test_missing_stale_empty_and_guessed_translations_and_lost_placeholders_are_named() -> None:
    assert faults('msgid "Case"\nmsgstr ""', 'msgid "Case"\nmsgstr "案件"') == []
    used = 'msgid "Open"\nmsgstr ""\n\nmsgctxt "verb"\nmsgid "Open"\nmsgstr ""'

    assert faults(used, 'msgid "Open"\nmsgstr "未结"') == ["missing: 'Open'"]
    assert faults('msgid "New"\nmsgstr ""', 'msgid "Old"\nmsgstr "旧"') == ["missing: 'New'", "stale: 'Old'"]
    used = 'msgid "A"\nmsgstr ""\n\nmsgid "B"\nmsgstr ""'

    assert faults(used, 'msgid "A"\nmsgstr ""\n\n#, fuzzy\nmsgid "B"\nmsgstr "乙"') == ["empty: 'A'", "fuzzy: 'B'"]
    used = 'msgid "%(name)s has it"\nmsgstr ""'

    assert faults(used, 'msgid "%(name)s has it"\nmsgstr "已有人"') == ["other placeholders: '%(name)s has it'"]
    text = 'msgid "One case"\nmsgid_plural "%(count)s cases"\nmsgstr[0] "%(count)s 件"'

    assert faults(text, text) == []


@pytest.mark.skipif(shutil.which("msgfmt") is None, reason="needs gettext")
def test_a_text_that_is_there_twice_is_named(tmp_path: Path) -> None:
    path = tmp_path / "django.po"
    once = 'msgid "Agency"\nmsgstr "机关"\n'
    path.write_text(HEADER + once, encoding="utf-8")
    assert errors_of_gettext(path) == []

    path.write_text(HEADER + once + "\n" + once, encoding="utf-8")
    assert any("duplicate message definition" in error for error in errors_of_gettext(path))


def test_a_catalogue_of_a_single_app_is_named(tmp_path: Path) -> None:
    own = tmp_path / SOURCES[1] / "casefile" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    for path in (catalogue_path(tmp_path, "zh_Hans"), own):
        path.parent.mkdir(parents=True)
        path.write_text(HEADER, encoding="utf-8")
    assert other_catalogues(tmp_path) == [own.relative_to(tmp_path)]
