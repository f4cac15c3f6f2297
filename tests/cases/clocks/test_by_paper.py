"""Periods of courts, procuratorates and parties that no act here starts: a person starts them from the paper."""

import pytest

from agencies.kernel.errors import Invalid
from agencies.kernel.reference import read_csv
from cases.clocks.models import Clock, PeriodRule
from cases.clocks.reference import DATA
from tests import stories

PAPER = {"paper": "(2026)京行终1号"}


def test_the_rules_that_wait_for_a_paper_are_those_that_nothing_starts(db):
    waiting = {row["rule"] for row in read_csv(DATA / "waiting.csv")}
    assert set(PeriodRule.objects.filter(by_paper=True).values_list("code", flat=True)) == waiting


def test_the_police_start_the_limitation_on_a_suspect_and_the_review_of_a_notice_on_the_proceeding(cast):
    line = stories.suspect(cast)
    stories.walk(cast, line, [("start_period", "antismuggling.officer", {"rule": "CRM_LIMIT_5", **PAPER})])
    assert Clock.objects.running().about(line).filter(rule__code="CRM_LIMIT_5").exists()
    inside = line.proceeding
    stories.walk(cast, inside, [("start_period", "antismuggling.officer", {"rule": "SUP_CANCEL_RECON", **PAPER})])
    assert Clock.objects.running().about(inside).filter(rule__code="SUP_CANCEL_RECON").exists()


def test_an_officer_starts_the_period_of_a_ruling_which_the_page_offers_by_name_in_both_languages(cast):
    line = stories.served(cast)
    for language, name in (("en", "Appeal against a ruling"), ("zh-hans", "行政裁定上诉")):
        page = cast.browser("customs.officer", language).get(f"/decisions/{line.pk}/do/start_period/")
        assert name in page.content.decode()
    stories.walk(cast, line, [("start_period", "customs.officer", {"rule": "LIT_APPEAL_RULING", **PAPER})])
    clock = Clock.objects.running().about(line).get(rule__code="LIT_APPEAL_RULING")
    assert clock.private
    assert (clock.due_at.date() - clock.started_at.date()).days >= 10
    for rule in ("LIT_APPEAL_RULING", "CRM_LIMIT_5", "ADM_PAY"):
        with pytest.raises(Invalid):
            stories.walk(cast, line, [("start_period", "customs.officer", {"rule": rule, **PAPER})])
    stories.walk(cast, clock, [("stop", "customs.lead", {"reason": "No appeal", **PAPER})])
    assert not Clock.objects.running().filter(pk=clock.pk).exists()
