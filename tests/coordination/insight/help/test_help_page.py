"""The help page: the same tasks in both languages, with the names of buttons and addresses that exist."""

import re

import pytest
from babel.messages.pofile import read_po
from django.urls import resolve

from coordination.insight.help.help_page import FOLDER, LANGUAGES, pages_named, read_help
from tests.databases import ROOT

pytestmark = pytest.mark.django_db
BOLD = re.compile(r"\*\*([^*]+)\*\*")
NOT_TRANSLATED = {"CSV", "XLSX", "Button names", "粗体"}


def text_of(language):
    return " ".join((FOLDER / f"{language}.md").read_text(encoding="utf-8").split())


def test_every_button_of_a_help_text_exists_in_the_catalogue():
    with (ROOT / "coordination/site/locale/zh_Hans/LC_MESSAGES/django.po").open("rb") as file:
        catalogue = read_po(file)
    chinese = {}
    for entry in catalogue:
        chinese.setdefault(entry.id, set()).add(entry.string)
    named = {language: [one for one in BOLD.findall(text_of(language)) if one != "bold"] for language in LANGUAGES}
    english = [one for one in named["en"] if one not in NOT_TRANSLATED]
    assert [one for one in english if one not in chinese] == []
    translated = {text for one in english for text in chinese[one]}
    assert [one for one in named["zh-hans"] if one not in NOT_TRANSLATED and one not in translated] == []


def test_both_languages_explain_the_same_tasks_in_as_many_steps():
    english, chinese = (read_help(language, pages_named())[1] for language in LANGUAGES)
    assert len(english) == len(chinese) >= 12
    assert [(len(one.steps), len(one.remarks)) for one in english] == [
        (len(one.steps), len(one.remarks)) for one in chinese
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_of_a_help_text_leads_to_a_page(language):
    addresses = re.findall(r"\]\((/[^)]*)\)", text_of(language))
    assert len(addresses) >= 10
    for address in addresses:
        assert resolve(address).url_name, address


WHO = ["customs.officer", "customs.lead", "customs.head", "customs.admin", "centre.coordinator", "centre.supervisor"]


@pytest.mark.slow
@pytest.mark.parametrize("who", [*WHO, "antismuggling.officer", "auditor", "sysadmin", "secadmin"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_role_reads_only_of_pages_that_it_may_open(cast, who, language):
    browser = cast.browser(who, language)
    main = browser.get("/help/").text.partition("<main")[2]
    links = set(re.findall(r'href="(/[^"]*)"', main))
    assert "/glossary/" in links
    assert {link: browser.get(link).status_code for link in links if link != "/help/"} == {
        link: 200 for link in links if link != "/help/"
    }


@pytest.mark.parametrize(
    ("who", "shown", "hidden"),
    [
        ("customs.officer", "Take up a lead", "Check the journal"),
        ("customs.officer", "Search", "Read the figures"),
        ("customs.head", "Read the figures", "Keep the system running"),
        ("auditor", "Check the journal", "Take up a lead"),
        ("auditor", "Whom to ask", "Look after accounts"),
        ("sysadmin", "Keep the system running", "Send a reminder"),
        ("customs.admin", "Look after accounts", "Decide"),
    ],
)
def test_sections_are_those_of_the_role(cast, who, shown, hidden):
    text = cast.browser(who).get("/help/").text
    assert f">{shown}</a>" in text
    assert f">{hidden}</a>" not in text


def test_the_help_is_in_the_language_of_its_reader(cast):
    assert "Take up a lead" in cast.browser("customs.officer").get("/help/").text
    chinese = cast.browser("customs.officer", "zh-hans").get("/help/").text
    assert "<strong>受理研判</strong>" in chinese
    assert "Take up" not in chinese.split("<main", 1)[1]
