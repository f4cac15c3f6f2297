"""Compiling the language catalogue without gettext."""

import gettext
import os
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import translation
from django.utils.translation.reloader import translation_file_changed
from pytest_django.fixtures import Settings

CATALOGUE = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

msgid "Case"
msgstr "案件"

msgctxt "verb"
msgid "Open"
msgstr "立案"

msgid "%(count)s case"
msgid_plural "%(count)s cases"
msgstr[0] "%(count)s 件"

#, fuzzy
msgid "Cage"
msgstr "案件"
"""


@pytest.fixture
def source(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    settings.LOCALE_PATHS = [tmp_path]
    path = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(CATALOGUE, encoding="utf-8")
    forget_catalogues(path)
    yield path
    forget_catalogues(path)


def run() -> str:
    out = StringIO()
    call_command("compile_translations", stdout=out)
    return out.getvalue()


def test_texts_contexts_and_plurals_are_found_again(source: Path) -> None:
    run()
    with source.with_suffix(".mo").open("rb") as compiled:
        texts = gettext.GNUTranslations(compiled)

    assert texts.gettext("Case") == "案件"
    assert texts.pgettext("verb", "Open") == "立案"
    assert texts.ngettext("%(count)s case", "%(count)s cases", 3) == "%(count)s 件"


def test_a_guess_of_the_merge_tool_is_left_out(source: Path) -> None:
    run()
    with source.with_suffix(".mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("Cage") == "Cage"


def test_only_changed_catalogues_are_compiled_again(source: Path) -> None:
    assert run() == "zh_Hans/LC_MESSAGES/django.po: compiled\n"
    assert run() == ""

    later = source.with_suffix(".mo").stat().st_mtime + 1
    os.utime(source, (later, later))
    assert run() == "zh_Hans/LC_MESSAGES/django.po: compiled\n"


def test_a_process_that_has_looked_for_a_text_before_finds_it_afterwards(
    source: Path,
) -> None:
    """`prepare` compiles the catalogue and then makes practice matters, whose letters store translated texts."""
    with translation.override("zh-hans"):
        assert translation.pgettext("verb", "Open") == "Open"
    run()
    with translation.override("zh-hans"):
        assert translation.pgettext("verb", "Open") == "立案"


def forget_catalogues(source: Path) -> None:
    """The real catalogues are read again at the next text, from the current `LOCALE_PATHS`."""
    translation_file_changed(sender=None, file_path=source.with_suffix(".mo"))
