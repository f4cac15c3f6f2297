"""The glossary: reference-data terms in both languages, with their source."""

import pytest

from coordination.insight.help.glossary import KINDS, terms_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_terms_in_both_languages(kind):
    terms = terms_of(kind)
    assert len(terms) >= 5
    assert len({(term.zh, term.en) for term in terms}) == len(terms)


def test_each_kind_is_a_page_of_its_own(cast):
    browser = cast.browser("auditor")
    for kind in KINDS:
        answer = browser.get(f"/glossary/?kind={kind}")
        assert answer.status_code == 200
        assert [len(terms) for _label, terms in answer.context["shown"]] == [len(terms_of(kind))]


@pytest.mark.parametrize(("words", "wanted"), [("出口许可审查", "Export licence decision"), ("SMUGGLING", "走私")])
def test_a_word_is_found_in_either_language_among_all_kinds(cast, words, wanted):
    assert wanted in cast.browser("customs.officer").get("/glossary/", {"q": words}).text


def test_a_source_is_shown_in_the_readers_language(cast):
    chinese = cast.browser("customs.officer", "zh-hans").get("/glossary/?kind=offences").text
    assert "《刑法》第一百五十一条" in chinese
    assert "CL art.151(3)" in cast.browser("customs.officer").get("/glossary/?kind=offences").text
